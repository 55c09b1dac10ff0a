import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, test } from 'vitest'
import { withinFiles } from '../../../src/server/transport/files.ts'
import { echo, framed, numbered, ROOMY, TcpClient, until } from '../../support/sockets.ts'
import { tcpServers } from './tcp-server.ts'

const { connect, serve } = tcpServers()

describe('octets that all connections make the server hold', () => {
  const half = (octets: number): Buffer => framed(Buffer.alloc(4000, 'q')).subarray(0, octets)

  test.each([
    [9, []],
    [10, []],
    [11, ['held']],
    [100, Array.from({ length: 90 }, () => 'held')],
  ])(
    '%i of a thousand, where ten thousand may lie: those that let them lie for longest go',
    async (n, drops) => {
      const server = await serve(echo, { heldBytes: 10_000 })
      const clients: TcpClient[] = []
      for (let i = 0; i < n; i++) {
        const client = await connect(server)
        client.socket.write(half(1000))
        clients.push(client)
      }
      await until(() => server.events.drops.length >= drops.length)
      const good = await connect(server)
      expect(await good.ask(Buffer.alloc(12, 'g'))).toEqual(Buffer.alloc(12, 'g'))
      expect(server.events.drops.slice(0, drops.length)).toEqual(drops)
      expect(server.events.open).toBeGreaterThanOrEqual(Math.min(n, 10))
    },
  )

  test('what is answered and read counts no more, however much it was', async () => {
    const server = await serve(echo, { heldBytes: 100_000 })
    const client = await connect(server)
    for (let i = 0; i < 500; i++) await client.ask(Buffer.alloc(4096, 'q'))
    const others = await Promise.all(Array.from({ length: 20 }, () => connect(server)))
    for (const other of others) other.socket.write(half(1000))
    expect(await client.ask(numbered(1))).toEqual(numbered(1))
    for (const other of others) other.socket.destroy()
    await until(() => server.events.open === 1)
    for (let i = 0; i < 90; i++) (await connect(server)).socket.write(half(1000))
    expect(await client.ask(numbered(2))).toEqual(numbered(2))
    expect(server.events.drops).toEqual([])
  })

  test('replies that nobody reads count too', async () => {
    const server = await serve(() => 40_000, { heldBytes: 400_000, unreadBytes: 2 ** 30 })
    const greedy = await Promise.all(Array.from({ length: 40 }, () => connect(server)))
    for (const { socket } of greedy) {
      socket.pause()
      for (let i = 0; i < 400; i++) socket.write(framed(numbered(i)))
    }
    await until(() => server.events.drops.includes('held'))
    const good = await connect(server)
    good.send(numbered(1))
    await good.received(1)
  })
})

describe('the limit of open files', () => {
  test.each([
    [Number.POSITIVE_INFINITY, 10_000],
    [10_033, 10_000],
    [10_032, 10_000],
    [10_031, 9999],
    [72, 40],
    [41, 9],
    [40, 8],
    [39, 8],
    [0, 8],
    [-5, 8],
  ])('%i descriptors left are %i connections', (files, connections) => {
    expect(withinFiles(ROOMY, files).connections).toBe(connections)
  })

  const started: ReturnType<typeof spawn>[] = []
  afterEach(() => {
    for (const one of started.splice(0)) one.kill('SIGKILL')
  })

  test('lets the longest idle go before there is none for a new client', async () => {
    const program = new URL('./few-files.ts', import.meta.url).pathname
    const child = spawn('sh', ['-c', 'ulimit -n 100; exec "$0" "$1"', process.execPath, program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    started.push(child)
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const port = Number(line)
    const idle: TcpClient[] = []
    for (let i = 0; i < 90; i++) idle.push(await TcpClient.connect({ host: '127.0.0.1', port }))
    const good = await TcpClient.connect({ host: '127.0.0.1', port })
    expect(await good.ask(numbered(1))).toEqual(numbered(1))
    for (const { socket } of [...idle, good]) socket.destroy()
  })
})
