import { printPrefix } from '../../values/dns/index.ts'
import { MANAGED_BY } from '../../words/kube/index.ts'
import { type Check, found } from './check.ts'
import { clusterChecks, firstOf, SUFFIXES } from './checks-clusters.ts'
import { routes } from './checks-routing.ts'
import type { HostPort } from './config.ts'
import type { Path, PathProblem } from './problems.ts'
import type { Salvaged } from './salvage.ts'
import type { WrittenConfig } from './schema.ts'
import { LISTEN_KEYS } from './schema-listen.ts'
import { writtenSource } from './schema-sources.ts'
import { entriesProblems, KnownClusters, type Suffixes, suffixProblems } from './suffixes.ts'

/** What is wrong between keys that are right by themselves. */
export const crossChecks = (written: WrittenConfig, salvaged?: Salvaged<unknown>): readonly PathProblem[] =>
  found(
    CHECKS.flatMap((check) => check(written)),
    salvaged,
  )

const CHECKS: readonly ((written: WrittenConfig) => readonly Check[])[] = [
  (written) => [
    { reads: [EACH, ['registries', '*']], find: () => someCluster(written) },
    {
      reads: [...LISTEN_KEYS.map((key) => ['dns', key]), ['admin', 'listen'], ['health', 'listen']],
      find: () => listeners(written),
    },
    { reads: SUFFIXES, find: () => zones(written) },
    { reads: [['dns', 'soa', '*']], find: () => secondaries(written) },
  ],
  ({ clusters, zones }) => clusters.flatMap((cluster, i) => clusterChecks(cluster, zones, ['clusters', i])),
  (written) => [
    { reads: [EACH, ID, ['registries', '*']], find: () => clusterNames(written) },
    ...clientPlaces(written),
    ...routes(written),
    {
      reads: [
        ['clients', 'geo'],
        [...EACH, 'coordinates'],
        ['registries', '*'],
      ],
      find: () => geography(written),
    },
    { reads: WRITING, find: () => writing(written) },
  ],
]

const EACH: Path = ['clusters', '*']
const ID: Path = [...EACH, 'id']
const WRITING: readonly Path[] = [
  ...[
    ['controller', 'writes'],
    ['local', 'cluster'],
    ['registries', '*'],
    ['ignoreManagedBy', '*'],
  ],
  ...[EACH, ID, [...EACH, 'source'], [...EACH, 'namespaces']],
]

function someCluster({ clusters, registries }: WrittenConfig): readonly PathProblem[] {
  if (clusters.length > 0 || registries.length > 0) return []
  const remedy = 'name a cluster: [{id: cluster-east, source: {manifests: ./cluster-east}}]'
  return [{ path: ['clusters'], problem: 'neither a cluster nor a registry is named', remedy }]
}

function listeners({ dns, admin, health }: WrittenConfig): readonly PathProblem[] {
  const remedy = 'give each listener an address and port of its own'
  const taken = new Map<string, string>()
  const all: readonly (readonly [HostPort, Path])[] = [
    ...LISTEN_KEYS.flatMap((key) => dns[key].map((listen, i) => [listen, ['dns', key, i]] as const)),
    [admin.listen, ['admin', 'listen']],
    ...(health.listen === null ? [] : [[health.listen, ['health', 'listen']] as const]),
  ]
  return all.flatMap(([{ host, port }, path]) => {
    const name = `${host.includes(':') ? `[${host}]` : host}:${port}`
    const holder = port === 0 ? undefined : taken.get(name)
    taken.set(name, holder ?? (path[0] === 'dns' ? `an entry of dns.${path[1]}` : path.join('.')))
    return holder === undefined ? [] : [{ path, problem: `${name} is taken by ${holder}`, remedy }]
  })
}

const suffixesOf = ({ zones, local }: WrittenConfig): Suffixes => ({
  ...zones,
  clusterDomain: local.clusterDomain,
})

function zones(written: WrittenConfig): readonly PathProblem[] {
  const suffixes = suffixesOf(written)
  return [
    ...suffixProblems(suffixes).map(({ key, ...flaw }) => ({ path: ['zones', key], ...flaw })),
    ...entriesProblems(suffixes).map(({ at, ...flaw }) => ({ path: ['zones', 'entries', at], ...flaw })),
    ...clashes(written.clusters, new KnownClusters(suffixes)),
  ]
}

const clashes = (clusters: WrittenConfig['clusters'], known: KnownClusters): readonly PathProblem[] =>
  clusters.flatMap(({ id }, i) => {
    const flaws = known.problemsOf(id)
    known.add(id)
    return flaws.map((flaw) => ({ path: ['clusters', i, 'id'], ...flaw }))
  })

/** RFC 1912, 2.2: a secondary must be able to look again before it gives a zone up. */
function secondaries({ dns }: WrittenConfig): readonly PathProblem[] {
  const { refresh, retry, expire } = dns.soa
  if (expire > refresh + retry) return []
  const problem = `${expire} is not more than refresh and retry together, ${refresh + retry}`
  const remedy = `write at least ${refresh + retry + 1}, or shorten those`
  return [{ path: ['dns', 'soa', 'expire'], problem, remedy }]
}

/** Every mention of a cluster, against the clusters there are; those of registries are not known yet. */
function clusterNames({
  clusters,
  registries,
  local,
  clients,
  routing,
  istio,
  zones,
}: WrittenConfig): readonly PathProblem[] {
  if (registries.length > 0 || clusters.length === 0) return []
  const ids = new Set(clusters.map(({ id }) => id))
  const mentions: readonly (readonly [string | null, Path])[] = [
    [local.cluster, ['local', 'cluster']],
    [istio.cluster, ['istio', 'cluster']],
    ...Object.entries(zones.federations).flatMap(([name, { clusters: all }]) =>
      all.map((id, i) => [id, ['zones', 'federations', name, 'clusters', i]] as const),
    ),
    ...clients.map.map(({ cluster }, i) => [cluster, ['clients', 'map', i, 'cluster']] as const),
    ...Object.entries(routing.services).flatMap(([service, { weights }]) =>
      Object.keys(weights ?? {}).map((id) => [id, ['routing', 'services', service, 'weights', id]] as const),
    ),
  ]
  return mentions.flatMap(([id, path]) =>
    id === null || ids.has(id)
      ? []
      : [
          {
            path,
            problem: `there is no cluster ${id}`,
            remedy: `write one of ${[...ids].join(', ')}, or add it to clusters`,
          },
        ],
  )
}

function clientPlaces({ clients }: WrittenConfig): readonly Check[] {
  const prefixes = clients.map.map(({ cidr }) => printPrefix(cidr))
  const firsts = firstOf(prefixes)
  return clients.map.map(({ cluster, locality }, i) => {
    const path = ['clients', 'map', i]
    const prefix = prefixes[i] ?? ''
    return {
      reads: [
        [...path, 'cluster'],
        [...path, 'locality'],
      ],
      find: () => {
        if (cluster === null && locality === null) {
          const remedy = 'give the entry a cluster, a locality or both'
          return [{ path, problem: `${prefix} is given no place`, remedy }]
        }
        if (firsts.get(prefix) === i) return []
        const remedy = 'keep one of its entries'
        return [{ path: [...path, 'cidr'], problem: `${prefix} is given two places`, remedy }]
      },
    }
  })
}

/** By neither way a database would place anybody. */
function geography({ clients: { geo }, clusters, registries }: WrittenConfig): readonly PathProblem[] {
  if (geo === null || geo.map !== null || registries.length > 0) return []
  if (clusters.some(({ coordinates }) => coordinates !== null)) return []
  const problem = 'it has no map, and no cluster has coordinates'
  const remedy = 'give it a map, such as {"*": us-east-1}, or the clusters their coordinates'
  return [{ path: ['clients', 'geo'], problem, remedy }]
}

/** What is written must be writable, and must not be read back as if it were another's. */
function writing({
  controller,
  clusters,
  registries,
  local,
  ignoreManagedBy,
}: WrittenConfig): readonly PathProblem[] {
  if (!controller.enabled) return []
  const here =
    local.cluster ?? clusters.find(({ source }) => writtenSource(source).isHere)?.id ?? clusters[0]?.id
  const isWritten = ({ id }: WrittenConfig['clusters'][number]): boolean =>
    controller.writes === 'all' || id === here
  const written = clusters.filter(isWritten)
  const findings: PathProblem[] = []
  if (registries.length === 0 && written.every(({ source }) => writtenSource(source).access === null)) {
    findings.push({
      path: ['controller', 'enabled'],
      problem: 'there is no API server to write to: objects come from manifests',
      remedy: `give ${here ?? 'a cluster'} the source inCluster or kubeconfig, or write false`,
    })
  }
  if (!ignoreManagedBy.includes(MANAGED_BY)) {
    const remedy = `add ${MANAGED_BY} to the list`
    findings.push({
      path: ['ignoreManagedBy'],
      problem: 'EndpointSlices that the controller writes would be counted as endpoints',
      remedy,
    })
  }
  const narrow = clusters.flatMap((one, i) =>
    isWritten(one) && one.namespaces.length > 0 ? [narrowly(i)] : [],
  )
  return [...findings, ...narrow]
}

const narrowly = (cluster: number): PathProblem => ({
  path: ['clusters', cluster, 'namespaces'],
  problem: 'a cluster that is written to is read whole',
  remedy: 'leave it out, and say in controller.namespaces.allow where imports may stand',
})
