import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseConfig, planOf, watchSpecsOf } from '../../../src/app/config/index.ts'
import { Flow, type Members } from '../../../src/app/flow/index.ts'
import { openStore, type StateStore } from '../../../src/sources/state/index.ts'
import { type KubeObject, parseObject, unpackList } from '../../../src/words/kube/index.ts'
import { createLog, REPORTED_EACH } from '../../../src/words/observe/index.ts'
import { kubeconfig } from '../../sources/apiserver/cluster.ts'
import { FakeApiServer } from '../../sources/apiserver/fake.ts'
import { exported } from '../../support/manifests.ts'
import { membersOf, NOBODY } from '../../support/members.ts'
import { readHere } from '../../support/reader.ts'
import { until } from '../../support/sockets.ts'

let dir: string
let store: StateStore
let running: Members[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'meridian-members-'))
  store = await openStore({ dir: join(dir, 'state'), version: '1.2.3', warn: () => undefined })
})
afterEach(async () => {
  await Promise.all(running.map((members) => members.stop()))
  running = []
  await store.close()
  await rm(dir, { recursive: true, force: true })
})

/** As the next process finds what this one kept. */
async function reopen(): Promise<void> {
  await store.close()
  store = await openStore({ dir: join(dir, 'state'), version: '1.2.3', warn: () => undefined })
}

const configOf = (more: string) =>
  parseConfig(`clusters: [{id: east, source: {manifests: east}}]\n${more}`, join(dir, 'meridian.yaml'))

function testServer(config = configOf(''), lines: string[] = []) {
  const flow = new Flow(planOf(config), NOBODY, Date.now())
  const members = membersOf({
    flow,
    store,
    log: createLog('info', { write: (line) => lines.push(line) }),
    reader: readHere(store.custody),
  })
  running.push(members)
  const stateOf = () => flow.world.clusterset.members.get('east')?.freshness.kind
  const services = () => [...flow.world.entries].map(([key]) => key)
  return { flow, members, stateOf, services }
}

/** In place of the cluster's only file. */
async function put(name: string): Promise<void> {
  await mkdir(join(dir, 'east'), { recursive: true })
  await writeFile(
    join(dir, 'east', 'all.json'),
    exported({ name, clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }),
  )
}

const objectsIn = (list: string): readonly KubeObject[] =>
  unpackList(JSON.parse(list)).flatMap((item) => {
    const parsed = parseObject(item)
    return parsed.outcome === 'object' ? [parsed.object] : []
  })

describe('a cluster whose watch starts anew, because its watch spec changed', () => {
  const patient = configOf.bind(null, 'clusterStates: {downAfter: 7m}')

  test('keeps what is in memory, which is newer than what is on disk', async () => {
    await put('web')
    const { flow, members, services, stateOf } = testServer()
    await members.assign(watchSpecsOf(configOf('')))
    await until(() => stateOf() === 'live', 'the first view')
    await until(async () => (await store.restore('east')) !== undefined, 'the first view on disk')
    const newer = objectsIn(exported({ name: 'api', clusterIP: '10.101.0.2', pods: ['10.1.0.2'] }))
    flow.changed(
      'east',
      newer.map((object) => ({ op: 'put', object })),
      Date.now(),
    )
    await rm(join(dir, 'east'), { recursive: true })
    await members.assign(watchSpecsOf(patient()))
    await until(() => members.all().length === 1, 'the watch that starts anew')
    expect(services().toSorted()).toEqual(['default/api', 'default/web'])
  })

  test('is what it was, and lost once nothing was heard of it for a while', async () => {
    await put('web')
    const { members, stateOf } = testServer()
    await members.assign(watchSpecsOf(configOf('')))
    await until(() => stateOf() === 'live', 'the first view')
    await rm(join(dir, 'east'), { recursive: true })
    await members.assign(watchSpecsOf(patient()))
    await until(() => members.all().length === 1, 'the watch that starts anew')
    expect(members.all()[0]?.health().kind).toBe('live')
    await until(() => stateOf() === 'stale', 'a lost watch')
  })
})

describe('a cluster that is read from elsewhere', () => {
  const readFrom = (directory: string, more = '') =>
    parseConfig(
      `clusters: [{id: east, source: {manifests: ${directory}}${more}}]`,
      join(dir, 'meridian.yaml'),
    )

  test('has the problems of where it is read, and none of where it was', async () => {
    await put('web')
    await mkdir(join(dir, 'other'), { recursive: true })
    await writeFile(join(dir, 'east', 'broken.yaml'), 'kind: [')
    const { flow, members, stateOf } = testServer()
    await members.assign(watchSpecsOf(readFrom('east')))
    await until(() => (flow.problems.get('east') ?? []).length === 1, 'what is wrong in it')
    await writeFile(join(dir, 'other', 'all.json'), await readFile(join(dir, 'east', 'all.json')))
    await members.assign(watchSpecsOf(readFrom('other')))
    await until(() => members.all().length === 1 && stateOf() === 'live', 'the other directory')
    expect(flow.problems.get('east')).toEqual([])
  })

  test('has nothing of namespaces that are read no more, though it is away', async () => {
    await put('web')
    const { members, stateOf, services } = testServer()
    await members.assign(watchSpecsOf(readFrom('east')))
    await until(() => stateOf() === 'live', 'the first view')
    await rm(join(dir, 'east'), { recursive: true })
    await members.assign(watchSpecsOf(readFrom('east', ', namespaces: [default, shop]')))
    expect(services()).toEqual(['default/web'])
    await members.assign(watchSpecsOf(readFrom('east', ', namespaces: [shop]')))
    expect(services()).toEqual([])
  })

  test('knows nothing of a probe that is made no more', async () => {
    await put('web')
    const { members, stateOf } = testServer()
    const probed = ', probe: {tcp: ["127.0.0.1:1"], interval: 1s, timeout: 500ms, failAfter: 1}'
    await members.assign(watchSpecsOf(readFrom('east', probed)))
    await until(() => stateOf() === 'unreachable', 'a probe that fails')
    await members.assign(watchSpecsOf(readFrom('east')))
    await until(() => members.all().length === 1, 'the watch without a probe')
    expect(members.all()[0]?.health()).toMatchObject({ failedProbes: 0, roundTrip: null, slowSince: null })
  })
})

describe('a server that is started again while a cluster is away', () => {
  const MINUTE = 60_000

  test('knows since when, from the heartbeat of the process before', async () => {
    await put('web')
    const before = testServer()
    await before.members.assign(watchSpecsOf(configOf('')))
    await until(() => before.stateOf() === 'live', 'the first view')
    await before.members.stop()
    await reopen()
    const kept = (await store.restoreHeartbeat())?.get('east')
    expect(kept?.health).toMatchObject({ kind: 'live', lostAt: null })
    if (kept === undefined) return
    const health = { ...kept.health, kind: 'stale', lostAt: kept.at - 4 * MINUTE } as const
    store.saveHeartbeat(new Map([['east', { at: kept.at, health }]]))
    await reopen()
    await rm(join(dir, 'east'), { recursive: true })
    const config = parseConfig(
      'clusters: [{id: west, source: {manifests: west}}, {id: east, source: {manifests: east}}]\nclusterStates: {downAfter: 3m}',
      join(dir, 'meridian.yaml'),
    )
    const { members, stateOf } = testServer(config)
    await members.assign(watchSpecsOf(config))
    await until(() => members.all().length === 2, 'its last view')
    expect(stateOf()).toBe('down')
  })
})

describe('the serials of zones', () => {
  test('outlive the process, also those ahead of the clock', async () => {
    await put('web')
    const before = testServer()
    await before.members.assign(watchSpecsOf(configOf('')))
    await until(() => before.stateOf() === 'live', 'the first view')
    await before.members.stop()
    await reopen()
    const kept = await store.restoreSerials()
    expect([...(kept?.keys() ?? [])]).toEqual(['clusterset.local', 'global', 'east.local'])
    const at = Date.now()
    const second = Math.floor(at / 1000)
    const ahead = new Map([
      ['global', second + 1],
      ['east.local', second],
    ])
    store.saveSerials({ at, serials: ahead })
    await reopen()
    const resumed = await store.restoreSerials()
    expect(resumed?.get('global')).toBe(second + 1)
    expect(resumed?.get('east.local')).toBe(second)
  })

  test('are noted last as those of a process that has ended', async () => {
    await put('web')
    const { members, stateOf } = testServer()
    await members.assign(watchSpecsOf(configOf('')))
    await until(() => stateOf() === 'live', 'the first view')
    const noted = vi.spyOn(store, 'saveSerials')
    await members.stop()
    // As long as it takes to read back what is there.
    for (let i = 0; i < 3; i++) await store.restoreHeartbeat()
    expect(noted.mock.calls.map(([{ goesOn }]) => goesOn)).toEqual([false])
  })

  test('that may have moved when the process died are past wherever that was', async () => {
    const at = Date.now() - 2_100_000
    const second = Math.floor(at / 1000)
    const serials = new Map([
      ['global', second - 86_400],
      ['east.local', second + 100],
    ])
    store.saveSerials({ at, serials, goesOn: true })
    await reopen()
    const resumed = await store.restoreSerials()
    expect(resumed?.get('global')).toBeGreaterThan(second + 2_000)
    expect(resumed?.get('east.local')).toBeGreaterThan(second + 2_100)
  })
})

describe('a cluster that is read in some namespaces', () => {
  test('has what is in them, and is watched anew when they change', async () => {
    await put('web')
    const { members, services, stateOf } = testServer()
    const inNamespaces = (list: string) =>
      watchSpecsOf(
        parseConfig(
          `clusters: [{id: east, namespaces: ${list}, source: {manifests: east}}]`,
          join(dir, 'meridian.yaml'),
        ),
      )
    await members.assign(inNamespaces('[shop]'))
    await until(() => stateOf() === 'live', 'the first view')
    expect(services()).toEqual([])
    await members.assign(inNamespaces('[shop, default]'))
    await until(() => services().length > 0, 'what is in the namespace that was added')
    await members.assign(inNamespaces('[shop]'))
    await until(() => services().length === 0, 'that namespace taken away')
  })

  test('has each list of a namespace held against what was restored of that namespace', async () => {
    const server = await FakeApiServer.open()
    try {
      await writeFile(join(dir, 'kubeconfig'), kubeconfig(server.url))
      const { flow, members } = testServer()
      const many = Array.from({ length: 20 }, (_, i) =>
        objectsIn(
          exported({ name: `s${i}`, namespace: 'shop', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }),
        ),
      )
      flow.changed(
        'east',
        many.flat().map((object) => ({ op: 'put', object })),
        Date.now(),
      )
      const text =
        'clusters: [{id: east, namespaces: [data, shop], source: {kubeconfig: {path: kubeconfig}}}]'
      await members.assign(watchSpecsOf(parseConfig(text, join(dir, 'meridian.yaml'))))
      await until(() => flow.problems.get('east')?.length === 3, 'a list of each kind that is doubted')
      const messages = flow.problems.get('east')?.map(({ message }) => message) ?? []
      expect(messages.toSorted()).toEqual(
        ['endpointslices', 'serviceexports', 'services'].map(
          (plural) =>
            `list ${plural} in namespace shop: 0 where 20 were held; believed when a second list agrees`,
        ),
      )
    } finally {
      await server.kill()
    }
  })
})

test.each([1, 3, 4, 300])(
  '%i broken files of a cluster cost the log no more than a few lines',
  async (count) => {
    await put('web')
    for (let i = 0; i < count; i++) await writeFile(join(dir, 'east', `broken-${i}.json`), '{')
    const lines: string[] = []
    const { flow, members } = testServer(configOf(''), lines)
    await members.assign(watchSpecsOf(configOf('')))
    await until(() => flow.problems.get('east')?.length === count, 'all problems')
    expect(lines.filter((line) => line.includes('broken-'))).toHaveLength(Math.min(count, REPORTED_EACH))
  },
)
