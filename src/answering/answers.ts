import { AnswerCounts, footprintHere } from '../observe/index.ts'
import { Replica, type Update } from '../replica/index.ts'
import { createResponder, type Respond } from '../respond/index.ts'
import { chance } from './chance.ts'
import { piecesOf } from './pieces.ts'
import type { Beginning, Result, Settings } from './protocol.ts'

/** What a thread answers with. */
export interface Answers {
  readonly respond: Respond
  readonly counts: AnswerCounts
  /** What it has counted, and what it takes by now. */
  readonly count: () => Extract<Result, { readonly kind: 'counts' }>
  /** In force at once. A large update is to come in pieces, with queries answered in between. */
  readonly apply: (piece: Update) => void
  readonly reconfigure: (settings: Settings) => void
}

/** Seconds, monotonic. */
export const clock = (): number => performance.now() / 1000

/** A replica of its own, and a responder over it. `bug`: told of each, as often as it happens. */
export function answersFrom(beginning: Beginning, bug: (error: unknown) => void): Answers {
  const replica = new Replica(beginning.parts)
  for (const piece of piecesOf(beginning.update)) replica.apply(piece)
  const counts = new AnswerCounts()
  const respondBy = (settings: Settings): Respond =>
    createResponder({
      ...settings,
      snapshot: () => replica.snapshot,
      udpSize: beginning.udpSize,
      random: chance(),
      clock: beginning.addon === null ? clock : null,
      counters: counts,
      bug: (error) => {
        counts.bug()
        bug(error)
      },
    }).respond
  let respond = respondBy(beginning.settings)
  return {
    respond: (query, at, end, peer, reply, to) => respond(query, at, end, peer, reply, to),
    counts,
    count: () => ({ kind: 'counts', counts: counts.sheet(), footprint: footprintHere() }),
    apply: (piece) => replica.apply(piece),
    reconfigure: (settings) => {
      respond = respondBy(settings)
    },
  }
}
