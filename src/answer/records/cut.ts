import { joinNames, type Name, TYPE, wireLength } from '../../values/dns/index.ts'
import type { Viewpoint } from '../../words/clusterset/index.ts'
import {
  type Entry,
  grammarOf,
  nodesOf,
  type Published,
  type ServiceNode,
  type Snapshot,
  serviceIn,
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
  if (service === undefined || mostIn(service.published, service.entry) < FEWEST) return
  const context = wholeLevel(snapshot, viewpoint, LONGEST)
  const { published, base } = service
  const { isOfOne } = grammarOf(zone.kind)
  yield
  for (const [path, node] of nodesOf(zone.kind, published, base)) {
    if (node.kind === 'endpoint') return
    const owner = joinNames(path, base)
    const found: ServiceNode = { ...service, node }
    // Of a service that is drawn from, a reply has one cluster's addresses: those of that cluster's own name.
    const isDrawn = published.type === 'ClusterSetIP' && !isOfOne && node.kind === 'service'
    if (!isDrawn) for (const family of FAMILIES) yield addressesCut(found, owner, family, context)
    yield node.kind === 'cluster' ? undefined : yield* targetsCut(found, owner, context)
  }
}

const FAMILIES = [4, 6] as const

/** More records than a service has under one name. */
function mostIn({ type, shares, clusters, ports }: Published, { exports }: Entry): number {
  if (type === 'Headless')
    return shares.reduce((sum, { ready }) => sum + ready.length * (ready.lists.longest + 2), 0)
  const ready = exports.map((one) => (one.kind === 'valid' ? one.endpoints.count : 0))
  return clusters.length * ports.length + 2 * Math.max(0, ...ready)
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
