import { EMPTY_VIEW, objectIn } from '../../sources/changes/index.ts'
import type { ClusterId, External, ShareRoute } from '../../words/clusterset/index.ts'
import { type Ingress, SERVICE, type ServiceKey } from '../../words/kube/index.ts'
import type { Export, Exported } from './export-types.ts'
import { mayExport } from './exported.ts'
import { serviceEntriesOf } from './istio-entries.ts'
import { NONE_READY } from './pack-ready.ts'
import type { ExportRule, Seen } from './rule-types.ts'

/** The key of configuration by which the way to a cluster's share is an export of it. */
export const BY_ENTRIES = 'istio.entries.export'

/** A ServiceEntry whose host is a cluster's own name of a service, where configuration takes that for an export. */
export const ENTRY_EXPORTS: ExportRule = {
  exportOf: (key, cluster, seen) => {
    const route = routeIn(key, cluster, seen)
    return route && exportAt(route, key, cluster, seen)
  },
  isWanted: (key, cluster, seen) => routeIn(key, cluster, seen) !== undefined,
  bearsOn: (key, by, seen, before) =>
    seen.istio?.exportsEntries === true && by === seen.istio.cluster
      ? [
          ...(serviceEntriesOf(key, seen)?.external?.routes.keys() ?? []),
          ...before.flatMap((one) => (one.by === BY_ENTRIES ? [one.cluster] : [])),
        ]
      : [],
}

const routeIn = (key: ServiceKey, cluster: ClusterId, seen: Seen): ShareRoute | undefined =>
  seen.istio?.exportsEntries === true ? serviceEntriesOf(key, seen)?.external?.routes.get(cluster) : undefined

function exportAt(
  route: ShareRoute,
  key: ServiceKey,
  cluster: ClusterId,
  { views, rules }: Seen,
): Export | undefined {
  const rule = rules.get(cluster)
  if (rule === undefined) return undefined
  const view = views.get(cluster) ?? EMPTY_VIEW
  const service = objectIn(view, SERVICE, key)
  const head = { cluster, createdAt: route.createdAt, by: BY_ENTRIES }
  const [namespace = ''] = key.split('/')
  if (service?.type === 'ExternalName') return { kind: 'invalidServiceType', ...head }
  if (service?.derived === true) return { kind: 'derived', ...head }
  if (!mayExport(rule, namespace, view)) return { kind: 'namespaceDenied', ...head }
  return { kind: 'valid', ...head, ...NOTHING_SAID, ...behind(route), clusterIPs: service?.clusterIPs ?? [] }
}

const NOTHING_SAID: Omit<Exported, 'ports' | 'ingress' | 'endpoints' | 'clusterIPs'> = {
  type: 'ClusterSetIP',
  ipFamilies: [],
  sessionAffinity: 'None',
  sessionAffinityTimeout: null,
  internalTrafficPolicy: 'Cluster',
  trafficDistribution: null,
  labels: {},
  annotations: {},
  weight: null,
  reach: null,
  nodePorts: [],
  strays: [],
  remarks: [],
}

/** How many there are is known, and where: nobody says which pods stand behind. */
const behind = ({ ports, parts }: ShareRoute): Pick<Exported, 'ports' | 'ingress' | 'endpoints'> => ({
  ports,
  ingress: [
    ...[...new Set(parts.flatMap(({ addresses }) => addresses))].map((address): Ingress => ({ address })),
    ...[...new Set(parts.flatMap(({ hostnames }) => hostnames))].map((hostname): Ingress => ({ hostname })),
  ],
  endpoints: {
    ready: NONE_READY,
    count: parts.reduce((sum, { count }) => sum + count, 0),
    total: parts.reduce((sum, { total }) => sum + total, 0),
    basis: 'ready',
    ignored: [],
  },
})

/** Exports with the ways to them that objects say. */
export function withShareRoutes(
  exports: readonly Export[],
  external: External | undefined,
): readonly Export[] {
  const isRouted = external !== undefined && external.routes.size > 0
  if (!isRouted && exports.every((one) => one.kind !== 'valid' || one.route === undefined)) return exports
  return exports.map((one) => {
    if (one.kind !== 'valid') return one
    const route = external?.routes.get(one.cluster)
    if (route === one.route) return one
    const { route: _before, ...rest } = one
    return route === undefined ? rest : { ...rest, route }
  })
}
