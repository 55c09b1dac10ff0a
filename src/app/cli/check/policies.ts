import { type ClusterView, listIn, objectsOf } from '../../../sources/changes/index.ts'
import {
  carriesTags,
  FEDERATED_SERVICE,
  few,
  KARMADA,
  KARMADA_WEIGHTS,
  type KindRow,
  KUBEFED,
  KUBEFED_CLUSTER,
  KUBEFED_CONFIG,
  type KubeObject,
  keyOf,
  MULTI_CLUSTER_SERVICE,
  namespaceKey,
  RESOURCE_BINDING,
  SERVICE_ENTRY,
  type ServiceKey,
  WORKLOAD_ENTRY,
} from '../../../words/kube/index.ts'
import { isOfWorkload } from '../../../world/inventory/index.ts'
import { isToldOf } from '../../../world/istio/index.ts'
import { type Entry, subjectOf, type World } from '../../../world/zone/index.ts'
import { planOf } from '../../config/index.ts'
import type { Offline } from '../offline.ts'
import { type CheckResult, counted } from './check-result.ts'

type Read = NonNullable<Entry['objects']>['first'][number]

/** The objects that were read for a service: which are in force, what is left out of them, and why. */
export function policiesFor(entry: Entry): readonly CheckResult[] {
  return (entry.objects?.first ?? []).flatMap((one) => findingsOf(one, subjectOf(entry)))
}

function findingsOf(one: Read, service: string): readonly CheckResult[] {
  const { kind, name, cluster, why, leftOut } = one
  const head = { kind: 'policy', cluster, subject: `${cluster} ${service}` } as const
  const title = `${kind} ${name}`
  const parts = leftOut.map(
    (part): CheckResult => ({ ...head, level: 'advice', finding: `${title}: ${part}`, remedy: null }),
  )
  if (why === null) return [{ ...head, level: 'ok', finding: `${title} is in force`, remedy: null }, ...parts]
  return [
    {
      ...head,
      level: one.outcome === 'overridden' ? 'advice' : 'warning',
      finding: `${title} is not in force: ${why}`,
      remedy: one.outcome === 'overridden' ? null : REMEDY,
    },
    ...parts,
  ]
}

const REMEDY =
  'docs/reference/objects.md says what of such an object counts; if it is not meant for names, leave it as it is'

/** Objects that are read for services, and name none that anybody holds. */
export const idleObjects = (offline: Offline): readonly CheckResult[] =>
  policyObjects(offline).flatMap(({ cluster, view, row, objects }): readonly CheckResult[] => {
    const idle = objects.filter((one) => isIdle(one, row, offline.world, view)).map(keyOf)
    if (idle.length === 0) return []
    const why =
      row.kind === WORKLOAD_ENTRY.kind
        ? 'that no ServiceEntry selects'
        : "of hosts that are no service's name here"
    const finding = `${counted(idle.length, row.kind)} ${why}: ${few(idle)}`
    return [{ kind: 'policy', level: 'ok', cluster, subject: cluster, finding, remedy: null }]
  })

/** All objects of each kind that is read as policies, by cluster. */
export const policyObjects = ({ views }: Pick<Offline, 'views'>) =>
  [...views].flatMap(([cluster, view]) =>
    view.kinds.rows
      .filter(({ where }) => where === 'policy')
      .map((row) => ({
        cluster,
        view,
        row,
        objects: Array.from(objectsOf(view, row.kind), ([, one]) => one),
      })),
  )

/** Objects of registries that say nothing of any service, as none has the name, or as they stand where none are looked for. */
export const idleOfRegistries = ({ config, views, world }: Offline): readonly CheckResult[] =>
  (planOf(config).registries ?? []).flatMap(({ view: id, asked, namespace }): readonly CheckResult[] => {
    const view = views.get(id)
    if (view === undefined) return []
    const isOurs = (one: KubeObject): boolean => one.namespace === namespace
    const found = [
      [asked.includes(KARMADA_WEIGHTS), RESOURCE_BINDING, NO_WORKLOADS, isBound(world)],
      [asked.includes(KARMADA), MULTI_CLUSTER_SERVICE, NO_SERVICES, isHeldIn(world)],
      [asked.includes(KUBEFED), FEDERATED_SERVICE, NO_SERVICES, isHeldIn(world)],
      ...[KUBEFED_CLUSTER, KUBEFED_CONFIG].map(
        (row) =>
          [asked.includes(KUBEFED), row, `outside of ${namespace}, where they say nothing`, isOurs] as const,
      ),
    ] as const
    return found.flatMap(([isAsked, { kind }, why, counts]): readonly CheckResult[] => {
      const all = isAsked ? [...objectsOf(view, kind)].map(([, one]) => one) : []
      const idle = all.filter((one) => !counts(one)).map(keyOf)
      if (idle.length === 0) return []
      const finding = `${counted(idle.length, kind)} ${why}: ${few(idle)}`
      return [{ kind: 'policy', level: 'ok', cluster: null, subject: id, finding, remedy: null }]
    })
  })

const NO_WORKLOADS = "of workloads whose name no service has, and whose pods' labels are not read"
const NO_SERVICES = 'of services that no cluster has'

/** Bindings of what has no replicas are not of this. */
const isBound =
  (world: World) =>
  (one: KubeObject): boolean =>
    !RESOURCE_BINDING.is(one) || !isOfWorkload(one) || isService(RESOURCE_BINDING.keysOf?.(one), world)

const isHeldIn =
  ({ entries }: World) =>
  (one: KubeObject): boolean =>
    entries.get(keyOf(one)) !== undefined

const isService = (keys: readonly ServiceKey[] = [], { entries }: World): boolean =>
  keys.some((key) => (entries.get(key)?.import ?? null) !== null)

function isIdle(
  object: KubeObject,
  { keysOf }: KindRow,
  { entries, istio }: World,
  view: ClusterView,
): boolean {
  if (WORKLOAD_ENTRY.is(object))
    return !listIn(view, SERVICE_ENTRY, namespaceKey(object.namespace)).some(
      ({ selector }) => selector !== null && carriesTags(object.labels, selector),
    )
  return (keysOf?.(object) ?? []).every(
    (key) => entries.get(key) === undefined || !istio || !isToldOf(object, key, istio),
  )
}
