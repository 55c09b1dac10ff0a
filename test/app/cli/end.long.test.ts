import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { kubeconfig } from '../../sources/apiserver/cluster.ts'
import { exported } from '../../support/manifests.ts'
import { type Command, command, isAlive, listening, MERIDIAN } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'
import { SHORT } from './deadlines.ts'
import { startLiveServer } from './live.ts'

/** Names under `hang.example` are never answered, as from a resolver that takes questions and is silent. */
const HANG = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  while (name && strstr(name, "hang.example")) pause();
  int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
  return real(name, service, hints, found);
}
`

let tools: Temporary
beforeAll(async () => {
  tools = await temporary()
  await tools.write('hang.c', HANG)
  execFileSync('cc', ['-shared', '-fPIC', '-o', tools.at('hang.so'), tools.at('hang.c'), '-ldl'])
})
afterAll(() => tools.close())

const closing: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A port that takes connections, or datagrams, and never says a word. */
async function silentTcp(): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

async function silentUdp(): Promise<number> {
  const socket = createSocket('udp4').on('error', () => undefined)
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  closing.push(() => socket.close())
  return socket.address().port
}

/** Hangs, hears no SIGTERM, and has children that do neither; leaves word of who they are. */
const PLUGIN = `
trap '' TERM
echo $$ >> pids
(trap '' TERM; echo $BASHPID >> pids; while [ -e pids ]; do sleep 5 || exit; done) &
setsid sh -c 'sleep 1'
while [ -e pids ]; do sleep 5 || exit; done
`

/** Clusters whose API servers have names that nobody answers for: more than there were threads to look names up. */
const NAMES = Array.from({ length: 9 }, (_, i) => `name${i}`)

interface Given {
  readonly directory: Temporary
  readonly env: NodeJS.ProcessEnv
}

/** Clusters of which each hangs in its own way, beside one in order that has a load balancer of which no resolver speaks. */
async function everythingHangs(more = ''): Promise<Given> {
  const [tcp, udp] = [await silentTcp(), await silentUdp()]
  const directory = await temporary()
  closing.push(directory.close)
  await directory.write('plugin.sh', PLUGIN)
  await directory.write(
    'good/web.yaml',
    exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }),
  )
  const exec = { command: 'bash', args: [directory.at('plugin.sh')] }
  const healthy = await startLiveServer({ certificate: null })
  closing.push(healthy.close)
  const kubeconfigs = {
    ...Object.fromEntries(
      NAMES.map((id) => [id, kubeconfig(`https://api.${id}.hang.example:6443`)] as const),
    ),
    proxy: kubeconfig('https://api', {}, { 'proxy-url': 'http://proxy.hang.example:3128' }),
    silent: kubeconfig(`https://127.0.0.1:${tcp}`),
    plain: kubeconfig(`http://127.0.0.1:${tcp}`),
    through: kubeconfig('https://api', {}, { 'proxy-url': `http://127.0.0.1:${tcp}` }),
    plugin: kubeconfig('https://127.0.0.1:1', { exec }),
    healthy: kubeconfig(healthy.url.replace('127.0.0.1', 'localhost')),
  }
  for (const [id, text] of Object.entries(kubeconfigs)) await directory.write(`${id}.kubeconfig`, text)
  const live = Object.keys(kubeconfigs).map(
    (id) => `  - {id: ${id}, source: {kubeconfig: {path: ${id}.kubeconfig}}}\n`,
  )
  const gateway = '{addresses: [gw.elsewhere.example], ports: [80]}'
  await directory.write(
    'meridian.yaml',
    `clusters:\n  - {id: good, source: {manifests: ./good}, gateway: ${gateway}}\n${live.join('')}` +
      `dns: {listen: ["127.0.0.1:0"], upstreams: ["127.0.0.1:${udp}"]}\n` +
      'admin: {listen: "127.0.0.1:0"}\nlog: {level: info}\nstartup: {timeout: 1s}\n' +
      more,
  )
  return { directory, env: { LD_PRELOAD: tools.at('hang.so') } }
}

function start(args: readonly string[], { directory, env }: Given): Command {
  const started = command([MERIDIAN, ...args], directory.path, env)
  closing.push(() => started.child.kill('SIGKILL'))
  return started
}

const pidsIn = ({ directory }: Given): readonly string[] =>
  existsSync(directory.at('pids')) ? readFileSync(directory.at('pids'), 'utf8').trim().split('\n') : []

const allEnd = (given: Given): Promise<void> =>
  until(() => pidsIn(given).every((pid) => !isAlive(pid)), 'the end of all that the plugin started')

describe('nothing that never answers keeps', () => {
  test('check from its findings and its end', async () => {
    const given = await everythingHangs()
    const started = start(['check'], given)
    expect(await started.ended).toBe(1)
    expect(started.err).toBe('')
    expect(started.out).toMatch(/^ok +good +1 Service/m)
    // Names that nobody answers for leave threads to those that are well.
    expect(started.out).toMatch(/^ok +healthy +http:\/\/localhost:\d+ answers/m)
    expect(started.out).toMatch(/^broken +plugin +.*exec: bash did not end within 8 s/m)
    expect(started.out).toMatch(/^broken +through +.*through the proxy http:\/\/127\.0\.0\.1:/m)
    for (const id of [...NAMES, 'proxy', 'silent', 'plain']) {
      expect(started.out).toMatch(new RegExp(`^broken +${id} `, 'm'))
    }
    expect(started.out).toContain('gw.elsewhere.example')
    expect(pidsIn(given)).not.toEqual([])
    await allEnd(given)
  })

  test('ask --offline from its answer', async () => {
    const given = await everythingHangs()
    const started = start(['ask', 'web.default.svc.clusterset.local', '--offline'], given)
    expect(await started.ended).toBe(0)
    expect(started.out).toContain('10.101.0.1')
    await allEnd(given)
  })

  test('explain and lookup at a server whose name is not answered from theirs', async () => {
    const given = await everythingHangs()
    const all = [
      start(['explain', 'default/web', '--server', 'm.hang.example:9153'], given),
      start(['lookup', 'web.default.global', '--server', `127.0.0.1:${await silentUdp()}`], given),
    ]
    for (const one of all) expect(await one.ended).toBe(1)
    expect(all.map(({ err }) => err)).toEqual([
      expect.stringContaining('no Meridian answers at m.hang.example:9153'),
      expect.stringContaining('no answer in time'),
    ])
  })

  test('serve from ending on SIGTERM, with all that it has started', async () => {
    const given = await everythingHangs()
    const started = start(['serve', '--drain', '0s'], given)
    const { get, ask } = await listening(started)
    await until(() => pidsIn(given).length >= 2, 'a plugin that hangs')
    await until(async () => (await get('/readyz')).status === 200, 'a server that is ready all the same')
    await until(
      async () => (await ask('web.default.svc.clusterset.local')).answers.length === 1,
      'the good cluster’s answer',
    )
    started.child.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    expect(started.err).toContain('"msg":"stopped"')
    await allEnd(given)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'check from ending by %s, with all that it has started',
    async (signal) => {
      const given = await everythingHangs()
      const started = start(['check'], given)
      await until(() => pidsIn(given).length >= 2, 'a plugin that hangs')
      const ended = once(started.child, 'close')
      started.child.kill(signal)
      expect(await ended).toEqual([null, signal])
      await allEnd(given)
    },
  )

  test('serve from ending on SIGTERM before it has started', async () => {
    const given = await everythingHangs()
    // What opens the sockets never answers.
    const never =
      "import dgram from 'node:dgram'; import net from 'node:net'; net.Server.prototype.listen = function () { process.stderr.write('waiting'); setInterval(() => 0, 1000); return this }"
    const started = command(
      ['--import', `data:text/javascript,${never}`, MERIDIAN, 'serve'],
      given.directory.path,
    )
    closing.push(() => started.child.kill('SIGKILL'))
    await until(() => started.err.includes('waiting'), 'a server that waits')
    started.child.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    expect(started.err).toContain('stopped before it had started')
  })
})

describe('the deadline of a command ends', () => {
  test.each(['check', 'serve --dry-run'])('what %s runs for credentials', async (words) => {
    const given = await everythingHangs('controller: {writes: all}\n')
    const over = `data:text/javascript,${encodeURIComponent(
      "import { existsSync, readFileSync } from 'node:fs'; const wait = globalThis.setTimeout; globalThis.setTimeout = (f, ms, ...more) => { if (ms < 60_000) return wait(f, ms, ...more); const again = setInterval(() => { if (existsSync('pids') && readFileSync('pids', 'utf8').split('\\n').length > 2) { clearInterval(again); f() } }, 20); return again }",
    )}`
    const started = command(
      ['--import', over, MERIDIAN, ...words.split(' ')],
      given.directory.path,
      given.env,
    )
    closing.push(() => started.child.kill('SIGKILL'))
    expect(await started.ended).toBe(1)
    expect(started.err).toContain('did not end within')
    expect(pidsIn(given).length).toBeGreaterThan(1)
    await allEnd(given)
  })

  test('cleanup and serve --dry-run, whatever of the clusters never answers', async () => {
    const given = await everythingHangs('controller: {writes: all}\n')
    const all = [
      ['controller', 'cleanup'],
      ['controller', 'cleanup', '--dry-run'],
      ['serve', '--dry-run'],
    ].map((args) => command(['--import', SHORT, MERIDIAN, ...args], given.directory.path, given.env))
    closing.push(
      ...all.map(
        ({ child }) =>
          () =>
            child.kill('SIGKILL'),
      ),
    )
    for (const one of all) expect(await one.ended).toBe(1)
    expect(all.map(({ err }) => err)).toEqual([
      expect.stringContaining('cleanup did not end within 600 s: not all that Meridian wrote is removed'),
      expect.stringContaining('cleanup did not end within 600 s'),
      expect.stringContaining('serve did not end within 90 s'),
    ])
    await allEnd(given)
  })
})
