import {
  type Address,
  contains,
  familyOf,
  isLabel,
  type Prefix,
  printAddress,
  unusable,
} from '../dns/index.ts'
import { type EndpointSlice, endpointsIn, type SliceEndpoint } from '../kube/index.ts'
import { type Octets, trimmed } from '../packed/index.ts'
import { packReady } from './ready.ts'
import { countTold, type Heard, Roll, type Told } from './roll.ts'
import { type EndpointPort, type Endpoints, type Ignored, type InventoryRules, SECOND_NAME } from './types.ts'

/**
 * A cluster's own endpoints of a service: the union over its slices without those that mirror other clusters'
 * (answers.md "Which endpoints").
 */
export function ownEndpoints(
  slices: readonly EndpointSlice[],
  service: string,
  publishNotReady: boolean,
  rules: InventoryRules,
): Endpoints {
  const ignored = new IgnoredCount()
  const own = slices.filter((slice) => slice.service === service && isOwn(slice, rules, ignored))
  return gather(own, publishNotReady, rules.podCIDRs, ignored)
}

/** Endpoints that another implementation mirrored into a cluster from `sourceCluster`. */
export const mirroredEndpoints = (slices: readonly EndpointSlice[]): Octets =>
  gather(slices, false, [], new IgnoredCount()).ready

function isOwn(slice: EndpointSlice, rules: InventoryRules, ignored: IgnoredCount): boolean {
  const { sourceCluster, managedBy } = slice
  const of = sourceCluster === null ? '' : ` of cluster ${sourceCluster}`
  const mirrored =
    sourceCluster !== null
      ? MIRRORED
      : managedBy !== null && rules.ignoreManagedBy.includes(managedBy)
        ? `managed by ${managedBy}`
        : undefined
  if (mirrored !== undefined)
    ignored.add(mirrored, endpointsIn(slice).length, `EndpointSlice ${slice.name}${of}`)
  return mirrored === undefined
}

/** Reasons are labels of a metric: none holds what an object says. */
const MIRRORED = 'mirrored from another cluster'

function gather(
  slices: readonly EndpointSlice[],
  publishNotReady: boolean,
  declared: readonly Prefix[],
  ignored: IgnoredCount,
): Endpoints {
  const roll = new Roll()
  for (const slice of slices) {
    const ports = portsOf(slice)
    for (const endpoint of endpointsIn(slice)) {
      const one = tell(slice, endpoint, ports, declared, ignored)
      if (one !== undefined) roll.add(one)
    }
  }
  const { told, aliases } = roll.call()
  for (const alias of aliases) ignored.add(SECOND_NAME, 1, alias)
  // A space comes before all that host names are made of: this is the order of host name and address.
  const order = ({ endpoint: { hostname, addresses } }: Told) => `${hostname} ${addresses[0]}`
  const keyed = told.map((one) => [order(one), one] as const).sort(([a], [b]) => compare(a, b))
  return select(
    keyed.map(([, one]) => one),
    publishNotReady,
    ignored,
  )
}

function select(told: readonly Told[], publishNotReady: boolean, ignored: IgnoredCount): Endpoints {
  const basis = basisOf(told, publishNotReady)
  const counted = told.filter(COUNTS[basis])
  return {
    ready: packReady(counted.map(({ endpoint }) => endpoint)),
    count: countTold(counted),
    total: countTold(told),
    basis,
    ignored: ignored.list(),
  }
}

function basisOf(told: readonly Told[], publishNotReady: boolean): Endpoints['basis'] {
  if (publishNotReady) return 'publishNotReadyAddresses'
  return !told.some(({ ready }) => ready) && told.some(({ draining }) => draining)
    ? 'serving while terminating'
    : 'ready'
}

const COUNTS: Readonly<Record<Endpoints['basis'], (one: Told) => boolean>> = {
  ready: ({ ready }) => ready,
  publishNotReadyAddresses: () => true,
  'serving while terminating': ({ draining }) => draining,
}

function tell(
  slice: EndpointSlice,
  endpoint: SliceEndpoint,
  ports: readonly EndpointPort[],
  declared: readonly Prefix[],
  ignored: IgnoredCount,
): Heard | undefined {
  const addresses: Address[] = []
  for (const stray of endpoint.strays) ignored.add(notAnAddress(slice), 1, stray)
  for (const address of endpoint.addresses) {
    const why = objection(slice, address, declared)
    if (why !== undefined) ignored.add(why, 1, printAddress(address))
    else if (!addresses.includes(address)) addresses.push(address)
  }
  const [first] = addresses
  if (first === undefined) return undefined
  return {
    uid: endpoint.uid,
    hostname: endpoint.hostname !== null && isLabel(endpoint.hostname) ? endpoint.hostname : null,
    family: familyOf(first),
    addresses,
    zone: endpoint.zone,
    ports,
    ready: endpoint.ready ?? true,
    draining: endpoint.serving === true && endpoint.terminating === true,
  }
}

const notAnAddress = (slice: EndpointSlice): string =>
  slice.addressType === 'FQDN' ? 'a host name (FQDN slice)' : 'not an IP address'

function objection(slice: EndpointSlice, address: Address, declared: readonly Prefix[]): string | undefined {
  if (slice.addressType === 'FQDN') return 'a host name (FQDN slice)'
  if ((slice.addressType === 'IPv4') !== (address.length === 4)) return `not of family ${slice.addressType}`
  const why = unusable(address)
  if (why !== undefined) return `${why} address`
  const ofFamily = declared.filter(({ base }) => base.length === address.length)
  return ofFamily.length === 0 || ofFamily.some((prefix) => contains(prefix, address))
    ? undefined
    : "outside the cluster's podCIDRs"
}

const portsOf = (slice: EndpointSlice): readonly EndpointPort[] =>
  (slice.ports ?? []).flatMap(({ name, protocol, port }) => (port === null ? [] : [{ name, protocol, port }]))

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Counts what is left out, by reason. */
class IgnoredCount {
  readonly #byReason = new Map<string, Ignored>()

  add(reason: string, count: number, example: string): void {
    const before = this.#byReason.get(reason)
    this.#byReason.set(reason, {
      reason,
      count: (before?.count ?? 0) + count,
      example: before?.example ?? example,
    })
  }

  list(): readonly Ignored[] {
    return trimmed([...this.#byReason.values()].sort((a, b) => compare(a.reason, b.reason)))
  }
}
