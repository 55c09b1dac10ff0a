import { listIn, objectIn } from '../../sources/changes/index.ts'
import { type ClusterId, NO_POLICIES, type SaidPolicies } from '../../words/clusterset/index.ts'
import {
  KARMADA_CLUSTER,
  RESOURCE_BINDING,
  type ResourceBinding,
  type Selector,
  type ServiceKey,
  type StaticWeight,
  selects,
} from '../../words/kube/index.ts'
import { became, nameOfObject, type ObjectSummary, objectSummary, SILENT } from '../istio/index.ts'
import { byNameIn } from './registry-names.ts'
import type { RegistrySeen } from './registry-types.ts'

/**
 * How Karmada divides a service: as the workloads of its name are divided, all together; else by the static weights of its
 * Service's own binding, which has a copy of the policy that put it there. Pods' labels are not read, so that nothing is known of
 * workloads that are called otherwise.
 */
export function karmadaWeights(key: ServiceKey, registry: RegistrySeen): SaidPolicies {
  const bindings = inForce(bindingsOf(key, registry))
  const weights = sumOf(bindings, registry)
  const [first] = bindings
  if (first === undefined || weights.size === 0) return NO_POLICIES
  return [{ ...SILENT, weights, by: nameOfObject(first), viewpoints: null }]
}

/** What became of all bindings of a service's name. */
export function bindingsTold(key: ServiceKey, registry: RegistrySeen): readonly ObjectSummary[] {
  const bindings = bindingsOf(key, registry)
  if (bindings.length === 0) return []
  const counting = inForce(bindings)
  const outcomeOf = (one: ResourceBinding) =>
    whyNoWeights(one) !== undefined ? 'leftOut' : counting.includes(one) ? 'inForce' : 'overridden'
  return [
    objectSummary(bindings, outcomeOf, (one, outcome) =>
      became(one, outcome, whyNoWeights(one) ?? (outcome === 'inForce' ? null : OTHERS)),
    ),
  ]
}

const OTHERS = 'bindings of workloads of its name say how it is divided'

const bindingsOf = (key: ServiceKey, { objects }: RegistrySeen): readonly ResourceBinding[] =>
  listIn(objects, RESOURCE_BINDING, key)

/** Those of workloads; where none counts, those of the Service itself. */
function inForce(bindings: readonly ResourceBinding[]): readonly ResourceBinding[] {
  const counting = bindings.filter((one) => whyNoWeights(one) === undefined)
  const workloads = counting.filter((one) => !isOfService(one))
  return workloads.length > 0 ? workloads : counting
}

const WORKLOADS: readonly string[] = ['Deployment', 'StatefulSet', 'ReplicaSet', 'Job']

export const isOfWorkload = ({ of }: ResourceBinding): boolean => WORKLOADS.includes(of.kind)

const isOfService = ({ of: { group, kind } }: ResourceBinding): boolean => group === '' && kind === 'Service'

/** Why one says nothing of how draws are divided. */
function whyNoWeights(one: ResourceBinding): string | undefined {
  const { namespace, of, isDivided, isBehind, weights } = one
  if (of.namespace !== null && of.namespace !== namespace)
    return `spec.resource.namespace: an object of namespace ${namespace} speaks for services of that namespace alone`
  const isService = isOfService(one)
  if (!isService && !isOfWorkload(one)) return `spec.resource: a ${of.kind} has no replicas`
  if (isService && (!isDivided || weights === null))
    return 'spec.resource: a Service has no replicas, and its placement no static weights'
  if (!isDivided) return 'spec.placement: its replicas are duplicated, and divide nothing'
  if (isBehind) return 'status.schedulerObservedGeneration: it is not scheduled yet'
  if (weights === 'unread') return `${PREFERENCE}: it cannot be read`
  return undefined
}

const PREFERENCE = 'spec.placement.replicaScheduling.weightPreference'

function sumOf(bindings: readonly ResourceBinding[], registry: RegistrySeen): ReadonlyMap<ClusterId, number> {
  const known = byNameIn(registry)
  const sum = new Map<ClusterId, number>()
  for (const one of bindings)
    for (const [name, weight] of weightsOf(one, registry)) {
      const id = known.get(name)
      if (id !== undefined) sum.set(id, (sum.get(id) ?? 0) + weight)
    }
  return sum
}

/** By the clusters' names in Karmada: where static weights are for none of them, all are alike. */
function weightsOf({ clusters, weights }: ResourceBinding, registry: RegistrySeen) {
  if (weights === null || weights === 'unread')
    return clusters.map(({ name, replicas }) => [name, replicas ?? 0] as const)
  const own = clusters.map(({ name }) => [name, staticWeightOf(name, weights, registry)] as const)
  return own.some(([, weight]) => weight > 0) ? own : own.map(([name]) => [name, 1] as const)
}

/** Of the entries that match a cluster the most counts. */
function staticWeightOf(name: string, weights: readonly StaticWeight[], registry: RegistrySeen): number {
  const cluster = clusterCalled(name, registry)
  const matching = weights.filter(
    ({ names, exclude, labels, fields }) =>
      !exclude.includes(name) &&
      (names.length === 0 || names.includes(name)) &&
      selects(labels, cluster.labels) &&
      haveFields(fields, cluster),
  )
  return Math.max(0, ...matching.map(({ weight }) => weight))
}

/** A cluster as weights choose it. */
interface Choosable {
  readonly labels: Readonly<Record<string, string>>
  readonly provider: string | null
  readonly region: string | null
  readonly zones: readonly string[]
}

/** As its Cluster says; without one, as what is configured of it does. */
function clusterCalled(name: string, registry: RegistrySeen): Choosable {
  const found = objectIn(registry.objects, KARMADA_CLUSTER, `/${name}`)
  if (found !== undefined) return found
  const id = byNameIn(registry).get(name) ?? ''
  const { region = null, zone = null } = registry.localities?.get(id) ?? {}
  const labels = Object.fromEntries(registry.clusters.get(id) ?? [])
  return { labels, provider: null, region, zones: zone === null ? [] : [zone] }
}

/** As Karmada compares: what is absent has no value, and what is said of zones is said of all that it has. */
function haveFields(fields: Selector, { provider, region, zones }: Choosable): boolean {
  const [ofZones, others] = [
    fields.filter(({ key }) => key === 'zone'),
    fields.filter(({ key }) => key !== 'zone'),
  ]
  const own = { ...(provider !== null && { provider }), ...(region !== null && { region }) }
  return (
    selects(others, own) &&
    (zones.length === 0 ? selects(ofZones, {}) : zones.every((zone) => selects(ofZones, { zone })))
  )
}
