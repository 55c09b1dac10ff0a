import type { ClusterId, External } from '../../words/clusterset/index.ts'
import { few } from '../../words/kube/index.ts'
import type { ObjectSummary, ServiceEntries } from '../istio/index.ts'
import type { Export } from './export-types.ts'

/**
 * What became of a service's ServiceEntries beside what clusters export: a share that nobody exports answers nobody, and
 * the way to one leads nobody there.
 */
export function entryObjects(
  { external, objects }: ServiceEntries,
  exports: readonly Export[],
): ObjectSummary {
  if (external === null) return objects
  const exporting = new Set(exports.flatMap((one) => (one.kind === 'valid' ? [one.cluster] : [])))
  const idle = idleIn(external, exporting)
  if (idle.length === 0) return objects
  const saying = sayingIn(external, exporting)
  const first = objects.first.map((one) => {
    const title = `${one.kind} ${one.name}`
    const whys = WHYS.flatMap(({ of, why }) => {
      const those = idle.flatMap((part) => (part.of === of && part.by.includes(title) ? [part.id] : []))
      return those.length === 0 ? [] : [why(few(those), those.length === 1)]
    })
    const [why, ...more] = whys
    if (why === undefined || one.outcome !== 'inForce') return one
    return saying.has(title)
      ? { ...one, leftOut: [...one.leftOut, ...whys] }
      : { ...one, outcome: 'leftOut' as const, why, leftOut: [...one.leftOut, ...more] }
  })
  return { first, counts: countsAfter(objects, first) }
}

/** What objects say of the share of a cluster that does not export it. */
interface Idle {
  readonly of: 'way' | 'share'
  readonly id: ClusterId
  readonly by: readonly string[]
}

const idleIn = ({ routes, shares }: External, exporting: ReadonlySet<ClusterId>): readonly Idle[] =>
  [
    ...Array.from(routes, ([id, { by }]): Idle => ({ of: 'way', id, by })),
    ...Array.from(shares ?? [], ([id, { by }]): Idle => ({ of: 'share', id, by })),
  ].filter(({ id }) => !exporting.has(id))

/** The objects of which something holds. Where anybody exports it, those answer that are named, even if that is nobody. */
function sayingIn(
  { sites, routes, shares }: External,
  exporting: ReadonlySet<ClusterId>,
): ReadonlySet<string> {
  const ways = [...routes.values()].filter(({ id }) => exporting.has(id))
  const named = exporting.size === 0 ? [] : [...(shares?.values() ?? [])]
  return new Set([...sites, ...ways, ...named].flatMap(({ by }) => by))
}

const WHYS: readonly {
  readonly of: Idle['of']
  readonly why: (clusters: string, isOne: boolean) => string
}[] = [
  {
    of: 'way',
    why: (clusters, isOne) =>
      `it is the way to ${clusters}, which ${isOne ? 'does' : 'do'} not export it: istio.entries.export: true makes it an export`,
  },
  {
    of: 'share',
    why: (clusters, isOne) =>
      `it names the ${isOne ? 'share' : 'shares'} of ${clusters}, which ${isOne ? 'does' : 'do'} not export it: a ServiceExport there makes it answer`,
  },
]

/** All in force are among the first. */
function countsAfter({ first: before, counts }: ObjectSummary, first: ObjectSummary['first']) {
  const moved = before.filter(({ outcome }, i) => outcome !== first[i]?.outcome).length
  if (moved === 0) return counts
  const kind = counts[0]?.kind ?? ''
  const countOf = (wanted: string): number => counts.find(({ outcome }) => outcome === wanted)?.count ?? 0
  const all = [
    { kind, outcome: 'inForce' as const, count: countOf('inForce') - moved },
    { kind, outcome: 'overridden' as const, count: countOf('overridden') },
    { kind, outcome: 'leftOut' as const, count: countOf('leftOut') + moved },
  ]
  return all.filter(({ count }) => count > 0)
}
