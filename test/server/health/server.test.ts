import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { openHealth, type ProbeReply } from '../../../src/server/health/index.ts'
import { LONGEST_HEAD, MOST_OF_ONE_PROBER, MOST_PROBES } from '../../../src/server/health/server.ts'
import { type Acceptor, ListenError } from '../../../src/server/transport/index.ts'
import { page } from '../../support/pages.ts'
import { until } from '../../support/sockets.ts'

const open: Acceptor[] = []
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const PAGES = new Map<string, () => ProbeReply>([
  ['/healthz', () => ({ status: 200, text: 'ok\n' })],
  ['/readyz', () => ({ status: 503, text: '[-] draining\n' })],
])

async function serve(probeMs?: number): Promise<string> {
  const listener = openHealth('127.0.0.1', PAGES, probeMs)
  open.push(listener)
  return `127.0.0.1:${await listener.open(0)}`
}

/** A connection, and what has come on it so far. */
async function client(address: string, from = '127.0.0.1') {
  const port = Number(address.split(':')[1])
  const socket = connect({ host: '127.0.0.1', port, localAddress: from })
  sockets.push(socket)
  const heard = { text: '', isOver: false }
  socket.on('error', () => undefined).on('data', (chunk) => (heard.text += chunk))
  socket.on('close', () => {
    heard.isOver = true
  })
  await once(socket, 'connect')
  return { socket, heard }
}

async function said(address: string, request: string): Promise<string> {
  const { socket, heard } = await client(address)
  socket.write(request)
  await until(() => heard.isOver, 'the end of the connection')
  return heard.text
}

const get = (path: string, more = '', method = 'GET'): string =>
  `${method} ${path} HTTP/1.1\r\nHost: 10.0.0.1:8081\r\n${more}\r\n`

test('a probe gets its page, by whatever client of HTTP', async () => {
  const address = await serve()
  expect(await page(address, '/healthz')).toMatchObject({ status: 200, text: 'ok\n' })
  expect(await page(address, '/readyz')).toMatchObject({ status: 503, text: '[-] draining\n' })
  expect(await page(address, '/readyz?verbose')).toMatchObject({ status: 503, text: '[-] draining\n' })
  expect(await page(address, '/metrics')).toMatchObject({ status: 404 })
  expect(await page(address, '/healthz', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  expect(await page(address, '/healthz', { method: 'POST' })).toMatchObject({ status: 405 })
  const fetched = await fetch(`http://${address}/healthz`)
  expect([fetched.status, await fetched.text()]).toEqual([200, 'ok\n'])
})

describe('a request', () => {
  test('that comes octet by octet is answered', async () => {
    const address = await serve()
    const { socket, heard } = await client(address)
    for (const octet of get('/healthz')) {
      socket.write(octet)
      await new Promise(setImmediate)
    }
    await until(() => heard.isOver, 'the end')
    expect(heard.text).toBe(
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n',
    )
  })

  test('has one reply, however many come with it', async () => {
    const text = await said(await serve(), get('/healthz').repeat(1000))
    expect(text.split('HTTP/1.1').length).toBe(2)
  })

  test.each([
    ['GET /healthz HTTP/1.0\r\n\r\n', '200'],
    ['GET /healthz HTTP/1.1\n\n', '200'],
    ['GET http://evil/healthz HTTP/1.1\r\n\r\n', '400'],
    ['GET /healthz HTTP/2.0\r\n\r\n', '400'],
    ['\x16\x03\x01\r\n\r\n', '400'],
    ['GET /%2e%2e/healthz HTTP/1.1\r\n\r\n', '404'],
    ['GET / HTTP/1.1\r\n\r\n', '404'],
  ])('%j is answered %s', async (request, status) => {
    expect((await said(await serve(), request)).slice(9, 12)).toBe(status)
  })

  const bare = get('/healthz', 'X: \r\n').length - 4
  test.each([
    [LONGEST_HEAD, '200'],
    [LONGEST_HEAD + 1, '431'],
    [10 * LONGEST_HEAD, '431'],
  ])('with a head of %i octets is answered %s', async (octets, status) => {
    const address = await serve()
    const text = await said(address, get('/healthz', `X: ${'x'.repeat(octets - bare)}\r\n`))
    expect(text.slice(9, 12)).toBe(status)
    expect((await page(address, '/healthz')).status).toBe(200)
  })
})

describe('connections that ask nothing', () => {
  test.each([MOST_OF_ONE_PROBER - 1, MOST_OF_ONE_PROBER, MOST_OF_ONE_PROBER + 1, 256])(
    '%i of one client keep no probe of the same address out: the oldest goes',
    async (n) => {
      const address = await serve()
      const idle: Awaited<ReturnType<typeof client>>[] = []
      for (let i = 0; i < n; i++) idle.push(await client(address))
      expect((await page(address, '/healthz')).status).toBe(200)
      const gone = Math.max(0, n + 1 - MOST_OF_ONE_PROBER)
      await until(() => idle.filter(({ heard }) => heard.isOver).length === gone, `${gone} that went`)
    },
  )

  test(`of many clients are ${MOST_PROBES} at most`, async () => {
    const address = await serve()
    const idle: Awaited<ReturnType<typeof client>>[] = []
    for (let i = 0; i < 10 * MOST_PROBES; i++) idle.push(await client(address, `127.0.1.${1 + (i % 250)}`))
    expect((await page(address, '/healthz')).status).toBe(200)
    await until(
      () => idle.filter(({ heard }) => heard.isOver).length === 9 * MOST_PROBES + 1,
      'those that went',
    )
  })

  test('of four clients cost another’s nothing that is slow with its request', async () => {
    const address = await serve()
    const slow = await client(address, '127.0.0.9')
    slow.socket.write('GET /healthz HTTP/1.1\r\n')
    for (let i = 0; i < 10 * MOST_PROBES; i++) await client(address, `127.0.1.${1 + (i % 4)}`)
    slow.socket.write('\r\n')
    await until(() => slow.heard.isOver, 'the end of the connection')
    expect(slow.heard.text).toContain('200 OK')
  })

  test('end after their time, half a request said or none', async () => {
    const address = await serve(200)
    const [silent, slow] = [await client(address), await client(address)]
    slow.socket.write('GET /healthz HTTP/1.1\r\n')
    await until(() => silent.heard.isOver && slow.heard.isOver, 'the end of both')
    expect(slow.heard.text).toBe('')
  })
})

test('a port that is taken is told with its key', async () => {
  const port = Number((await serve()).split(':')[1])
  const error = await openHealth('127.0.0.1', PAGES)
    .open(port)
    .catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ListenError)
  expect(String(error)).toContain(`cannot listen on 127.0.0.1:${port} (tcp): the port is taken`)
  expect(String(error)).toContain('in health.listen')
})
