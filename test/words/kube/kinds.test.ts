import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { worldMetrics } from '../../../src/app/admin/metrics.ts'
import { watchedOf } from '../../../src/app/admin/watched.ts'
import { wantsOf } from '../../../src/app/cli/check/live/wants.ts'
import { joinText } from '../../../src/app/cli/join/index.ts'
import { parseJoinOptions } from '../../../src/app/cli/join/options.ts'
import { remoteObjects } from '../../../src/app/cli/join/remote.ts'
import { liveClusterOf } from '../../../src/app/cli/live.ts'
import { parseConfig, planOf, watchSpecsOf } from '../../../src/app/config/index.ts'
import { Flow, type Members } from '../../../src/app/flow/index.ts'
import { Controller } from '../../../src/controller/index.ts'
import { bearingOn, type ClusterView, objectIn, objectsOf } from '../../../src/sources/changes/index.ts'
import { ReaderSupervisor } from '../../../src/sources/reader/supervisor.ts'
import { openStore, type StateStore } from '../../../src/sources/state/index.ts'
import { KINDS, Kinds, parseObject, type Scope } from '../../../src/words/kube/index.ts'
import { createLog } from '../../../src/words/observe/index.ts'
import { FakeApiServer, isList } from '../../sources/apiserver/fake.ts'
import { kubeconfig } from '../../support/kubeconfig.ts'
import { exported } from '../../support/manifests.ts'
import { membersOf, NOBODY } from '../../support/members.ts'
import { until } from '../../support/sockets.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'
import { storeIn } from '../../support/values.ts'
import { BEACON, LANTERN, shareOil, WITH_LANTERNS } from './lantern.ts'

let directory: Temporary
let store: StateStore
let server: FakeApiServer
let running: Members[] = []

const reopened = () => openStore(storeIn(directory.at('state'), { kinds: WITH_LANTERNS, interval: 1 }))

beforeEach(async () => {
  directory = await temporary()
  store = await reopened()
  server = await FakeApiServer.open()
  server.groups = { 'lights.example.com': ['v1'] }
})
afterEach(async () => {
  await Promise.all(running.map((members) => members.stop()))
  running = []
  await store.close()
  await server.kill()
  await directory.close()
})

const lantern = (name: string, services: readonly string[]) => ({
  apiVersion: 'lights.example.com/v1',
  kind: 'Lantern',
  metadata: { namespace: 'streets', name },
  spec: { services, oil: 'colza' },
})

const beacon = (name: string) => ({
  apiVersion: 'lights.example.com/v1',
  kind: 'Beacon',
  // What stands in no namespace says none.
  metadata: { name } as { readonly namespace: string; readonly name: string },
})

const sourceOf = {
  manifests: () => `{manifests: ${JSON.stringify(directory.at('east'))}}`,
  server: () => `{kubeconfig: {path: ${JSON.stringify(directory.at('kubeconfig'))}}}`,
}

const configOf = (source: string, more = '') =>
  parseConfig(`clusters: [{id: east, source: ${source}}]\n${more}`, join(directory.path, 'meridian.yaml'))

const UNASKED: Scope = { roles: ['member'], asked: [] }
const ASKED: Scope = { roles: ['member', 'policy'], asked: ['beacons'] }

/** A server that has the made-up kinds, on threads too. */
function testServer(config = configOf(sourceOf.manifests())) {
  const log = createLog('silent')
  const flow = new Flow(planOf(config), NOBODY, Date.now(), undefined, undefined, WITH_LANTERNS)
  const program = new URL('./lantern-thread.ts', import.meta.url)
  const reader = new ReaderSupervisor(program, {
    kinds: WITH_LANTERNS,
    state: null,
    log,
    lost: () => undefined,
  })
  const members = membersOf({
    flow,
    store,
    log,
    reader,
  })
  running.push(members)
  const watched = watchedOf({
    flow,
    members,
    controller: new Controller({ world: flow.world, log, identity: 'one' }),
    answering: { isSettled: () => true, answers: () => true },
    inForce: { refused: null },
    search: null,
  })
  const view = (): ClusterView => flow.views.get('east') ?? expect.fail('no view')
  return {
    flow,
    members,
    view,
    watch: (scope: Scope = UNASKED, by = config) =>
      members.assign(watchSpecsOf(by).map((spec) => ({ ...spec, scope }))),
    stateOf: () => flow.world.clusterset.members.get('east')?.freshness.kind,
    lanterns: () => [...objectsOf(view(), LANTERN.kind)].map(([key]) => key).toSorted(),
    beacons: () => [...objectsOf(view(), BEACON.kind)].map(([key]) => key).toSorted(),
    /** By kind. */
    counted: () =>
      Object.fromEntries(
        worldMetrics(watched)
          .filter(({ name }) => name === 'meridian_cluster_objects')
          .flatMap(({ read }) => [...read()].map(({ labels, value }) => [labels['kind'], value])),
      ),
  }
}

const write = (file: string, ...objects: readonly object[]): Promise<void> =>
  directory.write(join('east', file), objects.map((one) => JSON.stringify(one)).join('\n'))

/** In the place of the server's data. */
async function serve(...objects: readonly Parameters<FakeApiServer['put']>[0][]): Promise<void> {
  await directory.write('kubeconfig', kubeconfig(server.url))
  for (const object of objects) server.put(object)
}

describe('a kind that the table has, and nothing else', () => {
  test('is seen live in a directory, under the services that it bears on, and counted', async () => {
    await write(
      'web.json',
      JSON.parse(exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] })),
    )
    await write('lanterns.json', lantern('old', ['web.default', 'cart.default']))
    const { watch, stateOf, lanterns, view, counted } = testServer()
    await watch()
    await until(() => stateOf() === 'live', 'the first view')
    expect(lanterns()).toEqual(['streets/old'])
    const kindsOn = (key: string) => Array.from(bearingOn(view(), key), ({ kind }) => kind)
    expect(kindsOn('default/web')).toEqual(['Service', 'ServiceExport', 'EndpointSlice', 'Lantern'])
    expect(kindsOn('default/cart')).toEqual(['Lantern'])
    expect(counted()).toEqual({
      Service: 1,
      EndpointSlice: 1,
      ServiceExport: 1,
      ServiceImport: 0,
      Lantern: 1,
    })
    await write('lanterns.json', lantern('new', ['cart.default']))
    await until(() => lanterns().join() === 'streets/new', 'another lantern')
    expect(kindsOn('default/web')).not.toContain('Lantern')
    await directory.remove('east/lanterns.json')
    await until(() => lanterns().length === 0, 'no lantern')
    expect(kindsOn('default/cart')).toEqual([])
    expect(counted()['Lantern']).toBe(0)
  })

  test('is seen live on an API server, and what of it cannot be read is told', async () => {
    await serve(lantern('old', ['web.default']))
    const { watch, stateOf, lanterns, view, flow } = testServer(configOf(sourceOf.server()))
    await watch()
    await until(() => stateOf() === 'live', 'the first view')
    expect(lanterns()).toEqual(['streets/old'])
    server.put(lantern('new', ['cart.default', 'Cart!']))
    await until(() => lanterns().length === 2, 'another lantern')
    const found = objectIn(view(), LANTERN, 'streets/new')
    expect(found?.services).toEqual(['default/cart'])
    expect(found?.flaws).toEqual([
      'Lantern streets/new: spec.services[1]: "Cart!" is not a service such as web.shop; it is left out',
    ])
    await until(() => (flow.problems.get('east') ?? []).length === 1, 'what is wrong with it')
    const torn = { ...lantern('torn', []), spec: { services: 'web' } }
    server.put(torn)
    await until(() => view().unreadableIds.size === 1, 'one that cannot be read')
    expect(lanterns()).toEqual(['streets/new', 'streets/old'])
    server.remove(torn)
    server.remove(lantern('old', []))
    await until(() => view().unreadableIds.size === 0 && lanterns().length === 1, 'two lanterns less')
  })

  test('that went while nobody watched is deleted at the next list', async () => {
    await serve(lantern('old', ['web.default']), lantern('new', ['web.default']))
    const { watch, stateOf, lanterns } = testServer(configOf(sourceOf.server()))
    await watch()
    await until(() => stateOf() === 'live' && lanterns().length === 2, 'the first view')
    server.darken()
    server.forget('lanterns')
    server.compact()
    server.put(lantern('new', ['web.default']))
    await server.listen()
    await until(() => lanterns().join() === 'streets/new', 'what is left of them')
    expect(server.asked('list', 'lanterns').length).toBeGreaterThan(1)
  })

  test('is kept over a restart, though its cluster is away, with what many have in common there once', async () => {
    await serve(lantern('old', ['web.default', 'cart.default']))
    const config = configOf(sourceOf.server())
    const before = testServer(config)
    await before.watch()
    await until(() => before.stateOf() === 'live', 'the first view')
    const kept = objectIn(before.view(), LANTERN, 'streets/old')
    await before.members.stop()
    await store.close()
    server.darken()
    store = await reopened()
    const { members, watch, lanterns, view, counted } = testServer(config)
    await watch()
    await until(() => members.all().length === 1, 'its last view')
    expect(lanterns()).toEqual(['streets/old'])
    const restored = objectIn(view(), LANTERN, 'streets/old')
    expect(restored).toEqual(kept)
    expect(restored?.oil).toBe(shareOil('colza'))
    expect([...bearingOn(view(), 'default/cart')]).toEqual([restored])
    expect(counted()['Lantern']).toBe(1)
  })

  test('is kept over a reload, and what went meanwhile is deleted', async () => {
    await serve(lantern('old', ['web.default']), lantern('new', ['web.default']))
    const config = configOf(sourceOf.server())
    const { flow, watch, stateOf, lanterns, view } = testServer(config)
    await watch()
    await until(() => stateOf() === 'live' && lanterns().length === 2, 'the first view')
    const kept = objectIn(view(), LANTERN, 'streets/new')
    server.remove(lantern('old', []))
    await until(() => lanterns().length === 1, 'one lantern less')
    const other = configOf(sourceOf.server(), 'clusterStates: {downAfter: 7m}')
    const listed = Promise.withResolvers<void>()
    server.fault(isList('lanterns'), (response, asked) => {
      expect(lanterns()).toEqual(['streets/new'])
      server.forget('lanterns')
      server.serve(response, asked)
      listed.resolve()
    })
    await flow.adopt(planOf(other), Date.now)
    expect(objectIn(view(), LANTERN, 'streets/new')).toBe(kept)
    await watch(UNASKED, other)
    await listed.promise
    await until(() => lanterns().length === 0, 'all of them gone')
    expect([...bearingOn(view(), 'default/web')]).toEqual([])
  })

  test('is in the ClusterRole that `join` prints, and among the rights that `check` asks about', async () => {
    const printed = await joinText('east', { only: 'remote' }, async () => '', WITH_LANTERNS)
    expect(printed).toContain(
      'apiGroups:\n      - lights.example.com\n    resources:\n      - lanterns\n    verbs:\n      - list\n      - watch\n',
    )
    expect(await joinText('east', { only: 'remote' }, async () => '')).not.toContain('lights')
    const cluster = liveClusterOf({ id: 'east', source: { kind: 'inCluster' }, namespaces: [] }, false)
    const wants = wantsOf(cluster, configOf('{inCluster: true}'), WITH_LANTERNS)
    expect(wants).toContainEqual(
      expect.objectContaining({
        group: 'lights.example.com',
        resource: 'lanterns',
        verbs: ['list', 'watch'],
      }),
    )
  })
})

describe('a kind that is read where somebody asks for it', () => {
  test('is not asked for, parsed, counted or permitted anywhere else', async () => {
    await serve(beacon('north'))
    const { watch, stateOf, beacons, counted } = testServer(configOf(sourceOf.server()))
    await watch()
    await until(() => stateOf() === 'live', 'the first view')
    expect(server.requests.filter(({ plural }) => plural === 'beacons')).toEqual([])
    expect(beacons()).toEqual([])
    expect(counted()).not.toHaveProperty(BEACON.kind)
    const manifests = WITH_LANTERNS.inManifests({ ...UNASKED, asked: ['beacons'] })
    expect(parseObject(beacon('north'), manifests)).toMatchObject({ outcome: 'skipped' })
    expect(JSON.stringify(remoteObjects(parseJoinOptions('east', {}), WITH_LANTERNS))).not.toContain(
      'beacons',
    )
  })

  test('is read there, in no namespace, whatever namespaces others are read in', async () => {
    await serve(beacon('north'), lantern('old', ['web.default']))
    const other = { ...lantern('far', []), metadata: { namespace: 'fields', name: 'far' } }
    server.put(other)
    const source = sourceOf.server()
    const config = parseConfig(
      `clusters: [{id: east, namespaces: [streets, squares], source: ${source}}]`,
      join(directory.path, 'meridian.yaml'),
    )
    const { watch, stateOf, beacons, lanterns, counted } = testServer(config)
    await watch(ASKED)
    await until(() => stateOf() === 'live', 'the first view')
    expect(beacons()).toEqual(['/north'])
    expect(lanterns()).toEqual(['streets/old'])
    expect(counted()[BEACON.kind]).toBe(1)
    expect(server.asked('list', 'beacons').map(({ namespace }) => namespace)).toEqual([''])
    server.put(beacon('south'))
    await until(() => beacons().length === 2, 'another beacon')
    server.remove(beacon('north'))
    await until(() => beacons().join() === '/south', 'one beacon less')
  })

  test('goes when nobody asks for it any more', async () => {
    await write('all.json', beacon('north'), lantern('old', ['web.default']))
    const { watch, stateOf, beacons, lanterns } = testServer()
    await watch(ASKED)
    await until(() => stateOf() === 'live', 'the first view')
    expect(beacons()).toEqual(['/north'])
    await watch(UNASKED)
    await until(() => beacons().length === 0, 'no beacon')
    expect(lanterns()).toEqual(['streets/old'])
  })

  test('is permitted there', () => {
    const everywhere = new Kinds(WITH_LANTERNS.rows.map((row) => ({ ...row, where: 'member' })))
    const chosen = { ...parseJoinOptions('east', {}), asked: ['beacons'] }
    expect(JSON.stringify(remoteObjects(chosen, everywhere))).toContain('"beacons"')
    const cluster = {
      ...liveClusterOf({ id: 'east', source: { kind: 'inCluster' }, namespaces: ['shop'] }, false),
    }
    const wants = wantsOf({ ...cluster, scope: ASKED }, configOf('{inCluster: true}'), WITH_LANTERNS)
    expect(wants.find(({ resource }) => resource === 'beacons')).toMatchObject({ namespace: null })
    expect(wants.find(({ resource }) => resource === 'lanterns')).toMatchObject({ namespace: 'shop' })
  })
})

test('no kind has the name of another, in views or on an API server', () => {
  const names = KINDS.rows.flatMap(({ kind, served: { group, plural } }) => [kind, `${plural}.${group}`])
  expect(new Set(names).size).toBe(names.length)
})
