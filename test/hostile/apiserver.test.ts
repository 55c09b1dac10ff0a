import { readFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { kubeconfig } from '../sources/apiserver/cluster.ts'
import { exported } from '../support/manifests.ts'
import { type Command, command, listening, MERIDIAN, written } from '../support/server.ts'
import { until } from '../support/sockets.ts'

// One member's API server is hostile or broken, the other member is read from manifests. The server has the heap that
// the chart gives it. Whatever the first one sends, the process lives, the second one is answered, and what is wrong
// with the first is told.

type Hostility = (path: URL, response: ServerResponse) => void

const servers: Server[] = []
const started: Command[] = []
const directories: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL')
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  for (const directory of directories.splice(0)) await directory.close()
})

/** An API server that has nothing, but for what the hostility says. */
async function hostile(hostility: Hostility): Promise<string> {
  const server = createServer((request, response) => {
    response.on('error', () => undefined)
    const url = new URL(request.url ?? '/', 'http://server')
    const resource = url.pathname.split('/').at(-1)
    if (url.pathname === '/apis/multicluster.x-k8s.io')
      return void response.end('{"versions":[{"version":"v1beta1"}]}')
    if (resource === 'services') hostility(url, response)
    else if (url.searchParams.get('watch') === 'true') response.write('\n')
    else response.end('{"metadata":{"resourceVersion":"1"},"items":[]}')
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const WEB = 'web.default.svc.clusterset.local'

async function beside(hostility: Hostility) {
  const directory = await written({
    clusters: {
      good: { 'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) },
    },
  })
  directories.push(directory)
  const url = await hostile(hostility)
  await directory.write('bad.kubeconfig', kubeconfig(url))
  const yaml = JSON.stringify({
    dns: { listen: ['127.0.0.1:0'] },
    admin: { listen: '127.0.0.1:0' },
    local: { cluster: 'good' },
    startup: { timeout: '3s' },
    clusters: [
      { id: 'good', network: 'flat', source: { manifests: './good' } },
      { id: 'bad', network: 'flat', source: { kubeconfig: { path: './bad.kubeconfig' } } },
    ],
  })
  await directory.write('meridian.yaml', yaml)
  const heap = ['--max-old-space-size=256', '--max-semi-space-size=8']
  const server = command([...heap, MERIDIAN, 'serve', '--config', directory.at('meridian.yaml')])
  started.push(server)
  const running = await listening(server, 60_000)
  await running.ready()
  return { ...running, server }
}

/** The good cluster is answered, again and again, until the bad one's fault is told. */
async function servedThroughout(hostility: Hostility, told: string | RegExp): Promise<void> {
  const { ask, get, server } = await beside(hostility)
  await until(
    async () => {
      expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
      const { text } = await get('/readyz?verbose')
      return text.split('\n').some((line) => line.includes('cluster bad') && line.match(told) !== null)
    },
    `a fault that says ${told}`,
    200_000,
  )
  for (let i = 0; i < 20; i++) expect((await ask(WEB)).rcode).toBe('NOERROR')
  expect(server.child.exitCode).toBeNull()
  expect(peakOf(server), 'MiB at most').toBeLessThan(512)
}

/** What the process had of memory at most, heap and all else, in mebibytes. */
function peakOf({ child }: Command): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
}

/** A body in chunks of so many octets, each with an extension as long as what is read from a socket at once. */
function inPieces(response: ServerResponse, size: number, pieces: number, end: string): void {
  const { socket } = response
  if (socket === null) return
  const piece = `${size.toString(16)};${'x'.repeat(65_000)}\r\n${'a'.repeat(size)}\r\n`
  socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\n\r\n')
  let sent = 0
  const go = (): void => {
    while (sent < pieces && !socket.destroyed) {
      sent++
      if (!socket.write(piece)) return
    }
    if (sent++ === pieces) socket.write(`${end.length.toString(16)}\r\n${end}\r\n`)
  }
  socket.on('drain', go)
  go()
}

const LIST = '{"metadata":{"resourceVersion":"1"},"items":[]}'
const isWatch = (url: URL): boolean => url.searchParams.get('watch') === 'true'

describe('an API server that sends', { timeout: 240_000 }, () => {
  test('a watch line of sixteen mebibytes of empty objects', async () => {
    const line = `{"type":"ADDED","object":{"metadata":{"resourceVersion":"2"},"junk":[${'{},'.repeat(5_500_000)}{}]}}\n`
    await servedThroughout((url, response) => {
      if (isWatch(url)) response.write(line)
      else response.end(LIST)
    }, /more than (8388608 octets|200000 values)/)
  })

  test('a watch line of four mebibytes of them', async () => {
    const line = `{"type":"ADDED","object":{"metadata":{"resourceVersion":"2"},"junk":[${'{},'.repeat(1_400_000)}{}]}}\n`
    await servedThroughout((url, response) => {
      if (isWatch(url)) response.write(line)
      else response.end(LIST)
    }, /more than 200000 values/)
  })

  test('pages without end', async () => {
    let page = 0
    await servedThroughout((url, response) => {
      if (isWatch(url)) return void response.write('\n')
      page++
      const items = Array.from({ length: 500 }, (_, i) => ({
        metadata: { namespace: 'n', name: `p${page}-${i}` },
        spec: { clusterIP: '10.0.0.1', ports: [{ name: 'http', port: 80 }] },
      }))
      response.end(JSON.stringify({ metadata: { resourceVersion: '1', continue: `c${page}` }, items }))
    }, /which is all that is kept of one cluster/)
  })

  test('services with a mebibyte each of what is kept', async () => {
    const portsOf = (service: number) =>
      Array.from({ length: 8000 }, (_, n) => ({ name: `p${service}-${n}-${'x'.repeat(48)}`, port: n + 1 }))
    await servedThroughout((url, response) => {
      if (isWatch(url)) return void response.write('\n')
      const from = Number(url.searchParams.get('continue') ?? 0)
      const to = Math.min(80, from + Number(url.searchParams.get('limit')))
      const items = Array.from({ length: to - from }, (_, i) => ({
        metadata: { namespace: 'n', name: `p${from + i}` },
        spec: { clusterIP: '10.0.0.1', ports: portsOf(from + i) },
      }))
      const metadata = { resourceVersion: '1', ...(to < 80 && { continue: `${to}` }) }
      response.end(JSON.stringify({ metadata, items }))
    }, /its namespace, n, holds as much as one may/)
  })

  test('a page of more than a million empty objects', async () => {
    const page = `{"metadata":{"resourceVersion":"1"},"items":[${'{},'.repeat(1_400_000)}{}]}`
    await servedThroughout((_url, response) => {
      response.end(page)
    }, /more than (8388608 octets|200000 values)/)
  })

  test.each([
    ['a watch', true],
    ['a page', false],
  ])('%s of one octet for each 64 KiB', async (_, ofWatch) => {
    await servedThroughout((url, response) => {
      if (isWatch(url) === ofWatch) inPieces(response, 1, Number.POSITIVE_INFINITY, '')
      else response.end(LIST)
    }, 'in pieces of less than 16 octets')
  })

  test('a watch of sixteen octets for each 64 KiB, a gibibyte of that, and then no object', async () => {
    await servedThroughout((url, response) => {
      if (isWatch(url)) inPieces(response, 16, 16_384, '\n')
      else response.end(LIST)
    }, 'something else than a JSON object')
  })
})
