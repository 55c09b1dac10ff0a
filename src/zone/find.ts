import type { ClusterId } from '../clusterset/index.ts'
import { above, labelsOf, type Name } from '../dns/index.ts'
import type { ServiceKey } from '../kube/index.ts'
import { namesOf, publishedIn } from './published.ts'
import { TALLY } from './tally.ts'
import type { Found, Node, Snapshot, Zone } from './types.ts'
import { reversedAddress, zoneOf } from './zones.ts'

/**
 * What a name is (answers.md 2). `from`: the asker's cluster, on which only ServiceImports that others wrote depend.
 * NODATA and name error fall out here: a name without records exists iff one below it does.
 */
export function find(snapshot: Snapshot, name: Name, from: ClusterId): Found {
  const zone = zoneOf(snapshot.zones, name)
  if (zone === undefined) return { kind: 'outOfZone' }
  const labels = labelsOf(above(name, zone.name))
  if (labels.length === 0) return { kind: 'apex', zone, pointer: pointerOf(snapshot, name) }
  const place: Place = { snapshot, zone, from }
  switch (zone.kind) {
    case 'clusterset':
      return findInClusterset(place, labels)
    case 'global':
      return findInGlobal(place, labels)
    case 'cluster':
      return labels.at(-1) === 'svc' ? findBelowSvc(place, labels.slice(0, -1)) : nameError(zone)
    case 'reverse':
      return findPointer(place, name)
  }
}

interface Place {
  readonly snapshot: Snapshot
  readonly zone: Zone
  readonly from: ClusterId
}

function findInClusterset(place: Place, labels: readonly string[]): Found {
  const { zone } = place
  const rest = labels.slice(0, -1)
  switch (labels.at(-1)) {
    case 'svc':
      return findBelowSvc(place, rest)
    case '_explain':
      return findExplanation(place, rest)
    case 'dns':
      if (rest.length === 0) return { kind: 'empty', zone }
      return rest.length === 1 && rest[0] === 'ns' ? { kind: 'nameServer', zone } : nameError(zone)
    case 'dns-version':
      return rest.length === 0 ? { kind: 'schemaVersion', zone } : nameError(zone)
    default:
      return nameError(zone)
  }
}

/** `…<svc>.<ns>.svc.<zone>`, the labels below `svc`. */
function findBelowSvc(place: Place, labels: readonly string[]): Found {
  const { zone } = place
  const [namespace, name] = [labels.at(-1), labels.at(-2)]
  if (namespace === undefined) return { kind: 'empty', zone }
  if (name === undefined) return hasNamespace(place, namespace) ? { kind: 'empty', zone } : nameError(zone)
  const path = labels.length === 2 ? NO_LABELS : labels.slice(0, -2)
  return findService(place, `${namespace}/${name}`, `${name}.${namespace}.svc.${zone.name}`, path)
}

/** `…<svc>.<ns>.<zone>`; and `<svc>.<zone>`, `_<port>._<proto>.<svc>.<zone>` for the default namespace. */
function findInGlobal(place: Place, labels: readonly string[]): Found {
  const { zone, snapshot } = place
  if (labels.at(-1) === '_explain') return findExplanation(place, labels.slice(0, -1))
  const [last = '', parent = ''] = [labels.at(-1), labels.at(-2)]
  if (labels.length > 1 && !parent.startsWith('_')) {
    return findService(place, `${last}/${parent}`, `${parent}.${last}.${zone.name}`, labels.slice(0, -2))
  }
  const { defaultNamespace } = snapshot.settings
  const base = `${last}.${defaultNamespace}.${zone.name}`
  const found = findService(place, `${defaultNamespace}/${last}`, base, labels.slice(0, -1))
  if (labels.length > 1 || found.kind !== 'nameError') return found
  return hasNamespace(place, last) ? { kind: 'empty', zone } : found
}

function findService(place: Place, key: string, base: Name, path: readonly string[]): Found {
  const { snapshot, zone, from } = place
  const entry = snapshot.entries.get(key)
  const published = entry && publishedIn(zone, entry, from)
  if (entry === undefined || published === undefined) return nameError(zone, couldHold(place, path))
  const node = path.length === 0 ? ITSELF : namesOf(zone.kind, published, base).nodes.get(path.join('.'))
  if (node === undefined) return nameError(zone, couldHold(place, path))
  return node.kind === 'empty'
    ? { kind: 'empty', zone }
    : { kind: 'service', zone, entry, published, node, base }
}

const NO_LABELS: readonly string[] = []

const ITSELF: Node = { kind: 'service' }

/** Which clusters could hold a name that none of the known ones does, by its shape alone. */
function couldHold({ snapshot, zone }: Place, path: readonly string[]): readonly ClusterId[] | null {
  if (zone.kind === 'cluster') return path.length <= 2 ? [zone.cluster] : []
  const [first = '', second = ''] = path
  if (path.length === 0) return null
  if (first.startsWith('_'))
    return path.length === 1 || (path.length === 2 && second.startsWith('_')) ? null : []
  const named = [path.join('.'), path.slice(1).join('.')]
  return [...snapshot.clusterset.members.keys()].filter((id) => named.includes(id))
}

function findExplanation({ snapshot, zone }: Place, labels: readonly string[]): Found {
  const [name = '', namespace] = labels
  if (labels.length === 0) return { kind: 'empty', zone }
  if (namespace === undefined) {
    return (snapshot.tally.get(TALLY.held(name)) ?? 0) > 0 ? { kind: 'empty', zone } : nameError(zone)
  }
  const entry = labels.length === 2 ? snapshot.entries.get(`${namespace}/${name}`) : undefined
  return entry !== undefined && entry.exports.length > 0
    ? { kind: 'explanation', zone, entry }
    : nameError(zone)
}

function findPointer({ snapshot, zone }: Place, name: Name): Found {
  const target = pointerOf(snapshot, name)
  if (target !== null) return { kind: 'pointer', zone, target }
  return (snapshot.tally.get(TALLY.reverse(name)) ?? 0) > 0 ? { kind: 'empty', zone } : nameError(zone)
}

function pointerOf({ pointers }: Snapshot, name: Name): Name | null {
  const address = reversedAddress(name)
  return (address === undefined ? undefined : pointers.get(address)?.[0]?.target) ?? null
}

function hasNamespace({ snapshot, zone, from }: Place, namespace: string): boolean {
  const counted =
    zone.kind === 'cluster'
      ? [TALLY.inCluster(zone.cluster, namespace)]
      : [TALLY.exported(namespace), TALLY.imported(from, namespace)]
  return counted.some((key) => (snapshot.tally.get(key) ?? 0) > 0)
}

const nameError = (zone: Zone, clusters: readonly ClusterId[] | null = []): Found => ({
  kind: 'nameError',
  zone,
  shape: { clusters },
})

/** The key of the service that a name is about, existing or not: what `explain NAME` explains. */
export function serviceOf(snapshot: Snapshot, name: Name): ServiceKey | undefined {
  const zone = zoneOf(snapshot.zones, name)
  if (zone === undefined || zone.kind === 'reverse') return undefined
  const labels = labelsOf(above(name, zone.name))
  const below = ['svc', '_explain'].includes(labels.at(-1) ?? '') ? labels.slice(0, -1) : labels
  const [service, namespace] = below.slice(-2)
  if (service === undefined || (zone.kind !== 'global' && below === labels)) return undefined
  if (namespace !== undefined && !service.startsWith('_')) return `${namespace}/${service}`
  return zone.kind === 'global' ? `${snapshot.settings.defaultNamespace}/${namespace ?? service}` : undefined
}
