import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildQuery } from '../../support/client.ts'
import { exchangeTcp } from '../../support/exchange.ts'
import { type Command, command, listening, MERIDIAN, meridian, written } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'
import { SPEC, withFull } from './full.ts'

let directory: Awaited<ReturnType<typeof written>>
beforeAll(async () => {
  directory = await written(SPEC)
})
afterAll(() => directory.close())

const servers: Command[] = []
afterEach(() => {
  for (const { child } of servers.splice(0)) child.kill('SIGKILL')
})

describe('a server whose log cannot be written', () => {
  /** The port is in the dig lines, since the log is lost. */
  async function serveWith(
    stderr: 'pipe' | number,
  ): Promise<Command & { readonly ask: () => Promise<number> }> {
    const child = spawn(process.execPath, [MERIDIAN, 'serve', '--try', '--drain', '0s'], {
      cwd: directory.path,
      stdio: ['ignore', 'pipe', stderr],
    })
    const ended = once(child, 'exit').then(([status]) => (typeof status === 'number' ? status : null))
    const started: Command = { child, out: '', err: '', ended }
    servers.push(started)
    child.stderr?.destroy()
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      started.out += text
    })
    await until(() => started.out.includes('-p ') || child.exitCode !== null, 'a server that answers')
    const port = /-p (\d+)/.exec(started.out)?.[1] ?? ''
    const words = ['lookup', 'service-number-7.default.global', '--server', `127.0.0.1:${port}`]
    return Object.assign(started, { ask: async () => (await meridian(words)).status ?? -1 })
  }

  /** Each refused configuration is a line. */
  async function makeItLog({ child }: Command): Promise<void> {
    for (let i = 0; i < 3; i++) child.kill('SIGHUP')
    await directory.write('east/broken.yaml', 'kind: [Service')
  }

  test.each(['a full disk', 'a reader that is gone'])('%s: answers on, and drains', async (what) => {
    const one = await withFull((full) => serveWith(what === 'a full disk' ? full : 'pipe'))
    expect(await one.ask()).toBe(0)
    await makeItLog(one)
    expect(await one.ask()).toBe(0)
    one.child.kill('SIGTERM')
    expect(await one.ended).toBe(0)
  })

  test('a reader that stands still, as a stopped terminal does: answers on over TCP too, and stops', async () => {
    // Each wrong file is a line, and all of them are more than pipes and their readers take.
    const wrong = Array.from(
      { length: 900 },
      (_, i) => [`${i}-${'x'.repeat(200)}.yaml`, 'kind: [Service'] as const,
    )
    const spec = { ...SPEC, clusters: { east: { ...SPEC.clusters['east'], ...Object.fromEntries(wrong) } } }
    const place = await written({ ...spec, config: { log: { level: 'info' } } })
    const child = spawn(process.execPath, [MERIDIAN, 'serve', '--drain', '0s'], {
      cwd: place.path,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const ended = once(child, 'exit').then(([status]) => (typeof status === 'number' ? status : null))
    const started: Command = { child, out: '', err: '', ended }
    servers.push(started)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      started.err += text
      if (started.err.includes('"admin":')) child.stderr.pause()
    })
    const { ready, port } = await listening(started)
    await ready()
    const question = buildQuery({ name: 'service-number-7.default.global', type: 'A', edns: {} })
    expect(await exchangeTcp(port, '127.0.0.1', question, false)).toHaveLength(1)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    await place.close()
  })

  test('one whose dig lines nobody reads answers all the same', async () => {
    const started = command([MERIDIAN, 'serve', '--try', '--drain', '0s'], directory.path)
    servers.push(started)
    started.child.stdout?.destroy()
    const { ready } = await listening(started)
    await ready()
    started.child.kill('SIGTERM')
    expect(await started.ended).toBe(0)
    expect(started.err).not.toContain('bug')
  })
})
