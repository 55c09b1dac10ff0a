import { describe, expect, test } from 'vitest'
import { echo, framed, numbered, type TcpClient, until } from '../../support/sockets.ts'
import { tcpServers } from './tcp-server.ts'

// Whatever one address opens, sends or lets lie, room for it is made by that address. Another's connection, the oldest of
// all and idle, is there throughout.

const { connect, serve } = tcpServers()
const QUIET = { localAddress: '127.0.0.2' }
const half = (octets: number): Buffer => framed(Buffer.alloc(4000, 'q')).subarray(0, octets)

async function stillServed(...quiet: readonly TcpClient[]): Promise<void> {
  for (const one of quiet) {
    const before = one.replies.length
    expect(await one.ask(numbered(before))).toEqual(numbered(before))
    expect(one.ending).toBeUndefined()
  }
}

describe('ten connections in all', () => {
  test.each([8, 9, 10, 100])('%i of another', async (n) => {
    const server = await serve(echo, { connections: 10 })
    const quiet = await connect(server, QUIET)
    const others: TcpClient[] = []
    for (let i = 0; i < n; i++) others.push(await connect(server))
    const gone = Math.max(0, n - 9)
    await until(() => others.filter(({ ending }) => ending === 'fin').length === gone)
    expect(others.slice(0, gone).every(({ ending }) => ending === 'fin')).toBe(true)
    await stillServed(quiet)
    expect(server.events.drops).toEqual(Array.from({ length: gone }, () => 'limit'))
  })

  test('of eleven clients with one each the longest idle goes', async () => {
    const server = await serve(echo, { connections: 10 })
    const clients: TcpClient[] = []
    for (let i = 0; i < 11; i++) clients.push(await connect(server, { localAddress: `127.0.0.${2 + i}` }))
    expect(await clients[0]?.ended()).toBe('fin')
    await stillServed(...clients.slice(1))
  })

  test('whoever has fewer has room until all have as many', async () => {
    const server = await serve(echo, { connections: 10 })
    const first: TcpClient[] = []
    const second: TcpClient[] = []
    for (let i = 0; i < 10; i++) first.push(await connect(server))
    for (let i = 0; i < 5; i++) second.push(await connect(server, QUIET))
    await stillServed(...first.slice(5), ...second)
    await connect(server, QUIET)
    await until(() => server.events.drops.length === 6)
    expect(server.events.open).toBe(10)
  })
})

describe('ten thousand octets that lie with all', () => {
  test.each([9, 10, 11, 100])('%i thousand of another’s, where one has lain there for longer', async (n) => {
    const server = await serve(echo, { heldBytes: 10_020 })
    const [idle, slow] = [await connect(server, QUIET), await connect(server, QUIET)]
    const octets = framed(numbered(1))
    slow.socket.write(octets.subarray(0, 10))
    for (let i = 0; i < n; i++) (await connect(server)).socket.write(half(1000))
    const gone = Math.max(0, n - 10)
    await until(() => server.events.drops.length >= gone)
    slow.socket.write(octets.subarray(10))
    await slow.received(1)
    await stillServed(idle, slow)
    expect(server.events.drops).toEqual(Array.from({ length: gone }, () => 'held'))
  })

  test('whole queries that wait for their turn count too', async () => {
    const server = await serve(echo, { heldBytes: 500_000 })
    const quiet: TcpClient[] = []
    for (let i = 0; i < 5; i++) quiet.push(await connect(server, QUIET))
    const many = Buffer.concat(Array.from({ length: 3000 }, (_, i) => framed(numbered(i))))
    for (let i = 0; i < 40; i++) {
      const one = await connect(server, { localAddress: `127.0.0.${3 + (i % 2)}` })
      one.socket.pause()
      one.socket.write(many)
    }
    await until(() => server.events.drops.includes('held'))
    await stillServed(...quiet)
  })
})
