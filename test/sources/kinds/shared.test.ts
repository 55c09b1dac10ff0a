import { createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSourcesOf } from '../../../src/app/cli/live.ts'
import { readOffline } from '../../../src/app/cli/offline.ts'
import {
  assignmentOf,
  type Config,
  parseConfig,
  planOf,
  watchSpecsOf,
} from '../../../src/app/config/index.ts'
import { effectiveConfigOf } from '../../../src/app/effective/index.ts'
import { Flow, type Members } from '../../../src/app/flow/index.ts'
import { ReaderSupervisor } from '../../../src/sources/reader/supervisor.ts'
import { openStore, type StateStore } from '../../../src/sources/state/index.ts'
import { createLog } from '../../../src/words/observe/index.ts'
import { exported } from '../../support/manifests.ts'
import { membersOf, NOBODY } from '../../support/members.ts'
import { until } from '../../support/sockets.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'
import { storeIn } from '../../support/values.ts'
import { type Line, WITH_BOARDS } from './board.ts'

/** Where clusters are told of, to whoever asks for them by their ids. */
class BoardServer {
  #server: Server | undefined
  readonly #sockets = new Map<Socket, Set<string>>()
  readonly #lists = new Map<string, unknown>()
  port = 0
  /** How many connections there were in all. */
  connections = 0

  async listen(): Promise<void> {
    const server = createServer((socket) => this.#serve(socket))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
    const address = server.address()
    if (typeof address === 'object' && address !== null) this.port = address.port
  }

  /** In place of what it had to say of a cluster. */
  put(cluster: string, ...services: readonly string[]): void {
    const items = services.flatMap(
      (name) => JSON.parse(exported({ name, clusterIP: '10.101.0.1', pods: ['10.1.0.1'] })).items,
    )
    this.#lists.set(cluster, { apiVersion: 'v1', kind: 'List', items })
    this.#tell(cluster)
  }

  silence(cluster: string): void {
    this.#say({ cluster, silent: true })
  }

  kill(cluster: string): void {
    this.#say({ cluster, fatal: true })
  }

  get open(): number {
    return this.#sockets.size
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server?.close(() => resolve()) ?? resolve())
    for (const socket of this.#sockets.keys()) socket.destroy()
    await closed
  }

  #serve(socket: Socket): void {
    this.connections += 1
    const asked = new Set<string>()
    this.#sockets.set(socket, asked)
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
    createInterface({ input: socket })
      .on('error', () => undefined)
      .on('line', (cluster) => {
        asked.add(cluster)
        this.#tell(cluster)
      })
  }

  #tell(cluster: string): void {
    this.#say({ cluster, list: this.#lists.get(cluster) ?? { apiVersion: 'v1', kind: 'List', items: [] } })
  }

  #say(line: Line): void {
    for (const [socket, asked] of this.#sockets)
      if (asked.has(line.cluster)) socket.write(`${JSON.stringify(line)}\n`)
  }
}

let directory: Temporary
let store: StateStore
let server: BoardServer
let running: Members[] = []

const reopened = () => openStore(storeIn(directory.at('state'), { interval: 1 }))

beforeEach(async () => {
  directory = await temporary()
  store = await reopened()
  server = new BoardServer()
  await server.listen()
  server.put('east', 'web', 'old')
  server.put('west', 'api')
})
afterEach(async () => {
  await Promise.all(running.map((members) => members.stop()))
  running = []
  await store.close()
  await server.close()
  await directory.close()
})

/** Clusters that are all told of on the board. */
function configOf(ids: readonly string[], more = ''): Config {
  const clusters = ids.map((id) => `{id: ${id}, source: {manifests: ${id}}}`)
  const config = parseConfig(`clusters: [${clusters}]\n${more}`, directory.at('meridian.yaml'))
  const source = { kind: 'board', port: server.port }
  return { ...config, clusters: config.clusters.map((cluster) => ({ ...cluster, source })) }
}

const BOTH = ['east', 'west']

function testServer(config = configOf(BOTH)) {
  const log = createLog('silent')
  const flow = new Flow(planOf(config), NOBODY, Date.now())
  const program = new URL('./board-thread.ts', import.meta.url)
  let losses = 0
  const reader = new ReaderSupervisor(
    program,
    { sources: WITH_BOARDS, state: null, log, lost: () => void losses++ },
    { setBackMs: [100, 100] },
  )
  const members = membersOf({
    flow,
    store,
    log,
    reader,
  })
  running.push(members)
  const stateOf = (id: string) => flow.world.clusterset.members.get(id)?.freshness.kind
  return {
    flow,
    members,
    watch: (by = config) => members.assign(watchSpecsOf(by)),
    losses: () => losses,
    stateOf,
    areAll: (kind: string) => BOTH.every((id) => stateOf(id) === kind),
    problems: (id: string) => (flow.problems.get(id) ?? []).map(({ message }) => message),
    services: () => [...flow.world.entries].map(([key]) => key).toSorted(),
  }
}

describe('a connection that serves two clusters', () => {
  test('is one, and tells what each of them changes', async () => {
    const { watch, areAll, services, members } = testServer()
    await watch()
    await until(() => areAll('live'), 'both clusters')
    expect(services()).toEqual(['default/api', 'default/old', 'default/web'])
    server.put('east', 'web', 'new')
    await until(
      () => services().includes('default/new') && !services().includes('default/old'),
      'another service',
    )
    expect(services()).toEqual(['default/api', 'default/new', 'default/web'])
    expect(server.connections).toBe(1)
    expect(members.all().map(({ expiresAt, isRenewed }) => [expiresAt(), isRenewed()])).toEqual([
      [null, false],
      [null, false],
    ])
  })

  test('stays over a reload, and as one of them leaves and comes back', async () => {
    const { flow, watch, areAll, services, members } = testServer()
    await watch()
    await until(() => areAll('live'), 'both clusters')
    await watch(configOf(BOTH))
    const east = configOf(['east'])
    await flow.adopt(planOf(east), Date.now)
    await watch(east)
    expect(members.all().map(({ id }) => id)).toEqual(['east'])
    expect(services()).toEqual(['default/old', 'default/web'])
    await flow.adopt(planOf(configOf(BOTH)), Date.now)
    await watch()
    await until(() => areAll('live'), 'both clusters again')
    expect(services()).toEqual(['default/api', 'default/old', 'default/web'])
    expect(server.connections).toBe(1)
  })

  test('that begins anew by a reload tells nobody that what is there has gone', async () => {
    const config = configOf(BOTH, 'clusterStates: {downAfter: 7m}')
    const { flow, watch, areAll, services } = testServer()
    await watch()
    await until(() => areAll('live'), 'both clusters')
    server.put('east', 'web')
    await until(() => !services().includes('default/old'), 'one service less')
    await flow.adopt(planOf(config), Date.now)
    await watch(config)
    await until(() => server.connections === 2, 'another connection')
    server.put('west', 'api', 'new')
    await until(() => services().includes('default/new'), 'another service')
    expect(services()).toEqual(['default/api', 'default/new', 'default/web'])
    expect(areAll('live')).toBe(true)
  })

  test('makes both stale when it is lost, and both live when it is back', async () => {
    const { watch, areAll, services, members, losses } = testServer()
    await watch()
    await until(() => areAll('live'), 'both clusters')
    await server.close()
    await until(() => areAll('stale'), 'a lost connection')
    expect(members.all().map(({ health }) => health().lostAt)).toEqual([null, null])
    expect(losses()).toBe(0)
    expect(services()).toEqual(['default/api', 'default/old', 'default/web'])
    server.put('west', 'other')
    await server.listen()
    await until(() => areAll('live'), 'the connection')
    await until(() => services().includes('default/other'), 'what changed meanwhile')
    expect(services()).toEqual(['default/old', 'default/other', 'default/web'])
  })

  test('makes that one stale alone whose own word goes old', async () => {
    const { watch, areAll, stateOf } = testServer()
    await watch()
    await until(() => areAll('live'), 'both clusters')
    server.silence('west')
    await until(() => stateOf('west') === 'stale', 'an old word')
    server.put('east', 'web')
    expect(stateOf('east')).toBe('live')
    server.put('west', 'api')
    await until(() => areAll('live'), 'its next word')
  })

  test('that ends the thread which reads it sets both back, and costs one thread', async () => {
    const { watch, areAll, losses, problems } = testServer()
    await watch()
    await until(() => areAll('live'), 'both clusters')
    server.kill('west')
    await until(() => BOTH.every((id) => problems(id).length === 1), 'what it cost')
    expect(problems('east')[0]).toContain('it was too much')
    await until(() => areAll('live') && BOTH.every((id) => problems(id).length === 0), 'both clusters again')
    expect(losses()).toBe(1)
    expect(server.connections).toBe(2)
  })

  test('that is away at a start leaves both with their last views, stale', async () => {
    const before = testServer()
    await before.watch()
    await until(() => before.areAll('live'), 'both clusters')
    await before.members.stop()
    await store.close()
    await server.close()
    store = await reopened()
    const { watch, areAll, services, members } = testServer()
    await watch()
    await until(
      () => members.all().filter(({ health }) => health().disconnectedAt !== undefined).length === 2,
      'a connection that does not come about',
    )
    expect(areAll('stale')).toBe(true)
    expect(services()).toEqual(['default/api', 'default/old', 'default/web'])
  })

  test('ends with the last of them', async () => {
    const { watch, areAll, members } = testServer()
    await watch()
    await until(() => areAll('live'), 'both clusters')
    expect(server.open).toBe(1)
    await members.stop()
    await until(() => server.open === 0, 'no connection')
  })

  test('is read once for both by a command', async () => {
    const config = configOf(BOTH)
    const { world, problems } = await readOffline(config, Date.now(), openSourcesOf(config, WITH_BOARDS))
    expect([...world.entries].map(([key]) => key).toSorted()).toEqual([
      'default/api',
      'default/old',
      'default/web',
    ])
    expect([...problems.values()].flat()).toEqual([])
    expect(server.connections).toBe(1)
  })

  test('has no credentials: neither cluster is written to, or asked who it is', () => {
    const config = configOf(BOTH, 'controller: {enabled: false}')
    const writing = { ...config, controller: { ...config.controller, enabled: true, writes: 'all' } } as const
    expect(assignmentOf(writing, config.clusters, WITH_BOARDS)?.targets).toEqual([])
    const { configured } = effectiveConfigOf(config, '1.2.3', undefined, WITH_BOARDS)
    expect(configured).toEqual(BOTH.map((id) => ({ id, credentials: null })))
  })
})
