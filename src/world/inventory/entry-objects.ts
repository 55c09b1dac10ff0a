import type { ClusterId } from '../../words/clusterset/index.ts'
import { few } from '../../words/kube/index.ts'
import type { ObjectSummary, ServiceEntries } from '../istio/index.ts'
import type { Export } from './export-types.ts'

/**
 * What became of a service's ServiceEntries beside what clusters export: the way to a share that nobody exports leads
 * nobody there.
 */
export function entryObjects(
  { external, objects }: ServiceEntries,
  exports: readonly Export[],
): ObjectSummary {
  const exporting = new Set(exports.flatMap((one) => (one.kind === 'valid' ? [one.cluster] : [])))
  const idle = [...(external?.routes.values() ?? [])].filter(({ id }) => !exporting.has(id))
  if (external === null || idle.length === 0) return objects
  const saying = new Set(
    [...external.sites, ...[...external.routes.values()].filter(({ id }) => exporting.has(id))].flatMap(
      ({ by }) => by,
    ),
  )
  const first = objects.first.map((one) => {
    const title = `${one.kind} ${one.name}`
    const those = idle.flatMap(({ id, by }) => (by.includes(title) ? [id] : []))
    if (those.length === 0 || one.outcome !== 'inForce') return one
    const why = unexported(those)
    return saying.has(title) || external.shares !== null
      ? { ...one, leftOut: [...one.leftOut, why] }
      : { ...one, outcome: 'leftOut' as const, why }
  })
  return { first, counts: countsAfter(objects, first) }
}

const unexported = (clusters: readonly ClusterId[]): string =>
  `it is the way to ${few(clusters)}, which ${clusters.length === 1 ? 'does' : 'do'} not export it: istio.entries.export: true makes it an export`

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
