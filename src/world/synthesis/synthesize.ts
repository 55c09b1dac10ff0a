import type { Family } from '../../values/dns/index.ts'
import { trimmed } from '../../values/packed/index.ts'
import { lastRemembered, rememberedLately } from '../../values/table/index.ts'
import type { Precedence } from '../../words/clusterset/index.ts'
import { briefly, shareFamilies } from '../../words/kube/index.ts'
import { type ClusterEndpoints, fairShares, type ValidExport } from '../inventory/index.ts'
import { MOST_CHARACTERS_TOLD } from './alike.ts'
import { arePairsAlike, tellPairs } from './pairs.ts'
import { mergePorts, PRECEDING, portConflict } from './ports.ts'
import type { Conflict, ConflictReason, Import } from './types.ts'

/**
 * The ServiceImport of a service's valid exports, which come in order of precedence: the first wins every property
 * that cannot be merged, ports are the union (KEP-1645). Undefined when nobody exports it.
 */
export function synthesize(
  exports: readonly ValidExport[],
  precedence: Precedence = 'oldest',
): Import | undefined {
  const [first] = exports
  if (first === undefined) return undefined
  const agreeing = exports.filter((one) => one.type === first.type)
  const ports = mergePorts(agreeing)
  const numbers = numbersOf(ports)
  const contributing = agreeing.filter((one) => isCandidate(one, numbers))
  return {
    type: first.type,
    ports,
    ipFamilies: commonFamilies(agreeing),
    sessionAffinity: first.sessionAffinity,
    sessionAffinityTimeout: first.sessionAffinityTimeout,
    internalTrafficPolicy: first.internalTrafficPolicy,
    trafficDistribution: first.trafficDistribution,
    labels: first.labels,
    annotations: first.annotations,
    clusters: contributing.map((one) => one.cluster),
    conflicts: conflictsOf(exports, agreeing, ports, precedence),
    precedence,
    shares: first.type === 'Headless' ? fairShares(contributing.filter(hasReady).map(shareOf)) : null,
  }
}

/** Headless endpoints are reached at the ports of their own slices, so the merged ones rule nobody out. */
const isCandidate = (one: ValidExport, numbers: ReadonlySet<string>): boolean =>
  one.type === 'Headless' || numbers.size === 0 || one.ports.some((port) => numbers.has(numberOf(port)))

/** Of the union, which is the same while nobody's ports are others. */
const numbersOf = rememberedLately(
  (ports: Import['ports']): ReadonlySet<string> => new Set(ports.map(numberOf)),
)

const numberOf = ({ protocol, port }: Pick<Import['ports'][number], 'protocol' | 'port'>): string =>
  `${protocol} ${port}`

const hasReady = ({ endpoints }: ValidExport): boolean => endpoints.count > 0

/** The same value for the same endpoints, by which their part is known. */
const shareOf = ({ cluster, endpoints }: ValidExport): ClusterEndpoints => shareIn(endpoints, cluster)

const shareIn = lastRemembered(
  ({ ready }: ValidExport['endpoints'], cluster: ClusterEndpoints['cluster']): ClusterEndpoints => ({
    cluster,
    ready,
  }),
)

/** A property that the first export decides. */
interface Property {
  readonly reason: ConflictReason
  readonly label: string
  /** Who says nothing of it disagrees with nobody. `oldest` is the export that decides. */
  readonly says: (one: ValidExport, oldest: ValidExport) => boolean
  readonly areAlike: (a: ValidExport, b: ValidExport) => boolean
  /** As people read it. */
  readonly tell: (one: ValidExport) => string
}

const short = (
  reason: ConflictReason,
  label: string,
  print: (one: ValidExport) => string,
  says: Property['says'] = () => true,
): Property => ({
  reason,
  label,
  says,
  areAlike: (a, b) => print(a) === print(b),
  tell: (one) => briefly(print(one), MOST_CHARACTERS_TOLD),
})

const pairs = (reason: ConflictReason, label: string, of: 'labels' | 'annotations'): Property => ({
  reason,
  label,
  says: () => true,
  areAlike: (a, b) => arePairsAlike(a[of], b[of]),
  tell: (one) => tellPairs(one[of]),
})

const TYPE = short('TypeConflict', 'type', (one) => one.type)

/** Seconds, as the API server fills in ClientIPConfig.timeoutSeconds; manifests from Git leave it out. */
const DEFAULT_TIMEOUT = 10_800

const PROPERTIES: readonly Property[] = [
  short('SessionAffinityConflict', 'session affinity', (one) => one.sessionAffinity),
  short(
    'SessionAffinityConfigConflict',
    'session affinity timeout',
    (one) => String(one.sessionAffinityTimeout ?? DEFAULT_TIMEOUT),
    (...both) => both.every(({ sessionAffinity }) => sessionAffinity === 'ClientIP'),
  ),
  short('InternalTrafficPolicyConflict', 'internal traffic policy', (one) => one.internalTrafficPolicy),
  short('TrafficDistributionConflict', 'traffic distribution', (one) => one.trafficDistribution ?? 'none'),
  pairs('LabelsConflict', 'exported labels', 'labels'),
  pairs('AnnotationsConflict', 'exported annotations', 'annotations'),
  // A Service from Git leaves them to the API server.
  short(
    'IPFamilyConflict',
    'IP families',
    (one) => printFamilies(one.ipFamilies),
    (one) => one.ipFamilies.length > 0,
  ),
]

/** Those of another type are in conflict for that alone: nothing else of them is looked at. */
function conflictsOf(
  exports: readonly ValidExport[],
  agreeing: readonly ValidExport[],
  ports: Import['ports'],
  precedence: Precedence,
): readonly Conflict[] {
  const found = [
    disagreement(TYPE, exports, precedence),
    portConflict(agreeing, ports, precedence),
    ...PROPERTIES.map((property) => disagreement(property, agreeing, precedence)),
  ]
  return trimmed(found.filter((conflict) => conflict !== undefined))
}

function disagreement(
  { reason, label, says, areAlike, tell }: Property,
  exports: readonly ValidExport[],
  precedence: Precedence,
): Conflict | undefined {
  const [oldest] = exports
  if (oldest === undefined) return undefined
  const saying = exports.filter((one) => says(one, oldest))
  const [first] = saying
  if (first === undefined) return undefined
  const clusters = saying.filter((one) => !areAlike(first, one)).map((one) => one.cluster)
  if (clusters.length === 0) return undefined
  const message = `Conflicting ${label}. Using "${tell(first)}" from ${PRECEDING[precedence]} service export in "${first.cluster}". ${clusters.length}/${exports.length} clusters disagree.`
  return { reason, message, clusters }
}

const printFamilies = (families: readonly Family[]): string =>
  families.map((family) => `IPv${family}`).join(',')

function commonFamilies(exports: readonly ValidExport[]): readonly Family[] {
  const offered = exports.map((one) => one.ipFamilies).filter((families) => families.length > 0)
  const [first = []] = offered
  const common = first.filter((family) => offered.every((families) => families.includes(family)))
  return shareFamilies(common.length > 0 ? common : first)
}
