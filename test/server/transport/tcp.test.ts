import { describe, expect, test } from 'vitest'
import type { Respond } from '../../../src/server/replies/index.ts'
import { Connections } from '../../../src/server/transport/connections.ts'
import { boundPortOf, listenTo } from '../../../src/server/transport/tcp.ts'
import { TCP } from '../../../src/server/transport/transports.ts'
import { echo, framed, Heard, numbered, ROOMY, type TcpClient, until } from '../../support/sockets.ts'
import { tcpServers } from './tcp-server.ts'

const { connect, serve } = tcpServers()

const large =
  (length: number, made: { count: number }): Respond =>
  () => {
    made.count++
    return length
  }

describe('framing', () => {
  test('a thousand queries in one write are answered', async () => {
    const server = await serve()
    const client = await connect(server)
    const queries = Array.from({ length: 1000 }, (_, n) => numbered(n))
    client.send(...queries)
    await client.received(1000)
    expect(client.replies.map(String)).toEqual(queries.map(String))
  })

  test('queries that come octet by octet are answered', async () => {
    const server = await serve()
    const client = await connect(server)
    const queries = Array.from({ length: 20 }, (_, n) => numbered(n))
    for (const octet of framed(...queries)) {
      await new Promise((written) => client.socket.write(Buffer.from([octet]), written))
    }
    await client.received(20)
    expect(client.replies.map(String)).toEqual(queries.map(String))
  })

  test.each([4095, 4096])('a query of %i octets is taken whole', async (length) => {
    const server = await serve()
    const client = await connect(server)
    const query = Buffer.alloc(length, 'q')
    expect((await client.ask(query)).equals(query)).toBe(true)
  })

  test.each([4097, 40_960, 65_535])(
    'whoever announces %i octets is reset at once, after what came before is answered',
    async (length) => {
      const server = await serve()
      const [client, good] = [await connect(server), await connect(server)]
      const announced = Buffer.from([length >> 8, length & 255, 0])
      client.socket.write(Buffer.concat([framed(numbered(1)), announced]))
      expect(await client.ended()).toBe('reset')
      expect(server.events.drops).toEqual(['oversized'])
      expect(await good.ask(numbered(2))).toEqual(numbered(2))
    },
  )

  test('a message without octets is ignored', async () => {
    const server = await serve((query, at, end, ...rest) => (at === end ? 0 : echo(query, at, end, ...rest)))
    const client = await connect(server)
    client.socket.write(Buffer.alloc(64))
    expect(await client.ask(numbered(1))).toEqual(numbered(1))
    expect(server.events.drops).toEqual([])
  })
})

describe('endings', () => {
  test('a peer that keeps its side open after FIN is let go of all the same', async () => {
    const server = await serve(echo, { idleMs: 40, messageMs: 40 })
    const client = await connect(server, { allowHalfOpen: true })
    expect(await client.ended()).toBe('fin')
    await until(() => server.events.open === 0)
    expect(client.socket.destroyed).toBe(false)
  })

  test('half a message for too long is answered with RST', async () => {
    const server = await serve(echo, { messageMs: 40 })
    const client = await connect(server)
    client.socket.write(framed(numbered(1)).subarray(0, 7))
    expect(await client.ended()).toBe('reset')
    expect(server.events.drops).toEqual(['partial'])
  })

  test('half a message does not live longer by growing slowly', async () => {
    const server = await serve(echo, { messageMs: 60 })
    const client = await connect(server)
    const drip = setInterval(() => client.socket.write('x'), 10)
    expect(await client.ended()).toBe('reset')
    clearInterval(drip)
    expect(client.replies).toEqual([])
  })

  test('a client that sends FIN after its queries has its answers first, then FIN', async () => {
    const server = await serve()
    const client = await connect(server, { allowHalfOpen: true })
    client.socket.end(framed(numbered(1), numbered(2), numbered(3)))
    expect(await client.ended()).toBe('fin')
    expect(client.replies).toEqual([numbered(1), numbered(2), numbered(3)])
    await until(() => server.events.open === 0)
    expect(server.events.drops).toEqual([])
  })

  test('a client that sends FIN inside a message is closed with FIN', async () => {
    const server = await serve()
    const client = await connect(server, { allowHalfOpen: true })
    client.socket.end(framed(numbered(1)).subarray(0, 5))
    expect(await client.ended()).toBe('fin')
  })
})

describe('a reader that never reads', () => {
  const OFFERED = 20_000
  const SIZE = 60_000

  test('stops being answered when its replies fill the buffers, and is reset', async () => {
    const made = { count: 0 }
    const server = await serve(large(SIZE, made), { messageMs: 300 })
    const client = await connect(server)
    client.socket.pause()
    client.send(...Array.from({ length: OFFERED }, () => numbered(1)))
    await until(() => server.events.drops.length > 0)
    expect(server.events.drops).toEqual(['unread'])
    expect(made.count * SIZE).toBeLessThan(64 << 20)
    await until(() => server.events.open === 0)
  })

  test('is answered on when it reads again in time', async () => {
    const made = { count: 0 }
    const server = await serve(large(SIZE, made))
    const client = await connect(server)
    client.socket.pause()
    client.send(...Array.from({ length: 1000 }, () => numbered(1)))
    await until(() => made.count > 10)
    client.socket.resume()
    await client.received(1000)
    expect(server.events.drops).toEqual([])
  })

  test('is reset at once beyond the limit of unread octets', async () => {
    const made = { count: 0 }
    const server = await serve(large(SIZE, made), { unreadBytes: 1000 })
    const client = await connect(server)
    client.socket.pause()
    client.send(...Array.from({ length: OFFERED }, () => numbered(1)))
    await until(() => server.events.open === 0)
    expect(server.events.drops).toEqual(['unread'])
  })

  test('and sends FIN does not keep its connection either', async () => {
    const server = await serve(large(SIZE, { count: 0 }), { messageMs: 250 })
    const client = await connect(server, { allowHalfOpen: true })
    client.socket.pause()
    client.socket.end(framed(...Array.from({ length: 500 }, () => numbered(1))))
    await until(() => server.events.drops.length > 0)
    await until(() => server.events.open === 0)
    expect(server.events.drops).toEqual(['unread'])
  })
})

describe('limits', () => {
  test('thousands of idle connections: the longest idle goes with FIN, new ones are served', async () => {
    const server = await serve(echo, { connections: 500 })
    const clients: TcpClient[] = []
    for (let n = 0; n < 2100; n++) {
      const client = await connect(server)
      if (n % 100 === 0) expect(await client.ask(numbered(n))).toEqual(numbered(n))
      clients.push(client)
    }
    await until(() => clients.filter(({ ending }) => ending === 'fin').length === 1600)
    expect(clients.slice(0, 1600).every(({ ending }) => ending === 'fin')).toBe(true)
    expect(clients.slice(1600).every(({ ending }) => ending === undefined)).toBe(true)
    expect(server.events.open).toBe(500)
    expect(server.events.drops).toEqual(Array.from({ length: 1600 }, () => 'limit'))
    expect(await clients.at(-1)?.ask(numbered(1))).toEqual(numbered(1))
  })

  test('a connection that was used is not the longest idle', async () => {
    const server = await serve(echo, { connections: 3 })
    const [first, second, third] = [await connect(server), await connect(server), await connect(server)]
    await first.ask(numbered(1))
    await third.ask(numbered(1))
    const fourth = await connect(server)
    expect(await second.ended()).toBe('fin')
    expect(await fourth.ask(numbered(4))).toEqual(numbered(4))
    expect([first.ending, third.ending]).toEqual([undefined, undefined])
  })

  test('at the limit of one client address only its own connections go', async () => {
    const server = await serve(echo, { perClient: 2 })
    const other = await connect(server, { localAddress: '127.0.0.2' })
    const own = [await connect(server), await connect(server), await connect(server)]
    expect(await own[0]?.ended()).toBe('fin')
    expect(await own[2]?.ask(numbered(1))).toEqual(numbered(1))
    expect(await other.ask(numbered(2))).toEqual(numbered(2))
    expect(server.events.open).toBe(3)
  })

  test('a connection that was sent FIN makes room before one that is in use', async () => {
    const server = await serve(echo, { connections: 2, idleMs: 1500 })
    const left = await connect(server, { allowHalfOpen: true })
    expect(await left.ended()).toBe('fin')
    const [a, b] = [await connect(server), await connect(server)]
    expect(await a.ask(numbered(1))).toEqual(numbered(1))
    expect(await b.ask(numbered(2))).toEqual(numbered(2))
    expect(server.events.open).toBe(2)
  })
})

test('when the system has no descriptor left, the longest idle connection gives up its own', async () => {
  const events = new Heard()
  const connections = new Connections(ROOMY, echo, () => undefined, events)
  const server = await listenTo(TCP, { host: '127.0.0.1', port: 0 }, connections)
  const at = { host: '127.0.0.1', port: boundPortOf(server) }
  const [first, second] = [await connect(at), await connect(at)]
  await until(() => events.open === 2)
  server.emit('error', new Error('accept EMFILE'))
  expect(await first.ended()).toBe('fin')
  expect(await second.ask(numbered(1))).toEqual(numbered(1))
  expect(events.drops).toEqual(['accept'])
  server.close()
  await connections.close(0)
})

describe('draining', () => {
  test('what was asked is answered, then every connection has FIN, and nobody new is let in', async () => {
    const server = await serve()
    const [idle, busy] = [await connect(server), await connect(server)]
    busy.send(...Array.from({ length: 300 }, (_, n) => numbered(n)))
    await busy.received(1)
    await server.close(5000)
    await until(() => idle.ending === 'fin' && busy.ending === 'fin')
    expect(busy.replies).toHaveLength(300)
    expect(server.events.open).toBe(0)
    await expect(connect(server)).rejects.toThrow(/ECONNREFUSED/)
  })

  test('a peer that does not close is cut off at the deadline', async () => {
    const server = await serve()
    await connect(server, { allowHalfOpen: true })
    await until(() => server.events.open === 1)
    await server.close(30)
    expect(server.events.open).toBe(0)
  })
})
