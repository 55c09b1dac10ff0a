import { objectsOf } from '../../../sources/changes/index.ts'
import {
  few,
  KUBEFED,
  KUBEFED_CLUSTER,
  KUBEFED_CONFIG,
  type KubeObject,
  keyOf,
} from '../../../words/kube/index.ts'
import { type Entry, idleObjects, subjectOf } from '../../../world/zone/index.ts'
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

/** Objects that are read for services, and are of none that is here, but for those that are told of elsewhere. */
export const idleOnes = (
  { world, views }: Pick<Offline, 'world' | 'views'>,
  elsewhere: readonly { readonly objects: readonly KubeObject[] }[] = [],
): readonly CheckResult[] => {
  const told = new Set(elsewhere.flatMap(({ objects }) => objects))
  return idleObjects(world, views).flatMap(({ view, kind, isOfRegistry, why, objects }) =>
    listed(
      { view, kind, why, cluster: isOfRegistry ? null : view },
      objects.filter((one) => !told.has(one)),
    ),
  )
}

/** Objects of a registry's own that stand where none are looked for. */
export const strayInRegistries = ({ config, views }: Offline): readonly CheckResult[] =>
  (planOf(config).registries ?? []).flatMap(({ view: id, asked, namespace }) => {
    const view = views.get(id)
    if (view === undefined || !asked.includes(KUBEFED)) return []
    const why = `outside of ${namespace}, where they say nothing`
    return [KUBEFED_CLUSTER.kind, KUBEFED_CONFIG.kind].flatMap((kind) => {
      const all = Array.from(objectsOf(view, kind), ([, one]) => one)
      const stray = all.filter((one) => one.namespace !== namespace)
      return listed({ view: id, kind, why, cluster: null }, stray)
    })
  })

interface Listed {
  readonly view: string
  readonly kind: string
  readonly why: string
  readonly cluster: CheckResult['cluster']
}

function listed({ view, kind, why, cluster }: Listed, some: readonly KubeObject[]): readonly CheckResult[] {
  if (some.length === 0) return []
  const finding = `${counted(some.length, kind)} ${why}: ${few(some.map(keyOf))}`
  return [{ kind: 'policy', level: 'ok', cluster, subject: view, finding, remedy: null }]
}

/** All objects of each kind that is read as policies, by cluster. */
export const policyObjects = ({ views }: Pick<Offline, 'views'>) =>
  [...views].flatMap(([cluster, view]) =>
    view.kinds.rows
      .filter(({ where }) => where === 'policy')
      .map((row) => ({ cluster, row, objects: Array.from(objectsOf(view, row.kind), ([, one]) => one) })),
  )
