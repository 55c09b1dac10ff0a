import { above, isWithin, labelsOf, type Name } from '../../values/dns/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import { entryIn } from './entry-in.ts'
import { findHost } from './find-host.ts'
import { grammarOf } from './grammar.ts'
import { keyOfHost } from './hosts.ts'
import { nodeAt } from './node-at.ts'
import { publishedIn } from './published.ts'
import { TALLY } from './tally.ts'
import type { Entry, FoundName, Node, Snapshot, Zone } from './types.ts'
import { reversedAddress, zoneOf } from './zones.ts'

/**
 * What a name is (answers.md 2). `from`: the asker's cluster, on which only ServiceImports that others wrote depend.
 * NODATA and name error fall out here: a name without records exists iff one below it does.
 */
export function find(snapshot: Snapshot, name: Name, from: ClusterId): FoundName {
  const zone = zoneIn(snapshot, name)
  if (zone === undefined) return { kind: 'outOfZone' }
  const end = name.length - zone.name.length - 1
  if (end <= 0) return { kind: 'apex', zone, pointer: pointerOf(snapshot, name) }
  return FINDERS[zone.kind]({ snapshot, zone, from, name }, end)
}

/** Most names are of the clusterset zone; as no zone lies in another, those are of none of the others. */
function zoneIn({ zones, settings }: Snapshot, name: Name): Zone | undefined {
  const { clusterset } = settings
  return (isWithin(name, clusterset) ? zones.get(clusterset) : undefined) ?? zoneOf(zones, name)
}

/** What is looked for, and where. A name is read from its zone's side; of what does not exist no values are made. */
interface Place {
  readonly snapshot: Snapshot
  readonly zone: Zone
  readonly from: ClusterId
  readonly name: Name
}

/** What a name below a zone's own is, its labels those that end at `end`. */
const FINDERS: Readonly<Record<Zone['kind'], (place: Place, end: number) => FoundName>> = {
  clusterset: findInClusterset,
  global: findInGlobal,
  cluster: findInCluster,
  federation: findBelowSvc,
  entries: findInHosts,
  reverse: findPointer,
}

/** Where the label begins that ends before `end`. */
function labelStart(name: Name, end: number): number {
  let at = end
  while (at > 0 && name.charCodeAt(at - 1) !== DOT) at--
  return at
}

const DOT = 0x2e

/** What stands before the label that begins at `start`, leftmost first. */
const labelsBefore = (name: Name, start: number): readonly string[] =>
  labelsOf(name.slice(0, Math.max(start - 1, 0)))

function findInClusterset(place: Place, end: number): FoundName {
  const { zone, name } = place
  const start = labelStart(name, end)
  switch (name.slice(start, end)) {
    case 'svc':
      return findBelowSvc(place, start - 1)
    case '_explain':
      return findExplanation(place, labelsBefore(name, start))
    case 'dns':
      if (start === 0) return { kind: 'empty', zone }
      return name.slice(0, start - 1) === 'ns' ? { kind: 'nameServer', zone } : nameError(zone)
    case 'dns-version':
      return start === 0 ? { kind: 'schemaVersion', zone } : nameError(zone)
    default:
      return nameError(zone)
  }
}

function findInCluster(place: Place, end: number): FoundName {
  const start = labelStart(place.name, end)
  return place.name.slice(start, end) === 'svc' ? findBelowSvc(place, start - 1) : nameError(place.zone)
}

/** `…<svc>.<ns>.svc.<zone>`, the labels below `svc`: those that end at `end`; in a federation's zone below its name. */
function findBelowSvc(place: Place, end: number): FoundName {
  const { zone, name } = place
  if (end < 0) return { kind: 'empty', zone }
  const at = labelStart(name, end)
  const namespace = name.slice(at, end)
  if (at === 0) return hasNamespace(place, namespace) ? { kind: 'empty', zone } : nameError(zone)
  const start = labelStart(name, at - 1)
  return findService(place, namespace, name.slice(start, at - 1), pathBefore(name, start))
}

/** `…<svc>.<ns>.<zone>`; and `<svc>.<zone>`, `_<port>._<proto>.<svc>.<zone>` for the default namespace. */
function findInGlobal(place: Place, end: number): FoundName {
  const { zone, snapshot, name } = place
  const at = labelStart(name, end)
  const last = name.slice(at, end)
  if (last === '_explain') return findExplanation(place, labelsBefore(name, at))
  const start = labelStart(name, at - 1)
  if (at > 0 && name.charCodeAt(start) !== UNDERSCORE) {
    return findService(place, last, name.slice(start, at - 1), pathBefore(name, start))
  }
  const found = findService(place, snapshot.settings.defaultNamespace, last, pathBefore(name, at))
  if (at > 0 || found.kind !== 'nameError') return found
  return hasNamespace(place, last) ? { kind: 'empty', zone } : found
}

const UNDERSCORE = 0x5f

/** The part of a name above the service's own, which begins at `start`; '' for that itself. */
const pathBefore = (name: Name, start: number): string => (start === 0 ? '' : name.slice(0, start - 1))

function findService(place: Place, namespace: string, name: string, path: string): FoundName {
  const { snapshot, zone, from } = place
  const whole = snapshot.entries.get(`${namespace}/${name}`)
  if (whole === undefined) return nameError(zone, couldHold(place, path))
  const entry = entryIn(zone, whole)
  const published = entry && publishedIn(zone, entry, from)
  if (entry === undefined || published === undefined)
    return nameError(zone, couldHold(place, path), failedIn(zone, whole))
  const base = `${name}.${namespace}${grammarOf(zone.kind).below === '' ? '' : '.svc'}.${zone.name}`
  const node = path === '' ? ITSELF : nodeAt(zone.kind, published, base, path)
  if (node === undefined) return nameError(zone, couldHold(place, path))
  return node.kind === 'empty'
    ? { kind: 'empty', zone }
    : { kind: 'service', zone, entry, published, node, base }
}

const ITSELF: Node = { kind: 'service' }

/** Which clusters could hold a name that none of the known ones does, by its shape alone. */
function couldHold({ snapshot, zone }: Place, name: string): readonly ClusterId[] | null {
  const all = sharersOf(zone)
  if (name === '') return all
  const path = labelsOf(name)
  if (zone.kind === 'cluster') return path.length <= 2 ? all : []
  const [first = '', second = ''] = path
  if (first.startsWith('_'))
    return path.length === 1 || (path.length === 2 && second.startsWith('_')) ? all : []
  const { members } = snapshot.clusterset
  return [name, path.slice(1).join('.')].filter((id) => members.has(id) && all?.includes(id) !== false)
}

/** The clusters whose services a zone has; null: any. */
function sharersOf(zone: Zone): readonly ClusterId[] | null {
  if (zone.kind === 'cluster') return [zone.cluster]
  if (zone.kind === 'entries') return zone.cluster === null ? [] : [zone.cluster]
  return zone.kind === 'federation' ? zone.clusters : null
}

function findExplanation({ snapshot, zone }: Place, labels: readonly string[]): FoundName {
  const [name = '', namespace] = labels
  if (labels.length === 0) return { kind: 'empty', zone }
  if (namespace === undefined) {
    return (snapshot.tally.get(TALLY.held(name)) ?? 0) > 0 ? { kind: 'empty', zone } : nameError(zone)
  }
  const entry = labels.length === 2 ? snapshot.entries.get(`${namespace}/${name}`) : undefined
  if (entry !== undefined && (entry.exports.length > 0 || entry.external !== undefined))
    return { kind: 'explanation', zone, entry }
  // As for the service's own name: any cluster could hold it.
  return nameError(zone, labels.length === 2 ? null : [])
}

/** Whoever's ServiceEntries are read may have any. */
function findInHosts({ snapshot, zone, name }: Place): FoundName {
  const found = zone.kind === 'entries' ? findHost(snapshot, zone, name) : undefined
  return found ?? nameError(zone, sharersOf(zone))
}

function findPointer({ snapshot, zone, name }: Place): FoundName {
  const target = pointerOf(snapshot, name)
  if (target !== null) return { kind: 'pointer', zone, target }
  return snapshot.pointers.hasBelow(name) ? { kind: 'empty', zone } : nameError(zone)
}

function pointerOf({ pointers }: Snapshot, name: Name): Name | null {
  const address = reversedAddress(name)
  return (address === undefined ? undefined : pointers.get(address)?.target) ?? null
}

function hasNamespace({ snapshot, zone, from }: Place, namespace: string): boolean {
  return countedIn(zone, namespace, from).some((key) => (snapshot.tally.get(key) ?? 0) > 0)
}

/** Where the services of a namespace are counted that a zone has. */
function countedIn(zone: Zone, namespace: string, from: ClusterId): readonly string[] {
  switch (zone.kind) {
    case 'cluster':
      return [TALLY.inCluster(zone.cluster, namespace)]
    case 'federation':
      return [TALLY.inFederation(zone.federation, namespace)]
    case 'global':
      return [TALLY.exported(namespace), TALLY.imported(from, namespace), TALLY.external(namespace)]
    default:
      return [TALLY.exported(namespace), TALLY.imported(from, namespace)]
  }
}

/** The clusters whose share of a service is not known although it is exported there. */
const failedIn = (zone: Zone, { exports }: Entry): readonly ClusterId[] =>
  exports.flatMap(({ kind, cluster }) =>
    kind === 'failed' && sharersOf(zone)?.includes(cluster) !== false ? [cluster] : [],
  )

const nameError = (
  zone: Zone,
  clusters: readonly ClusterId[] | null = [],
  failed: readonly ClusterId[] = [],
): FoundName => ({
  kind: 'nameError',
  zone,
  shape: failed.length === 0 ? { clusters } : { clusters, failed },
})

/** The key of the service that a name is about, existing or not: what `explain NAME` explains. */
export function serviceNamed(snapshot: Snapshot, name: Name): ServiceKey | undefined {
  const zone = zoneOf(snapshot.zones, name)
  if (zone === undefined || zone.kind === 'reverse') return undefined
  if (zone.kind === 'entries') {
    const found = name === zone.name ? undefined : findHost(snapshot, zone, name)
    return keyOfHost(found?.kind === 'service' ? found.entry.name : name)
  }
  const { below: between, isShort } = grammarOf(zone.kind)
  const labels = labelsOf(above(name, zone.name))
  const below = ['svc', '_explain'].includes(labels.at(-1) ?? '') ? labels.slice(0, -1) : labels
  const [service, namespace] = below.slice(-2)
  if (service === undefined || (between !== '' && below === labels)) return undefined
  if (namespace !== undefined && !service.startsWith('_')) return `${namespace}/${service}`
  return isShort ? `${snapshot.settings.defaultNamespace}/${namespace ?? service}` : undefined
}
