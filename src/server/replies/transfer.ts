import { renderZone, soaOf, type Unrendered } from '../../answer/records/index.ts'
import { CLASS, isNewer, type RR, TYPE } from '../../values/dns/index.ts'
import type { Snapshot, Zone } from '../../world/zone/index.ts'
import { decodeQuery, encodeTransfer, type Query, type ReplyLimits, typeAskedFor } from '../wire/index.ts'
import type { Askers } from './asker.ts'
import type { ResponderOptions } from './options.ts'
import type { Transfer } from './types.ts'

/** Zone transfers (RFC 5936) to the clients in `transfer.allow`; everyone else's go the way of other queries, to REFUSED. */
export function createTransfer(
  { snapshot, clients, udpSize, counters, bug }: ResponderOptions,
  { asking }: Askers,
): Transfer {
  const limits: ReplyLimits = { isStream: true, udpSize }
  return (view, at, end, peer) => {
    // Every query of a stream comes by here.
    if (!TRANSFERS.includes(typeAskedFor(view, at, end))) return undefined
    try {
      const decoded = decodeQuery(view, at, end)
      if (decoded.kind !== 'query' || !isTransfer(decoded.query)) return undefined
      const { query } = decoded
      const world = snapshot()
      const zone = world.zones.get(query.question.name)
      if (zone === undefined || !world.settled || !asking(peer, query).mayTransfer) return undefined
      counters.requests.count(zone.name, query.question.type, 0, peer.transport.label)
      const records = recordsFor(query, world, zone, clients.local, (key, error) =>
        bug(new Error(`service ${key} is left out of a transfer: ${String(error)}`, { cause: error })),
      )
      return encodeTransfer(view, at, query, records, limits)
    } catch (error) {
      bug(error)
      return undefined
    }
  }
}

const isTransfer = ({ question: { type, class: code } }: Query): boolean =>
  TRANSFERS.includes(type) && code === CLASS.IN

const TRANSFERS: readonly number[] = [TYPE.AXFR, TYPE.IXFR]

/** The whole zone between two copies of its SOA; one SOA for a client of IXFR that is current (RFC 1995, 2). */
function* recordsFor(
  { question, ixfrSerial }: Query,
  world: Snapshot,
  zone: Zone,
  local: Parameters<typeof renderZone>[2],
  failed: Unrendered,
): Generator<RR | undefined> {
  const serial = world.serials.get(zone.name) ?? 0
  if (question.type === TYPE.IXFR && ixfrSerial !== null && !isNewer(serial, ixfrSerial)) {
    yield soaOf(zone, world)
    return
  }
  yield* renderZone(world, zone, local, failed)
  yield soaOf(zone, world)
}
