/**
 * Karmada's own API server as far as a reader sees one: a real API server, and in front of it the path by which members are
 * reached, which asks who calls and whether he may, and then asks the member as that caller.
 */

import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request, type Server } from 'node:https'
import type { Socket } from 'node:net'
import { type Cluster, isFields } from '../ground/index.ts'

const PROXY = /^\/apis\/cluster\.karmada\.io\/v1alpha1\/clusters\/([^/]+)\/proxy(\/.*)$/

type Headers = Readonly<Record<string, string | string[] | undefined>>

interface Caller {
  readonly username: string
  readonly groups: readonly string[]
}

export class KarmadaFront {
  readonly url: string
  readonly ca: string
  /** Who asked which member for what, and what became of it. */
  readonly asked: {
    readonly member: string
    readonly path: string
    readonly as: string | null
    readonly status: number
  }[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #karmada: Cluster
  readonly #members: ReadonlyMap<string, Cluster>
  readonly #agents = new Map<string, Agent>()

  constructor(server: Server, ca: string, karmada: Cluster, members: ReadonlyMap<string, Cluster>) {
    const address = server.address()
    this.url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    this.ca = ca
    this.#server = server
    this.#karmada = karmada
    this.#members = members
    server.on('secureConnection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on('request', (asked: IncomingMessage, reply: ServerResponse) => {
      this.#serve(asked, reply).catch(() => reply.destroy())
    })
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
    for (const agent of this.#agents.values()) agent.destroy()
    this.#server.close()
  }

  async #serve(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const [, member, path] = PROXY.exec(asked.url ?? '') ?? []
    const { host: _, ...headers } = asked.headers
    if (member === undefined || path === undefined)
      return this.#pass(asked, reply, this.#karmada, asked.url ?? '/', headers, false)
    const status = await this.#lead(member, path, asked, reply)
    if (status !== undefined) reply.writeHead(status).end()
  }

  /** undefined: the member answers. */
  async #lead(member: string, path: string, asked: IncomingMessage, reply: ServerResponse) {
    const caller = await this.#callerOf(asked)
    const note = (status: number) => {
      this.asked.push({ member, path, as: caller?.username ?? null, status })
      return status
    }
    if (caller === null) return note(401)
    if (!(await this.#mayPass(caller, member))) return note(403)
    const cluster = this.#members.get(member)
    if (cluster === undefined) return note(404)
    note(200)
    const as = { 'impersonate-user': caller.username, 'impersonate-group': [...caller.groups] }
    this.#pass(asked, reply, cluster, path, { accept: asked.headers.accept, ...as }, true)
    return undefined
  }

  async #callerOf({ headers: { authorization = '' } }: IncomingMessage): Promise<Caller | null> {
    const spec = { token: authorization.replace('Bearer ', '') }
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec }
    const { body } = await this.#karmada.admin.request(
      'POST',
      '/apis/authentication.k8s.io/v1/tokenreviews',
      review,
    )
    const status = isFields(body) && isFields(body['status']) ? body['status'] : {}
    const user = isFields(status['user']) ? status['user'] : {}
    if (status['authenticated'] !== true) return null
    return { username: String(user['username']), groups: [user['groups'] ?? []].flat().map(String) }
  }

  async #mayPass({ username, groups }: Caller, name: string): Promise<boolean> {
    const resourceAttributes = {
      group: 'cluster.karmada.io',
      resource: 'clusters',
      subresource: 'proxy',
      name,
      verb: 'get',
    }
    const spec = { user: username, groups, resourceAttributes }
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec }
    const { body } = await this.#karmada.admin.request(
      'POST',
      '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      review,
    )
    return isFields(body) && isFields(body['status']) && body['status']['allowed'] === true
  }

  /** With whatever the caller shows, or (`isAdmin`) as one who may ask as others. */
  #pass(
    asked: IncomingMessage,
    reply: ServerResponse,
    cluster: Cluster,
    path: string,
    headers: Headers,
    isAdmin: boolean,
  ): void {
    const options = { agent: this.#agentOf(cluster, isAdmin), method: asked.method ?? 'GET', headers }
    const passed = request(`${cluster.url}${path}`, options, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers)
      reply.flushHeaders()
      answer.on('error', () => reply.destroy())
      answer.pipe(reply)
    })
    passed.on('error', () => reply.destroy())
    reply.once('close', () => passed.destroy())
    asked.pipe(passed)
  }

  #agentOf(cluster: Cluster, isAdmin: boolean): Agent {
    const key = `${cluster.id} ${isAdmin}`
    const { ca, cert, key: secret } = cluster.adminCredentials()
    const agent = this.#agents.get(key) ?? new Agent({ ca, ...(isAdmin && { cert, key: secret }) })
    this.#agents.set(key, agent)
    return agent
  }
}

/** In front of one that has Karmada's kinds; `members` by the names of their Clusters. */
export async function startKarmadaFront(
  karmada: Cluster,
  members: ReadonlyMap<string, Cluster>,
): Promise<KarmadaFront> {
  const certificate = { name: 'front', commonName: 'karmada-apiserver', addresses: ['127.0.0.1'] }
  const { ca, cert, key } = await karmada.issue(certificate)
  const server = createServer({ cert, key })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return new KarmadaFront(server, ca, karmada, members)
}
