import {
  absenceAt,
  absenceOf,
  beforeStart,
  type Cut,
  cutsOf,
  type Explanation,
  explainLookedAt,
  lookedAt,
  renderZone,
  rrsetsOf,
  type ServerIdentity,
  wholeLevel,
} from '../../answer/records/index.ts'
import { type ClientMapping, clusterAt, type Places, standpointOf } from '../../answer/routing/index.ts'
import type { Writing } from '../../controller/index.ts'
import type { SourceProblem } from '../../sources/changes/index.ts'
import { type Name, parseAddress, parseName, printName, printRecord } from '../../values/dns/index.ts'
import { type ClusterId, parseLocality, printLocality, type Viewpoint } from '../../words/clusterset/index.ts'
import { bugSentence, few, type ServiceKey } from '../../words/kube/index.ts'
import type { ObjectsRead } from '../../world/inventory/index.ts'
import {
  type Entry,
  entryIn,
  grammarOf,
  hasHosts,
  type Snapshot,
  serviceNamed,
  type Zone,
  zoneOf,
} from '../../world/zone/index.ts'
import { listCuts, listRecords, ROOM } from './listed.ts'
import { withStoodFor } from './stood-for.ts'
import { whyNotRead } from './unread.ts'

/** What `ask`, `explain` and `render` look at: the world of the running server, or one made for them alone. */
export interface Inspected {
  readonly snapshot: Snapshot
  readonly map: readonly ClientMapping[]
  readonly geo?: Places['geo']
  readonly identity: ServerIdentity
  /** What of each cluster is to be mended; without it: nobody said. */
  readonly problems?: ReadonlyMap<ClusterId, readonly SourceProblem[]>
  /** Objects that name what is not there, and say nothing of it; without it: nobody looked. */
  readonly leftOut?: (key: ServiceKey) => ObjectsRead['first']
  /** What is written back of a service, by cluster; without it: nothing is. */
  readonly written?: (key: ServiceKey) => readonly Writing[]
}

/** A mistake of whoever asked, in one sentence with the remedy. */
export class InspectError extends Error {}

/** Why a name gives its answers, and all its service's records in the zones. */
export interface Explained extends Explanation {
  readonly records: readonly string[]
  /** There are more than are listed: `render` has them all. */
  readonly moreRecords: boolean
  /** Names whose records no reply holds all of, over TCP either. */
  readonly cut: readonly Cut[]
  /** There are more than are listed. */
  readonly moreCut: boolean
  /** What the controller wrote of it, or why not; empty: it writes nowhere. */
  readonly written: readonly Writing[]
}

export function explainName(inspected: Inspected, wanted: Named): Explained {
  const explaining = explainInSteps(inspected, wanted)
  for (;;) {
    const { done, value } = explaining.next()
    if (done === true) return value
  }
}

interface Named {
  readonly name: string
  readonly from?: string
}

/** The same, a step at a time. */
export function* explainInSteps(inspected: Inspected, wanted: Named): Generator<void, Explained> {
  const { snapshot, problems = new Map(), written = () => [] } = inspected
  const viewpoint = viewpointFrom(wanted.from, inspected)
  const whole = entryFor(wanted.name, inspected)
  const { zones: shown, entry: own, isShown, asked } = askedIn(wanted.name, whole, snapshot)
  const looked = lookedAt(own)
  const { entry, omitted } = looked
  const found = yield* explainLookedAt(looked, snapshot, viewpoint, asked)
  const explanation = withStoodFor(found, wanted.name, entry, snapshot)
  yield
  const { records, more } = yield* listRecords(
    shown.map((zone) => rrsetsOf(entry, zone, wholeLevel(snapshot, viewpoint, ROOM))),
  )
  const { cut, moreCut } = yield* listCuts(cutsOf(entry, snapshot, viewpoint))
  return {
    ...explanation,
    clusters: explanation.clusters
      .filter(({ cluster }) => isShown(cluster))
      .map((one) => ({
        ...one,
        remarks: [...whyNotRead(one, problems.get(one.cluster)), ...one.remarks],
      })),
    records,
    moreRecords: more || omitted.size > 0,
    cut: omitted.size === 0 ? cut : cut.map((one) => ({ ...one, atLeast: true })),
    moreCut,
    written: written(entry.key),
  }
}

/**
 * The zones whose records are listed of a service, and the service as they have it: by a federation's name that of the
 * federation, else the clusterset's own.
 */
function askedIn(
  name: string,
  entry: Entry,
  { zones }: Snapshot,
): {
  readonly zones: readonly Zone[]
  readonly entry: Entry
  readonly isShown: (cluster: ClusterId) => boolean
  /** The federation, where it is asked about by a name of that. */
  readonly asked?: Zone
} {
  const zone = zoneOf(zones, parseName(name))
  const own = zone?.kind === 'federation' ? entryIn(zone, entry) : undefined
  if (zone?.kind === 'federation' && own !== undefined)
    return { zones: [zone], entry: own, isShown: (cluster) => zone.clusters.includes(cluster), asked: zone }
  if (zone?.kind === 'entries') return { zones: [zone], entry, isShown: () => true }
  const shared = [...zones.values()].filter(({ kind }) => grammarOf(kind).isExplained)
  return { zones: shared, entry, isShown: () => true }
}

/** The service of a DNS name, or of `namespace/name`. */
function entryFor(text: string, { snapshot, leftOut }: Inspected): Entry {
  const name = parseName(text)
  const { cluster } = snapshot.clusterset.local
  const key = name.includes('/') ? keyWritten(name) : serviceNamed(snapshot, name)
  if (key === undefined) {
    const zones = [...snapshot.zones.values()]
      .filter(({ kind }) => kind !== 'reverse')
      .map((zone) => zone.name)
    const said = zoneOf(snapshot.zones, name) === undefined ? '' : ` (${absenceAt(name, snapshot, cluster)})`
    throw new InspectError(
      `${text} is not the name of a service in ${zones.join(', ')}${said}: try web.default.svc.${snapshot.settings.clusterset} or default/web`,
    )
  }
  const entry = snapshot.entries.get(key)
  if (entry === undefined)
    throw new InspectError(
      `${beforeStart(snapshot)}${nothingAt(name, key, snapshot)}${saidInVain(withWildcards(key).flatMap((one) => leftOut?.(one) ?? []))}`,
    )
  const zone = zoneOf(snapshot.zones, name)
  if (zone?.kind === 'federation' && entryIn(zone, entry) === undefined)
    throw new InspectError(
      `${beforeStart(snapshot)}no cluster of ${zone.name} exports ${key}: ${absenceAt(name, snapshot, cluster)}`,
    )
  return entry
}

/** A service's, or a host's, which has no namespace; undefined: it is neither, and no name is made of it. */
const keyWritten = (text: string): string | undefined =>
  /^(?:[^/.]+\/[^/.]+|\/[^/]+)$/.test(text) ? text : undefined

/** Of what was asked by a DNS name, what the DNS says of that. */
function nothingAt(name: Name, key: string, snapshot: Snapshot): string {
  const { cluster } = snapshot.clusterset.local
  const [namespace = '', service = ''] = key.split('/')
  if (namespace !== '') {
    const absence = name.includes('/')
      ? absenceOf({ namespace, name: service }, snapshot, cluster)
      : absenceAt(name, snapshot, cluster)
    return `no cluster holds a Service or ServiceExport ${key}: ${absence}`
  }
  const nobody = `no ServiceEntry that may speak for it has the host ${service}`
  return hasHosts(snapshot, service)
    ? `${nobody}, and others lie below: the name exists without records`
    : `${nobody}, nor a wildcard above it: ${absenceAt(service, snapshot, cluster)}`
}

/** A host, and the wildcards above it that would stand for it. */
const withWildcards = (key: string): readonly string[] =>
  key.startsWith('/')
    ? [key, ...Array.from(key.matchAll(/\./g), ({ index }) => `/*${key.slice(index)}`)]
    : [key]

/** The objects that would make it, as far as one line has room. */
const saidInVain = (objects: ObjectsRead['first']): string =>
  objects.length === 0
    ? ''
    : `; left out: ${few(objects.map(({ kind, name, why }) => `${kind} ${name} (${why})`))}`

/** A zone as master-file lines, made one at a time as they are read, undefined where there is none yet; what is asked for is checked at once. */
export function renderLines(
  inspected: Pick<Inspected, 'snapshot' | 'map' | 'geo'>,
  wanted: { readonly zone?: string; readonly from?: string },
): Iterable<string | undefined> {
  const { snapshot } = inspected
  const viewpoint = viewpointFrom(wanted.from, inspected)
  const zones = wanted.zone === undefined ? [...snapshot.zones.values()] : [zoneNamed(wanted.zone, snapshot)]
  return linesOf(zones, snapshot, viewpoint)
}

function* linesOf(
  zones: readonly Zone[],
  snapshot: Snapshot,
  viewpoint: Viewpoint,
): Generator<string | undefined> {
  for (const zone of zones) {
    yield `; zone ${printName(zone.name)} seen from ${printViewpoint(viewpoint)}`
    const failed: string[] = []
    const records = renderZone(snapshot, zone, viewpoint, (key, error) => {
      failed.push(`; service ${key} is left out: ${bugSentence(error)}`.replace(/\s+/g, ' '))
    })
    for (const rr of records) yield rr && printRecord(rr)
    yield* failed
  }
}

function zoneNamed(text: string, { zones }: Snapshot): Zone {
  const zone = zones.get(parseName(text))
  if (zone === undefined)
    throw new InspectError(`${text} is not a zone: there are ${[...zones.keys()].join(', ')}`)
  return zone
}

export const printViewpoint = ({ cluster, locality }: Viewpoint): string =>
  locality === null ? cluster : `${cluster} ${printLocality(locality)}`

/** `--from IP|CLUSTER|LOCALITY`; without one, where the server stands. */
export function viewpointFrom(
  from: string | undefined,
  { snapshot: { clusterset }, map, geo }: Pick<Inspected, 'snapshot' | 'map' | 'geo'>,
): Viewpoint {
  const { local, members } = clusterset
  if (from === undefined || from === '') return local
  const address = parseAddress(from)
  if (address !== undefined) return standpointOf(address, { map, local, ...(geo && { geo }) })
  const cluster = members.get(from)
  if (cluster !== undefined)
    return from === local.cluster ? local : { cluster: cluster.id, locality: cluster.locality }
  const locality = parseLocality(from)
  const region = locality && [...members.values()].some((one) => one.locality?.region === locality.region)
  if (!locality || !region) {
    throw new InspectError(
      `--from ${from} is no IP address, no cluster (${[...members.keys()].join(', ')}) and no locality of one`,
    )
  }
  return { cluster: clusterAt(locality, local.cluster, members.values()), locality }
}
