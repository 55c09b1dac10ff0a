/** A TLS proxy in front of an API server that passes everything on, until a test has other plans. */

import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request, type Server } from 'node:https'
import type { Socket } from 'node:net'
import type { Cluster, Credentials } from '../ground/index.ts'

export interface Reply {
  readonly status: number
  readonly body: object
}

/**
 * What becomes of a request: a reply of the test's own, silence, a connection that breaks, or, if nothing is
 * returned, what the API server says.
 */
export type Plan = (
  url: URL,
) => Promise<Reply | 'silence' | 'break' | undefined> | Reply | 'silence' | 'break' | undefined

/** With a certificate of the cluster's own CA. */
export async function startTerminator(cluster: Cluster): Promise<Terminator> {
  const certificate = { name: 'terminator', commonName: 'kube-apiserver', addresses: ['127.0.0.1'] }
  const credentials = await cluster.issue(certificate)
  const server = createServer({ cert: credentials.cert, key: credentials.key })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return new Terminator(server, cluster.url, credentials)
}

export class Terminator {
  readonly url: string
  plan: Plan = () => undefined
  /** Told of what the API server said. */
  heard: (url: URL, status: number) => void = () => undefined
  readonly #server: Server
  readonly #upstream: string
  readonly #agent: Agent
  readonly #sockets = new Set<Socket>()

  constructor(server: Server, upstream: string, { ca }: Credentials) {
    const address = server.address()
    this.url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    this.#server = server
    this.#upstream = upstream
    this.#agent = new Agent({ ca, keepAlive: true })
    server.on('secureConnection', (socket: Socket) => this.#keep(socket))
    server.on('request', (asked: IncomingMessage, reply: ServerResponse) => void this.#serve(asked, reply))
  }

  /** Everything is passed on again. */
  relent(): void {
    this.plan = () => undefined
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  close(): void {
    this.cut()
    this.#agent.destroy()
    this.#server.close()
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  async #serve(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const plan = await this.plan(new URL(asked.url ?? '/', this.url))
    if (plan === 'break') asked.socket.destroy()
    else if (plan === undefined) this.#pass(asked, reply)
    else if (plan !== 'silence') {
      reply.writeHead(plan.status, { 'content-type': 'application/json' }).end(JSON.stringify(plan.body))
    }
  }

  #pass(asked: IncomingMessage, reply: ServerResponse): void {
    const { host: _, ...headers } = asked.headers
    const options = { agent: this.#agent, method: asked.method ?? 'GET', headers }
    const passed = request(`${this.#upstream}${asked.url}`, options, (answer) => {
      this.heard(new URL(asked.url ?? '/', this.url), answer.statusCode ?? 0)
      reply.writeHead(answer.statusCode ?? 502, answer.headers)
      // A watch has begun when its head is there; its first event may be minutes away.
      reply.flushHeaders()
      answer.on('error', () => reply.destroy())
      answer.pipe(reply)
    })
    passed.on('error', () => reply.destroy())
    reply.once('close', () => passed.destroy())
    asked.pipe(passed)
  }
}

export const isWatch = (url: URL): boolean => url.searchParams.get('watch') === 'true'

/** As an API server says no. */
export const statusOf = (code: number, reason: string): Reply => ({
  status: code,
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason,
    message: `${reason}, says a test`,
  },
})
