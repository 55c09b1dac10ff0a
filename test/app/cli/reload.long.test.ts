import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, rmSync, symlinkSync, writeSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { meridianYaml } from '../../support/manifests.ts'
import { listening, written } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'
import { reloadable, SPEC, WEB } from './reloading.ts'

const { begin, serve } = reloadable()

/** -1: nobody reads it yet. */
function openedForWriting(pipe: string): number {
  try {
    return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    return -1
  }
}

describe('a running server', () => {
  test('is not ended by a SIGHUP during its start, and takes what changed since then', async () => {
    const made = await written(SPEC)
    const file = made.at('meridian.yaml')
    const first = readFileSync(file)
    rmSync(file)
    execFileSync('mkfifo', [file])
    const running = begin(made)
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

  test('waits for no pipe that comes in the place of its configuration, nor for what never ends', async () => {
    const { ask, configure, directory, hangUp, said } = await serve()
    const file = directory.at('meridian.yaml')
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
