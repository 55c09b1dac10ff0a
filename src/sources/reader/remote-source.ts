import { isDeepStrictEqual } from 'node:util'
import { type Freshness, NEVER } from '../../words/clusterset/index.ts'
import { type Kinds, objectIdOf, type Reported } from '../../words/kube/index.ts'
import { within } from '../../words/threads/index.ts'
import {
  type Change,
  openReported,
  type Source,
  type SourceListener,
  type SourceProblem,
} from '../changes/index.ts'
import type { ClusterSource } from '../kinds/index.ts'
import type { ChangePiece, LoadCell, ReaderOrder, SourceNumber, SourceReport } from './protocol.ts'
import type { OpenSource, SourceHooks, SourceOrder } from './types.ts'
import type { ReaderWaits } from './waits.ts'

/** Who has the thread that a source is read on. */
interface SourceHost {
  /** Has the thread open it, under this number. */
  readonly begin: (source: RemoteSource) => SourceNumber
  readonly kinds: Kinds
  readonly post: (order: ReaderOrder) => void
  readonly stopped: (source: RemoteSource) => void
}

const newCell = (): LoadCell => new Int32Array(new SharedArrayBuffer(4))

/** One cluster's source as main sees it, over any loss of the thread that reads it. */
export class RemoteSource implements OpenSource {
  readonly order: SourceOrder
  /** As it is on the thread that reads it. */
  readonly read: ClusterSource
  readonly credentials: OpenSource['credentials']
  readonly hooks: SourceHooks
  readonly #keeping: SourceHost
  readonly #waits: ReaderWaits
  /** On the thread that reads it now; 0: none does. */
  number: SourceNumber = 0
  /** What of it is on that thread, as the thread counts it. */
  load: LoadCell = newCell()
  /** How often in a row the thread was lost with this in hand. */
  setBacks = 0
  #listener: SourceListener | undefined
  /** What was told of all there is, until that is complete. */
  #gathered = new Map<string, Change>()
  #freshness: Freshness = NEVER
  #inUse: { readonly expiresAt: number | null; readonly isRenewed: boolean } = {
    expiresAt: null,
    isRenewed: false,
  }
  /** Why it is not read, while that is so. */
  #setBack: readonly SourceProblem[] = []
  #problems: readonly SourceProblem[] = []
  #reported: readonly SourceProblem[] = []
  #late: NodeJS.Timeout | undefined
  #again: NodeJS.Timeout | undefined
  #isSetBack = false
  #begunAt = 0
  /** As the thread that reads it now has it, of the connection that it shares. */
  #isConnected = false
  /** The thread that reads it now has said nothing of its state. */
  #isNew = true
  readonly #closed = Promise.withResolvers<void>()
  #stopped: Promise<void> | undefined

  constructor(
    order: SourceOrder,
    read: ClusterSource,
    hooks: SourceHooks,
    keeping: SourceHost,
    waits: ReaderWaits,
  ) {
    this.order = order
    this.read = read
    this.credentials = read.credentials && {
      expiresAt: () => this.#inUse.expiresAt,
      isRenewed: () => this.#inUse.isRenewed,
    }
    this.hooks = hooks
    this.#keeping = keeping
    this.#waits = waits
  }

  readonly start = (listener: SourceListener): Source => {
    this.#listener = listener
    this.begin()
    return { stop: () => (this.#stopped ??= this.#stop()) }
  }

  /** No thread reads it, and the next is to. */
  get isWaiting(): boolean {
    return this.number === 0 && !this.#isSetBack
  }

  /** For the first time, or on another thread: then what it tells is all again. */
  begin(): void {
    if (this.#stopped !== undefined) return
    this.#isSetBack = false
    this.#gathered = new Map()
    this.#begunAt = performance.now()
    this.#isNew = true
    this.load = newCell()
    this.number = this.#keeping.begin(this)
  }

  /** The thread is gone: what it was about to tell is told anew by the next one. */
  lost(): void {
    this.number = 0
    this.#isConnected = false
    this.#closed.resolve()
    if (this.#stopped !== undefined) return
    this.#call(() => this.#listener?.anew?.())
    clearTimeout(this.#late)
    this.#late = setTimeout(() => this.#reportLost(), this.#waits.anewMs)
  }

  /** It went with this in hand: another thread takes it up in a while. */
  setBack(message: string, pauseMs: number): void {
    clearTimeout(this.#late)
    this.#isSetBack = true
    this.#setBack = [{ place: this.read.place, message }]
    this.hooks.failed('all', 'reader')
    this.#reportLost()
    this.#reportProblems()
    this.#again = setTimeout(() => this.begin(), pauseMs)
  }

  /** Since it was taken up last, in milliseconds. */
  get age(): number {
    return performance.now() - this.#begunAt
  }

  hear(said: SourceReport): void {
    if (said.said === 'closed') this.#closed.resolve()
    if (this.#stopped !== undefined) return
    switch (said.said) {
      case 'piece':
        this.hooks.inTurn(() => this.#hearPiece(said.piece))
        break
      case 'state':
        this.hooks.inTurn(() => this.#hearState(said))
        break
      case 'word':
        this.hooks.word()
        break
      case 'failed':
        this.hooks.failed(said.of, said.reason)
        break
      case 'skipped':
        this.hooks.skipped(said.what, said.file)
        break
      case 'credentials':
        this.#inUse = said
        break
      case 'bug':
        this.hooks.bug(Object.assign(new Error(said.message), { stack: said.stack }))
    }
  }

  #hearPiece({ reported, octets, gone, isFirst, isLast }: ChangePiece): void {
    const objects: readonly Reported[] = JSON.parse(reported)
    const changes = [
      ...objects.map((one, i) => openReported(one, this.#keeping.kinds, octets[i] ?? '')),
      ...gone.map((id): Change => ({ op: 'delete', ...id })),
    ]
    if (isFirst) this.#hearFirst(changes, isLast)
    else this.#call(() => this.#listener?.changed(changes, this.#taken))
  }

  #hearFirst(changes: readonly Change[], isLast: boolean): void {
    for (const change of changes) this.#gather(change)
    this.#taken()
    if (!isLast) return
    const all = [...this.#gathered.values()]
    this.#gathered = new Map()
    this.#call(() => this.#listener?.changed(all))
  }

  #gather(change: Change): void {
    const { kind, key } = change.op === 'delete' ? change : objectIdOf(change.object)
    if (change.op === 'delete') this.#gathered.delete(`${kind} ${key}`)
    else this.#gathered.set(`${kind} ${key}`, change)
  }

  #hearState({ freshness, connection, problems }: Extract<SourceReport, { said: 'state' }>): void {
    const isBack = freshness?.kind === 'live'
    if (isBack) this.#setBack = []
    if (freshness !== undefined) {
      clearTimeout(this.#late)
      this.#freshness = freshness
      this.#call(() => this.#listener?.freshness(freshness))
    }
    if (connection !== undefined) {
      this.#isConnected = connection.kind === 'live'
      this.#call(() => this.#listener?.connection?.(connection))
    }
    // A source that begins tells of problems where there are some: those of the one before are none of its.
    if (this.#isNew || problems !== undefined) this.#problems = problems ?? []
    this.#isNew = false
    this.#reportProblems()
    this.#taken()
  }

  readonly #taken = (): void => {
    if (this.number !== 0) this.#keeping.post({ kind: 'taken', source: this.number })
  }

  #reportLost(): void {
    const freshness = this.#freshness
    if (freshness.kind === 'never') return
    const stale = { kind: 'stale', heard: freshness.heard } as const
    // Nothing is known of who is behind a connection that is not there.
    const isBehind = this.read.shared !== null && !this.#isConnected
    this.#call(() => (isBehind ? this.#listener?.connection?.(stale) : this.#listener?.freshness(stale)))
  }

  #reportProblems(): void {
    const problems = [...this.#setBack, ...this.#problems]
    if (isDeepStrictEqual(problems, this.#reported)) return
    this.#reported = problems
    this.#call(() => this.#listener?.problems(problems))
  }

  /** The listener may stop this source from any call, which is then the last; its mistakes are not ours. */
  #call(report: () => void): void {
    if (this.#stopped !== undefined) return
    try {
      report()
    } catch (error) {
      this.hooks.bug(error)
    }
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#late)
    clearTimeout(this.#again)
    if (this.number !== 0) {
      this.#keeping.post({ kind: 'close', source: this.number })
      await within(this.#waits.endMs, this.#closed.promise)
    }
    this.#keeping.stopped(this)
  }
}
