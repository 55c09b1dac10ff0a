import { type ClusterView, keysIn, listIn, objectIn } from '../../sources/changes/index.ts'
import { fits, isWithin, joinNames, type Name, wireLength } from '../../values/dns/index.ts'
import { lastRemembered } from '../../values/table/index.ts'
import { type External, printLocality } from '../../words/clusterset/index.ts'
import {
  carriesTags,
  namespaceKey,
  SERVICE,
  SERVICE_ENTRY,
  type ServiceEntry,
  type ServiceKey,
  SLICE,
  type Tags,
  WORKLOAD_ENTRY,
} from '../../words/kube/index.ts'
import { type EntryGround, type PodEndpoint, type ServiceEntries, saidByEntries } from '../istio/index.ts'
import { ownEndpoints } from './endpoints.ts'
import { StrayCount } from './outside.ts'
import { readyIn } from './ready.ts'
import type { InventoryRules, Seen } from './rule-types.ts'

/** What stands behind a service's name besides what clusters export, and whether somebody may say so. */
export interface SaidExternal {
  readonly external: External | undefined
  readonly isMeant: boolean
}

export function externalOf(key: ServiceKey, seen: Seen): SaidExternal {
  const said = serviceEntriesOf(key, seen)
  return said === undefined ? NOTHING : { external: said.external ?? undefined, isMeant: said.isMeant }
}

const NOTHING: SaidExternal = { external: undefined, isMeant: false }

/** What ServiceEntries say of a service; undefined: there is none. */
export function serviceEntriesOf(key: ServiceKey, seen: Seen): ServiceEntries | undefined {
  const { istio, views, rules } = seen
  const view = istio && views.get(istio.cluster)
  const rule = istio && rules.get(istio.cluster)
  if (!istio || !view || !rule || !isAskedFor(key, istio)) return undefined
  const objects = listIn(view, SERVICE_ENTRY, key)
  if (objects.length === 0) return undefined
  const isSelecting = objects.some(({ selector }) => selector !== null)
  const looking = { key, istio, rules, rule, view: isSelecting ? view : null }
  const said = inEntries(objects, looking)
  const hostAt = isHostKey(key) ? otherHostsBelow(hostOf(key), seen) : undefined
  return hostAt !== undefined && said.external?.sites.some(({ id }) => hostAt(id) !== undefined)
    ? saidByEntries(objects, key, istio, { ...groundOf(looking), hostAt })
    : said
}

/** Two things of one name would be answered as one, or the one in the other's stead. */
const otherHostsBelow =
  (host: Name, { hostsAt }: Seen): ((place: string) => Name | undefined) =>
  (place) => {
    const name = joinNames(place, host)
    return (hostsAt?.(name) ?? 0) > 0 ? name : undefined
  }

/** Whether a key is of a service, or of a host that one of the zones of hosts has. */
export const isAskedFor = (key: ServiceKey, { zones }: NonNullable<Seen['istio']>): boolean =>
  !isHostKey(key) || isHostIn(hostOf(key), zones.entries)

/** That of what stands behind a host as a whole. */
export const isHostKey = (key: ServiceKey): boolean => key.startsWith('/')
const hostOf = (key: ServiceKey): Name => key.slice(1)

/** Whether names of one of these zones are made of it: it lies below, and is a name; `*.` may stand before it. */
export function isHostIn(host: Name, zones: readonly Name[] = []): boolean {
  const name = host.startsWith('*.') ? host.slice(2) : host
  return zones.some((zone) => host !== zone && isWithin(host, zone)) && fits(name) && wireLength(host) <= 255
}

interface Looking {
  readonly key: ServiceKey
  readonly istio: NonNullable<Seen['istio']>
  readonly rules: Seen['rules']
  readonly rule: InventoryRules
  /** What endpoints are selected from; null: none are. */
  readonly view: ClusterView | null
}

// Asked for twice of each service that is derived.
const inEntries = lastRemembered(
  (objects: readonly ServiceEntry[], looking: Looking) =>
    saidByEntries(objects, looking.key, looking.istio, groundOf(looking)),
  (one, other) =>
    one.key === other.key &&
    one.istio === other.istio &&
    one.rules === other.rules &&
    one.view === other.view,
)

function groundOf({ view, rule, rules }: Looking): EntryGround {
  return {
    clusters: rules,
    nat64: rule.addresses.nat64,
    machines: (namespace) => (view === null ? [] : listIn(view, WORKLOAD_ENTRY, namespaceKey(namespace))),
    pods: (namespace, wanted) => (view === null ? [] : podsOf(view, rule, namespace, wanted)),
    home: {
      locality: rule.locality ? printLocality(rule.locality) : '',
      network: rule.network,
    },
  }
}

/** The ready endpoints of the Services that select by all of those labels, each once: Pods are not watched. */
function podsOf(
  view: ClusterView,
  rule: InventoryRules,
  namespace: string,
  wanted: Tags,
): readonly PodEndpoint[] {
  const all = new Map<string, PodEndpoint>()
  for (const key of keysIn(view.byNamespace, namespace)) {
    const service = objectIn(view, SERVICE, key)
    if (service?.selector === undefined || service.derived || !carriesTags(service.selector, wanted)) continue
    const { name, publishNotReadyAddresses } = service
    const slices = listIn(view, SLICE, key)
    const found = ownEndpoints(slices, name, publishNotReadyAddresses, rule, new StrayCount())
    for (const { addresses, zone, ports } of readyIn(found)) {
      const numbers = ports.map((one) => [one.name, one.port] as const)
      for (const address of addresses)
        all.set(address, { address, zone, ports: [...(all.get(address)?.ports ?? []), ...numbers] })
    }
  }
  return [...all.values()]
}
