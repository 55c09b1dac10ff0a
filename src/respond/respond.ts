import {
  type Answer,
  type Asker,
  answer,
  BUG,
  type Identity,
  type Outcome,
  outcomeOf,
} from '../answer/index.ts'
import { OPCODE } from '../dns/index.ts'
import type { RequestCounters } from '../observe/index.ts'
import {
  decodeQuery,
  encodeError,
  encodeReply,
  type Limits,
  PlainQuery,
  type Query,
  writeBody,
} from '../wire/index.ts'
import type { Snapshot } from '../zone/index.ts'
import { type Askers, type Asking, type ClientRules, createAskers } from './asker.ts'
import { NameErrors } from './name-errors.ts'
import { drawFrom, planFor, type Ready, readyFrom, Templates, templateOf } from './templates.ts'
import { createTransfer } from './transfer.ts'
import type { Peer, Respond, Transfer } from './types.ts'

/** What answering needs of the rest of the house. */
export interface ResponderOptions {
  /** The world as it is now. Read once per query. */
  readonly snapshot: () => Snapshot
  readonly identity: Identity
  readonly clients: ClientRules
  /** Octets of the longest UDP reply. */
  readonly udpSize: number
  /** In [0, 1). */
  readonly random: () => number
  /** Seconds, monotonic. */
  readonly clock: () => number
  readonly counters: ResponderCounters
  /** A bug of ours met on the way; the query gets SERVFAIL. */
  readonly bug: (error: unknown) => void
}

/** What is counted on the way; read when metrics are asked for. */
export interface ResponderCounters {
  readonly requests: RequestCounters
  readonly duration: { record(seconds: number): void }
  /** Queries that got no reply, by reason. */
  readonly dropped: (reason: string) => void
  /** A positive answer from a cluster of a zone. */
  readonly answered: (zone: string, cluster: string) => void
  readonly noRoute: (zone: string) => void
}

/** The two seams of answers: one reply for a query, or the messages of a zone transfer. */
export function createResponder(options: ResponderOptions): {
  readonly respond: Respond
  readonly transfer: Transfer
} {
  const askers = createAskers(options.clients)
  const responder = new Responder(options, askers)
  const respond: Respond = (view, at, end, peer, out, to) => {
    try {
      return responder.respond(view, at, end, peer, out, to)
    } catch (error) {
      options.bug(error)
      return 0
    }
  }
  const tcp: Limits = { transport: 'tcp', udpSize: options.udpSize }
  return { respond, transfer: createTransfer(options, askers, tcp) }
}

/** Replies from what is kept where it can, and works out and keeps what it cannot. */
class Responder {
  readonly #options: ResponderOptions
  readonly #askers: Askers
  readonly #templates = new Templates()
  readonly #nameErrors = new NameErrors()
  readonly #plain = new PlainQuery()
  #started = 0
  readonly #limits: Readonly<Record<Peer['transport'], Limits>>

  constructor(options: ResponderOptions, askers: Askers) {
    const { udpSize } = options
    this.#options = options
    this.#askers = askers
    this.#limits = { udp: { transport: 'udp', udpSize }, tcp: { transport: 'tcp', udpSize } }
  }

  readonly respond: Respond = (view, at, end, peer, out, to) => {
    this.#started = this.#options.clock()
    const length = this.#plain.read(view, at, end) ? this.#respondPlainly(view, at, peer, out, to) : 0
    return length > 0 ? length : this.#workOut(view, at, end, peer, out, to)
  }

  /** 0 for a query that takes the long way. */
  #respondPlainly(view: DataView, at: number, peer: Peer, out: DataView, to: number): number {
    const { snapshot, random } = this.#options
    try {
      const world = snapshot()
      const { asker } = this.#askers.known(peer.host)
      const kept = this.#templates.find(this.#plain, asker.viewpoint, world)
      const reply = kept === undefined ? this.#make(asker, world) : drawFrom(kept, this.#plain, world, random)
      if (reply === undefined) return 0
      const length = writeBody(view, at, this.#plain, reply, this.#limits[peer.transport], out, to)
      this.#count(reply, peer)
      return length
    } catch {
      // The long way meets it again, and has the reply for it.
      return 0
    }
  }

  /** The reply to a question that is not kept yet, or never is. */
  #make(asker: Asker, snapshot: Snapshot): Ready | undefined {
    const planned = planFor(this.#plain, asker, snapshot, this.#options.identity)
    const [{ answer } = {}] = planned.lots
    if (answer?.kind === 'nameError') {
      const body = this.#plain.hasCapitals ? undefined : this.#nameErrors.body(this.#plain, answer, snapshot)
      return body && readyFrom(answer, answer.zone.name, body, snapshot)
    }
    const template = templateOf(this.#plain, planned, asker, snapshot)
    if (template === undefined) return undefined
    this.#templates.keep(this.#plain, template)
    return drawFrom(template, this.#plain, snapshot, this.#options.random)
  }

  #count({ answer, zone, body }: Ready, { transport }: Peer): void {
    const { counters } = this.#options
    tell(answer, zone, counters)
    counters.requests.count(zone, this.#plain.type, body.rcode, transport)
    this.#time()
  }

  /** A bug on the way, in the answer or its encoding, is the asker's SERVFAIL and nobody else's: silence would mark us dead. */
  readonly #workOut: Respond = (view, at, end, peer, out, to) => {
    const { counters, identity, bug } = this.#options
    const limits = this.#limits[peer.transport]
    const decoded = decodeQuery(view, at, end)
    if (decoded.kind === 'drop') {
      counters.dropped(decoded.reason)
      return 0
    }
    if (decoded.kind === 'error') {
      counters.requests.count('other', 0, decoded.rcode, peer.transport)
      return encodeError(view, at, decoded, limits, out, to)
    }
    const { query } = decoded
    try {
      const { outcome, zone, scope } = settle(query, this.#askers.asking(peer, query), this.#options)
      const reply = { ...outcome, subnetScope: scope, nsid: identity.id }
      const length = encodeReply(view, at, query, reply, limits, out, to)
      counters.requests.count(zone, query.question.type, outcome.rcode, peer.transport)
      return length
    } catch (error) {
      bug(error)
      counters.requests.count('other', query.question.type, BUG.rcode, peer.transport)
      const failure = { ...query, opcode: OPCODE.QUERY, rcode: BUG.rcode }
      return encodeError(view, at, failure, limits, out, to)
    } finally {
      this.#time()
    }
  }

  #time(): void {
    this.#options.counters.duration.record(this.#options.clock() - this.#started)
  }
}

interface Settled {
  readonly outcome: Outcome
  readonly zone: string
  readonly scope: number
}

function settle(query: Query, { asker, scopes }: Asking, options: ResponderOptions): Settled {
  const snapshot = options.snapshot()
  const found = answer(query.question, snapshot, asker, options.identity, options.random)
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
  if (found.kind === 'records') for (const cluster of found.clusters) answered(zone, cluster)
}
