import { joinNames } from '../dns/index.ts'
import type { Export } from '../inventory/index.ts'
import { contributors, namesOf, publishedIn } from './published.ts'
import type { Entry, Published, Zone, ZoneSettings } from './types.ts'

/** Names of the sums that World keeps for the metrics. */
export const GAUGE = {
  /** Services, by type of their import. */
  imports: 'imports',
  /** Services whose exports disagree, by reason. */
  conflicts: 'conflicts',
  /** Services that no cluster has a ready endpoint for, by type of their import. */
  unanswered: 'unanswered',
  /** ServiceExports that do not count, by cluster and reason. */
  invalid: 'invalid',
  /** Endpoints left out, by cluster and rule. */
  ignored: 'ignored',
  /** Names that hold records, by zone (`clusterset`, `global`, or `cluster` and its id). */
  records: 'records',
  /** Names that would have broken a limit of the DNS. */
  omitted: 'omitted',
} as const

/** A gauge's key: its name, then its labels. */
const keyOf = (...parts: readonly string[]): string => parts.join('\0')

/** The labels in a key of a gauge of that name; undefined for another gauge's key. */
export const gaugeLabels = (name: string, key: string): readonly string[] | undefined => {
  const [first, ...labels] = key.split('\0')
  return first === name ? labels : undefined
}

type Amounts = Generator<readonly [key: string, amount: number]>

/** What a service adds to the gauges. */
export function* gaugesOf(entry: Entry, settings: ZoneSettings): Amounts {
  yield* gaugesOfImport(entry)
  for (const zone of [CLUSTERSET, GLOBAL]) {
    const published = publishedIn(zone, entry, '')
    if (published === undefined) continue
    yield [keyOf(GAUGE.records, zone.kind), countNames(zone, published)]
    const omitted = omittedNames(zone, published, entry, settings)
    if (omitted > 0) yield [keyOf(GAUGE.omitted), omitted]
  }
  for (const one of entry.exports) yield* gaugesOfExport(one, entry)
}

function* gaugesOfImport(entry: Entry): Amounts {
  if (entry.import === null) return
  const { type, conflicts } = entry.import
  yield [keyOf(GAUGE.imports, type), 1]
  const answered = contributors(entry).some(({ endpoints }) => endpoints.ready.length > 0)
  if (!answered) yield [keyOf(GAUGE.unanswered, type), 1]
  for (const { reason } of conflicts) yield [keyOf(GAUGE.conflicts, reason), 1]
}

function* gaugesOfExport(one: Export, entry: Entry): Amounts {
  const { kind, cluster } = one
  if (kind === 'notExported') return
  if (kind !== 'valid') return yield [keyOf(GAUGE.invalid, cluster, kind), 1]
  const zone: Zone = { kind: 'cluster', name: '', cluster }
  const published = publishedIn(zone, entry, '')
  if (published !== undefined) yield [keyOf(GAUGE.records, 'cluster', cluster), countNames(zone, published)]
  for (const { reason, count } of one.endpoints.ignored) yield [keyOf(GAUGE.ignored, cluster, reason), count]
}

const CLUSTERSET: Zone = { kind: 'clusterset', name: '' }
const GLOBAL: Zone = { kind: 'global', name: '' }

/** The service's own name, its ports, its endpoints, and in the global zone its clusters. */
function countNames({ kind }: Zone, { type, ports, clusters, endpoints }: Published): number {
  const named = type === 'ClusterSetIP' ? ports : endpoints.flatMap(({ endpoint }) => endpoint.ports)
  const distinct = new Set(named.flatMap(({ name, protocol }) => (name === '' ? [] : `${name} ${protocol}`)))
  return 1 + distinct.size + endpoints.length + (kind === 'global' ? clusters.length : 0)
}

/** Looks closer only where a name could be too long at all: a label has 63 octets at most, a cluster id two. */
function omittedNames(
  { kind }: Zone,
  published: Published,
  { name, namespace }: Entry,
  settings: ZoneSettings,
): number {
  const base =
    kind === 'global'
      ? joinNames(name, namespace, settings.global ?? '')
      : joinNames(name, namespace, 'svc', settings.clusterset)
  const longest = Math.max(0, ...published.clusters.map(({ length }) => length))
  return base.length + longest + 67 <= 253 ? 0 : namesOf(kind, published, base).omitted.length
}
