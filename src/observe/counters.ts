import { printRcode, printType, RCODE, TYPE } from '../dns/index.ts'

/** One sample of a metric: its labels and value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Types that have a label value of their own; all others share `other`. */
const TYPES = [
  TYPE.A,
  TYPE.AAAA,
  TYPE.SRV,
  TYPE.TXT,
  TYPE.PTR,
  TYPE.SOA,
  TYPE.NS,
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
const PER_TYPE = RCODES.length * 2

/** Counts of requests by zone, type, RCODE and transport: an array index each, since every query counts. */
export class RequestCounters {
  readonly #byZone = new Map<string, Float64Array>()
  readonly #typeIndex = new Map<number, number>(TYPES.map((type, i) => [type, i]))
  readonly #rcodeIndex = new Map<number, number>(RCODES.map((rcode, i) => [rcode, i]))

  /** `zone` is the name of one of our zones, or 'other'. */
  count(zone: string, type: number, rcode: number, transport: 'udp' | 'tcp'): void {
    const counts = this.#byZone.get(zone) ?? this.#add(zone)
    const typeIndex = this.#typeIndex.get(type) ?? OTHER
    const at = typeIndex * PER_TYPE + (this.#rcodeIndex.get(rcode) ?? 0) * 2 + (transport === 'udp' ? 0 : 1)
    counts[at] = (counts[at] ?? 0) + 1
  }

  #add(zone: string): Float64Array {
    const counts = new Float64Array((TYPES.length + 1) * PER_TYPE)
    this.#byZone.set(zone, counts)
    return counts
  }

  *samples(): Generator<Sample> {
    for (const [zone, counts] of this.#byZone) {
      for (const [at, value] of counts.entries()) {
        if (value > 0) yield { labels: { zone, ...labelsAt(at) }, value }
      }
    }
  }
}

function labelsAt(at: number): { readonly type: string; readonly rcode: string; readonly transport: string } {
  const type = TYPES[Math.floor(at / PER_TYPE)]
  const rcode = RCODES[Math.floor((at % PER_TYPE) / 2)] ?? 0
  return {
    type: type === undefined ? 'other' : printType(type),
    rcode: printRcode(rcode),
    transport: at % 2 === 0 ? 'udp' : 'tcp',
  }
}

/** Counts of answers by zone and cluster: every positive answer counts, so none puts a key together for it. */
export class AnswerCounters {
  readonly #byZone = new Map<string, Map<string, number>>()

  count(zone: string, cluster: string): void {
    const counts = this.#byZone.get(zone) ?? this.#add(zone)
    counts.set(cluster, (counts.get(cluster) ?? 0) + 1)
  }

  #add(zone: string): Map<string, number> {
    const counts = new Map<string, number>()
    this.#byZone.set(zone, counts)
    return counts
  }

  *samples(): Generator<Sample> {
    for (const [zone, counts] of this.#byZone)
      for (const [cluster, value] of counts) yield { labels: { zone, cluster }, value }
  }
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

  record(seconds: number): void {
    const index = this.bounds.findIndex((bound) => seconds <= bound)
    const at = index === -1 ? this.bounds.length : index
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#sum += seconds
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
