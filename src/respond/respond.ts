import { type Answer, answer, BUG, type Identity, type Outcome, outcomeOf } from '../answer/index.ts'
import { OPCODE } from '../dns/index.ts'
import type { RequestCounters } from '../observe/index.ts'
import { decodeQuery, encodeError, encodeReply, type Limits, type Query } from '../wire/index.ts'
import type { Snapshot } from '../zone/index.ts'
import { type Asking, type ClientRules, createAskers } from './asker.ts'
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
  const limits = { udp: limitsFor('udp', options), tcp: limitsFor('tcp', options) }
  const respond: Respond = (view, at, end, peer, out, to) => {
    try {
      return respondTo(view, at, end, peer, out, to, limits[peer.transport], askers, options)
    } catch (error) {
      options.bug(error)
      return 0
    }
  }
  return { respond, transfer: createTransfer(options, askers, limits.tcp) }
}

const limitsFor = (transport: Peer['transport'], { udpSize }: ResponderOptions): Limits => ({
  transport,
  udpSize,
})

/** A bug on the way, in the answer or its encoding, is the asker's SERVFAIL and nobody else's: silence would mark us dead. */
function respondTo(
  view: DataView,
  at: number,
  end: number,
  peer: Peer,
  out: DataView,
  to: number,
  limits: Limits,
  askers: (peer: Peer, query: Query) => Asking,
  options: ResponderOptions,
): number {
  const { counters } = options
  const started = options.clock()
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
    const { outcome, zone, scope } = settle(query, askers(peer, query), options)
    const reply = { ...outcome, subnetScope: scope, nsid: options.identity.id }
    const length = encodeReply(view, at, query, reply, limits, out, to)
    counters.requests.count(zone, query.question.type, outcome.rcode, peer.transport)
    return length
  } catch (error) {
    options.bug(error)
    counters.requests.count('other', query.question.type, BUG.rcode, peer.transport)
    const failure = { ...query, opcode: OPCODE.QUERY, rcode: BUG.rcode }
    return encodeError(view, at, failure, limits, out, to)
  } finally {
    counters.duration.record(options.clock() - started)
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
