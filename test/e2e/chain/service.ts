/**
 * A Service in front of replicas, as kube-proxy makes one: datagrams and connections to one port go to a replica that
 * is ready. A datagram's flow moves on when its replica is not ready any more; a connection stays.
 */

import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../ground/index.ts'
import type { Replica } from './replica.ts'

/** Sooner than a kubelet looks, so that replicas need not drain for as long. */
const LOOK_MS = 100

interface Flow {
  readonly to: Replica
  readonly socket: Datagrams
}

export class Service {
  readonly port: number
  readonly #replicas: readonly Replica[]
  readonly #udp = createSocket('udp4')
  readonly #tcp: Server
  readonly #flows = new Map<string, Flow>()
  readonly #connections = new Set<Socket>()
  readonly #looking: NodeJS.Timeout
  #ready: ReadonlySet<Replica>

  private constructor(port: number, replicas: readonly Replica[]) {
    this.port = port
    this.#replicas = replicas
    this.#ready = new Set(replicas)
    this.#udp.on('error', () => {})
    this.#udp.on('message', (octets, from) => {
      const { to, socket } = this.#flow(from.address, from.port)
      socket.send(octets, to.port, '127.0.0.1')
    })
    this.#tcp = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#connect(client))
    this.#looking = setInterval(() => void this.#look(), LOOK_MS)
  }

  /** The replicas are ready when it starts. */
  static async start(replicas: readonly Replica[]): Promise<Service> {
    const service = new Service(await freePort(), replicas)
    service.#udp.bind(service.port, '127.0.0.1')
    service.#tcp.listen(service.port, '127.0.0.1')
    await Promise.all([once(service.#udp, 'listening'), once(service.#tcp, 'listening')])
    return service
  }

  close(): void {
    clearInterval(this.#looking)
    this.#udp.close()
    this.#tcp.close()
    for (const { socket } of this.#flows.values()) socket.close()
    for (const socket of this.#connections) socket.destroy()
  }

  async #look(): Promise<void> {
    const checked = await Promise.all(
      this.#replicas.map(async (one) => ({ one, ready: await one.isReady() })),
    )
    this.#ready = new Set(checked.flatMap(({ one, ready }) => (ready ? [one] : [])))
    for (const [from, { to, socket }] of this.#flows) {
      if (this.#ready.has(to)) continue
      this.#flows.delete(from)
      // What was asked before is still answered.
      setTimeout(() => socket.close(), 1_000).unref()
    }
  }

  #pick(): Replica {
    const ready = this.#ready.size > 0 ? [...this.#ready] : this.#replicas
    const picked = ready[Math.floor(Math.random() * ready.length)]
    if (picked === undefined) throw new Error('a Service without replicas')
    return picked
  }

  #flow(host: string, port: number): Flow {
    const from = `${host}:${port}`
    const flow = this.#flows.get(from) ?? this.#open(this.#pick(), host, port)
    this.#flows.set(from, flow)
    return flow
  }

  #open(to: Replica, host: string, port: number): Flow {
    const socket = createSocket('udp4')
    socket.on('error', () => {})
    socket.on('message', (octets) => this.#udp.send(octets, port, host))
    return { to, socket }
  }

  #connect(client: Socket): void {
    const replica = connect({
      port: this.#pick().port,
      host: '127.0.0.1',
      allowHalfOpen: true,
      noDelay: true,
    })
    for (const [one, other] of [
      [client, replica],
      [replica, client],
    ] as const) {
      this.#connections.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => this.#connections.delete(one))
      one.pipe(other)
    }
  }
}
