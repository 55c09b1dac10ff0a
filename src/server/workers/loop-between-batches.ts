import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { UdpBatches } from '../transport/index.ts'
import { type Answers, clock } from './answers.ts'
import { openFailureOf } from './open-failure.ts'
import { shareOf } from './pieces.ts'
import {
  type Place,
  type PostedOrder,
  type Result,
  SIGNAL,
  type Signal,
  type WorkerOrder,
  type WorkerReport,
} from './protocol.ts'

/** Told of each point that a turn reaches: for who measures turns. */
export type Mark = (point: 'received' | 'ordered' | 'answered') => void

/**
 * The life of a thread that answers in batches: it has no events, so that it can wait where queries come from. Orders
 * are taken when a batch is there and not answered yet, so that no answer is older than a change that arrived before,
 * unless what arrived is more than a turn takes in.
 */
export function loopBetweenBatches(
  main: MessagePort,
  signal: Signal,
  send: (report: WorkerReport) => void,
  answers: Answers,
  udp: UdpBatches,
  mark: Mark = () => undefined,
): void {
  const sockets = new Sockets(udp)
  let taken = 0
  for (;;) {
    udp.receive(taken === Atomics.load(signal, SIGNAL.posted))
    mark('received')
    // Not sooner: what was answered had to be sent.
    if (Atomics.load(signal, SIGNAL.stop) !== 0) return
    const started = udp.received > 0 ? clock() : 0
    const posted = Atomics.load(signal, SIGNAL.posted)
    for (let share = 0; taken !== posted && share < 1; taken = (taken + 1) | 0) {
      const { id, order } = nextOrder(main)
      follow(order, answers, sockets, (result) => send({ kind: 'done', id, result }))
      if (order.kind === 'update') share += shareOf(order)
    }
    mark('ordered')
    const replies = udp.answer()
    // They are sent together: none is out before the last is made.
    if (replies > 0) answers.counts.duration.record(clock() - started, replies)
    mark('answered')
    sockets.letGo()
  }
}

function nextOrder(main: MessagePort): PostedOrder {
  const received: { readonly message: PostedOrder } | undefined = receiveMessageOnPort(main)
  if (received === undefined) throw new Error('an order was announced that is not there')
  return received.message
}

function follow(
  order: WorkerOrder,
  answers: Answers,
  sockets: Sockets,
  done: (result: Result) => void,
): void {
  switch (order.kind) {
    case 'update':
      answers.apply(order.update)
      if (order.isLast) answers.show()
      done(DONE)
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
      return { kind: 'failed', failure: openFailureOf(error, where) }
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
