import { performance } from 'node:perf_hooks'
import { AnswerCounts, footprintHere } from '../../words/observe/index.ts'
import { type Onlooker, Replica, SteadyReplica, type Update } from '../replica/index.ts'
import {
  createResponder,
  type Expect,
  type Respond,
  type ResponderOptions,
  type Transfer,
} from '../replies/index.ts'
import { Marks, speedBy } from '../speed/index.ts'
import { chance } from './chance.ts'
import { updatePieces } from './pieces.ts'
import type { AnsweringSettings, Result, WorkerStart } from './protocol.ts'

/** What a thread answers with. */
export interface Answers {
  readonly respond: Respond
  readonly expect: Expect
  readonly transfer: Transfer
  readonly counts: AnswerCounts
  /** What it has counted, and what it takes by now. */
  readonly count: () => Extract<Result, { readonly kind: 'counts' }>
  /** A large update is to come in pieces, with queries answered in between. In force at once, or from `show` on. */
  readonly apply: (piece: Update) => void
  /** All of an update was applied. */
  readonly show: () => void
  readonly reconfigure: (settings: AnsweringSettings) => void
}

/** Seconds, monotonic. Imported, since the global of that name is a getter, looked up and called each time. */
export const clock = (): number => performance.now() / 1000

/** Transfers are of one snapshot, and take many turns; a datagram is answered in one. */
const replicaFor = ({ parts, streams }: WorkerStart, onlooker: Onlooker | null): Replica | SteadyReplica =>
  streams === null ? new Replica(parts, onlooker) : new SteadyReplica(parts, onlooker)

/** What a responder answers from and counts in, whatever its settings. */
const overWhat = (
  { udpSize, addon }: WorkerStart,
  replica: Replica | SteadyReplica,
  counts: AnswerCounts,
  bug: (error: unknown) => void,
): Omit<ResponderOptions, keyof AnsweringSettings> => ({
  snapshot: () => replica.snapshot,
  udpSize,
  random: chance(),
  clock: addon === null ? clock : null,
  counters: counts,
  bug: (error) => {
    counts.bug()
    bug(error)
  },
})

/** A replica of its own, and a responder over it. `bug`: told of each, as often as it happens. `isSpeedy` false: the whole way, for tests. */
export function answersFrom(beginning: WorkerStart, bug: (error: unknown) => void, isSpeedy = true): Answers {
  const marks = isSpeedy ? new Marks() : null
  const replica = replicaFor(beginning, marks)
  for (const piece of updatePieces(beginning.update)) replica.apply(piece)
  replica.show()
  const counts = new AnswerCounts()
  const over = overWhat(beginning, replica, counts, bug)
  const speed = marks && speedBy(marks)
  const responderBy = (settings: AnsweringSettings) => createResponder({ ...settings, ...over }, speed)
  let responder = responderBy(beginning.settings)
  let { respond, expect } = responder
  return {
    respond: (query, at, end, peer, reply, to) => respond(query, at, end, peer, reply, to),
    expect: (query, at, end) => expect(query, at, end),
    transfer: (query, at, end, peer) => responder.transfer(query, at, end, peer),
    counts,
    count: () => ({ kind: 'counts', counts: counts.sheet(), footprint: footprintHere(), streams: null }),
    apply: (piece) => replica.apply(piece),
    show: () => replica.show(),
    reconfigure: (settings) => {
      responder = responderBy(settings)
      respond = responder.respond
      expect = responder.expect
    },
  }
}
