import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { buildQuery, parseReply } from '../support/client.ts'
import { exported } from '../support/manifests.ts'
import { type Command, command, listening, MERIDIAN, written } from '../support/server.ts'
import { askUdp, until } from '../support/sockets.ts'
import { WAYS } from '../support/ways.ts'

// One client floods the server over UDP, others ask beside it. They have queues of their own: not one of their queries is
// lost, however busy the machine is. Nothing here is timed.

const HOST = '127.0.0.47'
const WEB = 'web.default.svc.clusterset.local'
const QUERY = buildQuery({ name: WEB, type: 'A', edns: {} })
const FLOODER = '127.0.0.2'
/** Sixteen neighbours have a queue each. */
const GOOD = Array.from({ length: 13 }, (_, i) => `127.0.0.${3 + i}`)

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function serving(env: NodeJS.ProcessEnv = {}, hosts: readonly string[] = [HOST]) {
  const directory = await written({
    clusters: {
      good: { 'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) },
    },
  })
  closing.push(() => directory.close())
  const yaml = JSON.stringify({
    dns: { listen: hosts.map((host) => `${host}:0`), workers: 1 },
    admin: { listen: '127.0.0.1:0' },
    local: { cluster: 'good' },
    clusters: [{ id: 'good', network: 'flat', source: { manifests: './good' } }],
  })
  await directory.write('meridian.yaml', yaml)
  const server = command(
    [MERIDIAN, 'serve', '--config', directory.at('meridian.yaml'), '--drain', '0s'],
    undefined,
    env,
  )
  closing.push(() => end(server))
  const { port, ready, get } = await listening(server)
  await ready()
  return { server, port, get }
}

async function end({ child, ended }: Command): Promise<void> {
  child.kill('SIGKILL')
  await ended
}

/** Datagrams that the system dropped, for each socket on the address. */
function drops(port: number): number[] {
  const address = HOST.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  const local = `${address.reverse().join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
  const lines = readFileSync('/proc/net/udp', 'utf8').split('\n')
  return lines
    .filter((line) => line.includes(` ${local} `))
    .map((line) => Number(line.trim().split(/ +/).at(-1)))
}

async function flood(port: number, count: number): Promise<void> {
  const socket = createSocket('udp4')
  socket.bind(0, FLOODER)
  await once(socket, 'listening')
  // Over loopback a send is a receipt.
  for (let i = 0; i < count; i++)
    await new Promise<void>((done) => socket.send(QUERY, port, HOST, () => done()))
  socket.close()
}

const ask = async (port: number, as: string) =>
  parseReply((await askUdp({ host: HOST, port }, QUERY, undefined, as)).octets)

const withAddon = WAYS.includes('batches') ? describe : () => undefined

withAddon('a client that floods the server', { timeout: 120_000 }, () => {
  test('fills its own queue: what others ask meanwhile is answered, all of it', async () => {
    const { server, port, get } = await serving()
    server.child.kill('SIGSTOP')
    await flood(port, 20_000)
    const asked = [...GOOD, ...GOOD, ...GOOD].map((as) => ask(port, as))
    await flood(port, 1000)
    server.child.kill('SIGCONT')
    for (const { answers } of await Promise.all(asked)) expect(answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
    const dropped = drops(port).filter((count) => count > 0)
    expect(dropped).toHaveLength(1)
    expect(dropped[0]).toBeGreaterThan(1000)
    const { text } = await get('/metrics')
    expect(text).toContain(`meridian_udp_kernel_drops_total{address="${HOST}:${port}"} ${dropped[0]}\n`)
  })

  test('without an end costs the others nothing', async () => {
    const { port } = await serving()
    const program = new URL('./flooder.ts', import.meta.url).pathname
    const words = [FLOODER, HOST, `${port}`, Buffer.from(QUERY).toString('hex')]
    for (let i = 0; i < 2; i++) {
      const flooder = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
      closing.push(() => flooder.kill('SIGKILL'))
      await once(flooder.stdout, 'data')
    }
    for (let i = 0; i < 20; i++)
      for (const { answers } of await Promise.all(GOOD.map((as) => ask(port, as))))
        expect(answers).toHaveLength(1)
    // Whether the flood is more than the server serves is the machine's to say; that it falls on nobody else is not.
    expect(drops(port).filter((count) => count > 0).length).toBeLessThanOrEqual(1)
  })

  test('has one queue with the others where the system has none by client, which is said once', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'meridian-lacking-'))
    closing.push(() => rmSync(directory, { recursive: true, force: true }))
    const [source, library] = [join(directory, 'lacking.c'), join(directory, 'lacking.so')]
    writeFileSync(source, LACKING)
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, source])
    const { server, port } = await serving({ LD_PRELOAD: library }, [HOST, '127.0.0.48'])
    for (const as of GOOD) expect((await ask(port, as)).answers).toHaveLength(1)
    expect(drops(port)).toHaveLength(1)
    await until(() => server.err.includes('all clients share one queue'), 'a warning')
    expect(server.err.split('all clients share one queue')).toHaveLength(2)
    expect(server.err).toContain('setsockopt ENOPROTOOPT')
  })
})

/** A system that knows no SO_ATTACH_REUSEPORT_CBPF. */
const LACKING = `#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>
int setsockopt(int fd, int level, int name, const void *value, socklen_t size) {
  int (*real)(int, int, int, const void *, socklen_t) = dlsym(RTLD_NEXT, "setsockopt");
  if (level == SOL_SOCKET && name == SO_ATTACH_REUSEPORT_CBPF) return errno = ENOPROTOOPT, -1;
  return real(fd, level, name, value, size);
}
`
