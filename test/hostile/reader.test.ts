import { execFileSync } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { exported } from '../support/manifests.ts'
import { type Command, command, listening, MERIDIAN, written } from '../support/server.ts'
import { until } from '../support/sockets.ts'

// What one cluster says is the end of the thread that reads, or its directory never answers. The process lives, the good
// cluster beside it is answered, its changes too, and what is wrong with the other is told.

const TROUBLED = fileURLToPath(new URL('./troubled.mjs', import.meta.url))
const HEAP = ['--max-old-space-size=256', '--max-semi-space-size=8']
const LONG = 150_000

const started: Command[] = []
const directories: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL')
  for (const directory of directories.splice(0)) await directory.close()
})

const service = (name: string, clusterIP = '10.101.0.1'): string =>
  exported({ name, clusterIP, pods: ['10.1.0.1'] })

const nameOf = (service: string): string => `${service}.default.svc.clusterset.local`

async function testServer(
  bad: string,
  flags: readonly string[] = [...HEAP, '--import', TROUBLED],
  env: NodeJS.ProcessEnv = {},
) {
  const directory = await written({
    clusters: { good: { 'web.json': service('web') }, [bad]: { 'old.json': service('old') } },
    config: { log: { level: 'info' }, startup: { timeout: '3s' } },
  })
  directories.push(directory)
  const start = async () => {
    const config = directory.at('meridian.yaml')
    const args = [...flags, MERIDIAN, 'serve', '--config', config, '--drain', '0s']
    const server = command(args, undefined, env)
    started.push(server)
    const running = await listening(server, LONG)
    const has = async (name: string) => (await running.ask(nameOf(name))).answers.length > 0
    const tells = async (word: string | RegExp) => {
      const { text } = await running.get('/readyz?verbose')
      return text.split('\n').some((line) => line.includes(`cluster ${bad}`) && line.match(word) !== null)
    }
    const isServed = (name: string) => until(() => has(name), `${name} that is answered`, LONG)
    return { ...running, server, has, tells, isServed }
  }
  return { directory, start }
}

describe('a cluster that is the end of the thread that reads it', { timeout: 300_000 }, () => {
  test.each([
    ['by all the memory that it takes', 'out-of-memory', /memory/],
    ['by never ending', 'stand-still', /stood still for 60 s/],
  ])('%s costs itself alone', async (_how, word, told) => {
    const { directory, start } = await testServer('bad')
    const { has, tells, isServed, get, server } = await start()
    await isServed('web')
    await isServed('old')
    await directory.write(`bad/${word}.json`, service(word))
    await until(
      async () => {
        expect(await has('web')).toBe(true)
        return tells(told)
      },
      'what is wrong with it',
      LONG,
    )
    await directory.write('good/new.json', service('new', '10.101.0.2'))
    await isServed('new')
    expect(await has('old')).toBe(true)
    expect(await has(word)).toBe(false)
    const { text } = await get('/metrics')
    expect(text).toContain('meridian_reader_threads_lost_total 1')
    expect(text).toContain('meridian_watch_errors_total{cluster="bad",kind="all",reason="reader"} 1')
    expect(text).toContain('meridian_cluster_problems{cluster="bad"} 1')
    expect(server.err).toMatch(/the thread that reads clusters is lost, with this one in hand/)
    expect(server.child.exitCode).toBeNull()
  })

  test('by a List of ten mebibytes in one line is not read, and costs itself alone', async () => {
    const { directory, start } = await testServer('bad', HEAP)
    const { has, tells, isServed, server } = await start()
    await isServed('web')
    const item = '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {}},'
    const list = `{apiVersion: v1, kind: List, items: [${item.repeat((10 * 2 ** 20) / item.length)}]}\n`
    await directory.write('bad/list.yaml', list)
    await until(
      async () => {
        expect(await has('web')).toBe(true)
        return tells(/a document of 1\d+ characters/)
      },
      'what is wrong with it',
      LONG,
    )
    await directory.write('good/new.json', service('new', '10.101.0.2'))
    await isServed('new')
    expect(await has('old')).toBe(true)
    expect(server.child.exitCode).toBeNull()
  })
})

describe('a heap that flags of the process set', { timeout: 300_000 }, () => {
  test.each([
    ['on the command line', HEAP, {}],
    ['in NODE_OPTIONS', [], { NODE_OPTIONS: HEAP.join(' ') }],
  ])('%s is that of the main thread, and the others have less', async (_where, flags, env) => {
    const { directory, start } = await testServer('bad', [...flags, '--import', TROUBLED], env)
    const { has, tells, isServed, server } = await start()
    await isServed('old')
    const limits = { main: 280, reader: 140, answering: 70 }
    expect(server.err).toContain(JSON.stringify(limits).slice(1, -1))
    const heaps = [...server.err.matchAll(/^heap of (.*): (\d+) MiB$/gm)].map(([, name, mib]) => [
      name,
      Number(mib),
    ])
    expect(Object.fromEntries(heaps)).toEqual({
      '': limits.main,
      reader: limits.reader,
      streams: limits.answering,
      answering: limits.answering,
    })
    await directory.write('bad/bad.json', service('out-of-memory'))
    await until(
      async () => {
        expect(await has('web')).toBe(true)
        return tells(/memory/)
      },
      'what is wrong with it',
      LONG,
    )
    expect(server.child.exitCode).toBeNull()
  })
})

describe('a directory on a file system that does not answer', { timeout: 300_000 }, () => {
  test('costs its cluster alone, and no time when the server stops', async () => {
    const { directory, start } = await testServer('hung')
    await mkdir(directory.at('hung'), { recursive: true })
    execFileSync('mkfifo', [directory.at('hung/pipe')])
    const { has, tells, isServed, server } = await start()
    await isServed('web')
    await until(
      async () => {
        expect(await has('web')).toBe(true)
        return tells(/the file system does not answer/)
      },
      'what is wrong with it',
      LONG,
    )
    await directory.write('good/new.json', service('new', '10.101.0.2'))
    await isServed('new')
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.err).toMatch(/"msg":"stopped"/)
    await rm(directory.at('hung/pipe'))
  })
})
