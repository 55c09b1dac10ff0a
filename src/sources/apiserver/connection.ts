import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { printUrl } from '../../words/observe/index.ts'
import { within } from '../../words/threads/index.ts'
import type { Access, Credentials } from './credentials-types.ts'
import { ProxyError } from './failure.ts'
import { textOf } from './fields.ts'
import { lookupOnce } from './names.ts'

/** A reply whose body is still to be read or destroyed. */
export interface HttpReply {
  readonly status: number
  readonly retryAfter: string | undefined
  /** The server's clock. */
  readonly date: string | undefined
  readonly body: Readable
}

/** What is asked of a path: to read, to remove, or to take what is sent along. */
export type Message =
  | { readonly method: 'GET' }
  | { readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'; readonly json: string; readonly type?: string }

const GET: Message = { method: 'GET' }

/**
 * All requests to one API server, through one Agent as long as its certificates stay the same. HTTP/1.1, so that
 * every watch has a connection of its own: one that is half-open or stalled takes none of the others with it, and
 * breaking off a request is closing its socket. Four kinds need a handful of connections, or that for each namespace
 * which is read by itself.
 */
export class ApiServerConnection {
  readonly #credentials: Credentials
  readonly #connectMs: number
  #current: { readonly key: string; readonly dispatcher: Dispatcher } | undefined
  readonly #retired = new Set<Dispatcher>()
  #closed = false

  constructor(credentials: Credentials, connectMs: number) {
    this.#credentials = credentials
    this.#connectMs = connectMs
  }

  get(path: string, signal: AbortSignal): Promise<HttpReply> {
    return this.ask(GET, path, signal)
  }

  /** After a 401 once more, if there are other credentials to be had. */
  async ask(message: Message, path: string, signal: AbortSignal): Promise<HttpReply> {
    const access = await this.#credentials.access(signal)
    const reply = await this.#send(access, message, path, signal)
    if (reply.status !== 401) return reply
    this.#credentials.refuse(access)
    const renewed = await this.#credentials.access(signal)
    if (renewed === access) return reply
    reply.body.destroy()
    return this.#send(renewed, message, path, signal)
  }

  /** Requests from now on go over new connections; those that are under way go on. */
  renew(): void {
    const retired = this.#current?.dispatcher
    this.#current = undefined
    if (retired === undefined) return
    this.#retired.add(retired)
    void retired.close().then(() => this.#retired.delete(retired), ignore)
  }

  /** Soon done, whatever is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.renew()
    const destroyed = Array.from(this.#retired, (dispatcher) => dispatcher.destroy().catch(ignore))
    await within(CLOSE_MS, Promise.all(destroyed))
  }

  async #send(access: Access, message: Message, path: string, signal: AbortSignal): Promise<HttpReply> {
    signal.throwIfAborted()
    const { statusCode, headers, body } = await this.#request(access, message, path, signal)
    body.on('error', ignore)
    return {
      status: statusCode,
      retryAfter: textOf(headers['retry-after']),
      date: textOf(headers['date']),
      body,
    }
  }

  async #request(
    access: Access,
    message: Message,
    path: string,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const url = new URL(access.server)
    // A fifth of what a thread takes that never asks an API server anything.
    undici ??= await import('undici')
    signal.throwIfAborted()
    const requested = this.#dispatcherFor(access, undici).request({
      origin: url.origin,
      path: `${url.pathname.replace(/\/+$/, '')}${path}`,
      method: message.method,
      headers: {
        accept: 'application/json',
        'user-agent': 'meridian-dns',
        ...('json' in message && { 'content-type': message.type ?? 'application/json' }),
        ...access.headers,
      },
      body: 'json' in message ? message.json : null,
      signal,
      // The caller's signal is the deadline, of the head and of the body; a quiet watch has no other.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    const replied = unlessAborted(requested, signal)
    if (access.proxy === null) return replied
    const proxy = printUrl(access.proxy) ?? 'of proxy-url'
    return replied.catch((error: unknown) => {
      throw new ProxyError(proxy, error)
    })
  }

  #dispatcherFor({ server, tls, proxy }: Access, undici: Undici): Dispatcher {
    if (this.#closed) throw new Error('this connection is closed')
    const key = JSON.stringify([server, tls, proxy])
    if (this.#current?.key !== key) {
      this.renew()
      this.#current = { key, dispatcher: dispatcherOf({ tls, proxy }, this.#connectMs, undici) }
    }
    return this.#current.dispatcher
  }
}

type Undici = typeof import('undici')

let undici: Undici | undefined

function dispatcherOf(
  { tls, proxy }: Pick<Access, 'tls' | 'proxy'>,
  connectMs: number,
  { Agent, Pool, ProxyAgent }: Undici,
): Dispatcher {
  const { anyName = false, ...shown } = tls
  const connect = {
    ...shown,
    ...(anyName && { checkServerIdentity: () => undefined }),
    allowH2: false,
    timeout: connectMs,
    keepAlive: true,
    keepAliveInitialDelay: 15_000,
    lookup: lookupOnce,
  }
  const options = { allowH2: false, connectTimeout: connectMs }
  return proxy === null
    ? new Agent({ ...options, connect })
    : new ProxyAgent({
        ...options,
        uri: proxy,
        requestTls: connect,
        proxyTls: { lookup: lookupOnce },
        // A proxy that takes a connection and is silent is waited for as long as one that takes none.
        clientFactory: (origin, client) => new Pool(origin, { ...client, headersTimeout: connectMs }),
      })
}

/** The Agent looks at a signal only once there is a connection; a reply that comes after all is not read. */
async function unlessAborted(
  requested: Promise<Dispatcher.ResponseData>,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    return await Promise.race([requested, aborted.promise])
  } catch (error) {
    requested.then(({ body }) => body.on('error', ignore).destroy(), ignore)
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

const CLOSE_MS = 1000

const ignore = (): void => undefined
