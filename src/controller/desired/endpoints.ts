import { type Address, type Family, familyOf } from '../../dns/index.ts'
import { type EndpointPort, labelOf, readyIn, type ValidExport } from '../../inventory/index.ts'
import type { ClusterEndpoint } from '../../zone/index.ts'

/** An endpoint as a row of a slice has it. */
export interface Row {
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
export const rowsOf = ({ endpoints }: ValidExport): readonly Row[] =>
  readyIn(endpoints).flatMap(({ hostname, addresses, zone, ports }) => {
    const [first] = addresses
    if (first === undefined) return []
    const own = hostname === labelOf(first) ? null : hostname
    const draining = endpoints.basis === 'serving while terminating'
    return [{ addresses, family: familyOf(first), hostname: own, zone, draining, ports }]
  })

export const headlessEndpoints = ({ cluster, endpoints }: ValidExport): readonly ClusterEndpoint[] =>
  readyIn(endpoints).map((endpoint) => ({ cluster, endpoint }))

export const familiesAtEndpoints = (exports: readonly ValidExport[]): readonly Family[] =>
  [...new Set(exports.flatMap(rowsOf).map(({ family }) => family))].sort()

export const hasReady = ({ endpoints }: ValidExport): boolean => endpoints.count > 0

/** Addresses that stand in for a cluster's endpoints: its gateway's, its load balancer's, its cluster IPs. */
export const standIns = (addresses: readonly Address[]): readonly Row[] =>
  addresses.map((address) => ({
    addresses: [address],
    family: familyOf(address),
    hostname: null,
    zone: null,
    draining: false,
    ports: null,
  }))
