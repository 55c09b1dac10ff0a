import { few, type KindRow, type KubeObject, keyOf } from '../../../words/kube/index.ts'
import { isNameIn } from '../../../world/istio/index.ts'
import { leftOutOf } from '../../../world/zone/index.ts'
import type { Offline } from '../offline.ts'
import { type CheckResult, counted } from './check-result.ts'
import { policyObjects } from './policies.ts'

/** Objects that name what nobody else has and say nothing of it, as one that may not speak for a host: by why. */
export const unheardObjects = (offline: Offline): readonly CheckResult[] =>
  policyObjects(offline).flatMap(({ cluster, row, objects }): readonly CheckResult[] => {
    const all = objects.flatMap((one) => {
      const why = whyUnheard(one, row, offline)
      return why === null ? [] : [{ name: keyOf(one), why }]
    })
    return [...Map.groupBy(all, ({ why }) => why)].map(([why, some]) => ({
      kind: 'policy',
      level: 'warning',
      cluster,
      subject: cluster,
      finding: `${counted(some.length, row.kind)} not in force: ${why}: ${few(some.map(({ name }) => name).toSorted())}`,
      remedy: 'if one is meant for names, have it stand where it may speak for them',
    }))
  })

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
