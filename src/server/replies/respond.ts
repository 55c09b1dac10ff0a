import { type Answer, answer, BUG, type ReplyOutcome, replyOutcomeOf } from '../../answer/records/index.ts'
import { OPCODE } from '../../values/dns/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
import { decodeQuery, encodeError, encodeReply, type Query, type ReplyLimits } from '../wire/index.ts'
import { type Askers, createAskers, type ScopedAsker } from './asker.ts'
import { clustersCounted } from './counted.ts'
import type { ResponderCounters, ResponderOptions } from './options.ts'
import type { AnswerOf, Shortcut, Speed, WorkOut } from './speed.ts'
import { createTransfer } from './transfer.ts'
import type { Expect, Respond, Transfer } from './types.ts'

/**
 * The seams of answers: one reply for a query, which may be announced, or the messages of a zone transfer. `speed` null:
 * each reply is worked out.
 */
export function createResponder(
  options: ResponderOptions,
  speed: Speed | null,
): {
  readonly respond: Respond
  readonly expect: Expect
  readonly transfer: Transfer
} {
  const { clock, counters, bug, clients } = options
  const askers = createAskers(clients, speed?.remember)
  const responder = new Responder(options, askers)
  const shortcut = speed?.shortcut(options, askers, responder.workOut)
  const whole = shortcut === undefined ? responder.workOut : responder.by(shortcut)
  const caught: Respond = (view, at, end, peer, out, to) => {
    try {
      return whole(view, at, end, peer, out, to)
    } catch (error) {
      bug(error)
      return 0
    }
  }
  const respond = clock === null ? caught : timed(caught, clock, counters)
  const expect: Expect = (view, at, end) => {
    try {
      shortcut?.expect(view, at, end)
    } catch (error) {
      bug(error)
    }
  }
  return { respond, expect, transfer: createTransfer(options, askers) }
}

const timed =
  (respond: Respond, clock: () => number, { duration }: ResponderCounters): Respond =>
  (view, at, end, peer, out, to) => {
    const started = clock()
    const length = respond(view, at, end, peer, out, to)
    if (length > 0) duration.record(clock() - started)
    return length
  }

/** Works out each reply; by a shortcut only those that it has not. */
class Responder {
  readonly #options: ResponderOptions
  readonly #askers: Askers
  readonly #ofStream: ReplyLimits
  readonly #ofDatagram: ReplyLimits
  #bugs = 0

  constructor(options: ResponderOptions, askers: Askers) {
    const { udpSize } = options
    this.#options = options
    this.#askers = askers
    this.#ofStream = { isStream: true, udpSize }
    this.#ofDatagram = { isStream: false, udpSize }
  }

  by({ respond }: Shortcut): Respond {
    return (view, at, end, peer, out, to) => {
      try {
        const length = respond(view, at, end, peer, out, to)
        if (length > 0) return length
      } catch (error) {
        return this.#workOutAfter(error, view, at, end, peer, out, to)
      }
      return this.workOut(view, at, end, peer, out, to)
    }
  }

  /** What the shortcut met is a bug of ours; if the whole way meets it too, that one tells of it. */
  #workOutAfter(error: unknown, ...query: Parameters<Respond>): number {
    const before = this.#bugs
    const length = this.workOut(...query)
    if (this.#bugs === before) this.#options.bug(error)
    return length
  }

  /** A bug on the way, in the answer or its encoding, is the asker's SERVFAIL and nobody else's: silence would mark us dead. */
  readonly workOut: WorkOut = (view, at, end, peer, out, to, answerOf = answer) => {
    const { counters, identity, bug } = this.#options
    const { label, isStream } = peer.transport
    const limits = isStream ? this.#ofStream : this.#ofDatagram
    const decoded = decodeQuery(view, at, end)
    if (decoded.kind === 'drop') {
      counters.dropped(decoded.reason)
      return 0
    }
    if (decoded.kind === 'error') {
      counters.requests.count('other', 0, decoded.rcode, label)
      return encodeError(view, at, decoded, limits, out, to)
    }
    const { query } = decoded
    try {
      const asking = this.#askers.asking(peer, query)
      const { outcome, zone, scope } = settle(query, asking, limits, this.#options, answerOf)
      const reply = { ...outcome, subnetScope: scope, nsid: identity.id }
      const length = encodeReply(view, at, query, reply, limits, out, to)
      counters.requests.count(zone, query.question.type, outcome.rcode, label)
      return length
    } catch (error) {
      bug(error)
      this.#bugs++
      counters.requests.count('other', query.question.type, BUG.rcode, label)
      const failure = { ...query, opcode: OPCODE.QUERY, rcode: BUG.rcode, errors: [], tsig: null }
      return encodeError(view, at, failure, limits, out, to)
    }
  }
}

/** Octets of the longest message of a stream. */
export const LONGEST_MESSAGE = 65_535

interface Settled {
  readonly outcome: ReplyOutcome
  readonly zone: string
  readonly scope: number
}

function settle(
  query: Query,
  { asker, scopes }: ScopedAsker,
  { isStream, udpSize }: ReplyLimits,
  { snapshot: now, identity, random, counters }: ResponderOptions,
  answerOf: AnswerOf,
): Settled {
  const snapshot = now()
  const found = answerOf(
    query.question,
    snapshot,
    asker,
    identity,
    random,
    isStream ? LONGEST_MESSAGE : udpSize,
  )
  const zone = zoneOf(found)
  countAnswer(found, zone, snapshot, counters)
  return {
    outcome: replyOutcomeOf(found, snapshot),
    zone,
    scope: found.kind === 'records' ? scopes[found.follows] : 0,
  }
}

const zoneOf = (found: Answer): string => ('zone' in found ? found.zone.name : 'other')

function countAnswer(
  found: Answer,
  zone: string,
  snapshot: Snapshot,
  { answered, noRoute }: ResponderCounters,
): void {
  if (found.kind === 'noRoute') noRoute(zone)
  for (const cluster of clustersCounted(found, snapshot)) answered.count(zone, cluster)
}
