import { type ClusterView, listIn, objectIn } from '../../sources/changes/index.ts'
import {
  type Address,
  type Family,
  familyOf,
  type Prefix,
  printAddress,
  unusable,
} from '../../values/dns/index.ts'
import { trimmed } from '../../values/packed/index.ts'
import {
  admits,
  type ClusterId,
  isReach,
  REACHES,
  type Reach,
  type ServicePolicy,
} from '../../words/clusterset/index.ts'
import {
  briefly,
  type EndpointSlice,
  type Ingress,
  type KindRow,
  NAMESPACE,
  type Namespace,
  type NodePort,
  SERVICE,
  type Service,
  type ServiceExport,
  type ServiceKey,
  SLICE,
  selects,
  shareFamilies,
} from '../../words/kube/index.ts'
import { annotatedPolicy } from './annotated-policy.ts'
import { ownEndpoints } from './endpoints.ts'
import type { Export, Exported, ExportHead, ExportRemark } from './export-types.ts'
import { MOST_PORTS } from './limits.ts'
import { balancerProblem, isRefused, StrayCount } from './outside.ts'
import type { InventoryRules, Seen } from './rule-types.ts'

/** What somebody says of an export, besides what its Service says. */
export type Declaration = Pick<
  ServiceExport,
  'createdAt' | 'weight' | 'reach' | 'exportedLabels' | 'exportedAnnotations' | 'policy'
> &
  Pick<ExportHead, 'by'>

/** A cluster's own Service as the export that somebody declares it to be, or why it is none that counts. */
export function exportOfService(
  declared: Declaration,
  key: ServiceKey,
  cluster: ClusterId,
  { views, rules }: Seen,
): Export | undefined {
  const [view, rule] = [views.get(cluster), rules.get(cluster)]
  if (view === undefined || rule === undefined) return undefined
  const service = objectIn(view, SERVICE, key)
  const { createdAt, by } = declared
  const head: ExportHead = { cluster, createdAt, ...(by === undefined ? {} : { by }) }
  if (service === undefined)
    return { kind: isUnreadableOf(view, key, [SERVICE]) ? 'unreadable' : 'noService', ...head }
  if (service.type === 'ExternalName') return { kind: 'invalidServiceType', ...head }
  if (service.derived) return { kind: 'derived', ...head }
  if (!mayExport(rule, service.namespace, view)) return { kind: 'namespaceDenied', ...head }
  return { kind: 'valid', ...head, ...exported(service, declared, listIn(view, SLICE, key), rule, rules) }
}

/** Whether a cluster's declaration lets a namespace export. */
export const mayExport = (
  { exportNamespaces, exporting }: InventoryRules,
  namespace: string,
  view: ClusterView,
): boolean =>
  admits(exportNamespaces, namespace) &&
  (exporting === undefined ||
    exporting.namespaces === null ||
    selects(exporting.namespaces, labelsOfNamespace(namespace, view)))

/** What every Namespace carries since Kubernetes 1.21, and manifests may leave out. */
const OWN_NAME = 'kubernetes.io/metadata.name'

const labelsOfNamespace = (namespace: string, view: ClusterView): Readonly<Record<string, string>> => ({
  [OWN_NAME]: namespace,
  ...namespaceIn(view, namespace)?.labels,
})

export const namespaceIn = (view: ClusterView, namespace: string): Namespace | undefined =>
  objectIn(view, NAMESPACE, `/${namespace}`)

/** Whether a service has objects of some kinds that cannot be read. */
export const isUnreadableOf = (
  { unreadable }: ClusterView,
  key: ServiceKey,
  rows: readonly KindRow[],
): boolean => unreadable.get(key)?.some(({ kind }) => rows.some((row) => row.kind === kind)) ?? false

function exported(
  service: Service,
  declared: Declaration,
  slices: readonly EndpointSlice[],
  rules: InventoryRules,
  known: Seen['rules'],
): Exported {
  const weight = weightOf(declared.weight)
  const reach = reachOf(declared.reach)
  const strays = new StrayCount()
  const said = declared.policy && annotatedPolicy(declared.policy)
  return {
    type: service.headless ? 'Headless' : 'ClusterSetIP',
    ports: service.ports.length > MOST_PORTS ? service.ports.slice(0, MOST_PORTS) : service.ports,
    clusterIPs: usableOf(service.clusterIPs, rules.addresses.nat64),
    ipFamilies: familiesOf(service),
    ingress: believedOf(service.ingress, rules, strays),
    sessionAffinity: service.sessionAffinity,
    sessionAffinityTimeout: service.sessionAffinityTimeout,
    internalTrafficPolicy: service.internalTrafficPolicy,
    trafficDistribution: service.trafficDistribution,
    labels: declared.exportedLabels,
    annotations: declared.exportedAnnotations,
    weight: weight ?? null,
    reach: reach ?? null,
    nodePorts: (reach ?? rules.reach) === 'nodePort' ? (service.nodePorts ?? NO_NODE_PORTS) : NO_NODE_PORTS,
    endpoints: ownEndpoints(slices, service.name, service.publishNotReadyAddresses, rules, strays),
    strays: strays.list(),
    ...countingOf(said?.policy, known),
    remarks: withMore(remarksOn(service, declared, { weight, reach }), said, known),
  }
}

/** Weights of clusters none of which is there say nothing: whoever speaks after them does. */
function countingOf(
  policy: ServicePolicy | undefined,
  known: Seen['rules'],
): { readonly policy?: ServicePolicy } {
  const { weights } = policy ?? {}
  if (policy === undefined || !weights || [...weights.keys()].some((id) => known.has(id)))
    return policy === undefined ? {} : { policy }
  const { distribute, failover, minHealthy } = policy
  const isSaid = [distribute, failover, minHealthy].some((part) => part !== null)
  return isSaid ? { policy: { ...policy, weights: null } } : {}
}

/** Clusters that weights name, and that are none. */
const unknownIn = (policy: ServicePolicy | undefined, known: Seen['rules']): readonly string[] =>
  [...(policy?.weights?.keys() ?? [])]
    .filter((id) => !known.has(id))
    .slice(0, 1)
    .map((id) => `meridian-dns.io/weights: no cluster is called "${briefly(id, MOST_QUOTED)}"`)

const aboutAnnotation = (problem: string): ExportRemark => ({ about: 'annotation', problem })

/** And what of its policy does not. */
const withMore = (
  remarks: readonly ExportRemark[],
  said: ReturnType<typeof annotatedPolicy> | undefined,
  known: Seen['rules'],
): readonly ExportRemark[] =>
  said === undefined
    ? remarks
    : trimmed([...remarks, ...[...said.remarks, ...unknownIn(said.policy, known)].map(aboutAnnotation)])

/** What of it does not count. */
function remarksOn(
  { ports }: Service,
  declared: Declaration,
  { weight, reach }: { readonly weight: number | null | undefined; readonly reach: Reach | null | undefined },
): readonly ExportRemark[] {
  const remarks: ExportRemark[] = []
  const tell = (about: ExportRemark['about'], problem: string): void => void remarks.push({ about, problem })
  const beyond = ports.length - MOST_PORTS
  if (beyond > 0)
    tell('ports', `${beyond} of its Service's ${ports.length} ports, beyond the first ${MOST_PORTS}`)
  if (weight === undefined)
    tell('annotation', `meridian-dns.io/weight: "${quoted(declared.weight)}" is not a whole number from 0 up`)
  if (reach === undefined)
    tell('annotation', `meridian-dns.io/reach: "${quoted(declared.reach)}" is none of ${REACHES.join(', ')}`)
  return trimmed(remarks)
}

/** A remark that stands alone. */
export const printRemark = ({ about, problem }: ExportRemark): string =>
  about === 'ports' ? `not counted: ${problem}` : problem

/** One list for all that have none, or are reached otherwise. */
const NO_NODE_PORTS: readonly NodePort[] = []

const quoted = (written: string | null): string => briefly(written ?? '', MOST_QUOTED)

/** Characters of an annotation that a remark quotes: each reading thread has it, and one of them may become four. */
const MOST_QUOTED = 64

const familiesOf = ({ ipFamilies, clusterIPs }: Service): readonly Family[] =>
  shareFamilies([...new Set(ipFamilies.length > 0 ? ipFamilies : clusterIPs.map(familyOf))].sort())

function usableOf(addresses: readonly Address[], nat64: readonly Prefix[]): readonly Address[] {
  const isUsable = (address: Address): boolean => unusable(address, nat64) === undefined
  return addresses.every(isUsable) ? addresses : trimmed(addresses.filter(isUsable))
}

/** What a host name resolves to is not known yet: a route heeds that. */
function believedOf(
  ingress: readonly Ingress[],
  rules: InventoryRules,
  strays: StrayCount,
): readonly Ingress[] {
  const isBelieved = (one: Ingress): boolean => {
    if (!('address' in one) || unusable(one.address, rules.addresses.nat64) !== undefined) return true
    const problem = balancerProblem(one.address, rules, rules.addresses)
    if (problem === undefined) return true
    const refused = isRefused(problem, rules.addresses)
    strays.add(problem, refused, printAddress(one.address))
    return !refused
  }
  const believed = ingress.filter(isBelieved)
  return believed.length === ingress.length ? ingress : trimmed(believed)
}

/** null: not said; undefined: said, but no weight. */
const weightOf = (text: string | null): number | null | undefined =>
  text === null ? null : /^\d{1,9}$/.test(text) ? Number(text) : undefined

const reachOf = (text: string | null): Reach | null | undefined =>
  text === null ? null : isReach(text) ? text : undefined
