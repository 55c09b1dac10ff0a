import { describe, expect, test } from 'vitest'
import { TCP } from '../../../src/server/transport/transports.ts'
import { MASKED } from '../../support/masked.ts'
import { echo, numbered, type TcpClient, until } from '../../support/sockets.ts'
import { tcpServers } from './tcp-server.ts'

/** Octets of the longest message that a stream has. */
const LONGEST = 65_535

describe.each([
  ['TCP', TCP],
  ['a transport that is made up', MASKED],
])('over %s', (_, transport) => {
  const { connect, serve } = tcpServers(transport)

  test('an idle connection is closed with FIN, and nothing stays of it', async () => {
    const server = await serve(echo, { idleMs: 1500 })
    const client = await connect(server)
    expect(await client.ask(numbered(1))).toEqual(numbered(1))
    expect(await client.ended()).toBe('fin')
    await until(() => server.events.open === 0)
    expect(server.events.drops).toEqual([])
  })

  test('one client with much to ask does not keep another waiting', async () => {
    let seen = 0
    const server = await serve((...query) => {
      seen++
      return echo(...query)
    })
    const [greedy, modest] = [await connect(server), await connect(server)]
    greedy.send(...Array.from({ length: 20_000 }, () => Buffer.alloc(12, 'g')))
    await until(() => seen > 0)
    await modest.ask(numbered(1))
    expect(greedy.replies.length).toBeLessThan(20_000)
    await greedy.received(20_000)
  })

  test('a client that breaks off leaves nothing behind', async () => {
    const server = await serve()
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(server)))
    await until(() => server.events.open === 20)
    for (const client of clients) client.socket.resetAndDestroy()
    await until(() => server.events.open === 0)
    expect(await (await connect(server)).ask(numbered(1))).toEqual(numbered(1))
  })
})

describe('a transport that is made up has the limits of streams', () => {
  const { connect, serve } = tcpServers(MASKED)

  test('a reply is as long as a message can be', async () => {
    const server = await serve((_query, _at, _end, _peer, reply, to) => {
      reply.setUint8(to + LONGEST - 1, 7)
      return LONGEST
    })
    const reply = await (await connect(server)).ask(numbered(1))
    expect([reply.length, reply.at(-1)]).toEqual([LONGEST, 7])
  })

  test('half a message for too long is answered with RST', async () => {
    const server = await serve(echo, { messageMs: 40 })
    const client = await connect(server)
    // The complement of a length of eight, and three octets of them.
    client.socket.write(Buffer.from([0xff, 0xf7, 1, 2, 3]))
    expect(await client.ended()).toBe('reset')
    expect(server.events.drops).toEqual(['partial'])
  })

  test('who announces more than any query has is reset at once', async () => {
    const server = await serve()
    const client = await connect(server)
    client.socket.write(Buffer.from([0, 0]))
    expect(await client.ended()).toBe('reset')
    expect(server.events.drops).toEqual(['oversized'])
  })

  test('replies that nobody reads are given up', async () => {
    const made = { count: 0 }
    const server = await serve(
      () => {
        made.count++
        return 60_000
      },
      { messageMs: 300 },
    )
    const client = await connect(server)
    client.socket.pause()
    client.send(...Array.from({ length: 5000 }, () => Buffer.alloc(12)))
    await until(() => server.events.open === 0)
    expect(server.events.drops).toEqual(['unread'])
    expect(made.count).toBeLessThan(5000)
  })

  test('beyond as many as one client may have, the longest idle goes', async () => {
    const server = await serve(echo, { perClient: 3 })
    const clients: TcpClient[] = []
    for (let i = 0; i < 3; i++) clients.push(await connect(server))
    await until(() => server.events.open === 3)
    const [used, idle, other] = clients
    await used?.ask(numbered(1))
    await other?.ask(numbered(2))
    const late = await connect(server)
    expect(await idle?.ended()).toBe('fin')
    for (const one of [used, other, late]) expect(await one?.ask(numbered(3))).toEqual(numbered(3))
    expect(server.events.drops).toEqual(['limit'])
  })
})
