import type { Follows } from '../../answer/records/index.ts'
import type { Body, Sending } from './body.ts'

/** One of the things that a question comes to, ready to be sent. */
export interface ReplyDraw {
  readonly chance: number
  /** Runs of answers whose order is left to chance; none: they stand. */
  readonly runs: readonly number[]
  readonly body: Body
  /** What is counted of it: its request, and the clusters that it answers from. */
  readonly request: number
  readonly clusters: readonly number[]
  readonly isNoRoute: boolean
  /** For whom else it holds. */
  readonly follows: Follows
}

/** A packed draw: its chance, numbers of 16 bits, then of 32 the request and the clusters, then the runs and the body. */
const DRAW = {
  chance: 0,
  length: 8,
  clusters: 10,
  runs: 12,
  /** Of IS, then what it follows. */
  flags: 14,
  request: 16,
  head: 20,
} as const

/** Bits of what a draw is. */
const IS = { noRoute: 1, serial: 2, foldsCase: 4, follows: 3 } as const

const FOLLOWS: readonly Follows[] = ['nobody', 'viewpoint', 'asker']

/** A draw as octets, which can be copied anywhere; a multiple of four of them. */
export function packDraw(drawn: ReplyDraw): Uint8Array {
  const { chance, runs, body, request, clusters } = drawn
  const bodyAt = DRAW.head + 4 * clusters.length + 2 * runs.length
  const octets = new Uint8Array((bodyAt + body.packed.length + 3) & ~3)
  const view = new DataView(octets.buffer)
  view.setFloat64(DRAW.chance, chance)
  view.setUint16(DRAW.length, octets.length)
  view.setUint16(DRAW.clusters, clusters.length)
  view.setUint16(DRAW.runs, runs.length)
  view.setUint16(DRAW.flags, flagsOf(drawn))
  view.setUint32(DRAW.request, request)
  for (const [i, cluster] of clusters.entries()) view.setUint32(DRAW.head + 4 * i, cluster)
  for (const [i, run] of runs.entries()) view.setUint16(DRAW.head + 4 * clusters.length + 2 * i, run)
  octets.set(body.packed, bodyAt)
  return octets
}

const flagsOf = ({ body, isNoRoute, follows }: ReplyDraw): number =>
  (FOLLOWS.indexOf(follows) << IS.follows) |
  (isNoRoute ? IS.noRoute : 0) |
  (body.hasSerial ? IS.serial : 0) |
  (body.foldsCase ? IS.foldsCase : 0)

/** The draw of the query that is being answered, where it stands: one of these serves all queries, and makes nothing. */
export class DrawnReply implements Sending {
  view: DataView = new DataView(new ArrayBuffer(0))
  body = 0
  serial = 0
  scope = 0
  order: Uint16Array | null = null
  /** Numbers the zone. */
  zone = 0
  /** Of how many clusters it is counted, and how many runs of answers it has. */
  clusters = 0
  runs = 0
  #at = 0
  #flags = 0

  /** The packed draw at `at`. */
  take(view: DataView, at: number, zone: number): void {
    this.view = view
    this.zone = zone
    this.order = null
    this.clusters = view.getUint16(at + DRAW.clusters)
    this.runs = view.getUint16(at + DRAW.runs)
    this.body = at + DRAW.head + 4 * this.clusters + 2 * this.runs
    this.#at = at
    this.#flags = view.getUint16(at + DRAW.flags)
  }

  /** One of the `count` packed draws from `from`, by their chances. */
  draw(view: DataView, from: number, count: number, zone: number, random: () => number): void {
    this.take(view, count === 1 ? from : drawAt(view, from, count, random()), zone)
  }

  /** It may answer a question whose letters are capitals. */
  get foldsCase(): boolean {
    return (this.#flags & IS.foldsCase) !== 0
  }

  /** It has an SOA record, and so a serial. */
  get hasSerial(): boolean {
    return (this.#flags & IS.serial) !== 0
  }

  run(i: number): number {
    return this.view.getUint16(this.#at + DRAW.head + 4 * this.clusters + 2 * i)
  }

  get request(): number {
    return this.view.getUint32(this.#at + DRAW.request)
  }

  cluster(i: number): number {
    return this.view.getUint32(this.#at + DRAW.head + 4 * i)
  }

  get isNoRoute(): boolean {
    return (this.#flags & IS.noRoute) !== 0
  }

  get follows(): Follows {
    return FOLLOWS[this.#flags >> IS.follows] ?? 'asker'
  }
}

/** As `pick` draws. */
function drawAt(view: DataView, from: number, count: number, random: number): number {
  let at = from
  let rest = random - view.getFloat64(at + DRAW.chance)
  for (let i = 1; i < count && rest >= 0; i++) {
    at += view.getUint16(at + DRAW.length)
    rest -= view.getFloat64(at + DRAW.chance)
  }
  return at
}
