import { type ClusterView, listIn, objectsOf } from '../../sources/changes/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import {
  carriesTags,
  FEDERATED_SERVICE,
  KARMADA,
  KARMADA_WEIGHTS,
  type Kind,
  type KindRow,
  KUBEFED,
  type KubeObject,
  keyOf,
  MULTI_CLUSTER_SERVICE,
  namespaceKey,
  RESOURCE_BINDING,
  SERVICE_ENTRY,
  WORKLOAD_ENTRY,
} from '../../words/kube/index.ts'
import { isOfWorkload } from '../inventory/index.ts'
import { isToldOf } from '../istio/index.ts'
import type { Views, World } from './world-types.ts'

/** Objects of one kind that are read for services, and are of none that is here: no service tells of them. */
interface IdleObjects {
  /** Whose view has them: a cluster's, or a registry's own. */
  readonly view: ClusterId
  readonly kind: Kind
  /** A registry is asked for them, and no cluster. */
  readonly isOfRegistry: boolean
  /** `of services that no cluster has`. */
  readonly why: string
  readonly objects: readonly KubeObject[]
}

type Looking = Pick<World, 'entries' | 'istio' | 'registries'>

/** Looks at the first so many objects of each kind: for whoever asks now and then. */
export const idleObjects = (
  world: Looking,
  views: Views,
  most = Number.POSITIVE_INFINITY,
): readonly IdleObjects[] => [
  ...[...views].flatMap(([id, view]) => ofPolicies(id, view, world, most)),
  ...(world.registries ?? []).flatMap(({ view: id, asked }) => {
    const view = views.get(id)
    return view === undefined ? [] : ofRegistry(id, view, asked, world, most)
  }),
]

const ofPolicies = (id: ClusterId, view: ClusterView, world: Looking, most: number): readonly IdleObjects[] =>
  view.kinds.rows.flatMap((row) => {
    if (row.where !== 'policy') return []
    const objects = among(view, row.kind, most, (one) => isIdle(one, row, world, view))
    const why = row.kind === WORKLOAD_ENTRY.kind ? OF_NO_ENTRY : OF_NO_HOST
    return objects.length === 0 ? [] : [{ view: id, kind: row.kind, isOfRegistry: false, why, objects }]
  })

const OF_NO_ENTRY = 'that no ServiceEntry selects'
const OF_NO_HOST = "of hosts that are no service's name here"

function isIdle(
  one: KubeObject,
  { keysOf }: KindRow,
  { entries, istio }: Looking,
  view: ClusterView,
): boolean {
  if (WORKLOAD_ENTRY.is(one))
    return !listIn(view, SERVICE_ENTRY, namespaceKey(one.namespace)).some(
      ({ selector }) => selector !== null && carriesTags(one.labels, selector),
    )
  return (keysOf?.(one) ?? []).every(
    (key) => entries.get(key) === undefined || !istio || !isToldOf(one, key, istio),
  )
}

/** A registry's kinds that speak of single services, by the word that asks for them. */
const OF_REGISTRIES: readonly {
  readonly word: string
  readonly kind: Kind
  readonly why: string
  readonly isIdle: (one: KubeObject, world: Looking) => boolean
}[] = [
  {
    word: KARMADA_WEIGHTS,
    kind: RESOURCE_BINDING.kind,
    why: "of workloads whose name no service has, and whose pods' labels are not read",
    // Of all else that Karmada binds nobody asks.
    isIdle: (one, { entries }) =>
      RESOURCE_BINDING.is(one) &&
      isOfWorkload(one) &&
      (RESOURCE_BINDING.keysOf?.(one) ?? []).every((key) => (entries.get(key)?.import ?? null) === null),
  },
  ...[
    { word: KARMADA, kind: MULTI_CLUSTER_SERVICE.kind },
    { word: KUBEFED, kind: FEDERATED_SERVICE.kind },
  ].map((one) => ({
    ...one,
    why: 'of services that no cluster has',
    isIdle: (object: KubeObject, { entries }: Looking) => entries.get(keyOf(object)) === undefined,
  })),
]

const ofRegistry = (
  id: ClusterId,
  view: ClusterView,
  asked: readonly string[],
  world: Looking,
  most: number,
): readonly IdleObjects[] =>
  OF_REGISTRIES.flatMap(({ word, kind, why, isIdle: isOne }) => {
    const objects = asked.includes(word) ? among(view, kind, most, (one) => isOne(one, world)) : []
    return objects.length === 0 ? [] : [{ view: id, kind, isOfRegistry: true, why, objects }]
  })

function among(
  view: ClusterView,
  kind: Kind,
  most: number,
  is: (one: KubeObject) => boolean,
): readonly KubeObject[] {
  const found: KubeObject[] = []
  let left = most
  for (const [, one] of objectsOf(view, kind)) {
    if (left-- <= 0) break
    if (is(one)) found.push(one)
  }
  return found
}
