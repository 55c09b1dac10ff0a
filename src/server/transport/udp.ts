import { createSocket, type Socket } from 'node:dgram'
import { setTimeout as wait } from 'node:timers/promises'
import { doubled, type Pauses } from '../../words/threads/index.ts'
import type { Respond } from '../replies/index.ts'
import { ListenError, printEndpoint } from './listen-error.ts'
import { familyOfHost, withoutScope } from './local-address.ts'
import { UDP } from './transports.ts'
import type { Acceptor, ListenEndpoint, TransportEvents } from './types.ts'

/** What every UDP socket of a server is opened with. */
export interface UdpSettings {
  readonly udpSize: number
  readonly respond: Respond
  readonly events: TransportEvents
}

/** Octets of replies that may wait for the network, per socket. */
const BACKLOG = 1 << 20
const RECEIVE_BUFFER = 4 << 20
const REOPEN_MS: Pauses = [1000, 30_000]

/** Answers on one address. A socket that dies is opened again, after ever longer pauses while that fails. */
export class UdpListener implements Acceptor {
  readonly #host: string
  readonly #settings: UdpSettings
  #port = 0
  #socket: Socket | undefined
  #reopening: NodeJS.Timeout | undefined
  #closed = false

  constructor(host: string, settings: UdpSettings) {
    this.#host = host
    this.#settings = settings
  }

  async open(port: number): Promise<number> {
    const socket = await bind({ host: this.#host, port })
    this.#port = socket.address().port
    if (this.#closed) socket.close()
    else this.#serve(socket)
    return this.#port
  }

  async close(drainMs = 0): Promise<void> {
    this.#closed = true
    clearTimeout(this.#reopening)
    if (this.#socket !== undefined) await sent(this.#socket, drainMs)
    const socket = this.#socket
    this.#socket = undefined
    if (socket !== undefined) await new Promise<void>((done) => socket.close(done))
  }

  #serve(socket: Socket): void {
    this.#socket = socket
    answerDatagrams(socket, this.#settings)
    socket.on('error', (error) => this.#died(socket, error))
  }

  #died(socket: Socket, error: Error): void {
    if (this.#socket !== socket) return
    this.#socket = undefined
    socket.close()
    const where = printEndpoint({ host: this.#host, port: this.#port })
    this.#settings.events.warning(`udp ${where}: ${error.message}; opening it again`)
    this.#reopen(0)
  }

  #reopen(failures: number): void {
    if (this.#closed) return
    this.#reopening = setTimeout(
      () => {
        this.open(this.#port).catch(() => this.#reopen(failures + 1))
      },
      doubled(REOPEN_MS, failures),
    )
  }
}

function bind(endpoint: ListenEndpoint): Promise<Socket> {
  const family = familyOfHost(endpoint.host)
  return new Promise((resolve, reject) => {
    const socket = createSocket({
      type: `udp${family}`,
      ipv6Only: family === 6,
      // Only literal addresses come by: without this every send asks dns.lookup first.
      lookup: (host, _options, found) => found(null, host, family),
    })
    socket.on('error', (cause) => reject(new ListenError(UDP.label, endpoint, cause)))
    socket.once('error', () => socket.close())
    socket.bind({ address: endpoint.host, port: endpoint.port, exclusive: true }, () => {
      socket.removeAllListeners('error').on('error', () => undefined)
      enlarge(socket)
      resolve(socket)
    })
  })
}

/** Room for a burst, where the system grants it. */
function enlarge(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER)
  } catch {
    return
  }
}

/** Answers every datagram that `socket` receives, from memory that is reused as soon as the system took it. */
export function answerDatagrams(socket: Socket, { udpSize, respond, events }: UdpSettings): void {
  let reply = new DataView(new ArrayBuffer(udpSize))
  let queued = false
  const done = (error: Error | null): void => {
    if (error !== null) events.dropped('send')
  }
  socket.on('message', (octets, from) => {
    // Anybody can claim to be at port 0, and dgram throws when it is told to send there.
    if (from.port === 0) return events.dropped('port0')
    if (queued && socket.getSendQueueSize() > BACKLOG) return events.dropped('backlog')
    const query = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
    const peer = { transport: UDP, host: withoutScope(from.address) }
    const length = respond(query, 0, octets.byteLength, peer, reply, 0)
    if (length === 0) return
    socket.send(reply, 0, length, from.port, from.address, done)
    queued = socket.getSendQueueCount() > 0
    // What the system did not take at once stays in dgram's queue, by reference: that memory is no longer ours.
    if (queued) reply = new DataView(new ArrayBuffer(udpSize))
  })
}

async function sent(socket: Socket, drainMs: number): Promise<void> {
  const deadline = performance.now() + drainMs
  try {
    while (socket.getSendQueueCount() > 0 && performance.now() < deadline) await wait(5)
  } catch {
    // It died while we waited.
  }
}
