import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type ListenEndpoint, ListenError, type Listeners } from '../../../src/server/transport/index.ts'
import { boundPortOf } from '../../../src/server/transport/tcp.ts'
import { listenHere } from '../../support/listen.ts'
import { askUdp, canBind, echo, Heard, numbered, ROOMY, TcpClient } from '../../support/sockets.ts'

const LOOPBACK = '127.0.0.1'
/** Loopback addresses that no client of another test has a port on. */
const [QUIET, QUIET_TOO] = ['127.0.0.41', '127.0.0.42']
const open: Listeners[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close({ drainMs: 50 })))
})

async function serve(addresses: readonly ListenEndpoint[], events = new Heard()): Promise<Listeners> {
  const listeners = await listenHere({ addresses, udpSize: 1232, tcp: ROOMY }, echo, () => undefined, events)
  open.push(listeners)
  return listeners
}

/** One port on all hosts; drawn again when somebody else was quicker. */
async function serveOnFreePort(hosts: readonly string[], draws = 10) {
  const { port, release } = await takenTcp(QUIET)
  release()
  try {
    const { bound } = await serve(hosts.map((host) => ({ host, port })))
    return { port, bound }
  } catch (error) {
    if (draws === 0) throw error
    return serveOnFreePort(hosts, draws - 1)
  }
}

async function refusal(addresses: readonly ListenEndpoint[]): Promise<ListenError> {
  const error = await serve(addresses).catch((cause: unknown) => cause)
  if (!(error instanceof ListenError)) throw new Error(`a ListenError was expected, not ${String(error)}`)
  return error
}

async function takenTcp(host: string) {
  const server = createServer()
  server.listen(0, host)
  await once(server, 'listening')
  return { port: boundPortOf(server), release: () => server.close() }
}

async function takenUdp(host: string) {
  const socket = createSocket('udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  return { port: socket.address().port, release: () => socket.close() }
}

async function askTcp(at: ListenEndpoint): Promise<Buffer> {
  const client = await TcpClient.connect(at)
  const reply = await client.ask(numbered(1))
  client.socket.destroy()
  return reply
}

describe('what is bound', () => {
  test('UDP and TCP share the port that was drawn', async () => {
    const { bound } = await serve([{ host: LOOPBACK, port: 0 }])
    expect(bound.map(({ transport }) => transport.label)).toEqual(['udp', 'tcp'])
    expect(new Set(bound.map(({ port }) => port)).size).toBe(1)
    expect(bound[0]?.port).toBeGreaterThan(0)
  })

  test('every address is answered on, over UDP and TCP', async () => {
    const { bound } = await serve([
      { host: LOOPBACK, port: 0 },
      { host: '127.0.0.2', port: 0 },
    ])
    expect(bound).toHaveLength(4)
    for (const at of bound) {
      const reply = !at.transport.isStream ? (await askUdp(at, numbered(1))).octets : await askTcp(at)
      expect(reply).toEqual(numbered(1))
    }
  })

  test('a wildcard answers on the loopback address from that address', async () => {
    const { bound } = await serve([{ host: '0.0.0.0', port: 0 }])
    const at = { host: LOOPBACK, port: bound[0]?.port ?? 0 }
    expect((await askUdp(at, numbered(1))).from).toEqual(at)
    expect(await askTcp(at)).toEqual(numbered(1))
  })

  test('an address beside the wildcard of its family and port is opened once', async () => {
    const { port, bound } = await serveOnFreePort([LOOPBACK, '0.0.0.0', '127.0.0.2', LOOPBACK])
    expect(bound).toHaveLength(6)
    for (const host of [LOOPBACK, '127.0.0.2']) {
      expect((await askUdp({ host, port }, numbered(1))).from).toEqual({ host, port })
      expect(await askTcp({ host, port })).toEqual(numbered(1))
    }
  })
})

describe('what cannot be bound', () => {
  test('a port that is taken over TCP is one clear error, and nothing stays bound', async () => {
    const { port, release } = await takenTcp(QUIET_TOO)
    const error = await refusal([
      { host: QUIET, port },
      { host: QUIET_TOO, port },
    ])
    expect(error.message).toMatch(/^cannot listen on 127\.0\.0\.42:\d+ \(tcp\): the port is taken; [^\n]+$/)
    expect(error.code).toBe('EADDRINUSE')
    expect(await canBind(QUIET, port)).toBe(true)
    release()
  })

  test('a port that is taken over UDP frees the TCP port again', async () => {
    const { port, release } = await takenUdp(QUIET)
    const error = await refusal([{ host: QUIET, port }])
    expect(error.message).toMatch(/\(udp\): the port is taken/)
    release()
    expect(await canBind(QUIET, port)).toBe(true)
  })

  test('an address that this host does not have is an error', async () => {
    expect((await refusal([{ host: '192.0.2.77', port: 0 }])).message).toMatch(
      /192\.0\.2\.77:0 .*no interface of this host has that address/,
    )
  })

  test('a name is not an address', async () => {
    expect((await refusal([{ host: 'localhost', port: 0 }])).message).toMatch(
      /dns\.listen takes IP addresses/,
    )
  })
})

describe('closing', () => {
  test('resolves at once when nobody is connected, and frees the port', async () => {
    const listeners = await serve([{ host: QUIET, port: 0 }])
    await listeners.close({ drainMs: 60_000 })
    expect(await canBind(QUIET, listeners.bound[0]?.port ?? 0)).toBe(true)
  })

  test('may be asked twice', async () => {
    const listeners = await serve([{ host: LOOPBACK, port: 0 }])
    await Promise.all([listeners.close(), listeners.close()])
    await expect(listeners.close()).resolves.toBeUndefined()
  })
})
