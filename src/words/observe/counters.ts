import { printRcode, printType, RCODE, RECORD_TYPES, TYPE } from '../../values/dns/index.ts'

/** One sample of a metric: its labels and value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Types that have a label value of their own, those that are answered first; all others share `other`. */
const TYPES = [
  ...RECORD_TYPES,
  TYPE.ANY,
  TYPE.AXFR,
  TYPE.IXFR,
  TYPE.HTTPS,
  TYPE.CNAME,
  TYPE.MX,
  TYPE.DS,
  TYPE.DNSKEY,
]
const RCODES = Object.values(RCODE)
const OTHER = TYPES.length
const PER_TYPE = RCODES.length
const PER_ZONE = (TYPES.length + 1) * PER_TYPE

/**
 * Counts of requests by zone, type, RCODE and transport. Each of the first three together has a cell, so that whoever
 * sends the same again and again need not find it again.
 */
export class RequestCounters {
  readonly #zones: string[] = []
  readonly #byZone = new Map<string, number>()
  readonly #typeIndex = new Map<number, number>(TYPES.map((type, i) => [type, i]))
  readonly #rcodeIndex = new Map<number, number>(RCODES.map((rcode, i) => [rcode, i]))
  /** The labels of transports, as they were first counted, and the counts of each by cell. */
  readonly #transports: string[] = []
  readonly #counts: Float64Array<ArrayBuffer>[] = []
  #room = 0
  /** The one that was counted last, which most often is next. */
  #transport = ''
  #current = new Float64Array(0)

  /** `zone` is the name of one of our zones, or 'other'; `transport` a label. */
  count(zone: string, type: number, rcode: number, transport: string): void {
    this.add(this.cell(zone, type, rcode), transport)
  }

  cell(zone: string, type: number, rcode: number): number {
    const from = this.#byZone.get(zone) ?? this.#add(zone)
    const typeIndex = this.#typeIndex.get(type) ?? OTHER
    return from + typeIndex * PER_TYPE + (this.#rcodeIndex.get(rcode) ?? 0)
  }

  add(cell: number, transport: string): void {
    if (transport !== this.#transport) this.#turnTo(transport)
    this.#current[cell] = (this.#current[cell] ?? 0) + 1
  }

  #turnTo(transport: string): void {
    const known = this.#transports.indexOf(transport)
    const at = known >= 0 ? known : this.#transports.push(transport) - 1
    this.#transport = transport
    this.#current = this.#counts[at] ??= new Float64Array(this.#room)
  }

  #add(zone: string): number {
    const from = PER_ZONE * (this.#zones.push(zone) - 1)
    this.#byZone.set(zone, from)
    // In doublings: clusters that are found at run time bring a zone each.
    if (from + PER_ZONE > this.#room) this.#enlarge(2 * (from + PER_ZONE))
    return from
  }

  #enlarge(room: number): void {
    this.#room = room
    for (const [at, counts] of this.#counts.entries()) this.#counts[at] = longer(counts, room)
    this.#current = this.#counts[this.#transports.indexOf(this.#transport)] ?? this.#current
  }

  *samples(): Generator<Sample> {
    for (let cell = 0; cell < this.#room; cell++)
      for (const [at, transport] of this.#transports.entries()) {
        const value = this.#counts[at]?.[cell] ?? 0
        const zone = this.#zones[Math.floor(cell / PER_ZONE)] ?? ''
        if (value > 0) yield { labels: { zone, ...labelsAt(cell % PER_ZONE), transport }, value }
      }
  }
}

/** The same counts with room for `length`. */
function longer(counts: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const more = new Float64Array(length)
  more.set(counts)
  return more
}

function labelsAt(at: number): { readonly type: string; readonly rcode: string } {
  const type = TYPES[Math.floor(at / PER_TYPE)]
  const rcode = RCODES[at % PER_TYPE] ?? 0
  return {
    type: type === undefined ? 'other' : printType(type),
    rcode: printRcode(rcode),
  }
}

/** Counts of answers by zone and cluster, each with a cell as above. */
export class AnswerCounters {
  readonly #labels: { readonly zone: string; readonly cluster: string }[] = []
  readonly #byZone = new Map<string, Map<string, number>>()
  #counts = new Float64Array(64)

  count(zone: string, cluster: string): void {
    this.add(this.cell(zone, cluster))
  }

  cell(zone: string, cluster: string): number {
    const ofZone = this.#byZone.get(zone) ?? new Map<string, number>()
    return ofZone.get(cluster) ?? this.#add(ofZone, zone, cluster)
  }

  add(cell: number): void {
    this.#counts[cell] = (this.#counts[cell] ?? 0) + 1
  }

  #add(ofZone: Map<string, number>, zone: string, cluster: string): number {
    const cell = this.#labels.push({ zone, cluster }) - 1
    this.#byZone.set(zone, ofZone.set(cluster, cell))
    if (cell === this.#counts.length) this.#counts = longer(this.#counts, 2 * cell)
    return cell
  }

  *samples(): Generator<Sample> {
    for (const [cell, labels] of this.#labels.entries()) {
      const value = this.#counts[cell] ?? 0
      if (value > 0) yield { labels, value }
    }
  }
}

/** What is counted of replies. */
export interface ReplyCounters {
  readonly requests: RequestCounters
  /** Positive answers from a cluster of a zone. */
  readonly answered: AnswerCounters
}

/** A counter with labels that is not on every query's way. */
export class Counter {
  readonly #counts = new Map<string, Sample>()

  add(labels: Readonly<Record<string, string>>, amount = 1): void {
    const key = Object.values(labels).join('\0')
    this.#counts.set(key, { labels, value: (this.#counts.get(key)?.value ?? 0) + amount })
  }

  samples(): Iterable<Sample> {
    return this.#counts.values()
  }
}

/** A histogram as it stands: how many values fell into each bucket, the last being above every bound, and their sum. */
export interface Buckets {
  readonly counts: readonly number[]
  readonly sum: number
}

/** A histogram of seconds; recording is an index and two additions. */
export class Histogram {
  readonly bounds: readonly number[]
  readonly #counts: Float64Array
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
  }

  /** `times` values that are all `seconds`. */
  record(seconds: number, times = 1): void {
    const { bounds } = this
    let at = 0
    while (at < bounds.length && seconds > (bounds[at] ?? 0)) at++
    this.#counts[at] = (this.#counts[at] ?? 0) + times
    this.#sum += seconds * times
  }

  buckets(): Buckets {
    return { counts: [...this.#counts], sum: this.#sum }
  }

  samples(): Iterable<HistogramSample> {
    return histogramSamples(this.bounds, [this.buckets()])
  }
}

export type HistogramSample = Sample & { readonly suffix: '_bucket' | '_sum' | '_count' }

/** Samples of several histograms with the same bounds as one, in Prometheus' shape: cumulative buckets, sum, count. */
export function* histogramSamples(
  bounds: readonly number[],
  several: readonly Buckets[],
): Generator<HistogramSample> {
  const add = (of: (one: Buckets) => number) => several.reduce((sum, one) => sum + of(one), 0)
  let total = 0
  for (let i = 0; i <= bounds.length; i++) {
    total += add(({ counts }) => counts[i] ?? 0)
    yield { suffix: '_bucket', labels: { le: i < bounds.length ? String(bounds[i]) : '+Inf' }, value: total }
  }
  yield { suffix: '_sum', labels: {}, value: add(({ sum }) => sum) }
  yield { suffix: '_count', labels: {}, value: total }
}
