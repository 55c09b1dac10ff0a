import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, rmSync, symlinkSync, writeSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { FIXED_KEYS } from '../../../src/app/cli/reload.ts'
import { exported, meridianYaml, type Written } from '../../support/manifests.ts'
import { type Command, command, listening, MERIDIAN, written } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'

const WEB = 'web.default.svc.clusterset.local'
const web = (clusterIP: string, pod: string) => ({
  'web.yaml': exported({ name: 'web', clusterIP, pods: [pod] }),
})
const SPEC: Written = {
  clusters: { east: web('10.101.0.1', '10.1.0.1'), west: web('10.102.0.1', '10.2.0.1') },
  config: { log: { level: 'info' } },
}

let started: Command | undefined
let directory: Awaited<ReturnType<typeof written>> | undefined
afterEach(async () => {
  started?.child.kill('SIGKILL')
  await directory?.close()
})

async function serve(spec: Written = SPEC) {
  const made = await written(spec)
  directory = made
  const running = command([MERIDIAN, 'serve', '--drain', '0s'], made.path)
  started = running
  const server = await listening(running)
  await server.ready()
  const configure = async (config: Written['config'], clusters = SPEC.clusters) => {
    await made.write('meridian.yaml', meridianYaml({ clusters, config: { ...SPEC.config, ...config } }))
  }
  const said = (text: string) => until(() => running.err.includes(text), `"${text}" in the log`)
  return { ...server, configure, said, hangUp: () => running.child.kill('SIGHUP'), log: () => running.err }
}

/** -1: nobody reads it yet. */
function openedForWriting(pipe: string): number {
  try {
    return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    return -1
  }
}

describe('a running server', () => {
  test('takes its configuration over again on SIGHUP', async () => {
    const { ask, configure, hangUp, said } = await serve()
    await configure({ dns: { ttl: 9, listen: ['127.0.0.1:0'] } })
    hangUp()
    await said('configuration reloaded')
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 9 IN A 10.101.0.1`])
  })

  test('is not ended by a SIGHUP during its start, and takes what changed since then', async () => {
    const made = await written(SPEC)
    directory = made
    const file = made.at('meridian.yaml')
    const first = readFileSync(file)
    rmSync(file)
    execFileSync('mkfifo', [file])
    const running = command([MERIDIAN, 'serve', '--drain', '0s'], made.path)
    started = running
    let pipe = -1
    await until(() => {
      pipe = openedForWriting(file)
      return pipe !== -1
    }, 'a server that reads its configuration')
    running.child.kill('SIGHUP')
    rmSync(file)
    await made.write('meridian.yaml', meridianYaml({ ...SPEC, config: { ...SPEC.config, dns: { ttl: 9 } } }))
    writeSync(pipe, first)
    closeSync(pipe)
    const { ask, ready } = await listening(running)
    await ready()
    await until(() => running.err.includes('configuration reloaded'), 'what changed meanwhile')
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 9 IN A 10.101.0.1`])
  })

  test('notices by itself that the file changed', async () => {
    const { ask, configure, said } = await serve()
    await configure({ local: { cluster: 'west' } })
    await said('configuration reloaded')
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.102.0.1`])
  })

  test('keeps the running configuration when the new one is wrong, and says where', async () => {
    const { ask, configure, get, hangUp, said } = await serve()
    await configure({ dns: { ttl: 'long' } })
    hangUp()
    await said('the configuration stays as it was')
    await said('dns.ttl')
    const refused = await get('/readyz?verbose')
    expect(refused.status).toBe(200)
    expect(refused.text).toMatch(
      /^\[\+\] ready\n\[-\] configuration: .* refused, .*\n {4}.*meridian\.yaml:\d+: dns\.ttl: /,
    )
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
  })

  test('waits for no pipe that comes in the place of its configuration, nor for what never ends', async () => {
    const { ask, configure, hangUp, said } = await serve()
    const file = directory?.at('meridian.yaml') ?? ''
    for (const put of [() => execFileSync('mkfifo', [file]), () => symlinkSync('/dev/zero', file)]) {
      rmSync(file)
      put()
      hangUp()
      await said('meridian.yaml: it is no regular file: write one in its place')
      expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
    }
    rmSync(file)
    await configure({ dns: { ttl: 9, listen: ['127.0.0.1:0'] } })
    await said('configuration reloaded')
  })

  test('counts as refused in the metrics until the file is as it was, or right in another way', async () => {
    const { configure, hangUp, said, get } = await serve()
    const shows = (value: 0 | 1) =>
      until(
        async () =>
          (await get('/metrics')).text.includes(`\nmeridian_config_last_reload_successful ${value}\n`),
        `meridian_config_last_reload_successful ${value}`,
      )
    await shows(1)
    await configure({ dns: { ttl: 'long' } })
    hangUp()
    await said('the configuration stays as it was')
    await shows(0)
    await configure({})
    hangUp()
    await shows(1)
  })

  test('forgets a cluster that is taken out, at once, and no other', async () => {
    const { ask, configure, hangUp, said } = await serve()
    expect((await ask('web.default.svc.west.local')).rcode).toBe('NOERROR')
    await configure({}, { east: SPEC.clusters['east'] ?? {} })
    hangUp()
    await said('configuration reloaded')
    expect((await ask('web.default.svc.west.local')).rcode).toBe('REFUSED')
    expect((await ask('west.web.default.global')).rcode).toBe('NXDOMAIN')
    expect((await ask(WEB)).answers).toEqual([`${WEB}. 5 IN A 10.101.0.1`])
  })

  test('says which keys it reads at start only', async () => {
    const { configure, hangUp, said } = await serve()
    await configure({ dns: { udpSize: 1400 } })
    hangUp()
    await said('"key":"dns.udpSize"')
    await said('restart to apply it')
  })

  test('says so for as long as one of them differs from what it runs with, and no longer', async () => {
    const { configure, hangUp, log } = await serve()
    const counts = () =>
      ['"key":"dns.udpSize"', 'configuration reloaded'].map((text) => log().split(text).length - 1)
    const reload = async (dns: Record<string, unknown>, warned: number, reloaded: number) => {
      await configure({ dns })
      hangUp()
      await until(() => counts()[1] === reloaded, `reload ${reloaded} in the log`)
      expect(counts()).toEqual([warned, reloaded])
    }
    await reload({ udpSize: 1400 }, 1, 1)
    await reload({ udpSize: 1400, ttl: 9 }, 2, 2)
    await reload({ ttl: 9 }, 2, 3)
    await reload({ ttl: 8 }, 2, 4)
  })
})

/** The chart sets `state.dir` itself. */
test.each([
  ['docs/reference/configuration.md', FIXED_KEYS],
  ['docs/operate/live-clusters.md', FIXED_KEYS],
  ['docs/reference/chart.md', FIXED_KEYS.filter((key) => key !== 'state.dir')],
])('%s names every key that is read at start only', (page, keys) => {
  const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8')
  const paragraph = text
    .split(/\n\n/)
    .find((one) => one.replaceAll('\n', ' ').includes('are read at start only'))
  const named = [...(paragraph ?? '').matchAll(/`((?:dns|admin|health|state)\.\w+|registries)`/g)]
  expect(named.map(([, key]) => key).toSorted()).toEqual([...keys].toSorted())
})
