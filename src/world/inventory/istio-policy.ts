import { listIn } from '../../sources/changes/index.ts'
import { lastRemembered } from '../../values/table/index.ts'
import {
  DESTINATION_RULE,
  type DestinationRule,
  namespaceOf,
  SERVICE_ENTRY,
  type ServiceKey,
  VIRTUAL_SERVICE,
  type VirtualService,
  WORKLOAD_ENTRY,
} from '../../words/kube/index.ts'
import { type IstioRules, type ServicePolicies, saidByRoutes, saidByRules } from '../istio/index.ts'
import { entryObjects } from './entry-objects.ts'
import type { Export } from './export-types.ts'
import { isAskedFor, isHostKey, serviceEntriesOf } from './istio-entries.ts'
import type { ObjectReader, PolicyProvider, Seen } from './rule-types.ts'
import { withUnread } from './unread-objects.ts'

/** What Istio's objects say: a route chooses the cluster, and a rule comes after it. */
export const ISTIO_POLICY: PolicyProvider = (key, seen, exports) =>
  saidOf(key, seen, exports).flatMap(({ policies }) => policies)

export const ISTIO_OBJECTS: ObjectReader = (key, seen, exports) => {
  const cluster = seen.istio?.cluster ?? ''
  const entries = serviceEntriesOf(key, seen)
  const policies = saidOf(key, seen, exports).map(({ objects }) => objects)
  const hasZone = isHostKey(key) || seen.istio?.zones.global !== null
  const all =
    entries === undefined
      ? policies
      : [...policies, entryObjects(entries, { exports, hasZone }), entries.machines]
  return withUnread(all, key, ISTIO_KINDS, cluster, seen.views.get(cluster))
}

const ISTIO_KINDS: readonly string[] = [VIRTUAL_SERVICE, DESTINATION_RULE, SERVICE_ENTRY, WORKLOAD_ENTRY].map(
  ({ kind }) => kind,
)

/** Who looks at the objects that bear on a service. */
interface Looking {
  readonly key: ServiceKey
  readonly istio: IstioRules
  readonly rules: Seen['rules']
  /** The namespace whose rules come first. */
  readonly home: string
  /** The numbers of the service's ports. */
  readonly ports: readonly number[]
}

const isSame = (one: Looking, other: Looking): boolean =>
  one.key === other.key &&
  one.istio === other.istio &&
  one.rules === other.rules &&
  one.home === other.home &&
  one.ports.length === other.ports.length &&
  one.ports.every((port, i) => port === other.ports[i])

// There may be thousands of others' that bear on a service, whose endpoints come and go.
const inRoutes = lastRemembered(
  (objects: readonly VirtualService[], { key, istio, rules, ports }: Looking) =>
    saidByRoutes(objects, key, istio, { networks: rules, ports }),
  isSame,
)
const inRules = lastRemembered(
  (objects: readonly DestinationRule[], { key, istio, rules, home }: Looking) =>
    saidByRules(objects, key, istio, rules, home),
  isSame,
)

function saidOf(key: ServiceKey, seen: Seen, exports: readonly Export[]): readonly ServicePolicies[] {
  const { istio, views, rules } = seen
  const view = istio && views.get(istio.cluster)
  if (!istio || !view || !isAskedFor(key, istio)) return NOTHING
  const routes = listIn(view, VIRTUAL_SERVICE, key)
  const ruling = listIn(view, DESTINATION_RULE, key)
  if (routes.length === 0 && ruling.length === 0) return NOTHING
  const home = isHostKey(key) ? (serviceEntriesOf(key, seen)?.namespace ?? '') : namespaceOf(key)
  const looking = { key, istio, rules, home, ports: NO_PORTS }
  const ports = routes.length === 0 ? NO_PORTS : portsOf(exports)
  return [inRoutes(routes, { ...looking, ports }), inRules(ruling, looking)]
}

const portsOf = (exports: readonly Export[]): readonly number[] => [
  ...new Set(exports.flatMap((one) => (one.kind === 'valid' ? one.ports.map(({ port }) => port) : []))),
]

const NO_PORTS: readonly number[] = []
const NOTHING: readonly ServicePolicies[] = []
