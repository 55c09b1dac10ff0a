import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { healthOf } from '../../server/health/index.ts'
import { codeOf, openEitherFamily } from '../../server/transport/index.ts'
import { contains, type Prefix, parseAddress } from '../../values/dns/index.ts'
import { type Log, Sparing, type Telemetry } from '../../words/observe/index.ts'
import { Slices } from '../../words/threads/index.ts'
import { adminErrorOf } from './admin-error.ts'
import { ask } from './ask.ts'
import { createExposition } from './exposition.ts'
import { Guests } from './guests.ts'
import { isOwnHost } from './host.ts'
import { explainInSteps, InspectError, type Inspected, renderLines } from './inspect.ts'
import { jsonLines, plainJson } from './json-lines.ts'
import { worldMetrics } from './metrics.ts'
import { readinessOf, serverStandingOf, type WatchedServer } from './state.ts'

/** The admin address: health and metrics for everyone, insight for the clients that may ask for explanations. */
export interface AdminServer {
  /** `127.0.0.1:9153`, with the real port. */
  readonly address: string
  readonly stop: () => Promise<void>
}

interface AdminOptions {
  readonly listen: { readonly host: string; readonly port: number }
  readonly watched: WatchedServer
  readonly inspected: () => Inspected
  readonly telemetry: Telemetry
  /** Fetches what other threads count; before metrics are printed. Never rejects. */
  readonly refresh: () => Promise<void>
  /** As it is configured now. */
  readonly mayInspect: () => readonly Prefix[]
  readonly random: () => number
  readonly log: Log
  /** Milliseconds for which /metrics are as they were: worked out so often at most, however many ask. Default 1,000. */
  readonly metricsMs?: number
}

/** Starts the admin server; rejects with an AdminError when its address cannot be had. */
export async function startAdmin(options: AdminOptions): Promise<AdminServer> {
  const pages = pagesOf(options)
  const sparing = new Sparing()
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    const work = () => serve(pages, request, response, options).then(() => sent(response))
    guests.inTurn(request.socket, work).catch((error: unknown) => {
      sparing.same('bug', (more) => options.log.error({ err: error, ...more }, 'bug: an admin page failed'))
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end('a bug of Meridian: its log says more\n')
    })
  })
  const guests = new Guests(server)
  // A reader that stops reading may not keep one of them for ever.
  server.setTimeout(30_000)
  await listening(server, options)
  return {
    address: addressOf(server),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listening(server: Server, { listen, log }: AdminOptions): Promise<void> {
  return openEitherFamily(listen, async ({ host, port }) => {
    await once(server.listen({ host, port }), 'listening')
    server.on('error', (error) => log.error({ err: error }, 'admin server'))
  }).catch((error: unknown) => {
    // What the system did not say is a bug of ours, told as one.
    throw codeOf(error) === '' ? error : adminErrorOf(error, listen.host, listen.port)
  })
}

function addressOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return ''
  return address.family === 'IPv6'
    ? `[${address.address}]:${address.port}`
    : `${address.address}:${address.port}`
}

interface Page {
  readonly status: number
  readonly type: string
  /** Lines are made one at a time, undefined where there is none yet. */
  readonly body: string | Iterable<string | undefined>
}

type Show = (query: URLSearchParams) => Page | Promise<Page>

interface PageRule {
  readonly show: Show
  /** What others get of it; without it they get nothing. */
  readonly forOthers?: Show
  /** Only for the clients in dns.explain.allow: it tells what the clusters hold. */
  readonly restricted: boolean
  /** What may be asked of it. */
  readonly parameters: readonly string[]
}

function pagesOf(options: AdminOptions): ReadonlyMap<string, PageRule> {
  const { watched, inspected, random } = options
  return new Map([
    ['/healthz', open(() => healthz(watched))],
    [
      '/readyz',
      {
        ...restricted(['verbose'], (query) => readyz(watched, query.has('verbose'))),
        forOthers: () => readyz(watched, false),
      },
    ],
    ['/metrics', open(metricsOf(options))],
    [
      '/ask',
      restricted(['name', 'type', 'class', 'from'], (query) =>
        json(ask(inspected(), namedIn(query), random)),
      ),
    ],
    [
      '/explain',
      restricted(['name', 'from'], async (query) =>
        pieces(await inSlices(explainInSteps(inspected(), namedIn(query)))),
      ),
    ],
    ['/render', restricted(['zone', 'from'], (query) => lines(renderLines(inspected(), askedFor(query))))],
  ])
}

const open = (show: Show): PageRule => ({ show, restricted: false, parameters: [] })

const restricted = (parameters: readonly (Parameter | 'verbose')[], show: Show): PageRule => ({
  show,
  restricted: true,
  parameters,
})

function metricsOf({ watched, telemetry, refresh, metricsMs = 1000 }: AdminOptions): Show {
  const exposition = createExposition([...telemetry.metrics, ...worldMetrics(watched)], telemetry.histograms)
  return onceIn(metricsMs, async () => {
    await refresh()
    return { status: 200, type: exposition.contentType, body: await exposition.text() }
  })
}

/** A page that is the same for so many milliseconds. */
function onceIn(ms: number, make: () => Promise<Page>): () => Promise<Page> {
  let [made, until]: [Promise<Page> | undefined, number] = [undefined, 0]
  return () => {
    const now = performance.now()
    if (made === undefined || now >= until) {
      made = make()
      until = now + ms
    }
    return made
  }
}

/** Main answers here, so that it does not stand still. */
function healthz(watched: WatchedServer): Page {
  const { status, text: body } = healthOf(serverStandingOf(watched), 0)
  return text(status, body)
}

function readyz(watched: WatchedServer, verbose: boolean): Page {
  const { ready, lines } = readinessOf(watched)
  return text(ready ? 200 : 503, verbose ? `${lines.join('\n')}\n` : ready ? 'ok\n' : `${lines[0]}\n`)
}

type Parameter = 'name' | 'type' | 'class' | 'from' | 'zone'

/** What the parameters of a page say. */
const askedFor = (query: URLSearchParams): Partial<Record<Parameter, string>> => Object.fromEntries(query)

/** A word that is not known is not passed over: the answer would be to another question. */
function refuseUnknown(query: URLSearchParams, parameters: readonly string[]): void {
  const unknown = [...query.keys()].find((name) => !parameters.includes(name))
  if (unknown === undefined) return
  const known = parameters.length === 0 ? 'it takes none' : `there are ${parameters.join(', ')}`
  throw new InspectError(`the parameter ${shortly(unknown)} is unknown here: ${known}`)
}

/** As much of a stranger's word as a line of ASCII has room for. */
const shortly = (text: string): string => text.slice(0, 80).replace(/[^ -~]/g, '?')

function namedIn(query: URLSearchParams): { readonly name: string } & Partial<Record<Parameter, string>> {
  const name = query.get('name')
  if (name === null) throw new InspectError('the parameter name is missing: ?name=web.default.global')
  return { ...askedFor(query), name }
}

const text = (status: number, body: string): Page => ({ status, type: 'text/plain; charset=utf-8', body })

const lines = (body: Iterable<string | undefined>): Page => ({ ...text(200, ''), body })

const json = (value: unknown): Page => ({
  status: 200,
  type: 'application/json',
  body: `${plainJson(value)}\n`,
})

const pieces = (value: object): Page => ({ ...json(null), body: jsonLines(value, plainJson) })

async function serve(
  pages: ReadonlyMap<string, PageRule>,
  request: IncomingMessage,
  response: ServerResponse,
  options: AdminOptions,
): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://admin')
  const page = await find(pages.get(url?.pathname ?? ''), url?.searchParams, request, options)
  response.writeHead(page.status, { 'content-type': page.type })
  if (typeof page.body === 'string') response.end(page.body)
  else if (request.method === 'HEAD') response.end()
  else await stream(page.body, response)
}

async function find(
  rule: PageRule | undefined,
  query: URLSearchParams | undefined,
  { method, socket, headers }: IncomingMessage,
  { mayInspect, inspected }: AdminOptions,
): Promise<Page> {
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'only GET\n')
  if (rule === undefined || query === undefined)
    return text(404, 'there are /healthz /readyz /readyz?verbose /metrics /ask /explain /render\n')
  // A listener on [::] sees IPv4 clients as ::ffff:127.0.0.1.
  const client = parseAddress((socket.remoteAddress ?? '').replace(/^::ffff:|%.*$/g, '')) ?? ''
  const isAllowed = !rule.restricted || mayInspect().some((prefix) => contains(prefix, client))
  const isOurs = !rule.restricted || isOwnHost(headers.host, inspected().snapshot.settings.clusterDomain)
  const show = isAllowed && isOurs ? rule.show : rule.forOthers
  if (show === undefined)
    return isOurs
      ? text(403, 'only for the clients in dns.explain.allow: use a port-forward\n')
      : text(421, 'this server is not known by the name in Host: ask it by address\n')
  try {
    refuseUnknown(query, rule.parameters)
    return await show(query)
  } catch (error) {
    if (error instanceof InspectError) return text(400, `${error.message}\n`)
    throw error
  }
}

/** Line by line with backpressure, so that a large zone is never whole in memory. */
async function stream(lines: Iterable<string | undefined>, response: ServerResponse): Promise<void> {
  const slices = new Slices(SLICE_MS)
  for (const line of lines) {
    if (response.destroyed) return
    if (line !== undefined && !response.write(`${line}\n`)) await drained(response)
    if (slices.isOver) await slices.next()
  }
  response.end()
}

/** What comes of steps, between which everything else on this thread has its turns. */
async function inSlices<T>(steps: Generator<void, T>): Promise<T> {
  const slices = new Slices(SLICE_MS)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    if (slices.isOver) await slices.next()
  }
}

/** How long lines are made before everything else on this thread has its turn. */
const SLICE_MS = 2

/** Resolves when the response is on its way, or its connection gone. */
const sent = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (response.writableFinished || response.destroyed) return resolve()
    response.on('finish', resolve).on('close', resolve)
  })

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
