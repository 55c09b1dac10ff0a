import type { Octets } from '../../values/packed/index.ts'
import type { Freshness } from '../../words/clusterset/index.ts'
import type { ObjectId } from '../../words/kube/index.ts'
import { Load, type SealedChange, type SourceListener, type SourceProblem } from '../changes/index.ts'
import type { ChangePiece, SourceReport } from './protocol.ts'

/** Changes in a piece at most. */
export const PIECE_CHANGES = 200

/** Characters of objects from which a piece has no more. */
export const PIECE_CHARACTERS = 256 * 1024

/** Pieces under way: one is taken in while the next is on its way. */
export const MOST_UNDERWAY = 2

/**
 * What one source says, as it goes to main: in pieces, and no more of them than main takes in. While it waits the source
 * is asked for nothing more: what changes meanwhile becomes one change there.
 */
export class Outbox implements SourceListener<SealedChange> {
  readonly #post: (said: SourceReport) => void
  readonly #load: Load
  /** Characters of what is to be sent, until the last of it is. */
  #waiting = 0
  #pieces: Iterator<ChangePiece> | undefined
  #freshness: Freshness | undefined
  #connection: Freshness | undefined
  #problems: readonly SourceProblem[] | undefined
  #underway = 0
  #isFirst = true
  #room: PromiseWithResolvers<void> | undefined

  constructor(post: (said: SourceReport) => void, load: Load = new Load()) {
    this.#post = post
    this.#load = load
  }

  readonly changed = (changes: readonly SealedChange[]): void => {
    const [before, next] = [this.#pieces, changePieces(changes, this.#isFirst)]
    this.#isFirst = false
    this.#pieces = before === undefined ? next : oneThenOther(before, next)
    for (const change of changes) this.#waiting += charactersOf(change)
    this.#send()
  }

  readonly freshness = (freshness: Freshness): void => {
    this.#freshness = freshness
    this.#send()
  }

  readonly connection = (freshness: Freshness): void => {
    this.#connection = freshness
    this.#send()
  }

  readonly problems = (problems: readonly SourceProblem[]): void => {
    this.#problems = problems
    this.#send()
  }

  readonly room = (): Promise<void> | undefined => {
    if (this.#pieces === undefined && this.#underway < MOST_UNDERWAY) return undefined
    this.#room ??= Promise.withResolvers()
    return this.#room.promise
  }

  /** Main took in one of what is under way. */
  readonly taken = (): void => {
    this.#underway -= 1
    this.#send()
  }

  /** Whoever waits for room need not any more. */
  readonly close = (): void => {
    this.#pieces = undefined
    this.#underway = 0
    this.#load.set('outbox', 0)
    this.#room?.resolve()
  }

  #send(): void {
    while (this.#underway < MOST_UNDERWAY && this.#sendOne()) this.#underway += 1
    this.#load.set('outbox', this.#waiting)
    if (this.#room === undefined || this.#pieces !== undefined || this.#underway >= MOST_UNDERWAY) return
    this.#room.resolve()
    this.#room = undefined
  }

  /** The state after the changes that led to it. */
  #sendOne(): boolean {
    const next = this.#pieces?.next()
    if (next?.done === false) {
      this.#post({ said: 'piece', piece: next.value })
      return true
    }
    this.#pieces = undefined
    this.#waiting = 0
    const [freshness, connection, problems] = [this.#freshness, this.#connection, this.#problems]
    if (freshness === undefined && connection === undefined && problems === undefined) return false
    this.#freshness = undefined
    this.#connection = undefined
    this.#problems = undefined
    this.#post({
      said: 'state',
      ...(freshness === undefined ? {} : { freshness }),
      ...(connection === undefined ? {} : { connection }),
      ...(problems === undefined ? {} : { problems }),
    })
    return true
  }
}

function* oneThenOther(one: Iterator<ChangePiece>, other: Iterator<ChangePiece>): Generator<ChangePiece> {
  for (const pieces of [one, other]) {
    for (let next = pieces.next(); next.done !== true; next = pieces.next()) yield next.value
  }
}

const charactersOf = (change: SealedChange): number =>
  change.op === 'delete' ? change.key.length : change.text.length + change.octets.length

/** At least one, which may be empty. */
export function* changePieces(changes: readonly SealedChange[], isFirst: boolean): Generator<ChangePiece> {
  let at = 0
  do {
    const texts: string[] = []
    const octets: Octets[] = []
    const gone: ObjectId[] = []
    let characters = 0
    for (const to = at + PIECE_CHANGES; at < changes.length && at < to; at++) {
      const change = changes[at]
      if (change === undefined || characters >= PIECE_CHARACTERS) break
      if (change.op === 'delete') gone.push({ kind: change.kind, key: change.key })
      else {
        texts.push(change.text)
        octets.push(change.octets)
      }
      characters += charactersOf(change)
    }
    yield { reported: `[${texts.join(',')}]`, octets, gone, isFirst, isLast: at >= changes.length }
  } while (at < changes.length)
}
