// Asks at a steady rate, whether answers come or not, and tells how long those took that were asked for.
import { createSocket } from 'node:dgram'
import { buildQuery } from '../test/support/client.ts'
import { RELIST, serviceOf } from './relist-cluster.ts'

/** Milliseconds. */
export interface Latencies {
  readonly count: number
  readonly lost: number
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** How long the last answers are waited for. */
const GRACE_MS = 2000
const NAMES = 1000

/** By port, the server's first and then the echo's. */
export type Told = readonly [server: Latencies, echo: Latencies]

function load(ports: readonly number[]): void {
  const lanes = ports.map((port) => new Lane(port))
  process.on('message', (order) => {
    for (const lane of lanes) {
      if (order === 'begin') lane.begin()
      else lane.end()
    }
    if (order === 'end') setTimeout(() => process.send?.(lanes.map((lane) => lane.latencies())), GRACE_MS)
  })
}

/** Queries to one port. */
class Lane {
  readonly #port: number
  readonly #socket = createSocket({
    type: 'udp4',
    recvBufferSize: 4 << 20,
    lookup: (host, _options, found) => found(null, host, 4),
  })
  readonly #queries = Array.from({ length: NAMES }, (_, i) => queryOf(i))
  /** By id, when it was asked; 0: answered. */
  readonly #asked = new Float64Array(65_536)
  #taken: number[] = []
  #sent = 0
  #begun = 0
  #running = false

  constructor(port: number) {
    this.#port = port
    this.#socket.on('message', (octets) => this.#hear(octets.readUInt16BE(0)))
  }

  begin(): void {
    this.#asked.fill(0)
    this.#taken = []
    this.#sent = 0
    this.#begun = performance.now()
    this.#running = true
    this.#ask()
  }

  end(): void {
    this.#running = false
  }

  latencies(): Latencies {
    return latenciesOf(this.#taken, this.#sent)
  }

  /** By the clock, so that a late turn asks what it owes. */
  #ask(): void {
    const due = Math.floor(((performance.now() - this.#begun) * RELIST.perSecond) / 1000)
    while (this.#sent < due) this.#send()
    if (this.#running) setTimeout(() => this.#ask(), 1)
  }

  #send(): void {
    const id = this.#sent++ & 0xffff
    const query = Uint8Array.from(this.#queries[id % NAMES] ?? [])
    query[0] = id >> 8
    query[1] = id & 0xff
    this.#asked[id] = performance.now()
    this.#socket.send(query, this.#port, '127.0.0.1')
  }

  #hear(id: number): void {
    const at = this.#asked[id] ?? 0
    if (at > 0) this.#taken.push(performance.now() - at)
    this.#asked[id] = 0
  }
}

const queryOf = (i: number): Uint8Array =>
  buildQuery({
    name: `${serviceOf(i * Math.floor(RELIST.services / NAMES))}.default.svc.clusterset.local`,
    type: 'A',
  })

function latenciesOf(taken: readonly number[], sent: number): Latencies {
  const sorted = taken.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return {
    count: sent,
    lost: sent - sorted.length,
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
  }
}

if (process.send !== undefined) load(process.argv.slice(2).map(Number))
