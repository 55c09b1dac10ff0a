import { type ClusterView, listIn } from '../../sources/changes/index.ts'
import { fits, isWithin, joinNames, type Name, wireLength } from '../../values/dns/index.ts'
import { lastRemembered } from '../../values/table/index.ts'
import { type External, printLocality } from '../../words/clusterset/index.ts'
import {
  namespaceKey,
  SERVICE_ENTRY,
  type ServiceEntry,
  type ServiceKey,
  WORKLOAD_ENTRY,
} from '../../words/kube/index.ts'
import { type EntryGround, type ServiceEntries, saidByEntries } from '../istio/index.ts'
import type { InventoryRules, Seen } from './rule-types.ts'
import { NO_PODS, selectedPods } from './selected-pods.ts'

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
    pods: (namespace, wanted) => (view === null ? NO_PODS : selectedPods(view, rule, namespace, wanted)),
    home: {
      locality: rule.locality ? printLocality(rule.locality) : '',
      network: rule.network,
    },
  }
}
