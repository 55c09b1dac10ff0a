import {
  type Answer,
  type Asker,
  answer,
  BUG,
  drawFrom,
  type Outcome,
  outcomeOf,
  type Plan,
} from '../../answer/records/index.ts'
import { OPCODE } from '../../values/dns/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
import { decodeQuery, encodeError, encodeReply, type Limits, type Query, writeBody } from '../wire/index.ts'
import { AbsentServices } from './absent-services.ts'
import { Ahead } from './ahead.ts'
import { type Askers, type Asking, createAskers } from './asker.ts'
import { Era } from './era.ts'
import { DrawnLot } from './lot.ts'
import { NameErrors } from './name-errors.ts'
import type { ResponderCounters, ResponderOptions } from './options.ts'
import { Plans } from './plans.ts'
import { type Origin, originOf, planFor, templateOf } from './template.ts'
import { Templates } from './templates.ts'
import { createTransfer } from './transfer.ts'
import type { Expect, Peer, Respond, Transfer } from './types.ts'

/** The seams of answers: one reply for a query, which may be announced, or the messages of a zone transfer. */
export function createResponder(options: ResponderOptions): {
  readonly respond: Respond
  readonly expect: Expect
  readonly transfer: Transfer
} {
  const askers = createAskers(options.clients)
  const responder = new Responder(options, askers)
  const { clock, counters, bug } = options
  const caught: Respond = (view, at, end, peer, out, to) => {
    try {
      return responder.respond(view, at, end, peer, out, to)
    } catch (error) {
      bug(error)
      return 0
    }
  }
  const respond = clock === null ? caught : timed(caught, clock, counters)
  const expect: Expect = (view, at, end) => {
    try {
      responder.expect(view, at, end)
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

/** Replies from what is kept where it can, and works out and keeps what it cannot. */
class Responder {
  readonly #options: ResponderOptions
  readonly #askers: Askers
  readonly #era = new Era()
  readonly #templates = new Templates(this.#era)
  readonly #plans = new Plans(this.#era)
  readonly #absent = new AbsentServices()
  readonly #nameErrors: NameErrors
  readonly #ahead = new Ahead()
  #plain = this.#ahead.query
  readonly #lot = new DrawnLot()
  readonly #ofStream: Limits
  readonly #ofDatagram: Limits
  #bugs = 0
  /** Whoever asked last, who often asks next too. */
  #peer: Peer | undefined
  #asker: Asker
  #viewpoint = 0

  constructor(options: ResponderOptions, askers: Askers) {
    const { udpSize, counters } = options
    this.#options = options
    this.#askers = askers
    this.#asker = askers.known('').asker
    this.#nameErrors = new NameErrors(counters)
    this.#ofStream = { isStream: true, udpSize }
    this.#ofDatagram = { isStream: false, udpSize }
  }

  readonly expect: Expect = (view, at, end) => this.#ahead.expect(view, at, end)

  readonly respond: Respond = (view, at, end, peer, out, to) => {
    if (this.#ahead.fresh > 0) this.#templates.fetch(this.#ahead.hashes, this.#ahead.fresh)
    const isPlain = this.#ahead.turnTo(view, at, end)
    this.#plain = this.#ahead.query
    const length = isPlain ? this.#respondPlainly(view, at, end, peer, out, to) : 0
    return length > 0 ? length : this.#workOut(view, at, end, peer, out, to)
  }

  /** 0 for a query that takes the long way. */
  readonly #respondPlainly: Respond = (view, at, end, peer, out, to) => {
    try {
      const snapshot = this.#options.snapshot()
      const { isStream } = peer.transport
      this.#era.enter(snapshot)
      if (peer !== this.#peer) this.#meet(peer)
      if (!this.#draw(snapshot) && !this.#deny(snapshot)) {
        const plan = this.#plans.find(this.#plain, this.#viewpoint, isStream, snapshot)
        if (plan !== undefined) return this.#workOut(view, at, end, peer, out, to, plan)
        if (!this.#make(isStream, snapshot)) return 0
      }
      const lot = this.#lot
      if (lot.hasSerial) lot.serial = snapshot.serials.get(this.#templates.zoneAt(lot.zone)) ?? 1
      const limits = isStream ? this.#ofStream : this.#ofDatagram
      const length = writeBody(view, at, this.#plain, lot, limits, out, to)
      this.#count(peer)
      return length
    } catch (error) {
      return this.#workOutAfter(error, view, at, end, peer, out, to)
    }
  }

  #meet(peer: Peer): void {
    this.#asker = this.#askers.known(peer.host).asker
    this.#viewpoint = this.#templates.viewpointNumber(this.#asker.viewpoint)
    this.#peer = peer
  }

  /** From what is kept. */
  #draw(snapshot: Snapshot): boolean {
    const lot = this.#lot
    return (
      this.#templates.draw(this.#plain, this.#viewpoint, snapshot, this.#options.random, lot) &&
      (!this.#plain.hasCapitals || lot.foldsCase)
    )
  }

  /** Of a service that is nowhere, if a name like it was asked for before. */
  #deny(snapshot: Snapshot): boolean {
    if (this.#plain.hasCapitals || !this.#absent.has(this.#plain, snapshot)) return false
    const zone = snapshot.settings.clusterset
    const kept = this.#nameErrors.known(this.#plain, zone, snapshot)
    if (kept !== undefined) this.#lot.take(kept, 0, this.#templates.zoneNumber(zone))
    return kept !== undefined
  }

  /** The reply to a question that is not kept yet, or never is. */
  #make(isStream: boolean, snapshot: Snapshot): boolean {
    const planned = planFor(this.#plain, this.#asker, snapshot, this.#options.identity)
    const [{ answer } = {}] = planned?.lots ?? []
    if (answer?.kind === 'nameError') {
      const kept = this.#plain.hasCapitals ? undefined : this.#nameErrors.lot(this.#plain, answer, snapshot)
      if (kept !== undefined) this.#lot.take(kept, 0, this.#templates.zoneNumber(answer.zone.name))
      return kept !== undefined
    }
    const origin = originOf(this.#plain, this.#asker, snapshot)
    if (origin === undefined || planned === undefined) return false
    const template = templateOf(this.#plain, planned, origin, snapshot, this.#options.counters)
    if (template !== undefined && this.#templates.keep(this.#plain, this.#viewpoint, template))
      return this.#draw(snapshot)
    if (planned.sticky === null) this.#keepPlan(planned, origin, isStream, snapshot)
    return false
  }

  /** Of a stream that of all records, if a message holds them. */
  #keepPlan(planned: Plan, origin: Origin, isStream: boolean, snapshot: Snapshot): void {
    const [viewpoint, { identity }] = [this.#viewpoint, this.#options]
    const keep = (plan: Plan): boolean => this.#plans.keep(this.#plain, viewpoint, isStream, origin, plan)
    const whole = isStream
      ? planFor(this.#plain, this.#asker, snapshot, identity, LONGEST_MESSAGE)
      : undefined
    if (whole === undefined || hasMore(whole) || !keep(whole)) keep(planned)
  }

  #count({ transport }: Peer): void {
    const { requests, answered, noRoute } = this.#options.counters
    const lot = this.#lot
    requests.add(lot.request, transport.label)
    for (let i = 0; i < lot.clusters; i++) answered.add(lot.cluster(i))
    if (lot.isNoRoute) noRoute(this.#templates.zoneAt(lot.zone))
  }

  /** What the short way met is a bug of ours; if the long way meets it too, that one tells of it. */
  #workOutAfter(error: unknown, ...query: Parameters<Respond>): number {
    const before = this.#bugs
    const length = this.#workOut(...query)
    if (this.#bugs === before) this.#options.bug(error)
    return length
  }

  /** A bug on the way, in the answer or its encoding, is the asker's SERVFAIL and nobody else's: silence would mark us dead. */
  #workOut(
    view: DataView,
    at: number,
    end: number,
    peer: Peer,
    out: DataView,
    to: number,
    plan?: Plan,
  ): number {
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
      const { outcome, zone, scope } = settle(query, asking, limits, this.#options, plan)
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

const LONGEST_MESSAGE = 65_535

const hasMore = ({ lots: [first] }: Plan): boolean =>
  first?.answer.kind === 'records' && first.answer.more === true

interface Settled {
  readonly outcome: Outcome
  readonly zone: string
  readonly scope: number
}

/** `plan`: of the question, for the asker's viewpoint, if it is known. */
function settle(
  query: Query,
  { asker, scopes }: Asking,
  { isStream, udpSize }: Limits,
  options: ResponderOptions,
  plan: Plan | undefined,
): Settled {
  const snapshot = options.snapshot()
  const room = isStream ? LONGEST_MESSAGE : udpSize
  const found =
    (plan && drawFrom(plan, options.random, room)) ??
    answer(query.question, snapshot, asker, options.identity, options.random, room)
  const zone = zoneOf(found)
  tell(found, zone, options.counters)
  return {
    outcome: outcomeOf(found, snapshot),
    zone,
    scope: found.kind === 'records' ? scopes[found.follows] : 0,
  }
}

const zoneOf = (found: Answer): string => ('zone' in found ? found.zone.name : 'other')

function tell(found: Answer, zone: string, { answered, noRoute }: ResponderCounters): void {
  if (found.kind === 'noRoute') noRoute(zone)
  if (found.kind === 'records') for (const cluster of found.clusters) answered.count(zone, cluster)
}
