import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { buildQuery, parseReply } from '../support/client.ts'
import { exported } from '../support/manifests.ts'
import { metricsOf } from '../support/metrics.ts'
import { command, listening, MERIDIAN, type Running, written } from '../support/server.ts'
import { TcpClient, until } from '../support/sockets.ts'

// Some addresses have many connections and use them as hard as they can. Others have one each, on which nothing happens for
// long: it stays, and what they ask on it is answered.

const WEB = 'web.default.svc.clusterset.local'
const QUERY = buildQuery({ name: WEB, type: 'A', edns: {} })

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function serving(): Promise<Running> {
  const directory = await written({
    clusters: {
      east: { 'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) },
    },
    config: { log: { level: 'info' } },
  })
  closing.push(() => directory.close())
  const server = command([MERIDIAN, 'serve', '--config', directory.at('meridian.yaml'), '--drain', '0s'])
  closing.push(async () => {
    server.child.kill('SIGKILL')
    await server.ended
  })
  const running = await listening(server)
  await running.ready()
  return running
}

async function started(program: string, ...words: readonly string[]): Promise<void> {
  const file = new URL(program, import.meta.url).pathname
  const child = spawn(process.execPath, [file, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  closing.push(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
}

async function answered(client: TcpClient): Promise<void> {
  const reply = await client.ask(QUERY)
  expect(parseReply(reply).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
}

test('connections full of queries cost others none of theirs', { timeout: 120_000 }, async () => {
  const { port, get } = await serving()
  const quiet = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      TcpClient.connect({ host: '127.0.0.1', port }, { localAddress: `127.0.0.${10 + i}` }),
    ),
  )
  closing.push(() => {
    for (const { socket } of quiet) socket.destroy()
  })
  const query = Buffer.from(QUERY).toString('hex')
  for (const from of ['127.0.0.2', '127.0.0.3'])
    await started('./piper.ts', from, '127.0.0.1', `${port}`, '1900', query)
  const held = async (): Promise<number> => {
    const { samples } = metricsOf((await get('/metrics')).text)
    return samples.get('meridian_dns_dropped_total{reason="held"}') ?? 0
  }
  await until(async () => (await held()) > 100, 'connections that are reset', 60_000)
  for (const client of quiet) await answered(client)
  expect(quiet.map(({ ending }) => ending)).toEqual(quiet.map(() => undefined))
})
