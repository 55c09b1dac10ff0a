import { type Body, foldsCase, hasSerial, type Sending } from './body.ts'

/** One of the things that a question comes to, ready to be sent. */
export interface Lot {
  readonly chance: number
  /** Runs of answers whose order is left to chance; none: they stand. */
  readonly runs: readonly number[]
  readonly body: Body
  /** What is counted of it: its request, and the clusters that it answers from. */
  readonly request: number
  readonly clusters: readonly number[]
  readonly isNoRoute: boolean
}

/** A packed lot: its chance, numbers of 16 bits, then of 32 the request and the clusters, then the runs and the body. */
const LOT = {
  chance: 0,
  length: 8,
  clusters: 10,
  runs: 12,
  isNoRoute: 14,
  request: 16,
  head: 20,
} as const

/** A lot as octets, which can be copied anywhere; a multiple of four of them. */
export function packLot({ chance, runs, body, request, clusters, isNoRoute }: Lot): Uint8Array {
  const bodyAt = LOT.head + 4 * clusters.length + 2 * runs.length
  const octets = new Uint8Array((bodyAt + body.packed.length + 3) & ~3)
  const view = new DataView(octets.buffer)
  view.setFloat64(LOT.chance, chance)
  view.setUint16(LOT.length, octets.length)
  view.setUint16(LOT.clusters, clusters.length)
  view.setUint16(LOT.runs, runs.length)
  view.setUint16(LOT.isNoRoute, isNoRoute ? 1 : 0)
  view.setUint32(LOT.request, request)
  for (const [i, cluster] of clusters.entries()) view.setUint32(LOT.head + 4 * i, cluster)
  for (const [i, run] of runs.entries()) view.setUint16(LOT.head + 4 * clusters.length + 2 * i, run)
  octets.set(body.packed, bodyAt)
  return octets
}

/** The lot of the query that is being answered, where it stands: one of these serves all queries, and makes nothing. */
export class DrawnLot implements Sending {
  view: DataView = new DataView(new ArrayBuffer(0))
  body = 0
  serial = 0
  order: Uint16Array | null = null
  /** Numbers the zone. */
  zone = 0
  #at = 0
  #clusters = 0

  /** The packed lot at `at`. */
  take(view: DataView, at: number, zone: number): void {
    this.view = view
    this.zone = zone
    this.order = null
    this.#at = at
    this.#clusters = view.getUint16(at + LOT.clusters)
    this.body = at + LOT.head + 4 * this.#clusters + 2 * this.runs
  }

  /** One of the `count` packed lots from `from`, by their chances. */
  draw(view: DataView, from: number, count: number, zone: number, random: () => number): void {
    this.take(view, count === 1 ? from : lotAt(view, from, count, random()), zone)
  }

  get foldsCase(): boolean {
    return foldsCase(this)
  }

  get hasSerial(): boolean {
    return hasSerial(this)
  }

  get runs(): number {
    return this.view.getUint16(this.#at + LOT.runs)
  }

  run(i: number): number {
    return this.view.getUint16(this.#at + LOT.head + 4 * this.#clusters + 2 * i)
  }

  get request(): number {
    return this.view.getUint32(this.#at + LOT.request)
  }

  get clusters(): number {
    return this.#clusters
  }

  cluster(i: number): number {
    return this.view.getUint32(this.#at + LOT.head + 4 * i)
  }

  get isNoRoute(): boolean {
    return this.view.getUint16(this.#at + LOT.isNoRoute) !== 0
  }
}

/** As `pick` draws. */
function lotAt(view: DataView, from: number, count: number, random: number): number {
  let at = from
  let rest = random - view.getFloat64(at + LOT.chance)
  for (let i = 1; i < count && rest >= 0; i++) {
    at += view.getUint16(at + LOT.length)
    rest -= view.getFloat64(at + LOT.chance)
  }
  return at
}
