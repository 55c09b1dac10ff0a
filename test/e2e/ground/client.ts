/**
 * A small Kubernetes client of the tests' own, on node:https alone, so that what is tested and what tests it share no
 * code. Every request has a deadline.
 */

import { Agent, request as httpsRequest, type RequestOptions } from 'node:https'
import { createInterface } from 'node:readline'
import { type Fields, isFields, isManifest, type Manifest } from './manifest.ts'

const DEADLINE_MS = 15_000
const FIELD_MANAGER = 'meridian-e2e'

/** How a client proves who it is: by a certificate or by a token. */
export interface Credentials {
  readonly ca: string
  readonly cert?: string
  readonly key?: string
  readonly token?: string
}

export interface Reply {
  readonly status: number
  readonly body: unknown
}

/** Which object: enough of a manifest to find it. */
export interface Ref {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

/** A status other than 2xx, and what the API server said about it. */
export class ApiError extends Error {
  readonly status: number
  readonly body: unknown
  constructor(what: string, { status, body }: Reply) {
    const said =
      isFields(body) && typeof body['message'] === 'string' ? body['message'] : JSON.stringify(body)
    super(`${what}: ${status} ${said}`)
    this.status = status
    this.body = body
  }
}

export class KubeClient {
  readonly url: string
  readonly #agent: Agent
  readonly #token: string | undefined
  readonly #resources = new Map<string, Promise<Resource[]>>()

  constructor(url: string, { token, ...tls }: Credentials) {
    this.url = url
    this.#token = token
    this.#agent = new Agent({ ...tls, keepAlive: true, maxSockets: 32 })
  }

  /** Whatever the status. Throws only if there is no reply in time. */
  request(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<Reply> {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (this.#token !== undefined) headers['authorization'] = `Bearer ${this.#token}`
    const text = body === undefined ? '' : JSON.stringify(body)
    if (body !== undefined) headers['content-type'] = contentType
    // Node says so by itself, but not of DELETE: there, the body would be taken for the next request.
    if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(text))
    const options: RequestOptions = { agent: this.#agent, method, headers }
    return exchange(`${this.url}${path}`, options, text)
  }

  /** Server-side apply: makes it so, whoever else wrote the fields. */
  async apply(manifest: Manifest, subresource = ''): Promise<Manifest> {
    const path = await this.pathOf(refOf(manifest))
    const query = `?fieldManager=${FIELD_MANAGER}&force=true`
    return this.#object('PATCH', `${path}${subresource}${query}`, manifest, 'application/apply-patch+yaml')
  }

  /** A JSON merge patch: null removes a field, a list is replaced as a whole. */
  async patch(ref: Ref, patch: Fields, subresource = ''): Promise<Manifest> {
    return this.#object(
      'PATCH',
      `${await this.pathOf(ref)}${subresource}`,
      patch,
      'application/merge-patch+json',
    )
  }

  async get(ref: Ref): Promise<Manifest> {
    return this.#object('GET', await this.pathOf(ref))
  }

  /** No error if it was not there. */
  async delete(ref: Ref): Promise<void> {
    const path = await this.pathOf(ref)
    const reply = await this.request('DELETE', path)
    if (reply.status !== 404) successful(`DELETE ${path}`, reply)
  }

  /** In all namespaces, or in one. */
  async list(apiVersion: string, kind: string, namespace?: string): Promise<Manifest[]> {
    const path = await this.collection(apiVersion, kind, namespace)
    const { body } = successful(`GET ${path}`, await this.request('GET', path))
    const items = isFields(body) && Array.isArray(body['items']) ? body['items'] : []
    return items
      .map((item: unknown) => ({ apiVersion, kind, ...(isFields(item) ? item : {}) }))
      .filter(isManifest)
  }

  /** The object's path, as discovery names its resource. */
  async pathOf({ apiVersion, kind, name, namespace }: Ref): Promise<string> {
    return `${await this.collection(apiVersion, kind, namespace)}/${name}`
  }

  /** Each line of a reply that goes on, such as a watch's; resolves when it ends. Throws for a status other than 200. */
  stream(path: string, each: (line: unknown) => void, signal: AbortSignal): Promise<void> {
    const authorization = this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }
    const headers = { accept: 'application/json', ...authorization }
    return readLines(`${this.url}${path}`, { agent: this.#agent, headers, signal }, each)
  }

  close(): void {
    this.#agent.destroy()
  }

  async #object(method: string, path: string, body?: unknown, contentType?: string): Promise<Manifest> {
    const reply = successful(`${method} ${path}`, await this.request(method, path, body, contentType))
    if (!isManifest(reply.body)) throw new ApiError(`${method} ${path}: not an object`, reply)
    return reply.body
  }

  /** The path of a kind: of all namespaces, or of one. */
  async collection(apiVersion: string, kind: string, namespace?: string): Promise<string> {
    const resource = (await this.#discover(apiVersion)).find((one) => one.kind === kind)
    if (resource === undefined) return this.#unknown(apiVersion, kind)
    const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : ''
    return `${prefixOf(apiVersion)}${scope}/${resource.name}`
  }

  #unknown(apiVersion: string, kind: string): never {
    this.#resources.delete(apiVersion)
    throw new Error(`${this.url} serves no ${kind} of ${apiVersion}`)
  }

  #discover(apiVersion: string): Promise<Resource[]> {
    const found = this.#resources.get(apiVersion) ?? this.#resourcesOf(apiVersion)
    this.#resources.set(apiVersion, found)
    found.catch(() => this.#resources.delete(apiVersion))
    return found
  }

  async #resourcesOf(apiVersion: string): Promise<Resource[]> {
    const path = prefixOf(apiVersion)
    const { body } = successful(`GET ${path}`, await this.request('GET', path))
    const resources = isFields(body) && Array.isArray(body['resources']) ? body['resources'] : []
    return resources.filter(isResource).filter(({ name }) => !name.includes('/'))
  }
}

export function refOf({ apiVersion, kind, metadata: { name, namespace } }: Manifest): Ref {
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, name, namespace }
}

interface Resource {
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
}

const isResource = (value: unknown): value is Resource =>
  isFields(value) &&
  typeof value['name'] === 'string' &&
  typeof value['kind'] === 'string' &&
  typeof value['namespaced'] === 'boolean'

const prefixOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`

function successful(what: string, reply: Reply): Reply {
  if (reply.status >= 300) throw new ApiError(what, reply)
  return reply
}

function exchange(url: string, options: RequestOptions, body: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(DEADLINE_MS)
    const asked = httpsRequest(url, { ...options, signal }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.once('error', reject)
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: read(Buffer.concat(parts)) }),
      )
    })
    asked.once('error', (error) =>
      reject(new Error(`${options.method} ${url}: ${error.message}`, { cause: error })),
    )
    asked.end(body)
  })
}

function readLines(url: string, options: RequestOptions, each: (line: unknown) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = httpsRequest(url, options, (response) => {
      if (response.statusCode !== 200) {
        response.resume()
        return reject(new Error(`GET ${url}: ${response.statusCode}`))
      }
      const lines = createInterface({ input: response })
      lines.on('line', (line) => each(JSON.parse(line)))
      // It speaks for the response, whose connection may break.
      lines.once('error', reject)
      response.once('close', resolve)
    })
    asked.once('error', reject)
    asked.end()
  })
}

/** Probes answer in plain words. */
function read(octets: Buffer): unknown {
  const text = octets.toString()
  try {
    const body: unknown = JSON.parse(text)
    return body
  } catch {
    return text
  }
}
