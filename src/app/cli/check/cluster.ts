import { basename, dirname } from 'node:path'
import { type ClusterView, type Costs, isHeld, objectsOf } from '../../../sources/changes/index.ts'
import { SOURCES } from '../../../sources/kinds/index.ts'
import {
  type Cluster,
  type ClusterId,
  printLocality,
  printNetworks,
  shareNetwork,
  type Viewpoint,
} from '../../../words/clusterset/index.ts'
import { EXPORT, few, GKE_EXPORT, type KindRow, memberScope } from '../../../words/kube/index.ts'
import type { Offline } from '../offline.ts'
import { checkAddresses } from './addresses.ts'
import { type CheckResult, counted } from './check-result.ts'
import { aboutHeld, type HeldService } from './held.ts'
import { declinedIn, ignoredOf, remarkedOn } from './not-counted.ts'
import { unaskedOf } from './unasked.ts'

/** One cluster: whether its source is readable, what is in it, and which of its exports cannot do what they should. */
export function checkCluster(
  id: ClusterId,
  offline: Offline,
  held: readonly HeldService[],
): readonly CheckResult[] {
  const cluster = offline.world.clusterset.members.get(id)
  if (cluster === undefined) return []
  return [
    ...sourceOf(id, offline),
    ...passedOverOf(id, offline),
    ...unaskedOf(id, offline),
    ...held.flatMap(invalid),
    ...placeOf(cluster, offline),
    ...declinedIn(id, held),
    ...held.flatMap(remarkedOn),
    ...held.flatMap((one) => notReady(one, hasOther(id, offline, 'endpoints'))),
    ...ignoredOf(id, held),
    ...checkAddresses(cluster, held, offline.world.clusterset),
    ...objectsIn(id, offline, held),
  ]
}

const sourceOf = (id: ClusterId, { problems }: Offline): readonly CheckResult[] =>
  (problems.get(id) ?? []).map((problem) => ({
    level: problem.costs === undefined ? 'broken' : problem.costs === 'imports' ? 'advice' : 'warning',
    kind: 'source',
    cluster: id,
    subject: id,
    finding: `${problem.place}: ${problem.message}`,
    remedy: problem.remedy ?? null,
  }))

/** What the command does not fail for, and may have been meant all the same. */
function passedOverOf(id: ClusterId, { passedOver }: Offline): readonly CheckResult[] {
  const files = Map.groupBy(passedOver.get(id) ?? [], (file) => dirname(file))
  return [...files].map(([directory, some]) => ({
    level: 'ok',
    kind: 'source',
    cluster: id,
    subject: id,
    finding: `${directory}: ${counted(some.length, 'file')} of other programs passed over, without apiVersion and kind: ${few(some.map((file) => basename(file)))}`,
    remedy: null,
  }))
}

/** Whether a cluster has objects of kinds that are not read, which stand for such as are. */
const hasOther = (id: ClusterId, { problems }: Offline, costs: Costs): boolean =>
  (problems.get(id) ?? []).some((problem) => problem.costs === costs)

function objectsIn(id: ClusterId, offline: Offline, held: readonly HeldService[]): readonly CheckResult[] {
  const { views, problems, config } = offline
  const view = views.get(id)
  if (view === undefined) return []
  const head = { kind: 'objects', cluster: id, subject: id } as const
  if (!isHeld(view)) {
    if ((problems.get(id) ?? []).length > 0 || unaskedOf(id, offline).length > 0) return []
    const source = config.clusters.find((one) => one.id === id)?.source
    const remedy = source === undefined ? null : SOURCES.of(source).ifEmpty(usualIn(view))
    return [{ ...head, level: 'warning', finding: 'its source holds no object that is read', remedy }]
  }
  const none: readonly CheckResult[] =
    [EXPORT, GKE_EXPORT].some(({ kind }) => objectsOf(view, kind).size > 0) ||
    held.some((one) => one.held.by !== undefined && one.held.kind !== 'notExported') ||
    hasOther(id, offline, 'exports')
      ? []
      : [
          {
            ...head,
            level: 'advice',
            finding: 'it exports nothing',
            remedy: 'create a ServiceExport of the name and namespace of each Service to share',
          },
        ]
  return [...none, { ...head, level: 'ok', finding: countsOf(view), remedy: null }]
}

/** What every cluster has to say, as kubectl asks for it. */
const usualIn = ({ kinds }: ClusterView): string =>
  [...kinds.at(memberScope(false, []))].map(({ served: { plural } }) => plural).join()

const countsOf = (view: ClusterView): string =>
  view.kinds.rows.flatMap((row) => countOf(row, objectsOf(view, row.kind).size)).join(', ')

/** Of another group than the kind that has the short name. What nobody asks for is not there. */
function countOf({ kind, served, askedBy }: KindRow, size: number): readonly string[] {
  if (askedBy !== null && size === 0) return []
  return [kind === served.kind ? counted(size, kind) : `${size} of ${served.group}`]
}

/** Whether others can get there, how near it counts, and whether it answers at all. */
function placeOf(cluster: Cluster, { world }: Offline): readonly CheckResult[] {
  const others = [...world.clusterset.members.values()].filter(({ id }) => id !== cluster.id)
  const head = { cluster: cluster.id, subject: cluster.id }
  const drained = cluster.drain ? 'drain is set' : cluster.weight === 0 ? 'its weight is 0' : null
  return [
    ...(others.length > 0 ? [isolation(cluster, others), unplaced(cluster, world.clusterset.local)] : []),
    drained === null
      ? null
      : ({
          kind: 'drain',
          level: 'advice',
          finding: `${drained}: it answers only where nobody else can`,
          remedy: null,
        } as const),
  ].flatMap((found) => (found === null ? [] : [{ ...head, ...found }]))
}

type Found = Pick<CheckResult, 'kind' | 'level' | 'finding' | 'remedy'>

function isolation({ reach, network, gateway }: Cluster, others: readonly Cluster[]): Found | null {
  const shared = others.some((other) => shareNetwork(other.network, network))
  if (reach !== 'auto' || shared || gateway.addresses.length > 0) return null
  const why = network === null ? 'it names no network' : `it is alone on ${printNetworks(network)}`
  return {
    kind: 'network',
    level: 'warning',
    finding: `${why} and has no gateway: other clusters reach only its load balancers`,
    remedy: 'name the network whose clusters reach its pods, or give it gateway.addresses and gateway.ports',
  }
}

function unplaced({ id, locality }: Cluster, local: Viewpoint): Found | null {
  if (locality !== null) return null
  // What `local` says is where clients are; `distribute` and clients elsewhere ask where the cluster is.
  const said = local.cluster === id && local.locality !== null ? printLocality(local.locality) : null
  return {
    kind: 'locality',
    level: 'advice',
    finding: `it has no locality${said === null ? '' : ` (local.locality is its clients')`}: clients elsewhere find it as far away as any other region`,
    remedy: `write its locality: ${said ?? 'REGION/ZONE'}`,
  }
}

/** Why an export does not take part, and whether that is for the export's owner or somebody's decision. */
const INVALID: Readonly<
  Record<string, readonly [level: CheckResult['level'], finding: string, remedy: string]>
> = {
  noService: [
    'broken',
    'NoService: a ServiceExport without a Service of its name',
    'create the Service, or delete the ServiceExport',
  ],
  invalidServiceType: [
    'broken',
    'InvalidServiceType: a Service of type ExternalName cannot be exported',
    'export a Service with endpoints, or delete the ServiceExport',
  ],
  derived: [
    'broken',
    'the Service was made from a ServiceImport: exporting it would send its clients around',
    'delete the ServiceExport, and export the Service itself where it runs',
  ],
  unreadable: [
    'broken',
    'its Service or its ServiceExport cannot be read, so it is not exported',
    'mend it as is said of it in the source',
  ],
  namespaceDenied: [
    'warning',
    "the cluster's exports.namespaces does not admit this namespace, so the ServiceExport does not count",
    'admit the namespace in clusters[].exports.namespaces, or delete the ServiceExport',
  ],
}

/** The same of what is exported without a ServiceExport. */
const INVALID_BY_ITSELF: typeof INVALID = {
  noService: [
    'warning',
    'NoService: what exports it is for this cluster too, which has no Service of its name',
    'create the Service there, or take the cluster out of the object that names it',
  ],
  unreadable: [
    'broken',
    'its Service cannot be read, so it is not exported',
    'mend it as is said of it in the source',
  ],
  derived: [
    'broken',
    'the Service was made from a ServiceImport: exporting it would send its clients around',
    'take the cluster out of what exports it, and export the Service itself where it runs',
  ],
  namespaceDenied: [
    'warning',
    "the cluster's exports.namespaces does not admit this namespace, so the Service is not exported",
    'admit the namespace in clusters[].exports.namespaces, or take from the Service what exports it',
  ],
  invalidServiceType: [
    'broken',
    'InvalidServiceType: a Service of type ExternalName cannot be exported',
    'take from it what exports it, or export a Service with endpoints',
  ],
}

function invalid(one: HeldService): readonly CheckResult[] {
  const { kind, by } = one.held
  const [level, finding, remedy] = (by === undefined ? INVALID : INVALID_BY_ITSELF)[kind] ?? []
  return level === undefined || finding === undefined || remedy === undefined
    ? []
    : [{ ...aboutHeld(one), kind: 'export', level, finding, remedy }]
}

function notReady(one: HeldService, hasOtherEndpoints: boolean): readonly CheckResult[] {
  if (one.held.kind !== 'valid' || one.held.endpoints.count > 0) return []
  const { type, endpoints } = one.held
  const finding =
    endpoints.total === 0
      ? 'exported, but it has no endpoints'
      : `exported, but none of its ${counted(endpoints.total, 'endpoint')} is ready`
  const effect = type === 'Headless' ? 'nothing of it is in DNS' : 'it answers only while nobody else can'
  const remedy =
    endpoints.total === 0
      ? hasOtherEndpoints
        ? 'see what is said of the endpoints that its source holds, and that are not read'
        : "see whether the Service's selector finds pods, and whether its EndpointSlices are in the source"
      : 'see why its pods are not ready'
  return [{ ...aboutHeld(one), kind: 'notReady', level: 'warning', finding: `${finding}: ${effect}`, remedy }]
}
