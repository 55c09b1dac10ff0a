import { isLabel, joinNames, type Name, wireLength } from '../../values/dns/index.ts'
import { rememberedLately } from '../../values/table/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { EndpointPort } from '../inventory/index.ts'
import { portsNamed } from '../synthesis/index.ts'
import { serviceIn } from './entry-in.ts'
import { grammarOf } from './grammar.ts'
import { EndpointPlaces, placeOf } from './places.ts'
import { hostPath, namesOf, portPath } from './published.ts'
import type { Entry, Node, Published, Snapshot, Zone } from './types.ts'

/**
 * What the name at `path` above a service's own is: what `namesOf` has there, without making all the others first. Where
 * some may be too long to be made, it asks that.
 */
export function nodeAt(kind: Zone['kind'], published: Published, base: Name, path: string): Node | undefined {
  if (!areEndpointsMade(kind, published, base)) return namesOf(kind, published, base).nodes.get(path)
  if (path === '') return { kind: 'service' }
  if (wireLength(joinNames(path, base)) > 255) return undefined
  return (
    endpointAt(kind, published, path) ??
    clusterAt(kind, published, path) ??
    portAt(published, path) ??
    emptyAt(kind, published, path)
  )
}

/** The names of a service that have records, one at a time: what `namesOf` has, without making all the others first. */
export function* nodesOf(
  kind: Zone['kind'],
  published: Published,
  base: Name,
): Generator<readonly [path: string, node: Filled]> {
  if (areEndpointsMade(kind, published, base)) {
    yield ['', { kind: 'service' }]
    yield* portNodes(published, base)
    if (grammarOf(kind).hasClusters) yield* clusterNodes(published)
    yield* endpointNodes(kind, published)
  } else
    for (const [path, node] of namesOf(kind, published, base).nodes)
      if (node.kind !== 'empty') yield [path, node]
}

type Filled = Exclude<Node, { kind: 'empty' }>

function* portNodes(published: Published, base: Name): Generator<readonly [string, Filled]> {
  const seen = new Set<string>()
  for (const { name, protocol } of tablesOf(published).flat()) {
    const path = portPath(name, protocol)
    if (!isNamed({ name, protocol }) || seen.has(path) || wireLength(joinNames(path, base)) > 255) continue
    seen.add(path)
    yield [path, { kind: 'port', name, protocol }]
  }
}

function* clusterNodes({ type, clusters, shares }: Published): Generator<readonly [string, Filled]> {
  const ids = new Set(type === 'ClusterSetIP' ? clusters : shares.map(({ cluster }) => cluster))
  for (const id of ids) if (id.split('.').every(isLabel)) yield [id, { kind: 'cluster', cluster: id }]
}

/** Those of one host name stand together. */
function* endpointNodes(
  kind: Zone['kind'],
  { shares }: Published,
): Generator<readonly [path: string, node: Filled]> {
  for (const [share, { cluster, ready }] of shares.entries()) {
    let own: number[] = []
    for (let i = 0; i < ready.length; i++) {
      own.push(placeOf(share, i))
      if (i + 1 < ready.length && ready.isTwin(i + 1)) continue
      yield [
        hostPath(kind, ready.hostname(i), cluster),
        { kind: 'endpoint', endpoints: new EndpointPlaces(shares, own) },
      ]
      own = []
    }
  }
}

/** Whether the longest host name that there may be fits before the service's, and all ids of clusters consist of labels. */
export function areEndpointsMade(kind: Zone['kind'], published: Published, base: Name): boolean {
  const room = 255 - wireLength(base) - LONGEST_LABEL
  return grammarOf(kind).isOfOne ? room >= 0 : longestId(published) < room
}

/** Characters of the longest; Infinity: one is no name. What slices say whose endpoints they mirror may be any text. */
const longestId = rememberedLately(({ clusters, shares }: Published): number => {
  let longest = 0
  for (const id of [...clusters, ...shares.map(({ cluster }) => cluster)])
    longest = Math.max(longest, id.split('.').every(isLabel) ? id.length : Number.POSITIVE_INFINITY)
  return longest
})

/** And its length. */
const LONGEST_LABEL = 64

/** A service's names that would break a limit of the DNS, without making the others where all are made. */
export const omittedNames = (entry: Entry, { zones }: Snapshot, from: ClusterId): readonly Name[] =>
  [...zones.values()].flatMap((zone) => {
    const service = serviceIn(zone, entry, from)
    if (service === undefined) return []
    const { published, base } = service
    return areAllMade(zone.kind, published, base) ? [] : namesOf(zone.kind, published, base).omitted
  })

function areAllMade(kind: Zone['kind'], published: Published, base: Name): boolean {
  return (
    areEndpointsMade(kind, published, base) &&
    wireLength(base) + LONGEST_PORT <= 255 &&
    tablesOf(published).every((ports) => ports.every((one) => one.name === '' || isNamed(one)))
  )
}

/** A label, and `_sctp`. */
const LONGEST_PORT = 64 + 6

function endpointAt(kind: Zone['kind'], { shares }: Published, path: string): Node | undefined {
  const { isOfOne } = grammarOf(kind)
  const places = shares.flatMap(({ cluster, ready }, share) => {
    const hostname = isOfOne ? path : path.endsWith(`.${cluster}`) ? path.slice(0, -cluster.length - 1) : ''
    const [first, end] = ready.named(hostname)
    return Array.from({ length: end - first }, (_, i) => placeOf(share, first + i))
  })
  return places.length === 0 ? undefined : { kind: 'endpoint', endpoints: new EndpointPlaces(shares, places) }
}

function clusterAt(
  kind: Zone['kind'],
  { type, clusters, shares }: Published,
  path: string,
): Node | undefined {
  if (!grammarOf(kind).hasClusters) return undefined
  const isThere =
    type === 'ClusterSetIP' ? clusters.includes(path) : shares.some(({ cluster }) => cluster === path)
  return isThere ? { kind: 'cluster', cluster: path } : undefined
}

/** A port, or what stands above ports. */
function portAt(published: Published, path: string): Node | undefined {
  if (!path.startsWith('_')) return undefined
  for (const protocol of PROTOCOLS) {
    const end = `_${protocol.toLowerCase()}`
    if (path === end) return hasPorts(published, protocol) ? { kind: 'empty' } : undefined
    if (!path.endsWith(`.${end}`)) continue
    const name = path.slice(1, -end.length - 1).replaceAll('\\046', '.')
    const isThere =
      portPath(name, protocol) === path &&
      isNamed({ name, protocol }) &&
      hasPort(published, { name, protocol })
    return isThere ? { kind: 'port', name, protocol } : undefined
  }
  return undefined
}

const PROTOCOLS: readonly Named['protocol'][] = ['TCP', 'UDP', 'SCTP']

type Named = Pick<EndpointPort, 'name' | 'protocol'>

const isNamed = ({ name }: Named): boolean => name !== '' && isLabel(`_${name}`)

/** A ClusterSetIP service's own, a Headless one's as its endpoints have them: there may be as many for each cluster. */
const hasPort = ({ type, ports, shares }: Published, port: Named): boolean =>
  type === 'ClusterSetIP'
    ? portsNamed(ports, port).length > 0
    : shares.some(({ ready }) => ready.hasPort(port))

const hasPorts = (published: Published, protocol: Named['protocol']): boolean =>
  tablesOf(published).some((ports) => ports.some((one) => one.protocol === protocol && isNamed(one)))

const tablesOf = ({ type, ports, shares }: Published): readonly (readonly Named[])[] =>
  type === 'ClusterSetIP' ? [ports] : shares.map(({ ready }) => ready.ports.all)

function emptyAt(kind: Zone['kind'], { type, clusters, shares }: Published, path: string): Node | undefined {
  const { isOfOne, hasClusters } = grammarOf(kind)
  if (isOfOne) return undefined
  const ids = type === 'Headless' ? shares.map(({ cluster }) => cluster) : hasClusters ? clusters : []
  const isAbove = ids.some((id) => (type === 'Headless' && id === path) || id.endsWith(`.${path}`))
  return isAbove ? { kind: 'empty' } : undefined
}
