import type { ClusterId } from '../clusterset/index.ts'
import { fits, isWithin, type Name } from '../dns/index.ts'
import type { Zones } from './config.ts'
import { isDnsLabel } from './text.ts'

/** What is wrong, and what would be right. */
export interface Flaw {
  readonly problem: string
  readonly remedy: string
}

/** The names that a cluster's zone may not clash with. */
export interface Suffixes extends Pick<Zones, 'clusterset' | 'global' | 'cluster'> {
  readonly clusterDomain: Name
}

/**
 * Why a cluster must be left out of a clusterset that holds the clusters `known`; empty when it may join.
 * Holds for clusters of the file and for those found at run time alike (answers.md 1).
 */
export function clusterProblems(id: string, known: Iterable<ClusterId>, suffixes: Suffixes): readonly Flaw[] {
  const malformed = clusterIdProblem(id)
  if (malformed !== undefined) return [malformed]
  const others = [...known]
  const clash = others.find((other) => isWithin(id, other) || isWithin(other, id))
  if (clash !== undefined) return [idClash(id, clash)]
  return suffixes.cluster === null ? [] : zoneClashes(id, suffixes.cluster, others, suffixes)
}

const ID_REMEDY = 'write one or two lower-case DNS labels, such as cluster-east or c1.emea'

export function clusterIdProblem(id: string): Flaw | undefined {
  const labels = id.split('.')
  if (labels.length <= 2 && labels.every(isDnsLabel)) return undefined
  return { problem: `${JSON.stringify(id)} is not a cluster id`, remedy: ID_REMEDY }
}

function idClash(id: ClusterId, other: ClusterId): Flaw {
  if (id === other)
    return { problem: `${id} names two clusters`, remedy: 'give each cluster an id of its own' }
  const [inner, outer] = id.length > other.length ? [id, other] : [other, id]
  return {
    problem: `${outer} is a dot-suffix of ${inner}: names could mean either cluster`,
    remedy: `rename one of them, ${outer} for example to ${outer}-1`,
  }
}

function zoneClashes(
  id: ClusterId,
  template: string,
  others: readonly ClusterId[],
  suffixes: Suffixes,
): readonly Flaw[] {
  const [before = '', after = ''] = template.split('{cluster}')
  const zoneOf = (cluster: ClusterId): Name => before + cluster + after
  const zone = zoneOf(id)
  const remedy = `rename the cluster, or choose another zones.cluster than ${JSON.stringify(template)}`
  if (!fits(`hostmaster.${zone}`))
    return [{ problem: `its zone would be ${zone.length} octets long`, remedy }]
  const taken: readonly (readonly [Name | null, string])[] = [
    [suffixes.clusterDomain, 'local.clusterDomain'],
    [suffixes.clusterset, 'zones.clusterset'],
    [suffixes.global, 'zones.global'],
    ...others
      .filter((other) => relation(zone, zoneOf(other)) !== undefined)
      .map((other) => [zoneOf(other), `the zone of ${other}`] as const),
  ]
  return taken.flatMap(([name, what]) => {
    const how = name === null ? undefined : relation(zone, name)
    return how === undefined
      ? []
      : [{ problem: `its zone ${zone} ${how} ${what}${spell(name, how)}`, remedy }]
  })
}

const spell = (name: Name | null, how: string): string => (how === 'equals' ? '' : ` (${name})`)

/** How two zones clash, as a verb between them; undefined when they lie apart. */
function relation(a: Name, b: Name): string | undefined {
  if (a === b) return 'equals'
  if (isWithin(a, b)) return 'lies inside'
  return isWithin(b, a) ? 'contains' : undefined
}

/** What is wrong with the suffixes among themselves, by the key that would have to change. */
export function suffixProblems(
  suffixes: Suffixes,
): readonly (Flaw & { readonly key: 'clusterset' | 'global' })[] {
  const { clusterset, global, clusterDomain } = suffixes
  const domain = (['clusterset', 'global'] as const).flatMap((key) => {
    const zone = suffixes[key]
    const how = zone === null ? undefined : relation(zone, clusterDomain)
    if (how === undefined || how === 'lies inside') return []
    return [
      {
        key,
        problem: `${zone} ${how} local.clusterDomain${spell(clusterDomain, how)}: its names would be lost`,
        remedy: APART,
      },
    ]
  })
  const how = global === null ? undefined : relation(global, clusterset)
  if (how === undefined) return domain
  const problem = `${global} ${how} zones.clusterset${spell(clusterset, how)}`
  return [...domain, { key: 'global', problem, remedy: `${APART}, or null` }]
}

const APART = 'choose a suffix that neither equals nor contains nor lies inside another'
