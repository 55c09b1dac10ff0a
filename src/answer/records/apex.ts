import { addressRecord, type Name, type RR, TYPE } from '../../values/dns/index.ts'
import type { Snapshot, Zone } from '../../world/zone/index.ts'

/** RFC 2308: negative answers live as long as the SOA record itself, so its TTL is the negative one. */
export function soaOf({ name }: Zone, { settings, serials }: Pick<Snapshot, 'settings' | 'serials'>): RR {
  return {
    owner: name,
    ttl: settings.negativeTtl,
    data: {
      type: TYPE.SOA,
      mname: nameServer(settings.clusterset),
      rname: `hostmaster.${name}`,
      serial: serials.get(name) ?? 1,
      ...settings.soa,
      minimum: settings.negativeTtl,
    },
  }
}

const nameServer = (clusterset: Name): Name => `ns.dns.${clusterset}`

/** Records of one type, and what goes along. */
interface RRset {
  readonly answers: readonly RR[]
  readonly additional: readonly RR[]
}

type AtApex = (zone: Zone, snapshot: Snapshot) => RRset

/** What a zone's apex has, by type. */
const AT_APEX: ReadonlyMap<number, AtApex> = new Map<number, AtApex>([
  [TYPE.SOA, (zone, snapshot) => ({ answers: [soaOf(zone, snapshot)], additional: [] })],
  [TYPE.NS, nameServersOf],
])

export const apexRecords = (zone: Zone, type: number, snapshot: Snapshot): RRset =>
  AT_APEX.get(type)?.(zone, snapshot) ?? NONE

const NONE: RRset = { answers: [], additional: [] }

/** One name server for all zones; its addresses go along. */
function nameServersOf({ name }: Zone, snapshot: Snapshot): RRset {
  const { clusterset, ttl } = snapshot.settings
  const target = nameServer(clusterset)
  const additional = [TYPE.A, TYPE.AAAA].flatMap((family) => nameServerRecords(target, family, snapshot))
  return { answers: [{ owner: name, ttl, data: { type: TYPE.NS, target } }], additional }
}

/** `ns.dns.<clusterset zone>`. */
export const nameServerRecords = (owner: Name, type: number, { settings }: Snapshot): readonly RR[] =>
  settings.advertise
    .map((address) => addressRecord(owner, settings.ttl, address))
    .filter(({ data }) => data.type === type)

/** `dns-version.<clusterset zone>`: the version of the KEP-1645 DNS specification that the names follow. */
export const schemaRecords = (owner: Name, type: number): readonly RR[] =>
  type === TYPE.TXT ? [{ owner, ttl: 28_800, data: { type: TYPE.TXT, strings: ['1.0.0'] } }] : []

export const pointerRecords = (
  owner: Name,
  type: number,
  target: Name,
  { settings }: Snapshot,
): readonly RR[] =>
  type === TYPE.PTR ? [{ owner, ttl: settings.ttl, data: { type: TYPE.PTR, target } }] : []
