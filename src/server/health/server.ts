import { createServer, type Server, type Socket } from 'node:net'
import {
  type Acceptor,
  boundPortOf,
  Deadlines,
  eachOf,
  type ListenEndpoint,
  ListenError,
  ofMost,
  TCP,
  withoutScope,
} from '../transport/index.ts'
import type { ProbeReply } from './standing.ts'

/** What each path shows. */
type Pages = ReadonlyMap<string, () => ProbeReply>

/** Connections that may be open, in all and from one client address. Beyond one the oldest goes of whoever has most. */
export const MOST_PROBES = 64
export const MOST_OF_ONE_PROBER = 16

/** Octets of a request's head. */
export const LONGEST_HEAD = 8192

/** A connection has so long in all: a probe asks at once, and once. */
const PROBE_MS = 5000

/** Probes that wait to be accepted, of each queue. */
export const PROBES_BACKLOG = 1024

/**
 * A listener for probes on one address: as much of HTTP/1.1 as they speak. `listening`: descriptors, to be closed with it,
 * of sockets that listen there already.
 */
export function openHealth(
  host: string,
  pages: Pages,
  probeMs = PROBE_MS,
  listening?: () => readonly number[],
): Acceptor {
  const probers = new Probers(pages, probeMs)
  let servers: readonly Server[] = []
  return {
    open: async (port) => {
      servers = await eachOf(listening, (fd) => listenAt(probers, { host, port }, fd))
      return servers.map(boundPortOf)[0] ?? port
    },
    close: async () => {
      const closed = servers.map((server) => new Promise((done) => server.close(done)))
      probers.close()
      await Promise.all(closed)
    },
  }
}

function listenAt(probers: Probers, at: ListenEndpoint, fd?: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => probers.welcome(socket))
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new ListenError(TCP.label, at, cause, 'health.listen')))
    const where = fd === undefined ? { ...at, exclusive: true } : { fd }
    server.listen(where, PROBES_BACKLOG, () => {
      server.removeAllListeners('error').on('error', () => probers.makeRoom())
      resolve(server)
    })
  })
}

interface Prober {
  readonly host: string
  head: string
  answered: boolean
}

class Probers {
  readonly #pages: Pages
  /** The oldest first. */
  readonly #all = new Map<Socket, Prober>()
  readonly #due: Deadlines<Socket>
  readonly #sweeping: NodeJS.Timeout

  constructor(pages: Pages, probeMs: number) {
    this.#pages = pages
    this.#due = new Deadlines(probeMs, (socket) => socket.destroy())
    this.#sweeping = setInterval(() => this.#due.sweep(), probeMs / 4).unref()
  }

  welcome(socket: Socket): void {
    // A connection that breaks is an everyday thing; 'close' follows.
    socket.on('error', () => undefined)
    const host = withoutScope(socket.remoteAddress ?? '')
    const prober: Prober = { host, head: '', answered: false }
    this.#all.set(socket, prober)
    this.#due.start(socket)
    const own = [...this.#all].filter(([, prober]) => prober.host === host)
    if (own.length > MOST_OF_ONE_PROBER) this.#drop(own[0]?.[0])
    else if (this.#all.size > MOST_PROBES) this.makeRoom()
    socket.on('close', () => this.#gone(socket))
    socket.on('end', () => socket.end())
    socket.on('data', (chunk) => this.#heard(socket, prober, chunk))
  }

  /** The oldest goes. */
  makeRoom(): void {
    this.#drop(ofMost(this.#all, MOST_PROBES, ([, { host }]) => host)[0]?.[0])
  }

  close(): void {
    clearInterval(this.#sweeping)
    for (const socket of [...this.#all.keys()]) this.#drop(socket)
  }

  #drop(socket: Socket | undefined): void {
    if (socket === undefined) return
    this.#gone(socket)
    socket.destroy()
  }

  #gone(socket: Socket): void {
    this.#all.delete(socket)
    this.#due.stop(socket)
  }

  /** What comes after the first request is read and dropped: to close on it would reset the reply. */
  #heard(socket: Socket, prober: Prober, chunk: Buffer): void {
    if (prober.answered) return
    prober.head += chunk.toString('latin1')
    const end = /\r?\n\r?\n/.exec(prober.head)
    if (end === null && prober.head.length <= LONGEST_HEAD) return
    prober.answered = true
    const isHead = end !== null && end.index <= LONGEST_HEAD
    socket.end(isHead ? replyTo(prober.head, this.#pages) : reply('431 Request Header Fields Too Large', ''))
    prober.head = ''
  }
}

const REASON = { 200: '200 OK', 503: '503 Service Unavailable' } as const

function replyTo(head: string, pages: Pages): string {
  const [, method = '', path = ''] = /^([A-Z]+) (\/[^ ?]*)[^ \r\n]* HTTP\/1\.[01]\r?\n/.exec(head) ?? []
  if (method === '') return reply('400 Bad Request', 'this is no request of HTTP/1.1\n')
  if (method !== 'GET' && method !== 'HEAD') return reply('405 Method Not Allowed', 'only GET\n')
  const answer = pages.get(path)?.()
  const [status, text] =
    answer === undefined
      ? ['404 Not Found', 'there are /healthz and /readyz\n']
      : [REASON[answer.status], answer.text]
  return reply(status, text, method === 'HEAD')
}

function reply(status: string, text: string, withoutText = false): string {
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${withoutText ? '' : text}`
}
