import { type Clusterset, printLocality, type Site } from '../../words/clusterset/index.ts'
import { few } from '../../words/kube/index.ts'
import { type Entry, isOfHost, type Snapshot, sitesIn } from '../../world/zone/index.ts'
import type { ClusterExplanation, Fate } from './explanation.ts'
import { NOWHERE } from './fates.ts'
import { portsApart, strandedOn } from './remarks.ts'

/** Endpoints outside Kubernetes by their place, each told as a cluster is. */
export function siteRows(
  entry: Entry,
  fates: ReadonlyMap<string, Fate>,
  snapshot: Pick<Snapshot, 'clusterset' | 'settings'>,
): readonly ClusterExplanation[] {
  const answering = new Set(sitesIn(entry))
  const why = whyNoCandidate(entry, snapshot)
  return (entry.external?.sites ?? []).map((site) => {
    const isOne = answering.has(site)
    const fate = (isOne ? fates.get(site.id) : undefined) ?? { ...NOWHERE, fate: `left out: ${why}` }
    return {
      ...rowOf(site, fate),
      remarks: [
        ...(isOne ? portsApart(site, entry) : []),
        ...stranded(site, snapshot.clusterset),
        ...namesOf(site, snapshot.clusterset),
      ],
    }
  })
}

function whyNoCandidate(entry: Entry, { settings }: Pick<Snapshot, 'settings'>): string {
  if (entry.import?.type === 'Headless')
    return 'the service is Headless, and its endpoints are those of clusters'
  return entry.import === null && settings.global === null && !isOfHost(entry)
    ? 'no cluster exports the service, and zones.global, where it would be, is null'
    : 'it has none of the merged ports'
}

function stranded(site: Site, clusterset: Clusterset): readonly string[] {
  const networks = strandedOn(site, clusterset)
  return networks === undefined ? [] : [`nobody reaches it: no cluster is on network ${networks}`]
}

const rowOf = (site: Site, fate: Fate): ClusterExplanation => ({
  cluster: site.id,
  locality: site.locality && printLocality(site.locality),
  network: site.networks === null ? null : site.networks.join(', '),
  state: 'live',
  lastHeard: null,
  slow: false,
  precedence: null,
  export: `outside: by ${few(site.by)}`,
  exportedAt: null,
  ready: site.count,
  endpoints: site.total,
  basis: null,
  ignored: [],
  conflicts: [],
  remarks: [],
  ...fate,
  // At their own addresses, whatever the numbers.
  route: fate.route === 'nodePort' ? 'endpoints' : fate.route,
})

const namesOf = ({ beside, hostnames }: Site, clusterset: Clusterset): readonly string[] => [
  ...(beside === null ? [] : [`called so because ${beside} is a host, or above one`]),
  ...hostnames.flatMap((name) => remarkOn(name, clusterset)),
]

function remarkOn(name: string, { resolved, unresolved }: Clusterset): readonly string[] {
  const reason = unresolved.get(name)
  if (resolved.get(name) !== undefined)
    return reason === undefined ? [] : [`${name} keeps its last addresses: ${reason}`]
  return [`${name} does not resolve: ${reason ?? 'it was not looked up yet'}`]
}
