import { type Address, type Family, familyOf } from '../../values/dns/index.ts'
import { isWord } from '../../words/kube/index.ts'
import { type EndpointPort, labelOf, Ready, readyIn, type ValidExport } from '../../world/inventory/index.ts'
import type { ClusterShare } from '../../world/zone/index.ts'

/** An endpoint as a row of a slice has it. */
export interface EndpointRow {
  readonly addresses: readonly Address[]
  readonly family: Family
  /** null: it goes by its address. */
  readonly hostname: string | null
  readonly zone: string | null
  /** It is about to go, and serves until then. */
  readonly draining: boolean
  /** Null for an address that stands in for a cluster: its ports are the Service's own. */
  readonly ports: readonly EndpointPort[] | null
}

/** A cluster's endpoints that count. With the two below, all that knows how they are kept. */
export function rowsOf({ endpoints }: ValidExport): readonly EndpointRow[] {
  const draining = endpoints.basis === 'serving while terminating'
  const rows = readyIn(endpoints).flatMap(({ hostname, addresses, zone, ports }) => {
    const [first] = addresses
    if (first === undefined) return []
    const own = hostname === labelOf(first) ? null : hostname
    return [{ addresses, family: familyOf(first), hostname: own, zone: zoneIn(zone), draining, ports }]
  })
  return [...Map.groupBy(rows, rowId).values()].flatMap((same) => (same.length === 1 ? same : apart(same)))
}

/** The API takes no hint of a zone that is no label's value. */
const zoneIn = (zone: string | null): string | null => (zone !== null && isWord(zone) ? zone : null)

/** What tells rows of one cluster and one list of ports apart. */
export const rowId = ({ hostname, addresses }: EndpointRow): string =>
  `${hostname ?? ''} ${addresses[0] ?? ''}`

/** Pods of one host have one address: each port of theirs once, and none twice by one name in a row. */
function apart(same: readonly EndpointRow[]): readonly EndpointRow[] {
  const [first] = same
  if (first === undefined) return []
  const ports = same.flatMap((row) => row.ports ?? [])
  const distinct = [
    ...new Map(ports.map((port) => [`${port.protocol} ${port.port} ${port.name}`, port])).values(),
  ]
  const byName = [...Map.groupBy(distinct, ({ name }) => name).values()]
  const most = Math.max(1, ...byName.map(({ length }) => length))
  return Array.from({ length: most }, (_, i) => ({
    ...first,
    ports: byName.flatMap((list) => list[i] ?? []),
  }))
}

export const headlessShare = ({ cluster, endpoints }: ValidExport): ClusterShare => ({
  cluster,
  ready: new Ready(endpoints.ready),
})

/** Of endpoints that only ServiceEntries list, the addresses that they write. */
export const familiesAtEndpoints = (exports: readonly ValidExport[]): readonly Family[] =>
  [...new Set(exports.flatMap(familiesOf))].sort()

function familiesOf(exported: ValidExport): readonly Family[] {
  const rows = rowsOf(exported)
  if (rows.length > 0 || !hasReady(exported)) return rows.map(({ family }) => family)
  return exported.ingress.flatMap((one) => ('address' in one ? [familyOf(one.address)] : []))
}

export const hasReady = ({ endpoints }: ValidExport): boolean => endpoints.count > 0

/** Addresses that stand in for a cluster's endpoints: its gateway's, its load balancer's, its cluster IPs. */
export const standIns = (addresses: readonly Address[]): readonly EndpointRow[] =>
  addresses.map((address) => ({
    addresses: [address],
    family: familyOf(address),
    hostname: null,
    zone: null,
    draining: false,
    ports: null,
  }))
