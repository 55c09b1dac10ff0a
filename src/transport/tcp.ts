import { createServer, type Server } from 'node:net'
import type { Respond, Transfer } from '../respond/index.ts'
import { HIGH_WATER } from './connection.ts'
import { Connections } from './connections.ts'
import { filesForTcp, withinFiles } from './files.ts'
import { ListenError } from './listen-error.ts'
import { familyOfHost } from './local-address.ts'
import type { Endpoint, TcpLimits, TransportEvents } from './types.ts'

/** Connections that wait to be accepted, of each queue; the system caps it at net.core.somaxconn. */
export const TCP_BACKLOG = 4096

/** TCP on one configured address, which need not be answered on this thread. */
export interface TcpPlace {
  /** The port it listens on; rejects with a ListenError, holding nothing. */
  open(port: number): Promise<number>
  /** Accepts nothing more; connections go on. */
  close(): Promise<void>
}

/** TCP on all addresses, and the connections that came to them. */
export interface Tcp {
  /** `listening`: descriptors, to be closed with the place, of sockets that listen there already. */
  readonly make: (host: string, listening?: () => readonly number[]) => TcpPlace
  /** Final: lets every connection finish, and cuts off those that have not after `drainMs`. */
  readonly close: (drainMs: number) => Promise<void>
}

export interface TcpSettings {
  readonly limits: TcpLimits
  readonly respond: Respond
  readonly transfer: Transfer
  readonly events: TransportEvents
}

/** TCP that is answered on this thread. */
export function tcpHere({ limits: wanted, respond, transfer, events }: TcpSettings): Tcp {
  const limits = withinFiles(wanted, filesForTcp())
  if (limits.connections < wanted.connections)
    events.warning(
      `at most ${limits.connections} TCP connections at a time instead of ${wanted.connections}, by the limit of open files (ulimit -n)`,
    )
  const connections = new Connections(limits, respond, transfer, events)
  return {
    make: (host, listening) => {
      let servers: readonly Server[] = []
      return {
        open: async (port) => {
          servers = await eachOf(listening, (fd) => listenTcp({ host, port }, connections, fd))
          return servers.map(portOf)[0] ?? port
        },
        close: async () => {
          for (const server of servers) server.close()
        },
      }
    },
    close: (drainMs) => connections.close(drainMs),
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
export function listenTcp(endpoint: Endpoint, connections: Connections, fd?: number): Promise<Server> {
  const { host, port } = endpoint
  const server = createServer({ allowHalfOpen: true, noDelay: true, highWaterMark: HIGH_WATER }, (socket) =>
    connections.accept(socket),
  )
  const at = fd === undefined ? { host, port, ipv6Only: familyOfHost(host) === 6, exclusive: true } : { fd }
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new ListenError('tcp', endpoint, cause)))
    // Of a descriptor Node takes the backlog as an argument alone, else it is 511.
    server.listen(at, TCP_BACKLOG, () => {
      server.removeAllListeners('error').on('error', () => connections.relieve())
      resolve(server)
    })
  })
}

/** The port it really has. */
export function portOf(server: Server): number {
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}
