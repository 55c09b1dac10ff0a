import { once } from 'node:events'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as immediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseConfig, planOf, watchSpecsOf } from '../../src/app/config/index.ts'
import { Flow } from '../../src/app/flow/index.ts'
import { ClusterTurns, MOST_A_TURN } from '../../src/app/flow/turns.ts'
import { credentialsFrom, watchApiServer } from '../../src/sources/apiserver/index.ts'
import {
  type Care,
  type Change,
  EMPTY_VIEW,
  NO_CARE,
  objectsOf,
  ThreadTime,
  TimeShare,
} from '../../src/sources/changes/index.ts'
import { watchDirectory } from '../../src/sources/manifests/index.ts'
import { ReaderSupervisor } from '../../src/sources/reader/supervisor.ts'
import { parseObject, unpackList } from '../../src/words/kube/index.ts'
import { createLog, createTelemetry, REPORTED_EACH } from '../../src/words/observe/index.ts'
import type { World } from '../../src/world/zone/index.ts'
import { KINDS, kubeconfig, READ } from '../sources/apiserver/cluster.ts'
import { FakeApiServer } from '../sources/apiserver/fake.ts'
import { exported } from '../support/manifests.ts'
import { membersOf, NOBODY } from '../support/members.ts'
import { run } from '../support/recorder.ts'
import { until } from '../support/sockets.ts'

// A member that never stops changing has its share of the time, and what others say is heard as if it were not there.
// What is counted is how much of it comes between: a busy machine makes all of that slower alike.

const LONG = 60_000

let dir: string
let end: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'meridian-churn-'))
})
afterEach(async () => {
  for (const one of end.reverse()) await one()
  end = []
  await rm(dir, { recursive: true, force: true })
})

const THREAD = new URL('../../src/sources/reader/thread.ts', import.meta.url)

/** `good` from manifests, and `bad` from an API server, read by a thread. */
async function testServer(bad: FakeApiServer) {
  await mkdir(join(dir, 'good'))
  await writeFile(join(dir, 'bad.kubeconfig'), kubeconfig(bad.url))
  const config = parseConfig(
    'clusters: [{id: good, source: {manifests: good}}, {id: bad, source: {kubeconfig: {path: bad.kubeconfig}}}]',
    join(dir, 'meridian.yaml'),
  )
  let published = 0
  const world = (): void => {
    published += 1
  }
  const flow = new Flow(planOf(config), { ...NOBODY, world }, Date.now())
  const log = createLog('silent')
  const reader = new ReaderSupervisor(THREAD, { state: null, log, lost: () => undefined })
  const members = membersOf({
    flow,
    store: null,
    log,
    reader,
  })
  end.push(() => members.stop())
  await members.assign(watchSpecsOf(config))
  const change = async (n: number): Promise<void> => {
    const file = join(dir, 'good', 'web.json')
    await writeFile(
      `${file}.new~`,
      exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'], port: 1000 + n }),
    )
    await rename(`${file}.new~`, file)
  }
  const sees = (n: number): Promise<void> => until(() => portOf(flow) === 1000 + n, `change ${n}`, LONG)
  return { flow, published: () => published, change, sees }
}

const portOf = ({ world }: Flow): number | undefined => {
  const [one] = world.entries.get('default/web')?.exports ?? []
  return one?.kind === 'valid' ? one.ports[0]?.port : undefined
}

const metadata = (name: string, more: object = {}) => ({
  name,
  namespace: 'default',
  creationTimestamp: '2026-01-01T00:00:00Z',
  ...more,
})

const slice = (name: string, address: string) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: metadata(name, { labels: { 'kubernetes.io/service-name': name }, resourceVersion: '200' }),
  addressType: 'IPv4',
  endpoints: [{ addresses: [address] }],
  ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
})

/** Sends it again and again, as fast as it is read; how many octets that were so far. */
function pump(response: ServerResponse, text: string): () => number {
  const chunk = Buffer.from(text)
  let sent = 0
  const stopped = new AbortController()
  end.push(async () => stopped.abort())
  const send = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      sent += chunk.length
      if (!response.write(chunk)) await once(response, 'drain', { signal: stopped.signal })
    }
  }
  send().catch(() => undefined)
  return () => sent
}

/** Every object takes a millisecond at least, on any machine; how many are worked on between two turns at most. */
function slowly() {
  let [most, now, all, goesOn] = [0, 0, 0, true]
  const turn = (): void => {
    most = Math.max(most, now)
    now = 0
    if (goesOn) setImmediate(turn)
  }
  turn()
  end.push(async () => {
    goesOn = false
  })
  const hold: Care['hold'] = (_thing, work) => {
    for (const until = performance.now() + 1; performance.now() < until; );
    now += 1
    all += 1
    return work()
  }
  return { care: { ...NO_CARE, hold }, most: () => most, all: () => all }
}

/** Four milliseconds, and as many again where a turn ends between. */
const MOST_OF_A_TURN = 8

describe('what a cluster sends is read in turns of some milliseconds', { timeout: 300_000 }, () => {
  test.each([['services'], ['services', 'endpointslices']])(
    'by its API server, as %s',
    async (...plurals) => {
      const server = await FakeApiServer.open()
      const { care, most, all } = slowly()
      const start = watchApiServer({
        credentials: credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(server.url) }),
        kinds: READ,
        care: () => care,
      })
      const { source, told } = run(start)
      end.push(
        () => server.kill(),
        () => source.stop(),
      )
      await until(() => told.kinds.at(-1) === 'live' && server.watchers.size === KINDS.length, 'live', LONG)
      const text = JSON.stringify({ type: 'MODIFIED', object: slice('s', '10.2.0.1') })
      for (const plural of plurals) server.watcher(plural).response.write(`${text}\n`.repeat(1000))
      await until(() => all() >= 1000 * plurals.length, 'all that was sent', LONG)
      expect(most()).toBeLessThanOrEqual(MOST_OF_A_TURN)
    },
  )

  test('by its API server, as a page of a list', async () => {
    const server = await FakeApiServer.open()
    for (let i = 0; i < 400; i++) server.put(slice(`s${i}`, '10.2.0.1'))
    const { care, most, all } = slowly()
    const start = watchApiServer({
      credentials: credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(server.url) }),
      kinds: READ,
      care: () => care,
    })
    const { source } = run(start)
    end.push(
      () => server.kill(),
      () => source.stop(),
    )
    await until(() => all() >= 400, 'the list', LONG)
    expect(most()).toBeLessThanOrEqual(MOST_OF_A_TURN)
  })

  test.each(['json', 'yaml'])('in a file of manifests, as %s', async (as) => {
    const { care, most, all } = slowly()
    const items = Array.from({ length: 400 }, (_, i) => slice(`s${i}`, '10.2.0.1'))
    const text =
      as === 'json'
        ? JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
        : items.map((item) => `---\n${JSON.stringify(item)}\n`).join('')
    await writeFile(join(dir, `all.${as}`), text)
    const { source, told } = run(watchDirectory(dir, { care }))
    end.push(() => source.stop())
    await until(() => told.ids.length === 400, 'all objects', LONG)
    expect(all()).toBeGreaterThanOrEqual(400)
    expect(most()).toBeLessThanOrEqual(MOST_OF_A_TURN)
  })
})

describe('a member that changes without a pause', { timeout: 300_000 }, () => {
  test('is published some times at most before what another says', async () => {
    const bad = await FakeApiServer.open()
    end.push(() => bad.kill())
    for (let i = 0; i < 10; i++) bad.put(slice(`s${i}`, '10.2.0.1'))
    const { change, sees, flow, published } = await testServer(bad)
    await change(0)
    await sees(0)
    await until(
      () => objectsOf(flow.views.get('bad') ?? EMPTY_VIEW, 'EndpointSlice').size === 10,
      'slices',
      LONG,
    )
    const events = Array.from({ length: 1000 }, (_, i) => ({
      type: 'MODIFIED',
      object: slice(`s${i % 10}`, `10.2.${i % 250}.1`),
    }))
    const { response } = bad.watcher('endpointslices')
    const sent = pump(response, events.map((one) => `${JSON.stringify(one)}\n`).join(''))
    await until(() => sent() > 2 ** 24, 'a flood', LONG)
    for (let n = 1; n <= 5; n++) {
      const before = published()
      await change(n)
      await sees(n)
      expect(published() - before).toBeLessThan(100)
    }
  })

  test('with 200 services that take long has another published before they all are', async () => {
    const { care, most } = slowly()
    const worlds: World[] = []
    const text = 'clusters: [{id: good, source: {manifests: good}}, {id: bad, source: {manifests: bad}}]'
    const events = {
      world: (next: World) => worlds.push(next),
      names: () => undefined,
      fault: () => undefined,
    }
    const flow = new Flow(planOf(parseConfig(text, 'meridian.yaml')), events, Date.now(), care)
    const time = new ThreadTime()
    const [badly, well] = ['bad', 'good'].map(
      (id) =>
        new ClusterTurns(
          flow.dirtyOf(id),
          (keys) => flow.deriveOf(id, keys, Date.now()),
          new TimeShare(time),
        ),
    )
    if (badly === undefined || well === undefined) throw new Error('no turns')
    const changes = changesOf(Array.from({ length: MOST_A_TURN }, (_, i) => `s${i}`))
    for (let i = 0; i < 3; i++) badly.take(() => flow.changing('bad', changes))
    for (let i = 0; i < 5; i++) await immediate()
    expect(badly.idle).toBe(false)
    well.take(() => flow.changing('good', changesOf(['web'])))
    expect(flow.world.entries.get('default/web')).toBeDefined()
    expect(flow.world.entries.size).toBeLessThan(MOST_A_TURN / 2)
    await until(() => badly.idle && well.idle, 'all', LONG)
    expect(flow.world.entries.size).toBe(MOST_A_TURN + 1)
    expect(most()).toBeLessThanOrEqual(MOST_OF_A_TURN + 4)
  })

  test('and says of itself what its operator should know has that in the log a few times', async () => {
    const lines: string[] = []
    const { noticed } = createTelemetry(createLog('info', { write: (line) => lines.push(line) }))
    for (let i = 0; i < 1000; i++)
      for (const reason of ['notDeclared', 'foreign'])
        noticed({ cluster: 'bad', reason }, 'addresses that are not its own')
    noticed({ cluster: 'good', reason: 'foreign' }, 'addresses that are not its own')
    expect(lines.filter((line) => line.includes('"bad"'))).toHaveLength(2 * REPORTED_EACH)
    expect(lines.filter((line) => line.includes('"good"'))).toHaveLength(1)
  })
})

const changesOf = (names: readonly string[]): readonly Change[] =>
  names
    .flatMap((name) =>
      unpackList(JSON.parse(exported({ name, clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }))),
    )
    .flatMap((value) => {
      const parsed = parseObject(value)
      return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object } as const] : []
    })
