import { once } from 'node:events'
import { connect, createServer, isIPv6, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { loadAddon } from '../../src/server/transport/addon.ts'
import { localAddresses } from '../../src/server/transport/local-address.ts'
import { PATIENCE_MS, until } from '../support/sockets.ts'
import { ADDON_FILE, WAYS } from '../support/ways.ts'

// One address that streams come to, several sockets: who waits in which queue, what a full one costs the others, and who else
// gets in.

const HOST = '127.0.0.46'
const HERE = [HOST, '0.0.0.0', '::1', '::'].filter((one) => !isIPv6(one) || localAddresses(6).includes('::1'))
/** Where a client of the same host connects to. */
const asked = (host: string): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? host

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close()
})

function listening(queues: number, { host = HOST, backlog = 128, dual = false } = {}) {
  const addon = loadAddon(ADDON_FILE)
  const { fds, port, lacking } = addon.listen(host, 0, backlog, queues, dual)
  closing.push(() => {
    for (const fd of fds) addon.close(fd)
  })
  expect({ lacking, sockets: fds.length }).toEqual({ lacking: undefined, sockets: queues })
  return { addon, fds, port }
}

function client(port: number, from: string | undefined, to = HOST): Socket {
  const socket = connect({ host: to, port, ...(from === undefined ? {} : { localAddress: from }) })
  closing.push(() => socket.destroy())
  return socket.on('error', () => undefined)
}

async function connected(port: number, from?: string, to = HOST): Promise<void> {
  await once(client(port, from, to), 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) })
}

/** Accepts on a socket; how many came. */
function accepting(fd: number): () => number {
  let came = 0
  const server = createServer((socket) => {
    came++
    closing.push(() => socket.destroy())
  })
  server.listen({ fd: loadAddon(ADDON_FILE).duplicate(fd) })
  closing.push(() => server.close())
  return () => came
}

const withAddon = WAYS.includes('batches') ? describe : () => undefined

withAddon('an address that streams come to', () => {
  test.each([1, 2, 4, 8, 16])('divides sixteen neighbours among %i queues', async (queues) => {
    const { fds, port } = listening(queues)
    const came = fds.map(accepting)
    for (let i = 0; i < 16; i++) await connected(port, `127.0.8.${i}`)
    const all = () => came.map((count) => count())
    await until(() => all().reduce((sum, count) => sum + count) === 16)
    expect(all()).toEqual(fds.map(() => 16 / queues))
  })

  test('has all of one client’s in one queue', async () => {
    const { fds, port } = listening(16)
    const came = fds.map(accepting)
    for (let i = 0; i < 50; i++) await connected(port, '127.0.8.1')
    await until(() => came.some((count) => count() === 50))
  })

  test.each([1, 5, 50])('whose queue holds %i lets others in while one client fills its own', async (n) => {
    const { port } = listening(16, { backlog: n })
    let open = 0
    for (let i = 0; i < 10 * n + 10; i++) client(port, '127.0.8.0').on('connect', () => open++)
    await until(() => open === n + 1)
    for (let i = 1; i < 16; i++) await connected(port, `127.0.8.${i}`)
    expect(open).toBe(n + 1)
  })

  test.each(HERE)('is no other server’s, on %s', async (host) => {
    const { addon, port } = listening(16, { host })
    for (const at of [host, asked(host)])
      for (const queues of [1, 16])
        expect(() => addon.listen(at, port, 1, queues, false)).toThrow(/EADDRINUSE/)
    await connected(port, undefined, asked(host))
  })

  test('of the same user’s, whoever shares addresses may listen there, and gets nobody', async () => {
    const { fds, port } = listening(16)
    const came = fds.map(accepting)
    const intruder = createServer(() => expect.unreachable('it got a client'))
    closing.push(() => intruder.close())
    intruder.listen({ host: HOST, port, reusePort: true })
    await once(intruder, 'listening')
    for (let i = 0; i < 16; i++) await connected(port, `127.0.8.${i}`)
    await until(() => came.every((count) => count() === 1))
  })

  test('is free again when all are closed, whoever was connected', async () => {
    const { addon, fds, port } = listening(16)
    const came = fds.map(accepting)
    await connected(port, '127.0.8.1')
    await until(() => came.some((count) => count() === 1))
    for (const close of closing.splice(0).reverse()) close()
    await until(() => {
      try {
        for (const fd of addon.listen(HOST, port, 1, 16, false).fds) addon.close(fd)
        return true
      } catch {
        return false
      }
    })
  })

  test.runIf(HERE.includes('::'))('is IPv4 too on :: where that is wanted, and only there', async () => {
    const both = listening(16, { host: '::', dual: true })
    const came = both.fds.map(accepting)
    for (let i = 0; i < 16; i++) await connected(both.port, `127.0.8.${i}`, HOST)
    await until(() => came.every((count) => count() === 1))
    const { port } = listening(16, { host: '::' })
    await expect(connected(port, undefined, HOST)).rejects.toThrow('ECONNREFUSED')
  })

  test.each([0, 3, 15, 17, 32, 160])('has not %i queues', (queues) => {
    expect(() => loadAddon(ADDON_FILE).listen(HOST, 0, 1, queues, false)).toThrow('EINVAL')
  })
})
