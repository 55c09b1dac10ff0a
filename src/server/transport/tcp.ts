import { createServer, type Server } from 'node:net'
import type { Respond, Transfer } from '../replies/index.ts'
import { HIGH_WATER } from './connection.ts'
import { Connections } from './connections.ts'
import { filesForTcp, withinFiles } from './files.ts'
import { ListenError } from './listen-error.ts'
import { familyOfHost } from './local-address.ts'
import type { Acceptor, ListenEndpoint, StreamTransport, TcpLimits, TransportEvents } from './types.ts'

/** Connections that wait to be accepted, of each queue; the system caps it at net.core.somaxconn. */
export const STREAM_BACKLOG = 4096

/** Streams to all addresses, whatever their transports, and the connections that came to them. */
export interface Streams {
  /** `listening`: descriptors, to be closed with it, of sockets that listen there already. */
  readonly make: (transport: StreamTransport, host: string, listening?: () => readonly number[]) => Acceptor
  /** Final: lets every connection finish, and cuts off those that have not after `drainMs`. */
  readonly finish: (drainMs: number) => Promise<void>
}

interface TcpSettings {
  readonly limits: TcpLimits
  readonly respond: Respond
  readonly transfer: Transfer
  readonly events: TransportEvents
}

/** Streams that are answered on this thread. */
export function streamsHere({ limits: wanted, respond, transfer, events }: TcpSettings): Streams {
  const limits = withinFiles(wanted, filesForTcp())
  if (limits.connections < wanted.connections)
    events.warning(
      `at most ${limits.connections} TCP connections at a time instead of ${wanted.connections}, by the limit of open files (ulimit -n)`,
    )
  const connections = new Connections(limits, respond, transfer, events)
  return {
    make: (transport, host, listening) => {
      let servers: readonly Server[] = []
      return {
        open: async (port) => {
          servers = await eachOf(listening, (fd) => listenTo(transport, { host, port }, connections, fd))
          return servers.map(boundPortOf)[0] ?? port
        },
        close: async () => {
          for (const server of servers) server.close()
        },
      }
    },
    finish: (drainMs) => connections.close(drainMs),
  }
}

/** Listens on each, or where there are none on a socket of its own; rejects holding nothing. */
export async function eachOf(
  listening: (() => readonly number[]) | undefined,
  listen: (fd: number | undefined) => Promise<Server>,
): Promise<readonly Server[]> {
  const opened = await Promise.allSettled((listening?.() ?? [undefined]).map(listen))
  const servers = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = opened.find((one) => one.status === 'rejected')
  if (failed === undefined) return servers
  for (const server of servers) server.close()
  throw failed.reason
}

/** Hands what connects, to `fd` if there is one, to `connections`. Rejects with a ListenError, holding nothing. */
export function listenTo(
  transport: StreamTransport,
  endpoint: ListenEndpoint,
  connections: Connections,
  fd?: number,
): Promise<Server> {
  const { host, port } = endpoint
  const server = createServer({ allowHalfOpen: true, noDelay: true, highWaterMark: HIGH_WATER }, (socket) =>
    connections.accept(socket, transport),
  )
  const at = fd === undefined ? { host, port, ipv6Only: familyOfHost(host) === 6, exclusive: true } : { fd }
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new ListenError(transport.label, endpoint, cause, transport.key)))
    // Of a descriptor Node takes the backlog as an argument alone, else it is 511.
    server.listen(at, STREAM_BACKLOG, () => {
      server.removeAllListeners('error').on('error', () => connections.relieve())
      resolve(server)
    })
  })
}

/** The port it really has. */
export function boundPortOf(server: Server): number {
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}
