/** Clients for tests of listeners: datagrams, framed TCP, and what listeners report. */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, isIPv6, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { Respond } from '../../src/server/replies/index.ts'
import {
  type DropReason,
  type StreamTransport,
  TCP,
  type TcpLimits,
  type TransportEvents,
} from '../../src/server/transport/index.ts'

/** As long as a test has, but for telling what it waited for; reached only by tests that fail. */
export const PATIENCE_MS = 100_000

/** Sends the query back. */
export const echo: Respond = (query, at, end, _peer, reply, to) => {
  for (let i = at; i < end; i++) reply.setUint8(to + i - at, query.getUint8(i))
  return end - at
}

export const ROOMY: TcpLimits = {
  connections: 10_000,
  perClient: 10_000,
  idleMs: 60_000,
  messageMs: 60_000,
  unreadBytes: 262_144,
  heldBytes: 2 ** 30,
}

/** Events that keep what they are told. */
export class Heard implements TransportEvents {
  readonly drops: DropReason[] = []
  readonly warnings: string[] = []
  open = 0
  dropped(reason: DropReason, count = 1): void {
    for (let i = 0; i < count; i++) this.drops.push(reason)
  }
  warning(text: string): void {
    this.warnings.push(text)
  }
  connections(count: number): void {
    this.open = count
  }
}

/** Octets that tell messages apart and have the length of a small query. */
export const numbered = (n: number): Buffer => Buffer.from(`query number ${n}`)

export function framed(...messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    messages.flatMap((one) => [Buffer.from([one.length >> 8, one.length & 0xff]), Buffer.from(one)]),
  )
}

/** Between two looks at what is in this process, and at what takes a query or a page: those work beside what is waited for. */
const [LOOK_MS, ASK_MS] = [5, 25]

/** Resolves when it holds. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what = 'condition',
  patience = PATIENCE_MS,
): Promise<void> {
  const deadline = performance.now() + patience
  for (let pause = 1; ; pause *= 1.5) {
    const held = holds()
    if (await held) return
    if (performance.now() > deadline) throw new Error(`waited too long for: ${what}`)
    await wait(Math.min(pause, typeof held === 'boolean' ? LOOK_MS : ASK_MS))
  }
}

/** Whether nobody else has the address and port, over UDP and TCP. */
export async function canBind(host: string, port: number): Promise<boolean> {
  const udp = createSocket('udp4')
  const tcp = createServer()
  try {
    udp.bind(port, host)
    await once(udp, 'listening')
    tcp.listen(port, host)
    await once(tcp, 'listening')
    return true
  } catch {
    return false
  } finally {
    udp.close()
    tcp.close()
  }
}

/** The reply to one datagram and who sent it. `as`: the local address that asks. */
export async function askUdp(
  to: { host: string; port: number },
  query: Uint8Array,
  patience = PATIENCE_MS,
  as?: string,
) {
  const socket = createSocket(isIPv6(to.host) ? 'udp6' : 'udp4')
  try {
    if (as !== undefined) {
      socket.bind(0, as)
      await once(socket, 'listening')
    }
    const reply = once(socket, 'message', { signal: AbortSignal.timeout(patience) })
    socket.send(query, to.port, to.host)
    const [octets, from] = await reply
    return { octets: Buffer.from(octets), from: { host: String(from.address), port: Number(from.port) } }
  } finally {
    socket.close()
  }
}

/** Sends all queries from one socket; the replies, once `expected` of them have come. */
export async function askManyUdp(
  { host, port }: { host: string; port: number },
  queries: readonly Uint8Array[],
  expected: number,
): Promise<Buffer[]> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 })
  const replies: Buffer[] = []
  socket.on('message', (octets) => replies.push(octets))
  try {
    for (const query of queries) socket.send(query, port, host)
    await until(() => replies.length >= expected, `${expected} replies over UDP`)
    return replies
  } finally {
    socket.close()
  }
}

/** A connection, by TCP unless it is by another transport, that collects framed replies and says how it ended. */
export class TcpClient {
  readonly socket: Socket
  readonly #stream: Duplex
  readonly replies: Buffer[] = []
  /** `fin`: the server closed in order; `reset`: it sent RST. Undefined while it is open. */
  ending: 'fin' | 'reset' | undefined
  #pending: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket, stream: Duplex) {
    this.socket = socket
    this.#stream = stream
    stream.on('data', (chunk: Uint8Array) => this.#arrived(Buffer.from(chunk)))
    stream.on('end', () => {
      this.ending ??= 'fin'
    })
    stream.on('error', () => undefined)
    socket.on('error', () => {
      this.ending ??= 'reset'
    })
  }

  static async connect(
    { host, port }: { host: string; port: number },
    options: { allowHalfOpen?: boolean; localAddress?: string } = {},
    { over }: StreamTransport = TCP,
  ): Promise<TcpClient> {
    const socket = connect({ host, port, noDelay: true, ...options })
    const client = new TcpClient(socket, over(socket))
    await once(client.socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) })
    return client
  }

  send(...queries: readonly Uint8Array[]): void {
    this.#stream.write(framed(...queries))
  }

  async ask(query: Uint8Array): Promise<Buffer> {
    const before = this.replies.length
    this.send(query)
    await this.received(before + 1)
    return this.replies[before] ?? Buffer.alloc(0)
  }

  received(count: number): Promise<void> {
    return until(() => this.replies.length >= count, `reply ${count}`)
  }

  async ended(): Promise<'fin' | 'reset' | undefined> {
    await until(() => this.ending !== undefined, 'the end of a connection')
    return this.ending
  }

  #arrived(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk])
    while (this.#pending.length >= 2 && this.#pending.length >= 2 + this.#pending.readUInt16BE(0)) {
      const end = 2 + this.#pending.readUInt16BE(0)
      this.replies.push(this.#pending.subarray(2, end))
      this.#pending = this.#pending.subarray(end)
    }
  }
}
