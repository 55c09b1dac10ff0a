import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseConfig, planOf, watchSpecsOf } from '../../../src/app/config/index.ts'
import { Flow, type Members } from '../../../src/app/flow/index.ts'
import { ReaderSupervisor } from '../../../src/sources/reader/supervisor.ts'
import type { ReaderWaits } from '../../../src/sources/reader/waits.ts'
import { createLog } from '../../../src/words/observe/index.ts'
import { beatsByHand } from '../../support/beats.ts'
import { exported } from '../../support/manifests.ts'
import { membersOf, NOBODY } from '../../support/members.ts'
import { someOf, whenLong } from '../../support/runs.ts'
import { isAlive } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'
import { kubeconfig } from '../apiserver/cluster.ts'
import { FakeApiServer } from '../apiserver/fake.ts'

let dir: string
let running: Members[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'meridian-reader-'))
})
afterEach(async () => {
  await Promise.all(running.map((members) => members.stop()))
  running = []
  await rm(dir, { recursive: true, force: true })
})

const THREAD = new URL('../../../src/sources/reader/thread.ts', import.meta.url)
const TROUBLED = new URL('./troubled-thread.ts', import.meta.url)

const CLUSTERS = '{id: good, source: {manifests: good}}, {id: bad, source: {manifests: bad}}'

async function testServer(
  program: URL,
  waits: Partial<ReaderWaits> = {},
  clusters = CLUSTERS,
  state: { readonly dir: string; readonly version: string } | null = null,
) {
  const config = parseConfig(`clusters: [${clusters}]`, join(dir, 'meridian.yaml'))
  const failures: string[] = []
  const bugs: unknown[] = []
  let lost = 0
  const log = createLog('silent')
  const flow = new Flow(planOf(config), NOBODY, Date.now())
  const reader = new ReaderSupervisor(program, { state, heapMb: 76, log, lost: () => void lost++ }, waits)
  const members = membersOf({
    flow,
    store: null,
    log,
    reader,
    failed: (id, kind, reason) => failures.push(`${id} ${kind} ${reason}`),
    bug: (error) => bugs.push(error),
  })
  running.push(members)
  await members.assign(watchSpecsOf(config))
  return {
    flow,
    members,
    reader,
    failures,
    bugs,
    lost: () => lost,
    stateOf: (id: string) => flow.world.clusterset.members.get(id)?.freshness.kind,
    services: () => [...flow.world.entries].map(([key]) => key).toSorted(),
    problems: (id: string) => (flow.problems.get(id) ?? []).map(({ message }) => message),
  }
}

/** In place of a file of the cluster's. */
async function put(cluster: string, name: string, file = `${name}.json`): Promise<void> {
  await mkdir(join(dir, cluster), { recursive: true })
  await writeFile(join(dir, cluster, file), exported({ name, clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }))
}

describe('a thread that reads', { timeout: 180_000 }, () => {
  test('tells what clusters hold and what changes, from directories and from API servers', async () => {
    const server = await FakeApiServer.open()
    try {
      await writeFile(join(dir, 'kubeconfig'), kubeconfig(server.url))
      await put('good', 'web')
      const { services, stateOf, bugs } = await testServer(
        THREAD,
        {},
        '{id: good, source: {manifests: good}}, {id: api, source: {kubeconfig: {path: kubeconfig}}}',
      )
      await until(() => stateOf('good') === 'live' && stateOf('api') === 'live', 'both clusters')
      expect(services()).toEqual(['default/web'])
      for (const object of JSON.parse(exported({ name: 'api', clusterIP: '10.102.0.1', pods: [] })).items)
        server.put(object)
      await until(() => services().includes('default/api'), 'a service of the API server')
      await put('good', 'shop')
      await until(() => services().includes('default/shop'), 'a service of the directory')
      await rm(join(dir, 'good', 'web.json'))
      await until(() => !services().includes('default/web'), 'a service less')
      expect(bugs).toEqual([])
    } finally {
      await server.kill()
    }
  })

  test('has more to tell than crosses in one piece', async () => {
    for (const file of ['a', 'b']) await put('good', file)
    const items = Array.from(
      { length: 700 },
      (_, i) => JSON.parse(exported({ name: `s${i}`, clusterIP: '10.101.0.1', pods: [] })).items,
    ).flat()
    await writeFile(join(dir, 'good', 'many.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
    const { services, stateOf } = await testServer(THREAD)
    await until(() => stateOf('good') === 'live', 'the cluster')
    expect(services()).toHaveLength(702)
    await rm(join(dir, 'good', 'many.json'))
    await until(() => services().length === 2, 'all of them gone')
  })

  test('ends soon, whatever is under way, and tells nothing afterwards', async () => {
    await put('good', 'web')
    const { members, services, stateOf } = await testServer(THREAD)
    await until(() => stateOf('good') === 'live', 'the cluster')
    await members.stop()
    await put('good', 'late')
    expect(services()).toEqual(['default/web'])
  })
})

const WAYS_TO_GO = [
  ['crashes', 'crash', /status 7/],
  ['runs out of memory', 'out-of-memory', /memory/],
  ['stands still', 'stand-still', /stood still/],
] as const

describe.each(someOf(WAYS_TO_GO, 3))(
  'a thread that %s with a cluster in hand',
  { timeout: 180_000 },
  (_what, word, message) => {
    const byHand = () => {
      const { every, turn } = beatsByHand()
      const setBackMs = [3_600_000, 3_600_000] as const
      return { turn, waits: { every, missedBeats: 15, anewMs: 60_000, setBackMs } }
    }

    test('costs that one alone: it stays at its last view and is told, the others’ changes go on', async () => {
      await put('good', 'web')
      await put('bad', 'old')
      const { turn, waits } = byHand()
      const { services, stateOf, problems, failures, lost } = await testServer(TROUBLED, waits)
      await until(() => stateOf('good') === 'live' && stateOf('bad') === 'live', 'both clusters')
      await put('bad', word)
      await until(() => {
        turn(lost())
        return lost() === 1
      }, 'a thread that is lost')
      await until(() => stateOf('bad') === 'stale', 'the cluster that was in hand')
      expect(problems('bad')).toEqual([expect.stringMatching(message)])
      expect(failures).toEqual(['bad all reader'])
      await put('good', 'new')
      await until(() => services().includes('default/new'), 'a change of the other cluster')
      expect(stateOf('good')).toBe('live')
      expect(problems('good')).toEqual([])
      expect(services()).toEqual(['default/new', 'default/old', 'default/web'])
      await rm(join(dir, 'good', 'web.json'))
      await until(() => !services().includes('default/web'), 'another one')
      expect(lost()).toBe(1)
    })

    test('leaves no plugin running that it waits for, whatever that makes of signals', async () => {
      await put('bad', 'old')
      const pids = join(dir, 'pids')
      await writeFile(
        join(dir, 'plugin.sh'),
        `trap '' TERM INT HUP\necho $$ >> ${pids}\n(trap '' TERM; sleep 1000) & echo $! >> ${pids}\nwait\nsleep 1000\n`,
      )
      const exec = { command: 'sh', args: [join(dir, 'plugin.sh')] }
      await writeFile(join(dir, 'kubeconfig'), kubeconfig('https://127.0.0.1:1', { exec }))
      const clusters =
        '{id: bad, source: {manifests: bad}}, {id: api, source: {kubeconfig: {path: kubeconfig}}}'
      const { turn, waits } = byHand()
      const { stateOf, lost, members } = await testServer(TROUBLED, waits, clusters)
      const begun = () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n') : [])
      await until(() => stateOf('bad') === 'live' && begun().length === 2, 'a plugin that hangs')
      const first = begun()
      expect(first.filter(isAlive)).toEqual(first)
      await put('bad', word)
      await until(() => {
        turn(lost())
        return lost() === 1 && !first.some(isAlive)
      }, 'the end of what the lost thread waited for')
      await until(() => begun().length === 4, 'the next thread asks again')
      await members.stop()
      await until(() => !begun().some(isAlive), 'the end of all at a stop')
    })

    test('reads it again in a while, and what is told of it is what it is then', async () => {
      await put('good', 'web')
      await put('bad', 'old')
      await put('bad', word)
      const { turn, waits } = byHand()
      const { services, stateOf, problems, lost } = await testServer(TROUBLED, {
        ...waits,
        setBackMs: [500, 4000],
      })
      await until(() => {
        turn(lost())
        return lost() >= 2
      }, 'a thread that is lost again')
      await rm(join(dir, 'bad', `${word}.json`))
      await rm(join(dir, 'bad', 'old.json'))
      await put('bad', 'mended')
      await until(() => {
        turn(lost())
        return stateOf('bad') === 'live' && stateOf('good') === 'live'
      }, 'the cluster that was in hand, and the other')
      expect(services()).toEqual(['default/mended', 'default/web'])
      await until(() => problems('bad').length === 0, 'no problem any more')
    })
  },
)

describe('a thread that is lost', { timeout: 180_000 }, () => {
  test('leaves what went while nobody looked to the next one, which tells all there is', async () => {
    await put('good', 'web')
    await put('good', 'gone')
    await put('bad', 'old')
    const { services, stateOf, lost } = await testServer(TROUBLED, { setBackMs: [3_600_000, 3_600_000] })
    await until(() => stateOf('good') === 'live' && stateOf('bad') === 'live', 'both clusters')
    await Promise.all([rm(join(dir, 'good', 'gone.json')), put('bad', 'crash')])
    await until(() => lost() === 1, 'a thread that is lost')
    await until(() => !services().includes('default/gone'), 'what went')
    expect(services()).toEqual(['default/old', 'default/web'])
  })

  test('takes problems with it that are none for the next one', async () => {
    await put('good', 'web')
    await put('bad', 'old')
    await writeFile(join(dir, 'bad', 'broken.json'), '{')
    const { stateOf, problems, lost } = await testServer(TROUBLED, { setBackMs: [2000, 2000] })
    await until(() => stateOf('bad') === 'live' && problems('bad').length === 1, 'a problem')
    await put('bad', 'crash')
    await until(() => lost() === 1, 'a thread that is lost')
    expect(problems('bad')).toHaveLength(2)
    for (const file of ['broken', 'crash']) await rm(join(dir, 'bad', `${file}.json`))
    await until(() => stateOf('bad') === 'live', 'the cluster, read again')
    await until(() => problems('bad').length === 0, 'no problem any more')
  })

  test('with nothing in hand is replaced after a pause, over and over', async () => {
    const missing = new URL('./no-such-thread.ts', import.meta.url)
    const { lost, failures } = await testServer(missing, { pauseMs: [1, 5] })
    await until(() => lost() > 3, 'more than one try')
    expect(failures).toEqual([])
  })

  test.each(whenLong('memory'))(
    'for want of %s costs whoever holds most of it, not who was in hand',
    async () => {
      await put('bad', 'old')
      await put('heavy', 'web')
      const clusters = '{id: bad, source: {manifests: bad}}, {id: heavy, source: {manifests: heavy}}'
      const waits = { setBackMs: [3_600_000, 3_600_000] as const }
      const { stateOf, failures, problems, lost } = await testServer(TROUBLED, waits, clusters)
      await until(() => stateOf('bad') === 'live' && stateOf('heavy') === 'live', 'both clusters')
      await put('bad', 'out-of-memory')
      await until(() => lost() > 0 && failures.length > 0, 'a thread that is lost')
      expect(failures[0]).toBe('heavy all reader')
      expect(problems('heavy')).toEqual([expect.stringMatching(/memory/)])
      // Alone with the next thread, it is its end.
      await until(() => failures.length > 1, 'the next one')
      expect(failures).toEqual(['heavy all reader', 'bad all reader'])
    },
  )

  test.each(whenLong('in hand'))('twice with the same thing %s, leaves it in quarantine', async () => {
    await put('good', 'web')
    await put('bad', 'out-of-memory')
    const state = { dir: join(dir, 'state'), version: '1.2.3' }
    await mkdir(state.dir)
    const { services, problems, lost } = await testServer(
      TROUBLED,
      { setBackMs: [200, 200] },
      CLUSTERS,
      state,
    )
    await until(() => problems('bad').some((one) => one.includes('in quarantine')), 'a file in quarantine')
    expect(lost()).toBeGreaterThanOrEqual(2)
    await until(() => services().includes('default/web'), 'the other cluster')
  })
})
