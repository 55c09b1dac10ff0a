import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Update } from '../replica/index.ts'
import type { UdpBatches } from '../transport/index.ts'
import { type Answers, clock } from './answers.ts'
import { failureOf } from './open-failure.ts'
import { isPiece, piecesOf } from './pieces.ts'
import {
  type Asked,
  type Order,
  type Place,
  type Report,
  type Result,
  SIGNAL,
  type Signal,
} from './protocol.ts'

/** Told of each point that a turn reaches: for who measures turns. */
export type Mark = (point: 'received' | 'obeyed' | 'applied' | 'answered') => void

/**
 * The life of a thread that answers in batches: it has no events, so that it can wait where queries come from. Orders
 * are taken when a batch is there and not answered yet, so that no answer is older than a change that arrived before.
 */
export function obeyBetweenBatches(
  main: MessagePort,
  signal: Signal,
  tell: (report: Report) => void,
  answers: Answers,
  udp: UdpBatches,
  mark: Mark = () => undefined,
): void {
  const updates = new Updates(answers.apply)
  const sockets = new Sockets(udp)
  let taken = 0
  for (;;) {
    udp.receive(updates.isEmpty)
    mark('received')
    // Not sooner: what was answered had to be sent.
    if (Atomics.load(signal, SIGNAL.stop) !== 0) return
    const started = udp.received > 0 ? clock() : 0
    const posted = Atomics.load(signal, SIGNAL.posted)
    for (; taken !== posted; taken = (taken + 1) | 0) {
      const { id, order } = nextOrder(main)
      follow(order, answers, updates, sockets, (result) => tell({ kind: 'done', id, result }))
    }
    mark('obeyed')
    updates.applySome()
    mark('applied')
    const replies = udp.answer()
    // They are sent together: none is out before the last is made.
    if (replies > 0) answers.counts.duration.record(clock() - started, replies)
    mark('answered')
    sockets.letGo()
  }
}

function nextOrder(main: MessagePort): Asked {
  const received: { readonly message: Asked } | undefined = receiveMessageOnPort(main)
  if (received === undefined) throw new Error('an order was announced that is not there')
  return received.message
}

function follow(
  order: Order,
  answers: Answers,
  updates: Updates,
  sockets: Sockets,
  done: (result: Result) => void,
): void {
  switch (order.kind) {
    case 'update':
      updates.add(order.update, () => done(DONE))
      break
    case 'reconfigure':
      answers.reconfigure(order.settings)
      done(DONE)
      break
    case 'open':
      done(sockets.watch(order))
      break
    case 'close':
      sockets.unwatch(order.place, () => done(DONE))
      break
    case 'count':
      done(answers.count())
  }
}

const DONE: Result = { kind: 'done' }

interface UnderWay {
  readonly pieces: Iterator<Update, unknown>
  readonly isSmall: boolean
  readonly done: () => void
}

/** Updates in the order in which they came, applied piece by piece. */
class Updates {
  readonly #apply: (piece: Update) => void
  readonly #waiting: UnderWay[] = []

  constructor(apply: (piece: Update) => void) {
    this.#apply = apply
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  add(update: Update, done: () => void): void {
    this.#waiting.push({ pieces: piecesOf(update), isSmall: isPiece(update), done })
  }

  /** All that is small, and of what is large a piece. */
  applySome(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const piece = first.pieces.next()
      if (piece.done !== true) {
        this.#apply(piece.value)
        if (!first.isSmall) return
      } else {
        this.#waiting.shift()
        first.done()
      }
    }
  }
}

/** The sockets of places that are answered on. */
class Sockets {
  readonly #udp: UdpBatches
  readonly #open = new Map<number, readonly number[]>()
  #leaving: { readonly place: number; readonly done: () => void }[] = []

  constructor(udp: UdpBatches) {
    this.#udp = udp
  }

  watch(where: Place): Result {
    try {
      if (where.fds === null) throw new Error('sockets were to come with the place')
      this.#udp.watch(where.fds)
      this.#open.set(where.place, where.fds)
      return { kind: 'opened', port: where.port }
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error, where) }
    }
  }

  /** Not before what was received is answered. */
  unwatch(place: number, done: () => void): void {
    this.#leaving.push({ place, done })
  }

  letGo(): void {
    if (this.#leaving.length === 0) return
    for (const { place, done } of this.#leaving) {
      this.#udp.unwatch(this.#open.get(place) ?? [])
      this.#open.delete(place)
      done()
    }
    this.#leaving = []
  }
}
