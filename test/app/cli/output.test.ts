import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildQuery } from '../../support/client.ts'
import { exchangeTcp } from '../../support/exchange.ts'
import { exported, type Written } from '../../support/manifests.ts'
import { type Command, command, listening, MERIDIAN, meridian, written } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'

/** Renders to more than a pipe holds. */
const MANY = Array.from({ length: 800 }, (_, i) =>
  exported({ name: `service-number-${i}`, clusterIP: `10.101.${i >> 8}.${i & 255}`, pods: ['10.1.0.1'] }),
)
const SPEC: Written = {
  clusters: {
    east: {
      'many.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: MANY.flatMap((text) => JSON.parse(text).items),
      }),
    },
  },
  config: { log: { level: 'info' } },
}

let directory: Awaited<ReturnType<typeof written>>
beforeAll(async () => {
  directory = await written(SPEC)
})
afterAll(() => directory.close())

const servers: Command[] = []
afterEach(() => {
  for (const { child } of servers.splice(0)) child.kill('SIGKILL')
})

type Fds = readonly ['ignore', 'pipe' | number, 'pipe' | number]

/** A command with its output somewhere; `firstOnly`: its reader goes away after the first octets. */
async function run(args: readonly string[], [stdin, stdout, stderr]: Fds, firstOnly = false) {
  const child = spawn(process.execPath, [MERIDIAN, ...args], {
    cwd: directory.path,
    stdio: [stdin, stdout, stderr],
  })
  let [out, err] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text
    if (firstOnly) child.stdout?.destroy()
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const [status] = await once(child, 'close')
  return { status, out, err }
}

async function withFull<T>(use: (fd: number) => Promise<T>): Promise<T> {
  const fd = openSync('/dev/full', 'w')
  try {
    return await use(fd)
  } finally {
    closeSync(fd)
  }
}

const COMMANDS: readonly (readonly string[])[] = [
  ['render', '--offline'],
  ['render', '--offline', '-o', 'json'],
  ['ask', 'service-number-1.default.global', '--offline'],
  ['explain', 'default/service-number-1', '--offline'],
  ['check'],
  ['check', '--matrix', '-o', 'json'],
  ['corefile', '--address', '10.96.0.53'],
  ['--help'],
  ['help', 'render'],
  ['render', '--help'],
  ['--version'],
]

describe('a full disk', () => {
  test.each(COMMANDS.map((args) => [args.join(' '), args] as const))(
    '%s: ends with status 1, and says what is missing',
    async (_text, args) => {
      const { status, err } = await withFull((full) => run(args, ['ignore', full, 'pipe']))
      expect([status, err]).toEqual([
        1,
        'meridian: standard output: no space is left (ENOSPC): not all was printed\n    make room there, or print elsewhere\n',
      ])
    },
  )

  test('for what is wrong leaves the exit status', async () => {
    const [failed, refused, lost] = await withFull((full) =>
      Promise.all([
        run(['explain', 'nope', '--offline'], ['ignore', 'pipe', full]),
        run(['bogus'], ['ignore', 'pipe', full]),
        run(['render', '--offline'], ['ignore', full, full]),
      ]),
    )
    expect([failed.status, refused.status, lost.status]).toEqual([1, 2, 1])
  })
})

describe('a reader that has seen enough', () => {
  test('ends the command quietly, as SIGPIPE ends others', async () => {
    const { status, out, err } = await run(['render', '--offline'], ['ignore', 'pipe', 'pipe'], true)
    expect([status, err]).toEqual([141, ''])
    expect(out).toMatch(/^; zone clusterset\.local\. seen from east\n/)
  })

  test('of what is wrong leaves the exit status', async () => {
    const child = spawn(process.execPath, [MERIDIAN, 'explain', 'nope', '--offline'], {
      cwd: directory.path,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.destroy()
    expect(await once(child, 'exit')).toEqual([1, null])
  })
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
