import { fits, isDnsLabel, isWithin, type Name } from '../../values/dns/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Zones } from './config.ts'

/** What is wrong, and what would be right. */
export interface ClusterProblem {
  readonly problem: string
  readonly remedy: string
}

/** The names that a cluster's zone may not clash with. */
export interface Suffixes extends Pick<Zones, 'clusterset' | 'global' | 'cluster'> {
  readonly clusterDomain: Name
  readonly entries?: readonly Name[] | undefined
  /** Whether there are reverse zones: which ones, the clusters say that are found later. */
  readonly reverse?: boolean | undefined
}

/**
 * Why a cluster must be left out of a clusterset that holds the clusters `known`; empty when it may join.
 * Holds for clusters of the file and for those found at run time alike (answers.md 1).
 */
export const clusterProblems = (
  id: string,
  known: Iterable<ClusterId>,
  suffixes: Suffixes,
): readonly ClusterProblem[] => new KnownClusters(suffixes, known).problemsOf(id)

/** The ids that are taken, and with them the zones: each further one is looked up, and not held against all. */
export class KnownClusters {
  readonly #suffixes: Suffixes
  readonly #ids = new Taken()
  readonly #zones = new Taken()

  constructor(suffixes: Suffixes, ids: Iterable<ClusterId> = []) {
    this.#suffixes = suffixes
    for (const id of ids) this.add(id)
  }

  add(id: ClusterId): void {
    this.#ids.take(id, id)
    if (this.#suffixes.cluster !== null) this.#zones.take(zoneOf(id, this.#suffixes.cluster), id)
  }

  /** As `clusterProblems` has them. */
  problemsOf(id: string): readonly ClusterProblem[] {
    const malformed = clusterIdProblem(id)
    if (malformed !== undefined) return [malformed]
    const [clash] = this.#ids.clashing(id)
    if (clash !== undefined) return [idClash(id, clash)]
    const { cluster } = this.#suffixes
    if (cluster === null) return []
    return zoneClashes(id, cluster, this.#zones.clashing(zoneOf(id, cluster)), this.#suffixes)
  }
}

/** Names, absolute or relative, each with the first that took it, and which of them lie above and below a name. */
class Taken {
  readonly #holders = new Map<string, Holder>()
  readonly #inside = new Map<string, Holder[]>()

  take(name: string, id: ClusterId): void {
    if (this.#holders.has(name)) return
    const holder = { id, turn: this.#holders.size }
    this.#holders.set(name, holder)
    for (const outer of outersOf(name)) {
      const inside = this.#inside.get(outer)
      if (inside === undefined) this.#inside.set(outer, [holder])
      else inside.push(holder)
    }
  }

  /** Those whose name equals, contains or lies inside one: the first that came first. */
  clashing(name: string): readonly ClusterId[] {
    const above = [name, ...outersOf(name)].flatMap((outer) => this.#holders.get(outer) ?? [])
    return [...above, ...(this.#inside.get(name) ?? [])].sort((a, b) => a.turn - b.turn).map(({ id }) => id)
  }
}

interface Holder {
  readonly id: ClusterId
  readonly turn: number
}

/** `b.c` and `c` of `a.b.c`. */
function* outersOf(name: string): Generator<string> {
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) yield name.slice(dot + 1)
}

function zoneOf(id: ClusterId, template: string): Name {
  const [before = '', after = ''] = template.split('{cluster}')
  return before + id + after
}

const ID_REMEDY = 'write one or two lower-case DNS labels, such as cluster-east or c1.emea'

export function clusterIdProblem(id: string): ClusterProblem | undefined {
  const labels = id.split('.')
  if (labels.length <= 2 && labels.every(isDnsLabel)) return undefined
  return { problem: `${JSON.stringify(id)} is not a cluster id`, remedy: ID_REMEDY }
}

function idClash(id: ClusterId, other: ClusterId): ClusterProblem {
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
): readonly ClusterProblem[] {
  const zone = zoneOf(id, template)
  const remedy = `rename the cluster, or choose another zones.cluster than ${JSON.stringify(template)}`
  if (!fits(`hostmaster.${zone}`))
    return [{ problem: `its zone would be ${zone.length} octets long`, remedy }]
  const taken: readonly (readonly [Name | null, string])[] = [
    [suffixes.clusterDomain, 'local.clusterDomain'],
    [suffixes.clusterset, 'zones.clusterset'],
    [suffixes.global, 'zones.global'],
    ...(suffixes.entries ?? []).map((name) => [name, 'one of zones.entries'] as const),
    ...others.map((other) => [zoneOf(other, template), `the zone of ${other}`] as const),
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
): readonly (ClusterProblem & { readonly key: 'clusterset' | 'global' })[] {
  const { clusterset, global, clusterDomain } = suffixes
  const domain = (['clusterset', 'global'] as const).flatMap((key) => {
    const zone = suffixes[key]
    const how = zone === null ? undefined : relation(zone, clusterDomain)
    if (zone === null || how === undefined) return []
    if (how === 'lies inside') return ownNames(zone, clusterDomain).map((flaw) => ({ key, ...flaw }))
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

/** The same of zones of hosts, each by its place. */
export function entriesProblems(suffixes: Suffixes): readonly (ClusterProblem & { readonly at: number })[] {
  const { clusterset, global, clusterDomain, entries = [] } = suffixes
  return entries.flatMap((zone, at) => {
    const inside = isWithin(zone, clusterDomain) && zone !== clusterDomain
    if (inside && ownNames(zone, clusterDomain).length > 0)
      return ownNames(zone, clusterDomain).map((flaw) => ({ at, ...flaw }))
    const taken: readonly (readonly [Name | null, string])[] = [
      ...(inside ? [] : [[clusterDomain, 'local.clusterDomain'] as const]),
      [clusterset, 'zones.clusterset'],
      [global, 'zones.global'],
      ...reverseNames(suffixes),
      ...entries.slice(0, at).map((other) => [other, 'another of zones.entries'] as const),
    ]
    return taken.flatMap(([name, what]) => {
      const how = name === null ? undefined : relation(zone, name)
      return how === undefined
        ? []
        : [{ at, problem: `${zone} ${how} ${what}${spell(name, how)}`, remedy: APART }]
    })
  })
}

/** What all reverse zones lie in, where they are on (RFC 1035, 3.5; RFC 3596, 2.5). */
const reverseNames = ({ reverse = false }: Suffixes): readonly (readonly [Name, string])[] =>
  reverse
    ? ['in-addr.arpa', 'ip6.arpa'].map((name) => [name, 'where zones.reverse has its zones'] as const)
    : []

/** What a cluster's own DNS answers below its domain (Kubernetes DNS specification, 2.3 to 2.5), no other server may. */
function ownNames(zone: Name, clusterDomain: Name): readonly ClusterProblem[] {
  const own = [`svc.${clusterDomain}`, `pod.${clusterDomain}`].find((name) => isWithin(zone, name))
  if (own === undefined) return []
  const how = zone === own ? 'is' : 'lies inside'
  return [
    {
      problem: `${zone} ${how} what the clusters' own DNS answers${spell(own, how === 'is' ? 'equals' : how)}: its names would be lost`,
      remedy: `choose a suffix beside it, such as mesh.${clusterDomain}`,
    },
  ]
}

const APART = 'choose a suffix that neither equals nor contains nor lies inside another'
