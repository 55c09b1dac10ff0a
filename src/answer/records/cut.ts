import { joinNames, type Name, TYPE, wireLength } from '../../values/dns/index.ts'
import type { Clusterset, Site, Viewpoint } from '../../words/clusterset/index.ts'
import { Ready } from '../../world/inventory/index.ts'
import {
  type Entry,
  grammarOf,
  nodesOf,
  type ServiceNode,
  type Snapshot,
  serviceIn,
  sitesIn,
  type Zone,
} from '../../world/zone/index.ts'
import { ledTo, targetLengths } from './endpoint-records.ts'
import type { AnswerContext } from './place.ts'
import { countBeyond, recordsOf } from './records.ts'
import { portsPrepared } from './srv.ts'
import { wholeLevel } from './whole-level.ts'

/** Records of one name and type that are too many for any reply: over TCP too only the nearest are answered. */
export interface Cut {
  readonly name: Name
  readonly type: 'A' | 'AAAA' | 'SRV'
  readonly records: number
  /** There are more records than that: not all endpoints were looked at. */
  readonly atLeast?: boolean | undefined
  /** How many of them a reply holds. */
  readonly answered: number
}

/** What of a service's answers is cut short for a viewpoint, over TCP as well; undefined: nothing yet, and others' turn. */
export function* cutsOf(entry: Entry, snapshot: Snapshot, viewpoint: Viewpoint): Generator<Cut | undefined> {
  for (const zone of snapshot.zones.values()) yield* cutsIn(zone, entry, snapshot, viewpoint)
}

/** `SRV of _pg._tcp.db.shop.svc.clusterset.local: 1200 records, of which a reply holds the nearest 955`. */
export const printCut = ({
  name,
  type,
  records,
  atLeast = false,
  answered,
}: Omit<Cut, 'type'> & { readonly type: string }): string =>
  `${type} of ${name}: ${atLeast ? 'at least ' : ''}${records} records, of which a reply holds the nearest ${answered}`

function* cutsIn(
  zone: Zone,
  entry: Entry,
  snapshot: Snapshot,
  viewpoint: Viewpoint,
): Generator<Cut | undefined> {
  const service = serviceIn(zone, entry, viewpoint.cluster)
  if (service === undefined || mostIn(service, snapshot.clusterset.resolved) < FEWEST) return
  const context = wholeLevel(snapshot, viewpoint, LONGEST)
  const { published, base } = service
  const { isOfOne } = grammarOf(zone.kind)
  yield
  for (const [path, node] of nodesOf(zone.kind, published, base)) {
    if (node.kind === 'endpoint') return
    const owner = joinNames(path, base)
    const found: ServiceNode = { ...service, node }
    const isDrawn = published.type === 'ClusterSetIP' && !isOfOne && node.kind === 'service'
    for (const family of FAMILIES)
      yield isDrawn ? drawnCut(found, owner, family, context) : addressesCut(found, owner, family, context)
    yield node.kind === 'cluster' ? undefined : yield* targetsCut(found, owner, context)
  }
}

const FAMILIES = [4, 6] as const

type Resolved = Clusterset['resolved']

/** No fewer records than a service has under one name. */
function mostIn({ entry, published }: Pick<ServiceNode, 'entry' | 'published'>, resolved: Resolved): number {
  const { type, shares, clusters, ports } = published
  if (type === 'Headless')
    return shares.reduce((sum, { ready }) => sum + ready.length * ready.lists.longest + ready.addressCount, 0)
  const addressesOf = (names: readonly Name[]): number =>
    names.reduce((sum, name) => sum + (resolved.get(name)?.length ?? 0), 0)
  const atPlaces = (places: readonly Site[]): readonly number[] =>
    places.map(({ addresses, hostnames }) => addresses.length + addressesOf(hostnames))
  const ways = entry.exports.flatMap((one) => {
    if (one.kind !== 'valid') return []
    const { endpoints, ingress, route } = one
    const named = ingress.flatMap((at) => ('hostname' in at ? [at.hostname] : []))
    const through = atPlaces(route?.parts ?? []).reduce((a, b) => a + b, 0)
    return [new Ready(endpoints.ready).addressCount, ingress.length + addressesOf(named), through]
  })
  return clusters.length * ports.length + Math.max(0, ...ways, ...atPlaces(sitesIn(entry)))
}

/** Records of fewer than 273 octets: so many fit. */
const FEWEST = 240

/** Of a message over TCP. */
const LONGEST = 65_535
/** Header, the question's type and class, OPT. */
const AROUND = 12 + 4 + 11

/** What a record has before its data: its owner, as the question's, takes two octets. */
const BEFORE = 12

function addressesCut(node: ServiceNode, name: Name, family: 4 | 6, context: AnswerContext): Cut | undefined {
  const length = BEFORE + (family === 4 ? 4 : 16)
  const answered = Math.floor((LONGEST - AROUND - wireLength(name)) / length)
  const records = countBeyond(answered, node, family, context)
  return records === undefined ? undefined : { name, type: family === 4 ? 'A' : 'AAAA', records, answered }
}

/**
 * Of a service that is drawn for a reply has the addresses of one cluster or place. Where each has a name of its own, that
 * tells of them; else the one that has the most is told of here.
 */
function drawnCut(node: ServiceNode, name: Name, family: 4 | 6, context: AnswerContext): Cut | undefined {
  const { zone, entry, published } = node
  const { global, cluster } = context.snapshot.settings
  const haveNames = grammarOf(zone.kind).hasClusters
    ? published.clusters.length > 0
    : global !== null || cluster !== null
  if (haveNames) return undefined
  const ids = new Set([...published.clusters, ...sitesIn(entry).map(({ id }) => id)])
  const all = [...ids].flatMap(
    (id) => addressesCut({ ...node, node: { kind: 'cluster', cluster: id } }, name, family, context) ?? [],
  )
  return all.toSorted((a, b) => b.records - a.records).at(0)
}

/** Of a Headless service records are counted and none is made. */
function* targetsCut(
  node: ServiceNode,
  name: Name,
  context: AnswerContext,
): Generator<undefined, Cut | undefined> {
  const fill = new Fill(name)
  if (node.published.type !== 'Headless') {
    if (node.node.kind === 'service') for (const _ of portsPrepared(node, context)) yield
    const content = recordsOf(node, name, TYPE.SRV, context)
    if (content.kind !== 'some') return undefined
    for (const { data } of content.answers) if (data.type === TYPE.SRV) fill.add(1, wireLength(data.target))
    return fill.cut(content.more)
  }
  const lengthOf = targetLengths(node)
  let looked = 0
  for (const led of ledTo(node, node.node.kind === 'port' ? node.node : null, context)) {
    fill.add(led.numbers.length, fill.isFull ? 0 : lengthOf(led))
    if (++looked % STEP === 0) yield
  }
  return fill.cut(false)
}

/** Endpoints that are looked at before it is others' turn. */
const STEP = 1000

/** A reply over TCP, and how many SRV records it holds. */
class Fill {
  readonly #name: Name
  #left: number
  #records = 0
  #answered = 0

  constructor(name: Name) {
    this.#name = name
    this.#left = LONGEST - AROUND - wireLength(name)
  }

  get isFull(): boolean {
    return this.#answered < this.#records
  }

  /** So many records, each with a target of so many octets, which are never compressed. */
  add(count: number, target: number): void {
    const length = BEFORE + 6 + target
    const fitting = this.isFull ? 0 : Math.min(count, Math.floor(this.#left / length))
    this.#records += count
    this.#answered += fitting
    this.#left -= fitting * length
  }

  cut(atLeast: boolean): Cut | undefined {
    if (!this.isFull) return undefined
    const found: Cut = { name: this.#name, type: 'SRV', records: this.#records, answered: this.#answered }
    return atLeast ? { ...found, atLeast } : found
  }
}
