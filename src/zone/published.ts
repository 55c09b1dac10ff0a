import type { ClusterId } from '../clusterset/index.ts'
import { isLabel, joinNames, type Name, wireLength } from '../dns/index.ts'
import type { Export, LocalImport, ValidExport } from '../inventory/index.ts'
import type { Protocol } from '../kube/index.ts'
import type { ClusterEndpoint, Entry, Node, Published, Zone } from './types.ts'

/** The exports that make up the service in the clusterset and global zones, in order of precedence. */
export function contributors(entry: Entry): readonly ValidExport[] {
  const clusters = entry.import?.clusters ?? []
  return entry.exports.filter(
    (one): one is ValidExport => one.kind === 'valid' && clusters.includes(one.cluster),
  )
}

/** What a zone publishes of a service, seen from a cluster; undefined when the service does not exist there. */
export function publishedIn(zone: Zone, entry: Entry, from: ClusterId): Published | undefined {
  switch (zone.kind) {
    case 'reverse':
      return undefined
    case 'cluster':
      return byCluster(entry.exports.find(({ cluster }) => cluster === zone.cluster) ?? NOBODY)
    case 'clusterset':
    case 'global':
      return entry.import === null ? byImport(entry.imports.get(from) ?? NO_IMPORT) : byExports(entry)
  }
}

const byExports = memoize((entry: Entry): Published | undefined => {
  if (entry.import === null) return undefined
  const exports = contributors(entry)
  return existing({
    type: entry.import.type,
    ports: entry.import.ports,
    clusters: exports.map(({ cluster }) => cluster),
    endpoints: exports.flatMap(endpointsOf),
  })
})

/** One cluster's export alone, of its own type and ports. */
const byCluster = memoize((found: Export): Published | undefined => {
  if (found.kind !== 'valid') return undefined
  const { type, ports, cluster } = found
  return existing({ type, ports, clusters: [cluster], endpoints: endpointsOf(found) })
})

const NOBODY: Export = { kind: 'notExported', cluster: '', createdAt: 0 }

/** A ServiceImport that another implementation wrote stands in where no cluster that we watch exports the service. */
const byImport = memoize(({ foreign, type, ports, endpoints }: LocalImport): Published | undefined => {
  if (!foreign) return undefined
  const clusters = endpoints.map(({ cluster }) => cluster)
  if (type === 'ClusterSetIP') return { type, ports, clusters: [], endpoints: [] }
  const all = endpoints.flatMap(({ cluster, ready }) => ready.map((endpoint) => ({ cluster, endpoint })))
  return existing({ type, ports, clusters, endpoints: all })
})

const NO_IMPORT: LocalImport = { type: 'Headless', ips: [], ports: [], foreign: false, endpoints: [] }

/** A Headless service without ready endpoints does not exist; a ClusterSetIP one does while it is exported. */
const existing = (published: Published): Published | undefined =>
  published.type === 'Headless' && published.endpoints.length === 0 ? undefined : published

const endpointsOf = ({ type, cluster, endpoints }: ValidExport): readonly ClusterEndpoint[] =>
  type === 'Headless' ? endpoints.ready.map((endpoint) => ({ cluster, endpoint })) : []

/** A service's names in one zone, all at or below `base`. */
export interface Names {
  readonly base: Name
  /** By the part of the name above the service's own ('' for that itself), empty non-terminals included. */
  readonly nodes: ReadonlyMap<string, Node>
  /** Names that would have broken a limit of the DNS, so were not made. */
  readonly omitted: readonly Name[]
}

/** The name tree of a service below `base`, its own name in a zone of the given kind (answers.md 2). */
export function namesOf(kind: Zone['kind'], published: Published, base: Name): Names {
  const known = NAMES[kind].get(published)
  if (known?.base === base) return known
  const names = makeNames(kind, published, base)
  NAMES[kind].set(published, names)
  return names
}

/** Trees are made when first asked for, and go with the service's entry. */
const NAMES: Readonly<Record<Zone['kind'], WeakMap<Published, Names>>> = {
  clusterset: new WeakMap(),
  global: new WeakMap(),
  cluster: new WeakMap(),
  reverse: new WeakMap(),
}

function makeNames(kind: Zone['kind'], published: Published, base: Name): Names {
  const nodes = new Map<string, Node>([['', { kind: 'service' }]])
  const omitted: Name[] = []
  const isMade = (path: string): boolean =>
    wireLength(joinNames(path, base)) <= 255 && path.split('.').every(isLabel)
  for (const [path, node] of paths(kind, published, isMade)) {
    if (isMade(path)) plant(nodes, path, node)
    else omitted.push(joinNames(path, base))
  }
  return { base, nodes, omitted }
}

/** A Headless service has the ports of the endpoints whose names are made: to the others there is no SRV. */
function* paths(
  kind: Zone['kind'],
  published: Published,
  isMade: (path: string) => boolean,
): Generator<readonly [string, Node]> {
  const endpoints = published.endpoints.filter((one) => isMade(endpointPath(kind, one)))
  for (const { name, protocol } of namedPorts({ ...published, endpoints })) {
    yield [portPath(name, protocol), { kind: 'port', name, protocol }]
  }
  if (kind === 'global') {
    for (const cluster of clustersWithNames(published)) yield [cluster, { kind: 'cluster', cluster }]
  }
  const byPath = Map.groupBy(published.endpoints, (one) => endpointPath(kind, one))
  for (const [path, endpoints] of byPath) yield [path, { kind: 'endpoint', endpoints }]
}

/** Its dots escaped, a port name that has some is no label, and so no name. */
export const portPath = (name: string, protocol: Protocol): string =>
  `_${name.replaceAll('.', '\\046')}._${protocol.toLowerCase()}`

/** `<hostname>.<cluster>`, or the host name alone in a zone that is one cluster's. */
export const endpointPath = (kind: Zone['kind'], { cluster, endpoint }: ClusterEndpoint): string =>
  kind === 'cluster' ? endpoint.hostname : `${endpoint.hostname}.${cluster}`

function clustersWithNames(published: Published): readonly ClusterId[] {
  if (published.type === 'ClusterSetIP') return published.clusters
  return [...new Set(published.endpoints.map(({ cluster }) => cluster))]
}

/** Ports that have SRV records: a ClusterSetIP service's own, a Headless one's as its ready endpoints name them. */
function namedPorts({ type, ports, endpoints }: Published): readonly { name: string; protocol: Protocol }[] {
  const all = type === 'ClusterSetIP' ? ports : endpoints.flatMap(({ endpoint }) => endpoint.ports)
  return all.filter(({ name }) => name !== '')
}

/** Sets a node, and makes every name between it and the service's own exist. */
function plant(nodes: Map<string, Node>, path: string, node: Node): void {
  nodes.set(path, node)
  for (let at = path.indexOf('.'); at !== -1; at = path.indexOf('.', at + 1)) {
    const parent = path.slice(at + 1)
    if (!nodes.has(parent)) nodes.set(parent, { kind: 'empty' })
  }
}

function memoize<K extends object, V extends object>(
  compute: (key: K) => V | undefined,
): (key: K) => V | undefined {
  const known = new WeakMap<K, V | null>()
  return (key) => {
    const hit = known.get(key)
    if (hit !== undefined) return hit ?? undefined
    const value = compute(key)
    known.set(key, value ?? null)
    return value
  }
}
