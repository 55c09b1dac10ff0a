/** Clusters that come and go with the configuration, data paths that break, and a start in the dark. */

import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Cluster, eventually, freePort } from './ground/index.ts'
import {
  addressOnDisk,
  configFor,
  exported,
  type Live,
  onDisk,
  Prober,
  Stopwatch,
  say,
  seconds,
  setPods,
  startEastAndWest,
  startLive,
} from './support/index.ts'

const DOWN_AFTER_MS = 3_000
/** From steadily back to drawn again, and slack. */
const DRAWN_MS = 2_000 + 8_000
/** Of a start, until the first answer: its own work, which other processes on busy cores do not lengthen. */
const START_CPU_MS = 2_000
/** From listening to the first answer. */
const RESTORED_MS = 1_000

const WEST_PODS = ['10.2.9.1', '10.2.9.2']
const SPLIT_WEST = '10.2.9.9'
const SPLIT_EAST = '10.101.9.9'
const SPLIT = 'split.default.svc.clusterset.local'
const ONLY_WEST = 'only-west.default.svc.clusterset.local'

let east: Cluster
let west: Cluster
/** What answers at the probe's target, somewhere in cluster-west. */
let target: Target
let meridian: Live
let prober: Prober

beforeAll(async () => {
  ;[east, west] = await startEastAndWest()
  await east.apply(exported({ name: 'split', clusterIP: SPLIT_EAST, pods: ['10.1.9.9'] }))
  await west.apply([
    ...exported({ name: 'split', clusterIP: '10.102.9.9', pods: [SPLIT_WEST] }),
    ...exported({ name: 'only-west', clusterIP: '10.102.9.1', pods: WEST_PODS }),
    ...exported({ name: 'churn-west', clusterIP: '10.102.9.2', pods: ['10.2.8.1'] }),
  ])
  target = new Target(await freePort())
  await target.open()
  meridian = await startLive(config(east))
  prober = await Prober.start(meridian.port)
  prober.add(...EAST_NAMES)
})

const EAST_DB = ['10.1.1.19', '10.1.2.20', '10.1.3.21']
const WEST_DB = ['10.2.1.18', '10.2.2.19']

const EAST_NAMES = [
  { name: 'web.default.svc.clusterset.local', always: ['10.101.195.130'] },
  { name: 'api.shop.svc.clusterset.local', type: 'AAAA', always: ['fd00:10:101::408d'] },
  { name: 'db.data.svc.clusterset.local', always: EAST_DB, also: WEST_DB },
  { name: 'db-2.cluster-east.db.data.svc.clusterset.local', always: ['10.1.3.21'] },
  { name: SPLIT, also: [SPLIT_EAST, SPLIT_WEST] },
  { name: 'split.default.svc.cluster-east.local', always: [SPLIT_EAST] },
] as const

const WEST_NAMES = [
  { name: ONLY_WEST, always: WEST_PODS },
  { name: 'only-west.default.svc.cluster-west.local', always: WEST_PODS },
  { name: 'db-0.cluster-west.db.data.svc.clusterset.local', always: ['10.2.1.18'] },
] as const

/** Of Meridian with just these clusters; cluster-west is probed. */
function config(...clusters: readonly Cluster[]): object {
  const sources = clusters.map(({ id, readerKubeconfig: path }) => [id, { kubeconfig: { path } }])
  const probe = { tcp: [`127.0.0.1:${target.port}`], interval: '1s', timeout: '1s', failAfter: 2 }
  const weights = Object.fromEntries(clusters.map(({ id }) => [id, 50]))
  return configFor(Object.fromEntries(sources), {
    clusters: { 'cluster-west': { probe } },
    clusterStates: { downAfter: `${DOWN_AFTER_MS}ms`, upAfter: '2s' },
    routing: { services: { 'default/split': { weights } } },
    state: { dir: 'state' },
  })
}

afterEach(({ task }) => {
  if (task.result?.state !== 'fail') return
  console.error([meridian?.logTail(), east?.logTails(), west?.logTails()].join('\n'))
})

afterAll(async () => {
  prober?.stop()
  await meridian?.end()
  await target?.close()
  await Promise.all([east, west].map((one) => one?.close()))
})

/** Tells the story while the prober asks, and expects that it never hears anything wrong. */
async function unnoticed(title: string, story: () => Promise<void>): Promise<void> {
  const report = prober.during()
  await story()
  const { figures, faults } = await report()
  say(`${title}: ${figures}`)
  expect(faults).toEqual([])
}

async function drawsOf(name: string, count = 20): Promise<Set<string>> {
  const draws = await Promise.all(Array.from({ length: count }, () => meridian.data(name)))
  return new Set(draws.flat())
}

const isDrawn = (): Promise<void> =>
  eventually('cluster-west is drawn', DRAWN_MS, async () =>
    expect(await drawsOf(SPLIT)).toEqual(new Set([SPLIT_EAST, SPLIT_WEST])),
  )

async function rcodeOf(name: string): Promise<string> {
  return (await meridian.ask(name)).rcode
}

let forget = (): void => {}

test('a cluster that is added to the file is answered after SIGHUP, and the others meanwhile', async () => {
  expect(await rcodeOf(ONLY_WEST)).toBe('NXDOMAIN')
  await unnoticed('added by SIGHUP', async () => {
    meridian.write(config(east, west))
    const since = new Stopwatch()
    meridian.signal('SIGHUP')
    await meridian.answers(ONLY_WEST, WEST_PODS, 10_000)
    say(`added by SIGHUP: answered after ${seconds(since.ms)}`)
    await isDrawn()
  })
  forget = prober.add(...WEST_NAMES)
})

test('a data path that breaks while the API stays up makes the cluster unreachable, and says so', async () => {
  await unnoticed('broken data path', async () => {
    await target.close()
    const since = new Stopwatch()
    await meridian.becomes('cluster-west', 'unreachable', 15_000)
    say(`broken data path: unreachable after ${seconds(since.ms)}`)
    expect(await drawsOf(SPLIT)).toEqual(new Set([SPLIT_EAST]))
    const { answers } = await meridian.ask('split.default._explain.clusterset.local', 'TXT')
    expect(answers.find((line) => line.includes('cluster=cluster-west'))).toContain('state=unreachable')
    // Its API server is as good as ever.
    await setPods(west, 'churn-west', ['10.2.8.2'])
    await meridian.answers('churn-west.default.svc.cluster-west.local', ['10.2.8.2'], 5_000)
    await target.open()
    const back = new Stopwatch()
    await isDrawn()
    say(`broken data path: takes draws again ${seconds(back.ms)} after it was mended`)
    expect(back.ms).toBeGreaterThan(1_000)
  })
})

test('an API server that is away while the probe passes leaves the cluster stale, and drawn', async () => {
  await unnoticed('API away, data path well', async () => {
    await west.kill()
    await meridian.becomes('cluster-west', 'stale', 10_000)
    await wait(DOWN_AFTER_MS + 2_000)
    expect(await meridian.stateOf('cluster-west')).toBe('stale')
    await isDrawn()
    const { edns } = await meridian.ask(ONLY_WEST)
    expect(edns?.ede).toEqual([{ code: 3, text: expect.stringContaining('cluster-west last heard from') }])
    // Now the data path breaks too.
    await target.close()
    await meridian.becomes('cluster-west', 'unreachable', 15_000)
    expect(await drawsOf(SPLIT)).toEqual(new Set([SPLIT_EAST]))
    await target.open()
    await west.restart()
    await meridian.becomes('cluster-west', 'live', 20_000)
  })
})

test('a cluster that is taken out of the file is forgotten, and the others are answered meanwhile', async () => {
  forget()
  await unnoticed('taken out of the file', async () => {
    meridian.write(config(east))
    const since = new Stopwatch()
    await eventually('cluster-west is forgotten', 15_000, async () =>
      expect(await rcodeOf(ONLY_WEST)).toBe('NXDOMAIN'),
    )
    say(`taken out of the file: forgotten after ${seconds(since.ms)}`)
    expect(await drawsOf(SPLIT)).toEqual(new Set([SPLIT_EAST]))
    expect((await meridian.get('/readyz?verbose')).text).not.toContain('cluster-west')
    meridian.write(config(east, west))
    await meridian.answers(ONLY_WEST, WEST_PODS, 15_000)
  })
})

test('a file that is wrong leaves the configuration as it was', async () => {
  await unnoticed('wrong file', async () => {
    meridian.write({ ...config(east), clusters: 'none' })
    meridian.signal('SIGHUP')
    await eventually('it is said', 10_000, () =>
      expect(meridian.logTail()).toContain('the configuration stays as it was'),
    )
    expect(await meridian.data(ONLY_WEST)).toEqual(WEST_PODS)
    meridian.write(config(east, west))
  })
})

test('restarted while every API server is down, it answers from what it last saw', async () => {
  await setPods(west, 'churn-west', ['10.2.8.3'])
  await eventually('the last view is on disk', 30_000, () =>
    expect(onDisk(meridian.file, 'cluster-west.view')).toContain(addressOnDisk('10.2.8.3')),
  )
  prober.stop()
  await Promise.all([east.kill(), west.kill()])
  await meridian.end('SIGKILL')
  const since = new Stopwatch()
  await meridian.start()
  const listening = new Stopwatch()
  await meridian.answers('churn-west.default.svc.clusterset.local', ['10.2.8.3'], 10_000)
  const [restored, cpu] = [listening.ms, meridian.cpuMs()]
  say(
    `restarted: answers ${seconds(since.ms)} after the start of its process, of which it worked ${seconds(cpu)}`,
  )
  expect(await meridian.data('web.default.svc.clusterset.local')).toEqual(['10.101.195.130'])
  expect((await meridian.get('/readyz')).status).toBe(200)
  const { rcode, edns } = await meridian.ask(ONLY_WEST)
  expect(rcode).toBe('NOERROR')
  expect(edns?.ede).toEqual([{ code: 3, text: expect.stringMatching(/^cluster-west last heard from 20/) }])
  expect(await rcodeOf('missing.default.svc.clusterset.local')).toBe('NXDOMAIN')
  expect(restored).toBeLessThan(RESTORED_MS)
  expect(cpu).toBeLessThan(START_CPU_MS)
})

test('and when they are back, it follows them', async () => {
  await Promise.all([east.restart(), west.restart()])
  await setPods(west, 'churn-west', ['10.2.8.4'])
  const since = new Stopwatch()
  await meridian.answers('churn-west.default.svc.cluster-west.local', ['10.2.8.4'], 12_000)
  say(`back again: right after ${seconds(since.ms)}`)
  await meridian.becomes('cluster-east', 'live', 12_000)
  await meridian.becomes('cluster-west', 'live', 12_000)
  const { edns } = await meridian.ask(ONLY_WEST)
  expect(edns?.ede).toEqual([])
})

/** A listener that can be taken away and put back. */
class Target {
  readonly port: number
  #server: Server | undefined

  constructor(port: number) {
    this.port = port
  }

  async open(): Promise<void> {
    this.#server = createServer((socket) => socket.on('error', () => undefined).end())
    await once(this.#server.listen(this.port, '127.0.0.1'), 'listening')
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server !== undefined) await once(server.close(), 'close')
  }
}
