import { type Clusterset, printLocality, type Site } from '../../words/clusterset/index.ts'
import { few } from '../../words/kube/index.ts'
import { type Entry, sitesIn } from '../../world/zone/index.ts'
import type { ClusterExplanation, Fate } from './explanation.ts'
import { NOWHERE } from './fates.ts'

/** Endpoints outside Kubernetes by their place, each told as a cluster is. */
export function siteRows(
  entry: Entry,
  fates: ReadonlyMap<string, Fate>,
  clusterset: Clusterset,
): readonly ClusterExplanation[] {
  const answering = new Set(sitesIn(entry))
  return (entry.external?.sites ?? []).map((site) => {
    const why =
      entry.import?.type === 'Headless'
        ? 'the service is Headless, and its endpoints are those of clusters'
        : 'it has none of the merged ports'
    const fate = answering.has(site) ? fates.get(site.id) : undefined
    return rowOf(site, fate ?? { ...NOWHERE, fate: `left out: ${why}` }, clusterset)
  })
}

const rowOf = (site: Site, fate: Fate, clusterset: Clusterset): ClusterExplanation => ({
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
  remarks: [
    ...(site.beside === null ? [] : [`called so because ${site.beside} is a host, or above one`]),
    ...site.hostnames.flatMap((name) => remarkOn(name, clusterset)),
  ],
  ...fate,
  // At their own addresses, whatever the numbers.
  route: fate.route === 'nodePort' ? 'endpoints' : fate.route,
})

function remarkOn(name: string, { resolved, unresolved }: Clusterset): readonly string[] {
  const reason = unresolved.get(name)
  if (resolved.get(name) !== undefined)
    return reason === undefined ? [] : [`${name} keeps its last addresses: ${reason}`]
  return [`${name} does not resolve: ${reason ?? 'it was not looked up yet'}`]
}
