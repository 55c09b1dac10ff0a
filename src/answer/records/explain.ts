import { printAddress } from '../../values/dns/index.ts'
import {
  type Cluster,
  type ClusterId,
  networksOf,
  printLastHeard,
  printLocality,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import {
  type Export,
  type LocalImport,
  printRemark,
  printStray,
  type ValidExport,
} from '../../world/inventory/index.ts'
import { type Import, PRECEDING, printPorts } from '../../world/synthesis/index.ts'
import {
  type Entry,
  grammarOf,
  hostsZones,
  isExtended,
  isOfHost,
  publishedIn,
  type ServiceNode,
  type Snapshot,
  subjectOf,
  type Zone,
  zoneOfHost,
} from '../../world/zone/index.ts'
import { firstRanks, type HeadlessRouting, placesOf } from '../routing/index.ts'
import { objectsIn, policyIn } from './explain-policy.ts'
import type { ClusterExplanation, Explanation, Fate, ImportSummary } from './explanation.ts'
import { clusterFates, headlessFates, NOWHERE } from './fates.ts'
import { hostNameRemarks } from './host-names.ts'
import { type Ledger, ledgerOf } from './ledger.ts'
import { type LookedAt, lookedAt } from './looked-at.ts'
import { clustersetIPs, headlessRoutingOf } from './place.ts'
import { agelessRemark, cutShort, faultIn, namers, portsApart, shareRemarks, wayRemarks } from './remarks.ts'
import { routingOf } from './routed.ts'
import { siteRows } from './site-rows.ts'
import { summaryOf } from './summary.ts'
import { wholeLevel } from './whole-level.ts'

/** Explains a service from a viewpoint (answers.md 2, row 12). */
export function explain(entry: Entry, snapshot: Snapshot, viewpoint: Viewpoint): Explanation {
  const explaining = explainLookedAt(lookedAt(entry), snapshot, viewpoint)
  for (;;) {
    const { done, value } = explaining.next()
    if (done === true) return value
  }
}

/** The same of what is looked at already, a cluster at a time. `asked`: the zone by whose names it is asked about, if it matters. */
export function* explainLookedAt(
  { entry, omitted }: LookedAt,
  snapshot: Snapshot,
  viewpoint: Viewpoint,
  asked?: Zone,
): Generator<void, Explanation> {
  const context = wholeLevel(snapshot, viewpoint)
  const node = nodeOf(entry, snapshot, viewpoint)
  const routing = node?.published.type === 'ClusterSetIP' ? routingOf(node, context) : undefined
  const headless = node?.published.type === 'Headless' ? headlessRoutingOf(node, context) : undefined
  const numbered = numberedZone(entry, snapshot, asked)
  const fates = routing ? clusterFates(routing, numbered) : fatesOf(entry, omitted, headless)
  const { members } = snapshot.clusterset
  const ledger = ledgerOf(entry)
  const explained: ClusterExplanation[] = []
  for (const cluster of isOfHost(entry) ? [] : members.values()) {
    yield
    explained.push(explainCluster(cluster, entry, ledger, fates, snapshot, omitted.get(cluster.id)))
  }
  explained.push(...siteRows(entry, fates, snapshot))
  const known = new Set(explained.map(({ cluster }) => cluster))
  for (const [id, fate] of fates)
    if (!known.has(id)) explained.push(explainStranger(id, fate, headless, omitted.get(id)))
  const clusters = explained.toSorted(byRank(headless && firstRanks(headless)))
  const ips = (node && clustersetIPs(node, context)) ?? []
  const told = headless ? clusters : explained
  const outcome = { exists: node !== undefined, ips, routing: routing ?? headless, clusters: told, numbered }
  return {
    service: subjectOf(entry),
    viewpoint: printedOf(viewpoint),
    summary: summaryOf(entry, snapshot, viewpoint, outcome),
    import: entry.import && summarizeImport(entry.import),
    found: [...entry.imports].map(summarizeFound),
    conflicts: entry.import?.conflicts ?? [],
    ...policyIn(entry, snapshot.clusterset.policy, viewpoint, headless !== undefined),
    ...objectsIn(entry, viewpoint),
    clusters,
  }
}

const printedOf = ({ cluster, locality }: Viewpoint): Explanation['viewpoint'] => ({
  cluster,
  locality: locality && printLocality(locality),
})

/**
 * What the service is in the clusterset zone, or, where something stands outside of clusters, in the global zone, which has
 * all of it; of a host in the zone that it lies in; undefined: nothing, as the viewpoint has it.
 */
function nodeOf(entry: Entry, { settings }: Snapshot, { cluster }: Viewpoint): ServiceNode | undefined {
  const own = isOfHost(entry) ? zoneOfHost(entry.name, hostsZones(settings)) : undefined
  const isWider = isExtended(entry) && settings.global !== null
  const zone: Zone =
    own ??
    (isWider ? { kind: 'global', name: settings.global } : { kind: 'clusterset', name: settings.clusterset })
  const published = publishedIn(zone, entry, cluster)
  return published && { kind: 'service', zone, entry, published, node: { kind: 'service' }, base: '' }
}

/** The zone whose SRV records say the numbers, in words: the one that is asked about, else the global one; null: none does. */
function numberedZone(entry: Entry, { settings }: Snapshot, asked: Zone | undefined): string | null {
  const own = isOfHost(entry) ? zoneOfHost(entry.name, hostsZones(settings)) : asked
  if (own !== undefined && own.kind !== 'global' && grammarOf(own.kind).hasClusters) return own.name
  return settings.global === null ? null : 'the global zone'
}

/** What becomes of each cluster that is a candidate of a Headless service. */
const fatesOf = (
  entry: Entry,
  omitted: LookedAt['omitted'],
  headless: HeadlessRouting | undefined,
): ReadonlyMap<string, Fate> => (headless ? headlessFates(headless, countsOf(entry), omitted) : new Map())

const countsOf = ({ exports }: Entry): ReadonlyMap<string, number> =>
  new Map(exports.flatMap((one) => (one.kind === 'valid' ? [[one.cluster, one.endpoints.count]] : [])))

/** `first`: where answers have a Headless service's endpoints of a cluster, all of which have one level. */
const byRank =
  (first: ReadonlyMap<string, number> | undefined) =>
  (a: ClusterExplanation, b: ClusterExplanation): number =>
    rankOf(a) - rankOf(b) ||
    (a.level ?? 0) - (b.level ?? 0) ||
    (first?.get(a.cluster) ?? 0) - (first?.get(b.cluster) ?? 0) ||
    (b.share ?? 0) - (a.share ?? 0) ||
    (a.precedence ?? 1e9) - (b.precedence ?? 1e9) ||
    (a.cluster < b.cluster ? -1 : 1)

const rankOf = (one: ClusterExplanation): number => (one.level !== null ? 0 : one.precedence !== null ? 1 : 2)

const summarizeFound = ([cluster, one]: readonly [ClusterId, LocalImport]): Explanation['found'][number] => ({
  cluster,
  type: one.type,
  ips: one.ips.map(printAddress),
  foreign: one.foreign,
})

const summarizeImport = ({
  type,
  ports,
  sessionAffinity,
  internalTrafficPolicy,
  precedence,
}: Import): ImportSummary => ({
  type,
  ports: printPorts(ports),
  sessionAffinity,
  internalTrafficPolicy,
  precedence,
})

function explainCluster(
  cluster: Cluster,
  entry: Entry,
  ledger: Ledger,
  fates: ReadonlyMap<string, Fate>,
  snapshot: Snapshot,
  omitted = 0,
): ClusterExplanation {
  const held = ledger.held.get(cluster.id)
  const valid = held?.kind === 'valid' ? held : undefined
  const fate = fates.get(cluster.id) ?? leftOut(entry, cluster.id, held, ledger)
  return {
    cluster: cluster.id,
    locality: cluster.locality && printLocality(cluster.locality),
    network: cluster.network === null ? null : networksOf(cluster.network).join(', '),
    state: cluster.freshness.kind,
    lastHeard: printLastHeard(cluster.id, cluster.freshness) ?? null,
    slow: cluster.slow,
    precedence: ledger.precedence.get(cluster.id) ?? null,
    ...exportOf(held, valid),
    ...(held?.by === undefined || held.kind === 'notExported' ? {} : { exportedBy: held.by }),
    conflicts: ledger.conflicts.get(cluster.id) ?? [],
    remarks: [
      ...faultIn(snapshot, entry, cluster.id),
      ...(valid?.remarks ?? []).map(printRemark),
      ...(valid?.strays ?? []).map(printStray),
      ...(ledger.counts.has(cluster.id) ? portsApart(valid, entry) : []),
      ...cutShort((ledger.cut.get(cluster.id) ?? 0) - omitted),
      ...(held !== undefined && ledger.ageless.has(cluster.id) ? [agelessRemark(held)] : []),
      ...(entry.flaws.get(cluster.id) ?? []),
      ...shareRemarks(entry, valid, fate),
      ...wayRemarks(cluster, valid, fate),
      ...hostNameRemarks(fate, cluster, valid, snapshot.clusterset),
    ],
    ...fate,
  }
}

/** What a cluster exports; `valid`: where it counts. */
const exportOf = (held: Export | undefined, valid: ValidExport | undefined) => ({
  export: statedOf(held),
  exportedAt:
    valid && valid.createdAt > 0 ? new Date(valid.createdAt).toISOString().replace('.000Z', 'Z') : null,
  ready: valid?.endpoints.count ?? 0,
  endpoints: valid?.endpoints.total ?? 0,
  basis: valid?.endpoints.basis ?? null,
  ignored: valid?.endpoints.ignored ?? [],
})

const statedOf = (held: Export | undefined): string =>
  held?.kind === 'notExported' && held.declined !== undefined
    ? `none: ${held.declined}`
    : (byObject(held) ?? EXPORTS[held?.kind ?? 'nothing'])

/** What is otherwise where there is no ServiceExport, but an object of a registry that is for the cluster. */
const byObject = (held: Export | undefined): string | undefined =>
  held?.by === undefined
    ? undefined
    : held.kind === 'noService'
      ? `invalid: ${held.by} is for this cluster, which has no Service of the name (NoService)`
      : held.kind === 'unreadable'
        ? `invalid: its Service cannot be read, which ${held.by} exports`
        : undefined

/** Export states as `explain` words them. */
const EXPORTS: Readonly<Record<Export['kind'] | 'nothing', string>> = {
  valid: 'valid',
  noService: 'invalid: ServiceExport without a Service (NoService)',
  invalidServiceType: 'invalid: a Service of type ExternalName cannot be exported (InvalidServiceType)',
  namespaceDenied: "invalid: the cluster's exports.namespaces does not admit this namespace",
  derived: 'invalid: the Service was derived from a ServiceImport',
  unreadable: 'invalid: its Service or ServiceExport cannot be read',
  notExported: 'none: the Service has no ServiceExport',
  failed: 'not known: a bug of Meridian keeps it from being taken in',
  nothing: 'none: no Service and no ServiceExport of this name',
}

/** A cluster that is no member, known only from another implementation's slices. */
function explainStranger(
  cluster: string,
  fate: Fate,
  headless: HeadlessRouting | undefined,
  omitted = 0,
): ClusterExplanation {
  const one = headless?.candidates.find(({ candidate }) => candidate.id === cluster)
  const here = headless && one ? placesOf(one.candidate, headless).length : 0
  const count = here + omitted
  return {
    cluster,
    locality: null,
    network: null,
    state: 'never',
    lastHeard: null,
    slow: false,
    precedence: null,
    export: "none that we watch: known from the ServiceImport in the asker's cluster",
    exportedAt: null,
    ready: count,
    endpoints: count,
    basis: null,
    ignored: [],
    conflicts: [],
    remarks: [],
    ...fate,
  }
}

function leftOut(entry: Entry, cluster: string, held: Export | undefined, ledger: Ledger): Fate {
  const why = held?.kind !== 'valid' ? 'not exported from here' : disagreement(entry, cluster, ledger)
  return { ...NOWHERE, fate: `left out: ${why}` }
}

function disagreement(
  { import: made, external }: Entry,
  cluster: string,
  { conflicts, counts }: Ledger,
): string {
  if (conflicts.get(cluster)?.includes('TypeConflict') === true)
    return `its type is not ${made?.type}, which the ${PRECEDING[made?.precedence ?? 'oldest']} export decides`
  if (made !== null && !counts.has(cluster)) return 'it has none of the merged ports'
  if (external?.shares?.has(cluster) === false)
    return `${namers(external)} the clusters that answer in the global zone, and not this one`
  return made?.type === 'Headless' ? 'no ready endpoint' : 'the cluster is not a member any more'
}
