import { get } from 'node:http'
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'
import { lookupOnce } from '../../../sources/apiserver/index.ts'

/** Connects once: null when it was accepted, else why not. Never rejects. */
export type Dial = (host: string, port: number) => Promise<string | null>

const DEADLINE_MS = 1000

/** `open`: in place of `net.connect`. */
export const dialTCP = (
  host: string,
  port: number,
  open: (to: TcpNetConnectOpts) => Socket = connect,
): ReturnType<Dial> =>
  new Promise((resolve) => {
    const socket = open({ host, port, lookup: lookupOnce })
    const end = (outcome: string | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(outcome)
    }
    const timer = setTimeout(() => end(`no answer within ${DEADLINE_MS / 1000} s`), DEADLINE_MS)
    socket.on('error', (error) => end(explain(error)))
    socket.once('connect', () => end(null))
  })

/** What came of a request: the status of a reply, or why there is none. Never rejects. */
export type Fetch = (
  place: Readonly<{ host: string; port: number; name: string; path: string }>,
) => Promise<{ readonly status: number } | { readonly failure: string }>

/** Who answers has so long from the connect to the status; the body is not waited for. */
const STATUS_MS = 3000

/** GET, once, over a connection of its own; no redirection is followed. */
export const fetchStatus: Fetch = ({ host, port, name, path }) =>
  new Promise((resolve) => {
    const headers = { Host: port === 80 ? name : `${name}:${port}`, 'User-Agent': 'meridian-check' }
    const request = get({ host, port, path: asRequested(path), headers, agent: false, lookup: lookupOnce })
    const end = (outcome: { readonly status: number } | { readonly failure: string }) => {
      clearTimeout(timer)
      request.destroy()
      resolve(outcome)
    }
    const timer = setTimeout(() => end({ failure: `no status within ${STATUS_MS / 1000} s` }), STATUS_MS)
    request.on('error', (error) => end({ failure: explain(error) }))
    request.once('response', ({ statusCode = 0 }) => end({ status: statusCode }))
  })

/** What a browser would ask for where it was told `path`: spaces and letters beyond ASCII are percent-encoded. */
function asRequested(path: string): string {
  const { pathname, search } = new URL(`http://name${path}`)
  return `${pathname}${search}`
}

function explain(error: Error & { readonly code?: string }): string {
  return REASONS.get(error.code ?? '') ?? error.message
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'refused: nothing listens there'],
  ['EHOSTUNREACH', 'no way to the host'],
  ['ENETUNREACH', 'no way to the network'],
  ['EACCES', 'a firewall forbids it'],
  ['ETIMEDOUT', 'no answer'],
])
