import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { KINDS } from '../../../src/words/kube/index.ts'
import type { RawObject } from '../../support/source-battery.ts'

/** A file of test/sources/apiserver/pki: certificates of a CA whose key is lost, valid for a hundred years. */
export const pem = (name: string): string => readFileSync(new URL(`pki/${name}.pem`, import.meta.url), 'utf8')

/** A request as a test looks at it. */
export interface Asked {
  readonly verb: 'list' | 'watch' | 'get' | 'apply' | 'create' | 'update' | 'delete'
  /** `services`; for discovery, the group. */
  readonly plural: string
  readonly version: string
  /** Of one namespace, of one name: '' for all. */
  readonly namespace: string
  readonly name: string
  /** Of an object: '' for the whole. */
  readonly subresource: string
  /** What was sent along, once all of it has come; null: nothing. */
  readonly body: unknown
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  /** Connections in order of arrival. */
  readonly connection: number
}

type Answer = (response: ServerResponse, request: Asked) => void

/** A watch that is open. */
export interface Watcher {
  readonly plural: string
  readonly selects: (object: RawObject) => boolean
  readonly response: ServerResponse
}

interface Entry {
  readonly plural: string
  readonly revision: number
  readonly event: { readonly type: string; readonly object: RawObject }
  /** What it was before. */
  readonly before: RawObject | undefined
}

const PLURALS: Readonly<Record<string, string>> = {
  Service: 'services',
  EndpointSlice: 'endpointslices',
  ServiceExport: 'serviceexports',
  ServiceImport: 'serviceimports',
  Secret: 'secrets',
  Namespace: 'namespaces',
  Lease: 'leases',
}
const WRITES: Readonly<Record<string, Asked['verb']>> = {
  PATCH: 'apply',
  POST: 'create',
  PUT: 'update',
  DELETE: 'delete',
}
const pluralOf = ({ kind, apiVersion }: RawObject): string =>
  `${PLURALS[kind] ?? `${kind.toLowerCase()}s`}${apiVersion?.startsWith('net.gke.io/') ? '.net.gke.io' : ''}`
const MCS = 'multicluster.x-k8s.io'
const GKE = 'net.gke.io'
/** Of the kinds of other groups. */
const VERSIONS = new Map(KINDS.rows.map(({ served: { plural, versions } }) => [plural, versions]))

/** An API server with etcd's revisions, pages, watches, bookmarks, and every way to fail that a test asks for. */
export class FakeApiServer {
  readonly requests: Asked[] = []
  readonly watchers = new Set<Watcher>()
  /** The versions of the MCS API's resources that are served. */
  served: Readonly<Record<string, readonly string[]>> = {
    serviceexports: ['v1beta1', 'v1alpha1'],
    serviceimports: ['v1beta1', 'v1alpha1'],
  }
  /** The versions of net.gke.io that are served. */
  gke: readonly string[] = ['v1']
  /** Those of other groups. */
  groups: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
    KINDS.rows.flatMap(({ served: { group, versions, custom } }) =>
      custom && group !== MCS && group !== GKE ? [[group, versions]] : [],
    ),
  )
  /** The only Authorization that is let in; null: anybody. */
  authorization: string | null = null
  connections = 0
  readonly #objects = new Map<string, RawObject>()
  readonly #log: Entry[] = []
  #revision = 100
  #compacted = 0
  readonly #faults: { matches: (asked: Asked) => boolean; answer: Answer; times: number }[] = []
  readonly #sockets = new Map<Socket, number>()
  #server: Server
  readonly #tls: ServerOptions | undefined
  #port = 0
  #isDark = false

  private constructor(tls: ServerOptions | undefined) {
    this.#tls = tls
    this.#server = this.#create()
  }

  static async open(tls?: ServerOptions): Promise<FakeApiServer> {
    const server = new FakeApiServer(tls)
    await server.listen()
    return server
  }

  get url(): string {
    return `${this.#tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.#port}`
  }

  async listen(): Promise<void> {
    if (this.#isDark) {
      this.#isDark = false
      return
    }
    this.#server = this.#create()
    const listening = Promise.withResolvers<void>()
    this.#server.once('error', listening.reject)
    this.#server.listen(this.#port, '127.0.0.1', listening.resolve)
    await listening.promise
    const address = this.#server.address() as AddressInfo
    this.#port = address.port
  }

  /** As kill -9 does: connections are reset, and the port is refused from now on. */
  async kill(): Promise<void> {
    this.watchers.clear()
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets.keys()) this.#tls ? socket.destroy() : socket.resetAndDestroy()
    await closed
  }

  /** As if it were down until it is to `listen` again: nobody else may take its port meanwhile. */
  darken(): void {
    this.#isDark = true
    this.watchers.clear()
    for (const socket of this.#sockets.keys()) socket.destroy()
  }

  /** The next request that matches gets this instead, and so do the `times` - 1 after it. */
  fault(matches: (asked: Asked) => boolean, answer: Answer, times = 1): void {
    this.#faults.push({ matches, answer, times })
  }

  mend(): void {
    this.#faults.length = 0
  }

  put(object: RawObject): void {
    const id = this.#idOf(object)
    const before = this.#objects.get(id)
    const now = this.#stamped(object, before)
    this.#objects.set(id, now)
    this.#emit(before === undefined ? 'ADDED' : 'MODIFIED', now, before)
  }

  remove(object: RawObject): void {
    const held = this.#objects.get(this.#idOf(object))
    if (held === undefined) return
    this.#objects.delete(this.#idOf(object))
    this.#emit('DELETED', this.#stamped(held, held), held)
  }

  /** Nothing is told of it: as a server that lost its data, or lies. */
  forget(plural: string): void {
    for (const id of [...this.#objects.keys()]) if (id.startsWith(`${plural} `)) this.#objects.delete(id)
  }

  /** Watches and continue tokens from before now are 410 from now on. */
  compact(): void {
    this.#revision += 1
    this.#compacted = this.#revision
  }

  bookmark(): void {
    this.#revision += 1
    for (const watcher of this.watchers) {
      this.send(watcher, 'BOOKMARK', { metadata: { resourceVersion: String(this.#revision) } })
    }
  }

  send({ response }: Watcher, type: string, object: unknown): void {
    response.write(`${JSON.stringify({ type, object })}\n`)
  }

  watcher(plural: string): Watcher {
    const found = [...this.watchers].filter((watcher) => watcher.plural === plural).at(-1)
    if (found === undefined) throw new Error(`nobody watches ${plural}`)
    return found
  }

  held(plural: string): readonly RawObject[] {
    return [...this.#objects.values()].filter((object) => pluralOf(object) === plural)
  }

  asked(verb: Asked['verb'], plural: string): readonly Asked[] {
    return this.requests.filter((asked) => asked.verb === verb && asked.plural === plural)
  }

  #create(): Server {
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      this.#answer(request, response)
    const server = this.#tls === undefined ? createServer(answer) : createTlsServer(this.#tls, answer)
    server.on('connection', (socket: Socket) => {
      if (this.#isDark) socket.on('error', () => undefined).destroy()
    })
    server.on(this.#tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.connections += 1
      this.#sockets.set(socket, this.connections)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    return server
  }

  #idOf = (object: RawObject): string =>
    `${pluralOf(object)} ${object.metadata.namespace}/${object.metadata.name}`

  #stamped(object: RawObject, before: RawObject | undefined): RawObject {
    this.#revision += 1
    const uid = (before?.metadata as { uid?: string } | undefined)?.uid ?? `uid-${this.#revision}`
    return {
      ...object,
      metadata: { uid, ...object.metadata, resourceVersion: String(this.#revision) } as never,
    }
  }

  #emit(type: string, object: RawObject, before: RawObject | undefined): void {
    const entry = { plural: pluralOf(object), revision: this.#revision, event: { type, object }, before }
    this.#log.push(entry)
    for (const watcher of this.watchers) this.#show(watcher, entry)
  }

  /** An object that is selected no longer is DELETED to those who selected it. */
  #show(watcher: Watcher, { plural, event: { type, object }, before }: Entry): void {
    if (watcher.plural !== plural) return
    const was = before !== undefined && watcher.selects(before)
    const is = type !== 'DELETED' && watcher.selects(object)
    if (is) this.send(watcher, was ? 'MODIFIED' : 'ADDED', object)
    else if (was) this.send(watcher, 'DELETED', object)
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === 'GET') {
      this.#reply(this.#parse(request, null), response)
      return
    }
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () =>
      this.#reply(this.#parse(request, JSON.parse(String(Buffer.concat(parts)))), response),
    )
  }

  #reply(asked: Asked, response: ServerResponse): void {
    this.requests.push(asked)
    response.on('error', () => undefined)
    const fault = this.#faults.find(({ matches, times }) => times > 0 && matches(asked))
    if (fault !== undefined) {
      fault.times -= 1
      fault.answer(response, asked)
    } else {
      this.serve(response, asked)
    }
  }

  /** The right answer. */
  serve(response: ServerResponse, asked: Asked): void {
    const { verb, plural, version, headers } = asked
    if (this.authorization !== null && headers.authorization !== this.authorization) {
      status(response, 401, 'Unauthorized')
    } else if (verb === 'get') this.#get(response, asked)
    else if (!(this.served[plural] ?? VERSIONS.get(plural) ?? ['v1']).includes(version)) notFound(response)
    else if (verb === 'list') this.#list(response, asked)
    else if (verb === 'watch') this.#watch(response, asked)
    else this.#write(response, asked)
  }

  /** As far as one writer notices: conflicts by uid and version, a status apart, addresses for Services. */
  #write(response: ServerResponse, asked: Asked): void {
    const { verb, plural, namespace, subresource } = asked
    const sent = asked.body as RawObject
    const name = asked.name === '' ? sent.metadata.name : asked.name
    const held = this.#objects.get(`${plural} ${namespace}/${name}`)
    const wanted = verb === 'delete' ? preconditionsOf(sent) : (sent.metadata as Identity)
    const had = held?.metadata as Identity | undefined
    if (held === undefined && (verb === 'delete' || verb === 'update' || subresource !== '')) {
      status(response, 404, `${plural} "${name}" not found`)
    } else if (verb === 'create' ? held !== undefined : differs(wanted, had)) {
      status(response, 409, `${plural} "${name}": the object has been modified`)
    } else if (verb === 'delete') {
      this.remove({ kind: sent.kind, ...held } as RawObject)
      response.end(JSON.stringify(held))
    } else {
      this.put(
        written(held, { ...sent, metadata: { ...sent.metadata, namespace, name } }, asked, this.#revision),
      )
      response.end(JSON.stringify(this.#objects.get(`${plural} ${namespace}/${name}`)))
    }
  }

  #parse(request: IncomingMessage, body: unknown): Asked {
    const url = new URL(request.url ?? '/', 'http://x')
    const parts = url.pathname
      .replace(/^\/prefix/, '')
      .split('/')
      .slice(1)
    const connection = this.#sockets.get(request.socket) ?? 0
    const rest = { body, query: url.searchParams, headers: request.headers, connection }
    const group = /^\/apis\/([^/]+)$/.exec(url.pathname)?.[1]
    if (group !== undefined) {
      return { verb: 'get', plural: group, version: '', namespace: '', name: '', subresource: '', ...rest }
    }
    const [version = '', ...path] = parts[0] === 'api' ? parts.slice(1) : parts.slice(2)
    const ofGroup = parts[1] === 'net.gke.io' ? '.net.gke.io' : ''
    const within = path.length > 2 && path[0] === 'namespaces'
    const [resource = '', name = '', subresource = ''] = within ? path.slice(2) : path
    const plural = `${resource}${ofGroup}`
    const read = name !== '' ? 'get' : url.searchParams.has('watch') ? 'watch' : 'list'
    const verb = WRITES[request.method ?? ''] ?? read
    return { verb, plural, version, namespace: within ? (path[1] ?? '') : '', name, subresource, ...rest }
  }

  #get(response: ServerResponse, { plural, namespace, name }: Asked): void {
    const object = this.#objects.get(`${plural} ${namespace}/${name}`)
    if (plural === MCS) this.#discover(response, MCS, Object.values(this.served).flat())
    else if (plural === 'net.gke.io') this.#discover(response, plural, this.gke)
    else if (plural in this.groups) this.#discover(response, plural, this.groups[plural] ?? [])
    else if (object === undefined) status(response, 404, `${plural} "${name}" not found`)
    else response.end(JSON.stringify(object))
  }

  #discover(response: ServerResponse, group: string, served: readonly string[]): void {
    const versions = [...new Set(served)]
    if (versions.length === 0) {
      notFound(response)
      return
    }
    const named = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }))
    response.end(JSON.stringify({ kind: 'APIGroup', name: group, versions: named }))
  }

  #list(response: ServerResponse, asked: Asked): void {
    const { plural, query } = asked
    const token = query.get('continue')
    const [revision, from] = token === null ? [this.#revision, 0] : token.split(':').map(Number)
    if (revision === undefined || from === undefined || revision < this.#compacted) {
      status(response, 410, 'The provided continue parameter is too old')
      return
    }
    const selects = selectionOf(asked)
    const all = [...this.#objects.values()].filter((object) => pluralOf(object) === plural && selects(object))
    const to = from + Number(query.get('limit') ?? all.length)
    const next = to < all.length ? `${revision}:${to}` : ''
    // Items of a built-in list say neither kind nor version.
    const items = all.slice(from, to).map(({ kind: _kind, apiVersion: _version, ...item }) => item)
    response.end(
      JSON.stringify({
        kind: 'List',
        metadata: { resourceVersion: String(revision), continue: next },
        items,
      }),
    )
  }

  #watch(response: ServerResponse, asked: Asked): void {
    const { plural, query } = asked
    const from = Number(query.get('resourceVersion'))
    if (from < this.#compacted) {
      status(response, 410, 'too old resource version')
      return
    }
    const watcher = { plural, selects: selectionOf(asked), response }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    this.watchers.add(watcher)
    response.on('close', () => this.watchers.delete(watcher))
    for (const entry of this.#log) if (entry.revision > from) this.#show(watcher, entry)
  }
}

interface Identity {
  readonly uid?: string
  readonly resourceVersion?: string
}

const preconditionsOf = (options: RawObject): Identity =>
  (options as unknown as { readonly preconditions?: Identity }).preconditions ?? {}

/** Whether what is named is not what is there. */
const differs = (wanted: Identity, had: Identity | undefined): boolean =>
  (wanted.uid !== undefined && wanted.uid !== had?.uid) ||
  (wanted.resourceVersion !== undefined && wanted.resourceVersion !== had?.resourceVersion)

function written(
  held: RawObject | undefined,
  sent: RawObject,
  { subresource }: Asked,
  revision: number,
): RawObject {
  const { status: before, ...whole } = (held ?? {}) as RawObject & { readonly status?: unknown }
  const { status: now, ...rest } = sent as RawObject & { readonly status?: unknown }
  if (subresource === 'status') return { ...whole, kind: sent.kind, status: now } as never
  const spec = rest.kind === 'Service' ? { clusterIPs: [`10.9.${revision >> 8}.${revision & 255}`] } : {}
  const kept = { ...spec, ...(held as { readonly spec?: object } | undefined)?.spec }
  const { resourceVersion: _version, ...metadata } = { ...held?.metadata, ...rest.metadata } as Identity
  return {
    ...rest,
    metadata,
    ...(rest.kind === 'Service' && { spec: { ...kept, ...(rest as { readonly spec?: object }).spec } }),
    ...(before !== undefined && { status: before }),
  } as never
}

/** By namespace, and by a label selector of `key`, `key=value` and `key!=value`. */
function selectionOf({ namespace, query }: Asked): (object: RawObject) => boolean {
  const wanted = (query.get('labelSelector') ?? '').split(',').filter((term) => term !== '')
  return ({ metadata }) => {
    const { labels = {} } = metadata as { labels?: Record<string, string> }
    const matches = (term: string): boolean => {
      const [key = '', value] = term.split(/!?=/)
      if (term.includes('!=')) return labels[key] !== value
      return value === undefined ? key in labels : labels[key] === value
    }
    return (namespace === '' || metadata.namespace === namespace) && wanted.every(matches)
  }
}

/** For paths that it does not know, the API server speaks plain text. */
function notFound(response: ServerResponse): void {
  response.writeHead(404).end('404 page not found\n')
}

/** A Status, as the API server sends errors. */
export function status(
  response: ServerResponse,
  code: number,
  message: string,
  headers = {},
  details = {},
): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers })
  response.end(
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message, details }),
  )
}

export const refuse =
  (code: number, message = 'no', headers = {}, details = {}): Answer =>
  (response) =>
    status(response, code, message, headers, details)

export const reset: Answer = (response) => {
  response.socket?.resetAndDestroy()
}

/** Accepted and never answered. */
export const hang: Answer = () => undefined

export const isList =
  (plural: string) =>
  (asked: Asked): boolean =>
    asked.verb === 'list' && asked.plural === plural

export const isWatch =
  (plural: string) =>
  (asked: Asked): boolean =>
    asked.verb === 'watch' && asked.plural === plural
