import { createServer, type Server } from 'node:net'
import { HIGH_WATER } from './connection.ts'
import type { Connections } from './connections.ts'
import { ListenError } from './listen-error.ts'
import { familyOfHost } from './local-address.ts'
import type { Endpoint } from './types.ts'

/** Connections that wait to be accepted; the system caps it at net.core.somaxconn. */
const BACKLOG = 4096

/** Hands what connects to `connections`. Rejects with a ListenError, holding nothing. */
export function listenTcp(endpoint: Endpoint, connections: Connections): Promise<Server> {
  const { host, port } = endpoint
  const server = createServer({ allowHalfOpen: true, noDelay: true, highWaterMark: HIGH_WATER }, (socket) =>
    connections.accept(socket),
  )
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new ListenError('tcp', endpoint, cause)))
    server.listen(
      { host, port, ipv6Only: familyOfHost(host) === 6, backlog: BACKLOG, exclusive: true },
      () => {
        server.removeAllListeners('error').on('error', () => connections.relieve())
        resolve(server)
      },
    )
  })
}

/** The port it really has. */
export function portOf(server: Server): number {
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}
