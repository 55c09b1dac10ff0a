/** Asks over and over, whatever happens to the clusters, and counts what should not have been answered. */

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import dnsPacket, { type DecodedPacket } from 'dns-packet'
import { buildQuery } from '../../support/client.ts'
import { seconds } from './times.ts'

const EVERY_MS = 20
/** As long as a stub resolver waits. */
const PATIENCE_MS = 5_000

/**
 * A name that known facts support. Its answer is NOERROR, never empty, holds all of `always` and nothing beyond
 * `always` and `also`. Addresses; of SRV records `port target`.
 */
export interface Expected {
  readonly name: string
  readonly type?: 'A' | 'AAAA' | 'SRV'
  readonly always?: readonly string[]
  readonly also?: readonly string[]
}

interface Asked {
  readonly expected: Expected
  readonly at: number
}

export class Prober {
  readonly #port: number
  readonly #socket: Socket
  readonly #expected = new Set<Expected>()
  readonly #open = new Map<number, Asked>()
  readonly #faults: string[] = []
  readonly #timer: NodeJS.Timeout
  #id = 0
  #answered = 0
  #stopped = false
  #slowest = 0

  private constructor(port: number, socket: Socket) {
    this.#port = port
    this.#socket = socket
    socket.on('message', (octets) => this.#hear(octets))
    socket.on('error', (error) => this.#fault(`socket: ${error.message}`))
    this.#timer = setInterval(() => this.#tick(), EVERY_MS)
  }

  static async start(port: number): Promise<Prober> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new Prober(port, socket)
  }

  /** Every name is asked every 20 ms from now on, until the function returned is called. */
  add(...expected: readonly Expected[]): () => void {
    for (const one of expected) this.#expected.add(one)
    return () => {
      for (const one of expected) this.#expected.delete(one)
    }
  }

  /** From this moment until `report` is called: one line of figures, and everything that was wrong or lost. */
  during(): () => Promise<{ readonly figures: string; readonly faults: readonly string[] }> {
    const [answered, faults, start] = [this.#answered, this.#faults.length, performance.now()]
    this.#slowest = 0
    return async () => {
      await this.#decided(performance.now())
      const found = this.#faults.slice(faults)
      const lost = found.filter((one) => one.endsWith(LOST)).length
      const figures =
        `prober: ${this.#answered - answered} answers for ${this.#expected.size} names in ` +
        `${seconds(performance.now() - start)}: ${found.length - lost} wrong, ${lost} lost; ` +
        `slowest ${Math.round(this.#slowest)} ms`
      return { figures, faults: found.slice(0, 20) }
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    if (this.#stopped) return
    this.#stopped = true
    this.#socket.close()
  }

  /** Resolves when all that was asked before a moment has been answered, or is lost. */
  async #decided(moment: number): Promise<void> {
    while ([...this.#open.values()].some(({ at }) => at < moment)) await wait(EVERY_MS)
  }

  #tick(): void {
    this.#giveUp()
    for (const expected of this.#expected) this.#ask(expected)
  }

  #ask(expected: Expected): void {
    this.#id = (this.#id + 1) & 0xffff
    const { name, type = 'A' } = expected
    this.#open.set(this.#id, { expected, at: performance.now() })
    this.#socket.send(buildQuery({ id: this.#id, name, type, edns: {} }), this.#port, '127.0.0.1')
  }

  #giveUp(): void {
    const before = performance.now() - PATIENCE_MS
    for (const [id, { expected, at }] of this.#open) {
      if (at > before) return
      this.#open.delete(id)
      this.#fault(`${expected.name} ${LOST}`)
    }
  }

  #hear(octets: Buffer): void {
    const reply = dnsPacket.decode(octets)
    const asked = this.#open.get(reply.id ?? -1)
    if (asked === undefined) return
    this.#open.delete(reply.id ?? -1)
    this.#answered++
    this.#slowest = Math.max(this.#slowest, performance.now() - asked.at)
    const wrong = wrongIn(reply, asked.expected)
    if (wrong !== null) this.#fault(`${asked.expected.name} ${asked.expected.type ?? 'A'}: ${wrong}`)
  }

  #fault(text: string): void {
    this.#faults.push(`${new Date().toISOString()} ${text}`)
  }
}

const LOST = 'is left unanswered'

function wrongIn(reply: DecodedPacket, { always = [], also = [] }: Expected): string | null {
  const rcode = (reply.flags ?? 0) & 0xf
  if (rcode !== 0) return `RCODE ${rcode}`
  const data = (reply.answers ?? []).map(dataOf)
  if (data.length === 0) return 'no answer'
  const missing = always.filter((one) => !data.includes(one))
  const foreign = data.filter((one) => !always.includes(one) && !also.includes(one))
  return missing.length + foreign.length === 0
    ? null
    : `${data.join(' ')}, not ${[...always, ...also].join(' ')}`
}

function dataOf(answer: NonNullable<DecodedPacket['answers']>[number]): string {
  if (answer.type === 'A' || answer.type === 'AAAA') return answer.data
  return answer.type === 'SRV' ? `${answer.data.port} ${answer.data.target}` : answer.type
}
