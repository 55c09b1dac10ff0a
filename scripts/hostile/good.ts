import { createSocket } from 'node:dgram'
import { renameSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import dnsPacket, { type DecodedPacket } from 'dns-packet'
import { exported } from '../../test/support/manifests.ts'
import { framed } from '../../test/support/sockets.ts'
import { below, type Random } from '../soak/chance.ts'

/** What became of the good party's questions and probes. */
export interface GoodTally {
  asked: number
  wrong: number
  lost: number
  /** Asked a second time, as resolvers do: the first datagram, or its reply, was dropped. */
  again: number
  probed: number
  probesLost: number
  changes: number
  /** Milliseconds. */
  slowest: number
}

export const newGoodTally = (): GoodTally => ({
  asked: 0,
  wrong: 0,
  lost: 0,
  again: 0,
  probed: 0,
  probesLost: 0,
  changes: 0,
  slowest: 0,
})

const SERVICES = 20
const PERIOD_MS = 20
/** One question in so many goes over TCP. */
const TCP_EVERY = 8
const CHANGE_MS = 5_000
/** After it a change must be seen: beside a hostile member, on a machine that others use as well. */
const SEEN_MS = 30_000
/** A stub resolver's: resolv.conf's `timeout`, and two attempts more than its `attempts`. */
const TRY_MS = 5_000
const TRIES = 4
const FIRST_MS = 60_000
const PROBE_MS = 1_000
/** Of a kubelet that is patient: `timeoutSeconds: 5`, and a probe has failed at the third time. */
const PROBE_TRIES = 3

interface Version {
  readonly address: string
  /** By performance.now(). */
  readonly at: number
}

export interface GoodOptions {
  readonly port: number
  /** Where probes go: `http://host:port/healthz`. */
  readonly health: string
  /** The good cluster's directory of manifests. */
  readonly directory: string
  readonly random: Random
  readonly failed: (text: string) => void
}

/** A cluster that changes, a client that asks for it over UDP and TCP, and a kubelet that probes. */
export class GoodParty {
  readonly #options: GoodOptions
  readonly #versions: Version[][]
  readonly #timers: readonly NodeJS.Timeout[]
  readonly #tally = newGoodTally()
  readonly #underWay = new Set<Promise<void>>()
  #id = 0

  /** The cluster's manifests must be there before the server starts: `writeFirst`. */
  constructor(options: GoodOptions) {
    this.#options = options
    this.#versions = Array.from({ length: SERVICES }, (_, i) => [{ address: addressOf(i, 0), at: 0 }])
    this.#timers = [
      setInterval(() => this.#follow(this.#ask()), PERIOD_MS),
      setInterval(() => this.#follow(this.#probe()), PROBE_MS),
      setInterval(() => this.#change(), CHANGE_MS),
    ]
  }

  /** So far, from the start. */
  get tally(): Readonly<GoodTally> {
    return this.#tally
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await Promise.all(this.#underWay)
  }

  #follow(work: Promise<void>): void {
    this.#underWay.add(work)
    void work.finally(() => this.#underWay.delete(work))
  }

  #change(): void {
    const { random, directory } = this.#options
    const service = below(random, SERVICES)
    const versions = this.#versions[service] ?? []
    const address = addressOf(service, ++this.#tally.changes)
    versions.push({ address, at: performance.now() })
    writeService(directory, service, address)
  }

  async #ask(): Promise<void> {
    const service = below(this.#options.random, SERVICES)
    const id = this.#id++ & 0xffff
    const name = `${nameOf(service)}.default.svc.clusterset.local`
    const query = dnsPacket.encode({ type: 'query', id, questions: [{ type: 'A', name }] })
    const begun = performance.now()
    this.#tally.asked++
    const isTcp = id % TCP_EVERY === 0
    const reply = await this.#again(isTcp ? exchangeTcp : exchangeUdp, query)
    this.#tally.slowest = Math.max(this.#tally.slowest, performance.now() - begun)
    if (reply === undefined) {
      this.#tally.lost++
      this.#options.failed(`LOST ${name} over ${isTcp ? 'TCP' : 'UDP'}`)
    } else this.#judge(service, name, reply, begun)
  }

  #judge(service: number, name: string, reply: DecodedPacket, begun: number): void {
    const heard = addressesIn(reply)
    const versions = this.#versions[service] ?? []
    const oldest = versions.findLastIndex(({ at }) => at + SEEN_MS <= begun)
    const possible = versions.slice(Math.max(0, oldest)).map(({ address }) => address)
    if (heard.length === 1 && possible.includes(heard[0] ?? '')) return
    this.#tally.wrong++
    this.#options.failed(`WRONG ${name}: ${rcodeOf(reply)} [${heard}]; possible: [${possible}]`)
  }

  async #again(exchangeOnce: Exchange, query: Buffer): Promise<DecodedPacket | undefined> {
    for (let i = 0; i < TRIES; i++) {
      if (i > 0) this.#tally.again++
      const reply = await exchangeOnce(query, this.#options.port)
      if (reply !== undefined) return reply
    }
    return undefined
  }

  async #probe(): Promise<void> {
    this.#tally.probed++
    for (let i = 0; i < PROBE_TRIES; i++) {
      const reply = await fetch(this.#options.health, { signal: AbortSignal.timeout(TRY_MS) }).catch(
        () => null,
      )
      await reply?.arrayBuffer().catch(() => undefined)
      if (reply?.status === 200) return
    }
    this.#tally.probesLost++
    this.#options.failed(`LOST a probe of ${this.#options.health}`)
  }
}

/** Resolves when the good cluster has been read, to how long that took. Milliseconds; rejects after a minute. */
export async function firstAnswer(port: number): Promise<number> {
  const begun = performance.now()
  const name = `${nameOf(SERVICES - 1)}.default.svc.clusterset.local`
  while (performance.now() - begun < FIRST_MS) {
    const query = dnsPacket.encode({ type: 'query', id: 1, questions: [{ type: 'A', name }] })
    const reply = await exchangeUdp(query, port)
    if (reply !== undefined && addressesIn(reply).length > 0) return performance.now() - begun
    await pause(50)
  }
  throw new Error('the good cluster was not read in a minute')
}

/** All services of the good cluster as they are first. */
export function writeFirst(directory: string): void {
  for (let i = 0; i < SERVICES; i++) writeService(directory, i, addressOf(i, 0))
}

/** As a deployment tool does it: a new file in the old one's place. */
function writeService(directory: string, service: number, clusterIP: string): void {
  const file = join(directory, `${nameOf(service)}.json`)
  writeFileSync(`${file}.new`, exported({ name: nameOf(service), clusterIP, pods: ['10.1.0.1'] }))
  renameSync(`${file}.new`, file)
}

const nameOf = (service: number): string => `good-${service}`

const addressOf = (service: number, version: number): string =>
  `10.${100 + service}.${(version >> 8) & 255}.${version & 255}`

const rcodeOf = (packet: DecodedPacket): string => ('rcode' in packet ? String(packet.rcode) : '')

const addressesIn = ({ answers }: DecodedPacket): readonly string[] =>
  (answers ?? []).flatMap((answer) => (answer.type === 'A' ? [answer.data] : []))

type Exchange = (query: Buffer, port: number) => Promise<DecodedPacket | undefined>

/** Undefined: nothing came in time, or it was something else. */
function exchangeUdp(query: Buffer, port: number): Promise<DecodedPacket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const end = (reply?: DecodedPacket) => {
      clearTimeout(late)
      socket.close()
      resolve(reply)
    }
    const late = setTimeout(() => setImmediate(end), TRY_MS)
    socket.once('error', () => end())
    // A port may have been another question's before: its late reply is not ours.
    socket.on('message', (octets) => {
      if (isReplyTo(query, octets)) end(decoded(octets))
    })
    socket.send(query, port, '127.0.0.1')
  })
}

function exchangeTcp(query: Buffer, port: number): Promise<DecodedPacket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let octets = Buffer.alloc(0)
    const end = (reply?: DecodedPacket) => {
      socket.destroy()
      resolve(reply)
    }
    socket.setTimeout(TRY_MS, () => end())
    socket.on('error', () => end())
    socket.on('close', () => end())
    socket.on('data', (chunk) => {
      octets = Buffer.concat([octets, chunk])
      if (octets.length >= 2 && octets.length >= 2 + octets.readUInt16BE()) end(decoded(octets.subarray(2)))
    })
    socket.write(framed(query))
  })
}

/** The same id and the same question. */
const isReplyTo = (query: Buffer, reply: Buffer): boolean =>
  query.compare(reply, 0, 2, 0, 2) === 0 && query.compare(reply, 12, query.length, 12, query.length) === 0

function decoded(octets: Buffer): DecodedPacket | undefined {
  try {
    return dnsPacket.decode(octets)
  } catch {
    return undefined
  }
}
