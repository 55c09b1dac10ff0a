import {
  type Answer,
  type Asker,
  type Identity,
  outcomeOf,
  type Plan,
  type Planned,
  plan,
} from '../answer/index.ts'
import type { Clusterset, Viewpoint } from '../clusterset/index.ts'
import { CLASS } from '../dns/index.ts'
import type { ServiceKey } from '../kube/index.ts'
import { pick, shuffleRun } from '../routing/index.ts'
import { type Body, encodeBody, type PlainQuery, type Sending } from '../wire/index.ts'
import { type Entry, find, type Snapshot } from '../zone/index.ts'

/**
 * A reply is a function of the question, the viewpoint, the service's entry, the clusters' states and the draw. So
 * what a question comes to for a viewpoint is kept, encoded, and holds while the identities that it was made from
 * are those of the snapshot: nothing is ever invalidated, what does not match is made anew.
 */
export interface Template {
  readonly key: Uint8Array
  readonly viewpoint: Viewpoint
  readonly service: ServiceKey
  readonly zone: string
  readonly lots: readonly Lot[]
  readonly entry: Entry
  readonly clusterset: Clusterset
  readonly settings: Snapshot['settings']
  readonly zones: Snapshot['zones']
}

interface Lot {
  readonly cluster: string
  readonly chance: number
  readonly answer: Answer
  readonly runs: readonly number[]
  readonly body: Body
}

const WAYS = 4
/** Templates. A service has three for each of its names: A, AAAA, SRV. */
const MOST = 32_768
/** A template is kept if its bodies are no longer than that in all. */
const MOST_OCTETS = 4096

/**
 * Templates by question and viewpoint: open addressing over the question's octets in sets of four, of which the oldest
 * goes for a new one. Bounded; a name that does not exist takes no place.
 */
export class Templates {
  readonly #hashes: Int32Array
  readonly #slots: (Template | undefined)[]
  readonly #oldest: Uint8Array

  /** `most`: a power of two. */
  constructor(most = MOST) {
    this.#hashes = new Int32Array(most)
    this.#slots = new Array<Template | undefined>(most).fill(undefined)
    this.#oldest = new Uint8Array(most / WAYS)
  }

  /** One that holds in the snapshot. */
  find(query: PlainQuery, viewpoint: Viewpoint, snapshot: Snapshot): Template | undefined {
    const set = this.#setOf(query)
    for (let way = 0; way < WAYS; way++) {
      if (this.#hashes[set + way] !== query.hash) continue
      const template = this.#slots[set + way]
      if (template === undefined || template.viewpoint !== viewpoint || !isSame(template.key, query)) continue
      return holds(template, snapshot) ? template : undefined
    }
    return undefined
  }

  keep(query: PlainQuery, template: Template): void {
    const set = this.#setOf(query)
    const way = this.#wayFor(set, query, template.viewpoint)
    this.#hashes[set + way] = query.hash
    this.#slots[set + way] = template
  }

  #setOf({ hash }: PlainQuery): number {
    return ((hash ^ (hash >>> 15)) & (this.#oldest.length - 1)) * WAYS
  }

  #wayFor(set: number, query: PlainQuery, viewpoint: Viewpoint): number {
    for (let way = 0; way < WAYS; way++) {
      const there = this.#slots[set + way]
      if (there !== undefined && there.viewpoint === viewpoint && isSame(there.key, query)) return way
    }
    const oldest = this.#oldest[set / WAYS] ?? 0
    this.#oldest[set / WAYS] = (oldest + 1) % WAYS
    return oldest
  }
}

function isSame(key: Uint8Array, query: PlainQuery): boolean {
  if (key.length !== query.keyLength) return false
  for (let i = 0; i < key.length; i++) if (key[i] !== query.key[i]) return false
  return true
}

const holds = ({ service, entry, clusterset, settings, zones }: Template, snapshot: Snapshot): boolean =>
  snapshot.settled &&
  clusterset === snapshot.clusterset &&
  settings === snapshot.settings &&
  zones === snapshot.zones &&
  entry === snapshot.entries.get(service)

/** All that a plain question can come to. */
export const planFor = (
  { name, type }: PlainQuery,
  asker: Pick<Asker, 'viewpoint' | 'mayExplain'>,
  snapshot: Snapshot,
  identity: Identity,
): Plan => plan({ name, type, class: CLASS.IN }, snapshot, asker, identity)

/** What is to be kept of a plan: what is of one service, and the same for every client of the viewpoint. */
export function templateOf(
  query: PlainQuery,
  { lots, sticky }: Plan,
  { viewpoint }: Pick<Asker, 'viewpoint'>,
  snapshot: Snapshot,
): Template | undefined {
  if (sticky !== null || !snapshot.settled) return undefined
  const found = find(snapshot, query.name, viewpoint.cluster)
  if (found.kind !== 'service') return undefined
  const kept = lots.map((lot) => lotOf(query, lot, snapshot)).filter((lot) => lot !== undefined)
  const octets = kept.reduce((sum, { body }) => sum + body.octets.length, 0)
  if (kept.length < lots.length || octets > MOST_OCTETS) return undefined
  const { entry, zone } = found
  const { clusterset, settings, zones } = snapshot
  const key = query.key.slice(0, query.keyLength)
  return {
    key,
    viewpoint,
    service: entry.key,
    zone: zone.name,
    lots: kept,
    entry,
    clusterset,
    settings,
    zones,
  }
}

function lotOf(query: PlainQuery, { cluster, chance, answer }: Planned, snapshot: Snapshot): Lot | undefined {
  const body = encodeBody(query, { ...outcomeOf(answer, snapshot), subnetScope: 0, nsid: null })
  const runs = answer.kind === 'records' && answer.runs.some((length) => length > 1) ? answer.runs : []
  if (body === undefined || (runs.length > 0 && body.unit === 0)) return undefined
  return { cluster, chance, answer, runs, body }
}

/** A reply that needs no more than the query to be written, and what is counted of it. */
export interface Ready extends Sending {
  readonly answer: Answer
  readonly zone: string
}

/** Most answers of a reply, for whose order there is room. */
const order = new Uint16Array(MOST_OCTETS)

/** One draw; undefined if what is drawn does not suit the case of the question's letters. */
export function drawFrom(
  { lots, zone }: Template,
  query: PlainQuery,
  snapshot: Snapshot,
  random: () => number,
): Ready | undefined {
  const lot = lots.length === 1 ? lots[0] : pick(lots, random())
  if (lot === undefined || (query.hasCapitals && !lot.body.foldsCase)) return undefined
  if (lot.runs.length > 0) shuffleInto(order, lot.runs, random)
  const inOrder = lot.runs.length > 0 ? order : null
  return {
    body: lot.body,
    serial: serialOf(lot.body, zone, snapshot),
    order: inOrder,
    answer: lot.answer,
    zone,
  }
}

/** A reply of which nothing is left to chance. */
export const readyFrom = (answer: Answer, zone: string, body: Body, snapshot: Snapshot): Ready => ({
  body,
  serial: serialOf(body, zone, snapshot),
  order: null,
  answer,
  zone,
})

const serialOf = ({ serialAt }: Body, zone: string, { serials }: Snapshot): number =>
  serialAt < 0 ? 0 : (serials.get(zone) ?? 1)

/** The order that `shuffle` gives to each run. */
function shuffleInto(into: Uint16Array, runs: readonly number[], random: () => number): void {
  let from = 0
  for (const length of runs) {
    for (let i = 0; i < length; i++) into[from + i] = from + i
    shuffleRun(into, from, length, random)
    from += length
  }
}
