import { type Address, familyOf, isLabel, printAddress, unusable } from '../../values/dns/index.ts'
import { type Octets, trimmed } from '../../values/packed/index.ts'
import {
  briefly,
  countOfEndpoints,
  type EndpointSlice,
  endpointsIn,
  type SliceEndpoint,
} from '../../words/kube/index.ts'
import type { EndpointPort, Endpoints, Ignored } from './endpoint-types.ts'
import {
  BEYOND_ADDRESSES,
  BEYOND_ENDPOINTS,
  BEYOND_LOOKED_AT,
  BEYOND_PORTS,
  chosen,
  EndpointAllowance,
  SECOND_NAME,
} from './limits.ts'
import { endpointProblem, isRefused, StrayCount } from './outside.ts'
import { packReady } from './pack-ready.ts'
import { countReported, type HeardEndpoint, type ReportedEndpoint, Roll } from './roll.ts'
import type { InventoryRules } from './rule-types.ts'
import { SlicePorts } from './slice-ports.ts'

/**
 * A cluster's own endpoints of a service: the union over its slices without those that mirror other clusters'
 * (answers.md 2, "Which endpoints").
 */
export function ownEndpoints(
  slices: readonly EndpointSlice[],
  service: string,
  publishNotReady: boolean,
  rules: InventoryRules,
  strays: StrayCount,
): Endpoints {
  const ignored = new IgnoredCount()
  const own = slices.filter((slice) => slice.service === service && isOwn(slice, rules, ignored))
  return gather(own, publishNotReady, { rules, ignored, strays, allowance: new EndpointAllowance() })
}

/**
 * Endpoints that another implementation mirrored into a cluster from `sourceCluster`: whose they are, nobody declares.
 * `allowance`: for all the clusters that a service is mirrored from.
 */
export const mirroredEndpoints = (
  slices: readonly EndpointSlice[],
  { addresses }: InventoryRules,
  allowance: EndpointAllowance,
): Octets =>
  gather(slices, false, {
    allowance,
    rules: { ...NOTHING_DECLARED, addresses: { ...addresses, ranges: [] } },
    ignored: new IgnoredCount(),
    strays: new StrayCount(),
  }).ready

const NOTHING_DECLARED = { id: '', network: null, podCIDRs: [], loadBalancerCIDRs: [] } as const

/** By what endpoints are judged, and where what does not pass is counted. */
interface Judging {
  readonly rules: Omit<InventoryRules, 'exportNamespaces' | 'ignoreManagedBy' | 'rank' | 'reach'>
  readonly ignored: IgnoredCount
  readonly strays: StrayCount
  readonly allowance: EndpointAllowance
}

/** Whether what a slice holds are another cluster's endpoints. */
export const isMirrored = (
  { sourceCluster, managedBy }: EndpointSlice,
  { ignoreManagedBy }: Pick<InventoryRules, 'ignoreManagedBy'>,
): boolean => sourceCluster !== null || (managedBy !== null && ignoreManagedBy.includes(managedBy))

function isOwn(slice: EndpointSlice, rules: InventoryRules, ignored: IgnoredCount): boolean {
  const { sourceCluster, managedBy } = slice
  const of = sourceCluster === null ? '' : ` of cluster ${sourceCluster}`
  if (!isMirrored(slice, rules)) return true
  const reason = sourceCluster === null ? `managed by ${managedBy}` : MIRRORED
  ignored.add(reason, countOfEndpoints(slice), `EndpointSlice ${slice.name}${of}`)
  return false
}

/** Reasons are labels of a metric: none holds what an object says. */
const MIRRORED = 'mirrored from another cluster'

function gather(slices: readonly EndpointSlice[], publishNotReady: boolean, judging: Judging): Endpoints {
  const { ignored } = judging
  const lists = new SlicePorts()
  const roll = new Roll(lists)
  for (const slice of slices) hear(slice, lists, roll, judging)
  const { reported, aliases, beyond } = roll.call()
  for (const alias of aliases) ignored.add(SECOND_NAME, 1, alias)
  for (const address of beyond) ignored.add(BEYOND_ADDRESSES, 1, printAddress(address))
  if (lists.beyond > 0)
    ignored.add(BEYOND_PORTS, lists.beyond, 'those of endpoints that many EndpointSlices tell of')
  return select(reported.toSorted(byName), publishNotReady, ignored)
}

/** By host name, and those of one by address. */
const byName = ({ endpoint: a }: ReportedEndpoint, { endpoint: b }: ReportedEndpoint): number =>
  compare(a.hostname, b.hostname) || compare(a.addresses[0] ?? '', b.addresses[0] ?? '')

/** What one slice says, as far as a service is looked at. */
function hear(slice: EndpointSlice, lists: SlicePorts, roll: Roll, judging: Judging): void {
  const { ignored, allowance } = judging
  const place = `EndpointSlice ${slice.name}`
  const { ports, beyond } = allowance.spent ? NOTHING : lists.of(slice)
  if (beyond > 0) ignored.add(BEYOND_PORTS, beyond, place)
  const endpoints = allowance.spent ? [] : endpointsIn(slice)
  let heard = 0
  for (const endpoint of endpoints) {
    if (!allowance.take(endpoint.addresses.length + endpoint.strays.length)) break
    heard++
    const one = heardOf(slice, endpoint, ports, judging)
    if (one !== undefined) roll.add(one)
  }
  const unheard = countOfEndpoints(slice) - heard
  if (unheard > 0) ignored.add(BEYOND_LOOKED_AT, unheard, place)
}

const NOTHING = { ports: [], beyond: 0 } as const

function select(
  reported: readonly ReportedEndpoint[],
  publishNotReady: boolean,
  ignored: IgnoredCount,
): Endpoints {
  const basis = basisOf(reported, publishNotReady)
  const counted = reported.filter(COUNTS[basis])
  const answered = chosen(counted, ({ endpoint }) => endpoint.addresses[0] ?? '')
  const [first] = answered === counted ? [] : counted.filter((one, i) => one !== answered[i])
  if (first !== undefined)
    ignored.add(
      BEYOND_ENDPOINTS,
      counted.length - answered.length,
      printAddress(first.endpoint.addresses[0] ?? ''),
    )
  return {
    ready: packReady(answered.map(({ endpoint }) => endpoint)),
    count: countReported(counted),
    total: countReported(reported),
    basis,
    ignored: ignored.list(),
  }
}

function basisOf(reported: readonly ReportedEndpoint[], publishNotReady: boolean): Endpoints['basis'] {
  if (publishNotReady) return 'publishNotReadyAddresses'
  return !reported.some(({ ready }) => ready) && reported.some(({ draining }) => draining)
    ? 'serving while terminating'
    : 'ready'
}

const COUNTS: Readonly<Record<Endpoints['basis'], (one: ReportedEndpoint) => boolean>> = {
  ready: ({ ready }) => ready,
  publishNotReadyAddresses: () => true,
  'serving while terminating': ({ draining }) => draining,
}

function heardOf(
  slice: EndpointSlice,
  endpoint: SliceEndpoint,
  ports: readonly EndpointPort[],
  judging: Judging,
): HeardEndpoint | undefined {
  for (const stray of endpoint.strays) judging.ignored.add(notAnAddress(slice), 1, stray)
  const addresses = admittedOf(slice, endpoint, judging)
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

/** Each once. Nearly all have one, and there are thousands: that is a list already. */
function admittedOf(
  slice: EndpointSlice,
  { addresses: all }: SliceEndpoint,
  judging: Judging,
): readonly Address[] {
  const [first] = all
  if (first !== undefined && all.length === 1) return isAdmitted(slice, first, judging) ? all : []
  return [...new Set(all.filter((address) => isAdmitted(slice, address, judging)))]
}

const notAnAddress = (slice: EndpointSlice): string =>
  slice.addressType === 'FQDN' ? 'a host name (FQDN slice)' : 'not an IP address'

/** Whether an address counts; what is not the cluster's may, as long as it is observed only. */
function isAdmitted(slice: EndpointSlice, address: Address, { rules, ignored, strays }: Judging): boolean {
  const mismatch = mismatchOf(slice, address, rules)
  const problem = mismatch === undefined ? endpointProblem(address, rules, rules.addresses) : undefined
  if (problem !== undefined && !isRefused(problem, rules.addresses)) {
    strays.add(problem, false, printAddress(address))
    return true
  }
  const why = mismatch ?? problem?.reason
  if (why !== undefined) ignored.add(why, 1, printAddress(address))
  return why === undefined
}

function mismatchOf(
  slice: EndpointSlice,
  address: Address,
  { addresses }: Judging['rules'],
): string | undefined {
  if (slice.addressType === 'FQDN') return 'a host name (FQDN slice)'
  if ((slice.addressType === 'IPv4') !== (address.length === 4)) return `not of family ${slice.addressType}`
  const why = unusable(address, addresses.nat64)
  return why && `${why} address`
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Counts what is left out, by reason. */
class IgnoredCount {
  readonly #byReason = new Map<string, Ignored>()

  add(reason: string, count: number, example: string): void {
    const before = this.#byReason.get(reason)
    this.#byReason.set(reason, {
      reason,
      count: (before?.count ?? 0) + count,
      example: before?.example ?? briefly(example),
    })
  }

  list(): readonly Ignored[] {
    return trimmed([...this.#byReason.values()].sort((a, b) => compare(a.reason, b.reason)))
  }
}
