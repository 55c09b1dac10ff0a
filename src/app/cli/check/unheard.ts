import type { ClusterId } from '../../../words/clusterset/index.ts'
import { few, type Kind, type KindRow, type KubeObject, keyOf } from '../../../words/kube/index.ts'
import { isNameIn } from '../../../world/istio/index.ts'
import { leftOutOf } from '../../../world/zone/index.ts'
import type { Offline } from '../offline.ts'
import { type CheckResult, counted } from './check-result.ts'
import { policyObjects } from './policies.ts'

/** Objects of one kind that are told of for one reason. */
interface Unheard {
  readonly cluster: ClusterId
  readonly kind: Kind
  readonly why: string
  readonly objects: readonly KubeObject[]
}

/** Objects that name what nobody else has and say nothing of it, as one that may not speak for a host: by why. */
export const unheardObjects = (offline: Offline): readonly Unheard[] =>
  policyObjects(offline).flatMap(({ cluster, row, objects }) => {
    const all = objects.flatMap((object) => {
      const why = whyUnheard(object, row, offline)
      return why === null ? [] : [{ object, why }]
    })
    return [...Map.groupBy(all, ({ why }) => why)].map(([why, some]) => ({
      cluster,
      kind: row.kind,
      why,
      objects: some.map(({ object }) => object),
    }))
  })

export const toldOfUnheard = (all: readonly Unheard[]): readonly CheckResult[] =>
  all.map(({ cluster, kind, why, objects }) => ({
    kind: 'policy',
    level: 'warning',
    cluster,
    subject: cluster,
    finding: `${counted(objects.length, kind)} not in force: ${why}: ${few(objects.map(keyOf).toSorted())}`,
    remedy: 'if one is meant for names, have it stand where it may speak for them',
  }))

/** null: it names nothing, or what is told of where it is explained. */
function whyUnheard(object: KubeObject, { keysOf }: KindRow, { world, views }: Offline): string | null {
  const name = `${object.namespace}/${object.name}`
  const { istio } = world
  for (const key of keysOf?.(object) ?? []) {
    if (!istio || !(key.startsWith('/') || isNameIn(object, key, istio))) continue
    const told = leftOutOf(key, world, views).find((one) => one.kind === object.kind && one.name === name)
    if (told !== undefined) return told.why
  }
  return null
}
