import {
  type Address,
  type Name,
  type Prefix,
  parsePrefix,
  printAddress,
  unusable,
} from '../../values/dns/index.ts'
import type { ClusterId, Networks } from '../../words/clusterset/index.ts'
import {
  briefly,
  carriesTags,
  type EntryEndpoint,
  type ServiceEntry,
  type ServiceKey,
  type Tags,
  type WorkloadEntry,
} from '../../words/kube/index.ts'
import { serviceNamedBy } from './hosts.ts'
import type { ServiceZones } from './rules.ts'

/** What there is to select from where the objects are, and which clusters there are. */
export interface EntryGround {
  readonly clusters: { readonly has: (id: ClusterId) => boolean }
  readonly nat64: readonly Prefix[]
  /** Of a host: the name of a place of it, where that is another host's or stands above one. */
  readonly hostAt?: ((place: ClusterId) => Name | undefined) | undefined
  readonly machines: (namespace: string) => readonly WorkloadEntry[]
  readonly pods: (namespace: string, wanted: Tags) => SelectedPods
  /** Where pods are: the cluster itself. */
  readonly home: { readonly locality: string; readonly network: Networks }
}

/** The endpoints of all Services that are selected: those that are ready come first. */
export interface SelectedPods {
  readonly pods: readonly PodEndpoint[]
  /** What of them does not count, and why. */
  readonly told: readonly string[]
}

/** An endpoint of a Service. */
export interface PodEndpoint {
  readonly address: Address
  readonly zone: string | null
  /** At which numbers it serves ports, by the names that its Service gives them. */
  readonly ports: EntryEndpoint['ports']
  readonly isReady: boolean
}

/** An endpoint as its entry has it, wherever it is written. */
export interface ListedEndpoint extends EntryEndpoint {
  /** In its object: `spec.endpoints[2]`, or `spec` of a machine's own. */
  readonly place: string
  readonly isWell: boolean
  /** Whose it is, if not the entry's own. */
  readonly of: 'entry' | 'pod' | WorkloadEntry
}

/** What an entry selects its endpoints from. */
export interface EntrySelection extends SelectedPods {
  readonly machines: readonly WorkloadEntry[]
}

/** null: it lists them itself. */
export const entrySelection = (
  { selector, namespace }: ServiceEntry,
  ground: EntryGround,
): EntrySelection | null =>
  selector === null ? null : { machines: ground.machines(namespace), ...ground.pods(namespace, selector) }

/** Pods are found anew each time. */
export function isSameSelection(one: EntrySelection | null, other: EntrySelection | null): boolean {
  if (one === null || other === null) return one === other
  return (
    one.machines === other.machines &&
    one.pods.length === other.pods.length &&
    one.pods.every((pod, i) => isSamePod(pod, other.pods[i])) &&
    one.told.length === other.told.length &&
    one.told.every((sentence, i) => sentence === other.told[i])
  )
}

const isSamePod = ({ address, zone, ports, isReady }: PodEndpoint, other: PodEndpoint | undefined): boolean =>
  address === other?.address &&
  isReady === other.isReady &&
  zone === other.zone &&
  ports.length === other.ports.length &&
  ports.every(([name, number], i) => name === other.ports[i]?.[0] && number === other.ports[i]?.[1])

/** All endpoints of an entry: those that it lists, or those that it selects. */
export function listedBy(
  { selector, endpoints }: ServiceEntry,
  selection: EntrySelection | null,
  home: EntryGround['home'],
): readonly ListedEndpoint[] {
  if (selection === null || selector === null)
    return endpoints.flatMap((each, i) =>
      each === null ? [] : [{ ...each, place: `spec.endpoints[${i}]`, isWell: true, of: 'entry' as const }],
    )
  const machines = selection.machines.filter(({ labels }) => carriesTags(labels, selector))
  return [
    ...machines.map((each) => ({ ...each, place: 'spec', isWell: each.isHealthy, of: each })),
    ...selection.pods.map(({ address, zone, ports, isReady }) => ({
      at: { address },
      ports,
      locality: placeOfPod(home.locality, zone),
      weight: null,
      network: '',
      place: `the pod ${printAddress(address)}`,
      isWell: isReady,
      of: 'pod' as const,
    })),
  ]
}

function placeOfPod(home: string, zone: string | null): string {
  const [region = ''] = home.split('/')
  return region === '' || zone === null ? home : `${region}/${zone}`
}

/** What the address of an endpoint leads to: itself, a cluster's share of a service, or nothing that a name could. */
type EndpointMeaning =
  | { readonly kind: 'endpoint'; readonly at: { readonly address: Address } | { readonly hostname: Name } }
  | { readonly kind: 'share'; readonly key: ServiceKey; readonly cluster: ClusterId; readonly hostname: Name }
  | { readonly kind: 'none'; readonly why: string }

const none = (why: string): EndpointMeaning => ({ kind: 'none', why })

export function meaningOfEndpoint(
  { at, network }: ListedEndpoint,
  zones: ServiceZones,
  ground: Pick<EntryGround, 'clusters' | 'nat64'>,
): EndpointMeaning {
  if ('address' in at) {
    const why = isIstiosOwn(at.address)
      ? 'an address that Istio gave out for sidecars'
      : unusable(at.address, ground.nat64)
    return why === undefined ? { kind: 'endpoint', at } : none(`${printAddress(at.address)} is ${why}`)
  }
  if ('none' in at) return none(whyNone(at.none, network))
  return meaningOfName(at.hostname, zones, ground)
}

function whyNone(written: string, network: string): string {
  if (written === '')
    return network === ''
      ? 'it has no address'
      : 'it has no address: it stands for the gateway of a network, of which clusters have theirs'
  return written.startsWith('unix://')
    ? `${briefly(written)} is a socket of one machine`
    : `${briefly(written)} is no address or host name`
}

/** Names of Meridian's own zones are read for what they mean, and never looked up. */
function meaningOfName(
  hostname: Name,
  zones: ServiceZones,
  { clusters }: Pick<EntryGround, 'clusters'>,
): EndpointMeaning {
  const named = serviceNamedBy(hostname, '', zones)
  if (named === undefined)
    return isOwn(hostname, zones)
      ? none(`${briefly(hostname)} is a name of no service`)
      : { kind: 'endpoint', at: { hostname } }
  if (named.cluster === null && hostname.endsWith(`.svc.${zones.clusterDomain}`))
    return none(
      `${briefly(hostname)} is the Service of whichever cluster looks it up: one cluster's share has a name of its own, such as web.default.svc.cluster-east.local`,
    )
  if (named.cluster === null)
    return none(`${briefly(hostname)} is a service of all clusters, which a name cannot stand behind again`)
  return clusters.has(named.cluster)
    ? { kind: 'share', key: named.key, cluster: named.cluster, hostname }
    : none(`${briefly(hostname)}: there is no cluster ${briefly(named.cluster)}`)
}

const isOwn = (name: Name, { clusterset, global, clusterDomain, entries = [] }: ServiceZones): boolean =>
  [clusterset, global, clusterDomain, ...entries].some(
    (zone) => zone !== null && (name === zone || name.endsWith(`.${zone}`)),
  )

/** 240.0.0.0/4 is reserved for everybody. */
const ISTIOS = parsePrefix('2001:2::/48')

const isIstiosOwn = (address: Address): boolean =>
  address.length === 16 && ISTIOS !== undefined && address.startsWith(ISTIOS.base.slice(0, 6))
