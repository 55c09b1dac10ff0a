import { isLabel, joinNames, type Name, wireLength } from '../../values/dns/index.ts'
import { lastRemembered, rememberedLately } from '../../values/table/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Protocol } from '../../words/kube/index.ts'
import {
  type ClusterEndpoints,
  type Export,
  isAged,
  type LocalImport,
  Ready,
  type ValidExport,
} from '../inventory/index.ts'
import { exportIn } from './export-of.ts'
import { grammarOf } from './grammar.ts'
import { type ClusterEndpoint, type ClusterShare, EndpointPlaces, gather, placeOf } from './places.ts'
import { offerOfSites, sitesIn } from './sites.ts'
import type { Entry, Node, Published, Zone } from './types.ts'

/** The exports that make up the service in the clusterset and global zones, in order of precedence. */
export const contributors = (entry: Entry): readonly ValidExport[] => candidatesOf(entry, null)

/** The same for the clients of a cluster: its own export is among them, whatever ports others say that there are. */
export function candidatesOf(entry: Entry, from: ClusterId | null): readonly ValidExport[] {
  const all = agreeing(entry)
  const counts = countingIn(entry)
  return all.filter(({ cluster }) => cluster === from || counts.has(cluster))
}

/** The clusters whose exports count for everybody. */
export const countingIn = ({ import: made }: Pick<Entry, 'import'>): ReadonlySet<ClusterId> =>
  new Set(made?.clusters)

/** The exports of the type that was decided. */
export const agreeing = ({ exports, import: made }: Entry): readonly ValidExport[] =>
  exports.filter((one): one is ValidExport => one.kind === 'valid' && one.type === made?.type)

/**
 * Clusters whose exports do not say when they were made, where that decides something: another says so, or they
 * disagree.
 */
export function ageless({ exports, import: made }: Entry): readonly ClusterId[] {
  if (made?.precedence === 'declared') return []
  const valid = exports.filter(({ kind }) => kind === 'valid')
  const those = valid.filter((one) => !isAged(one))
  const matters = valid.length > 1 && (those.length < valid.length || (made?.conflicts ?? []).length > 0)
  return matters ? those.map(({ cluster }) => cluster) : []
}

/** What a zone publishes of a service, its endpoints as they are kept: enough to count, and cheap to make. */
export interface Offer extends Omit<Published, 'endpoints' | 'shares'> {
  readonly shares: readonly ClusterEndpoints[]
}

/** What a zone offers of a service as it has it (entry-in.ts), seen from a cluster; undefined when the service does not exist there. */
export function offerIn(zone: Zone, entry: Entry, from: ClusterId): Offer | undefined {
  switch (zone.kind) {
    case 'reverse':
      return undefined
    case 'cluster':
      return offerOfCluster(exportIn(entry, zone.cluster))
    case 'global':
      if (entry.external !== undefined && entry.import === null)
        return offerOfSites(entry) ?? offerOfImport(importIn(entry, from))
      return entry.import === null ? offerOfImport(importIn(entry, from)) : offerOfExports(entry)
    case 'entries':
      return offerOfSites(entry)
    case 'federation':
    case 'clusterset':
      return entry.import === null ? offerOfImport(importIn(entry, from)) : offerOfExports(entry)
  }
}

/** The same for queries: its endpoints unpacked, once for as long as the entry is there and asked for. */
export function publishedIn(zone: Zone, entry: Entry, from: ClusterId): Published | undefined {
  switch (zone.kind) {
    case 'reverse':
      return undefined
    case 'cluster':
      return byCluster(exportIn(entry, zone.cluster))
    case 'global':
      if (entry.external !== undefined && entry.import === null)
        return bySites(entry) ?? byImport(importIn(entry, from))
      return entry.import === null ? byImport(importIn(entry, from)) : byExports(entry)
    case 'entries':
      return bySites(entry)
    case 'federation':
    case 'clusterset':
      return entry.import === null ? byImport(importIn(entry, from)) : byExports(entry)
  }
}

const importIn = (entry: Entry, from: ClusterId): LocalImport => entry.imports.get(from) ?? NO_IMPORT

const NO_IMPORT: LocalImport = { type: 'Headless', ips: [], ports: [], foreign: false, endpoints: [] }

function offerOfExports(entry: Entry): Offer | undefined {
  if (entry.import === null) return undefined
  const { type, ports } = entry.import
  const exports = contributors(entry)
  return existing({
    type,
    ports,
    clusters: [...agreeing(entry).map(({ cluster }) => cluster), ...sitesIn(entry).map(({ id }) => id)],
    shares: entry.import.shares ?? exports.flatMap(sharesOf),
  })
}

/** Of clusters, how many of their endpoints are in no answer beside others', since all together are too many. */
export function cutsFrom({ import: made, exports }: Entry): ReadonlyMap<ClusterId, number> {
  const cuts = new Map<ClusterId, number>()
  const kept = new Map(made?.shares?.map(({ cluster, ready }) => [cluster, ready]))
  for (const one of exports) {
    const ready = kept.get(one.cluster)
    if (one.kind !== 'valid' || ready === undefined) continue
    const cut = new Ready(one.endpoints.ready).length - new Ready(ready).length
    if (cut > 0) cuts.set(one.cluster, cut)
  }
  return cuts
}

/** One cluster's export alone, of its own type and ports. */
export function offerOfCluster(found: Export): Offer | undefined {
  if (found.kind !== 'valid') return undefined
  const { type, ports, cluster } = found
  return existing({ type, ports, clusters: [cluster], shares: sharesOf(found) })
}

/** Whether any cluster has a ServiceImport of the service that another implementation wrote. */
export const hasForeignImport = ({ imports }: Pick<Entry, 'imports'>): boolean =>
  [...imports.values()].some(({ foreign }) => foreign)

/** A ServiceImport that another implementation wrote stands in where no cluster that we watch exports the service. */
function offerOfImport({ foreign, type, ports, endpoints }: LocalImport): Offer | undefined {
  if (!foreign) return undefined
  if (type === 'ClusterSetIP') return { type, ports, clusters: [], shares: [] }
  return existing({ type, ports, clusters: endpoints.map(({ cluster }) => cluster), shares: endpoints })
}

/** A Headless service without ready endpoints does not exist; a ClusterSetIP one does while it is exported. */
const existing = (offer: Offer): Offer | undefined =>
  offer.type === 'Headless' && offer.shares.length === 0 ? undefined : offer

const sharesOf = ({
  type,
  cluster,
  endpoints: { ready, count },
}: ValidExport): readonly ClusterEndpoints[] => (type === 'Headless' && count > 0 ? [{ cluster, ready }] : [])

function unpacked<K extends object>(
  offerOf: (key: K) => Offer | undefined,
): (key: K) => Published | undefined {
  const publishedOrNull = rememberedLately((key: K): Published | null => {
    const offer = offerOf(key)
    if (offer === undefined) return null
    const { type, ports, clusters } = offer
    const shares = offer.shares.map((share) => ({ cluster: share.cluster, ready: new Ready(share.ready) }))
    return publishedOf({ type, ports, clusters, shares })
  })
  return (key) => publishedOrNull(key) ?? undefined
}

/** The endpoints of some shares, read once. */
export function publishedOf(offer: Omit<Published, 'endpoints'>): Published {
  let endpoints: readonly ClusterEndpoint[] | undefined
  return {
    ...offer,
    get endpoints() {
      const groups = new Map<number, number[]>()
      if (endpoints === undefined)
        for (const [i, share] of offer.shares.entries()) gather(groups, share, i, () => 0)
      endpoints ??= [...new EndpointPlaces(offer.shares, groups.get(0) ?? [])]
      return endpoints
    },
  }
}

const byExports = unpacked(offerOfExports)
const byCluster = unpacked(offerOfCluster)
const byImport = unpacked(offerOfImport)
const bySites = unpacked(offerOfSites)

/** A service's names in one zone, all at or below `base`. */
interface Names {
  readonly base: Name
  /** By the part of the name above the service's own ('' for that itself), empty non-terminals included. None at all where that is too long. */
  readonly nodes: ReadonlyMap<string, Node>
  /** Names that would have broken a limit of the DNS, so were not made. */
  readonly omitted: readonly Name[]
}

/** The name tree of a service below `base`, its own name in a zone of the given kind (answers.md 2). */
export const namesOf = (kind: Zone['kind'], published: Published, base: Name): Names =>
  NAMES[kind](published, base)

const namesIn = (kind: Zone['kind']) =>
  lastRemembered((published: Published, base: Name) => makeNames(kind, published, base))

/** Trees are made when asked for, and go with the service's entry or for others. */
const NAMES: Readonly<Record<Zone['kind'], (published: Published, base: Name) => Names>> = {
  clusterset: namesIn('clusterset'),
  global: namesIn('global'),
  cluster: namesIn('cluster'),
  federation: namesIn('federation'),
  entries: namesIn('entries'),
  reverse: namesIn('reverse'),
}

function makeNames(kind: Zone['kind'], published: Published, base: Name): Names {
  if (wireLength(base) > 255) return { base, nodes: new Map(), omitted: [base] }
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
  if (grammarOf(kind).hasClusters) {
    for (const cluster of clustersWithNames(published)) yield [cluster, { kind: 'cluster', cluster }]
  }
  const { shares } = published
  const byPath = Map.groupBy(shares.flatMap(placesOf), (place) => pathOf(kind, shares, place))
  for (const [path, places] of byPath)
    yield [
      path,
      {
        kind: 'endpoint',
        endpoints: new EndpointPlaces(
          shares,
          places.map(({ share, at }) => placeOf(share, at)),
        ),
      },
    ]
}

interface Place {
  readonly share: number
  readonly at: number
}

const placesOf = ({ ready }: ClusterShare, share: number): readonly Place[] =>
  Array.from({ length: ready.length }, (_, at) => ({ share, at }))

function pathOf(kind: Zone['kind'], shares: readonly ClusterShare[], { share, at }: Place): string {
  const own = shares[share]
  return own === undefined ? '' : hostPath(kind, own.ready.hostname(at), own.cluster)
}

/** Its dots escaped, a port name that has some is no label, and so no name. */
export const portPath = (name: string, protocol: Protocol): string =>
  `_${name.replaceAll('.', '\\046')}._${protocol.toLowerCase()}`

/** `<hostname>.<cluster>`, or the host name alone in a zone that is one cluster's. */
const endpointPath = (kind: Zone['kind'], { cluster, endpoint }: ClusterEndpoint): string =>
  hostPath(kind, endpoint.hostname, cluster)

export const hostPath = (kind: Zone['kind'], hostname: string, cluster: ClusterId): string =>
  grammarOf(kind).isOfOne ? hostname : `${hostname}.${cluster}`

function clustersWithNames(published: Published): readonly ClusterId[] {
  if (published.type === 'ClusterSetIP') return published.clusters
  return [...new Set(published.endpoints.map(({ cluster }) => cluster))]
}

/** Ports that have SRV records: a ClusterSetIP service's own, a Headless one's as its ready endpoints name them. */
function namedPorts({ type, ports, endpoints }: Published): readonly { name: string; protocol: Protocol }[] {
  const all = type === 'ClusterSetIP' ? ports : portsAt(endpoints)
  return all.filter(({ name }) => name !== '')
}

/** The ports of some endpoints, each list once: those of a slice have one. */
const portsAt = (endpoints: readonly ClusterEndpoint[]): ClusterEndpoint['endpoint']['ports'] =>
  [...new Set(endpoints.map(({ endpoint }) => endpoint.ports))].flat()

/** Sets a node, and makes every name between it and the service's own exist. */
function plant(nodes: Map<string, Node>, path: string, node: Node): void {
  nodes.set(path, node)
  for (let at = path.indexOf('.'); at !== -1; at = path.indexOf('.', at + 1)) {
    const parent = path.slice(at + 1)
    if (!nodes.has(parent)) nodes.set(parent, { kind: 'empty' })
  }
}
