import { afterEach } from 'vitest'
import type { Respond, Transfer } from '../../../src/server/replies/index.ts'
import { type StreamTransport, TCP, type TcpLimits } from '../../../src/server/transport/index.ts'
import { listenHere } from '../../support/listen.ts'
import { echo, Heard, ROOMY, TcpClient } from '../../support/sockets.ts'

export interface TcpServer {
  readonly host: string
  readonly port: number
  readonly events: Heard
  close(drainMs: number): Promise<void>
}

const noTransfer: Transfer = () => undefined

/** Servers and clients, by TCP or another stream, that are gone after each test of the file that calls this. */
export function tcpServers(stream: StreamTransport = TCP) {
  const servers: TcpServer[] = []
  const clients: TcpClient[] = []
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy()
    await Promise.all(servers.splice(0).map((one) => one.close(0)))
  })

  async function serve(
    respond: Respond = echo,
    limits: Partial<TcpLimits> = {},
    transfer: Transfer = noTransfer,
  ): Promise<TcpServer> {
    const events = new Heard()
    const host = '127.0.0.1'
    const options = { addresses: [{ host, port: 0 }], udpSize: 1232, tcp: { ...ROOMY, ...limits }, stream }
    const listeners = await listenHere(options, respond, transfer, events)
    const port = listeners.bound[0]?.port ?? 0
    const server = { host, port, events, close: (drainMs: number) => listeners.close({ drainMs }) }
    servers.push(server)
    return server
  }

  async function connect(
    to: { readonly host: string; readonly port: number },
    options: Parameters<typeof TcpClient.connect>[1] = {},
  ): Promise<TcpClient> {
    const client = await TcpClient.connect(to, options, stream)
    clients.push(client)
    return client
  }

  return { serve, connect }
}
