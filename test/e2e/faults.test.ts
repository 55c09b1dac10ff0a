/**
 * API servers that die, freeze, forget, refuse and lie, while a prober asks for names that known facts support. Two
 * stories run side by side: cluster-west's API server itself suffers; cluster-central's is reached through a proxy,
 * has no watch cache, and gets its CRDs late. cluster-east, where Meridian stands, is well.
 */

import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, eventually, startCluster } from './ground/index.ts'
import {
  applyDemo,
  bulk,
  compact,
  configFor,
  demoManifests,
  exported,
  isWatch,
  kubeconfigOf,
  type Live,
  Prober,
  SERVICE_CIDRS,
  Stopwatch,
  say,
  seconds,
  setPods,
  startLive,
  startTerminator,
  statusOf,
  type Terminator,
} from './support/index.ts'

/** Once the API server can be written to: 5 s of backoff and a second, and as much again for a busy machine. */
const RIGHT_MS = 12_000
/** From live to drawn again: `upAfter`, and slack. */
const DRAWN_MS = 2_000 + 8_000
/** A watch in which nothing is said is given up after 90 s. */
const SILENCE_MS = 90_000 + 20_000
const FREEZE_TEST_MS = SILENCE_MS + 60_000

/** Of a story: the stories run side by side, the tests of one after one another. */
const IN_TURN = { concurrent: false }

const WEST_PODS = ['10.2.9.1', '10.2.9.2']
const CENTRAL_PODS = ['10.3.9.1', '10.3.9.2']
const SPLIT_WEST = '10.2.9.9'
const SPLIT_EAST = '10.101.9.9'

let east: Cluster
let west: Cluster
let central: Cluster
let terminator: Terminator
let tokenFile: string
let meridian: Live
let prober: Prober

beforeAll(async () => {
  const graceful = { 'shutdown-watch-termination-grace-period': '1s' }
  const uncached = { 'watch-cache': 'false' }
  ;[east, west, central] = await Promise.all([
    startCluster('cluster-east', { serviceCIDRs: SERVICE_CIDRS['cluster-east'] }),
    startCluster('cluster-west', { serviceCIDRs: SERVICE_CIDRS['cluster-west'], flags: graceful }),
    startCluster('cluster-central', {
      serviceCIDRs: SERVICE_CIDRS['cluster-central'],
      flags: uncached,
      crds: false,
    }),
  ])
  await applyDemo([east, west])
  await east.apply(exported({ name: 'split', clusterIP: SPLIT_EAST, pods: ['10.1.9.9'] }))
  await west.apply([
    ...exported({ name: 'split', clusterIP: '10.102.9.9', pods: [SPLIT_WEST] }),
    ...exported({ name: 'only-west', clusterIP: '10.102.9.1', pods: WEST_PODS }),
    ...exported({ name: 'churn-west', clusterIP: '10.102.9.2', pods: ['10.2.8.1'] }),
  ])
  await central.apply(centralObjects().filter(({ kind }) => kind !== 'ServiceExport'))
  terminator = await startTerminator(central)
  tokenFile = join(central.directory, 'token')
  writeFileSync(tokenFile, await central.token())
  meridian = await startLive(config())
  prober = await Prober.start(meridian.port)
  prober.add(...WEST_NAMES)
})

const config = () =>
  configFor(
    {
      'cluster-east': { kubeconfig: { path: east.readerKubeconfig } },
      'cluster-west': { kubeconfig: { path: west.readerKubeconfig } },
      'cluster-central': { kubeconfig: { path: kubeconfigOf(central, { tokenFile }, terminator.url) } },
    },
    {
      clusterStates: { downAfter: '3s', upAfter: '2s' },
      routing: {
        failover: [{ from: 'us-east-1', to: 'us-central-1' }],
        services: { 'default/split': { weights: { 'cluster-east': 50, 'cluster-west': 50 } } },
      },
    },
  )

const centralObjects = () => [
  ...demoManifests('cluster-central'),
  ...exported({ name: 'only-central', clusterIP: '10.103.9.1', pods: CENTRAL_PODS }),
  ...exported({ name: 'churn-central', clusterIP: '10.103.9.2', pods: ['10.3.8.1'] }),
  // Enough to be doubted when they vanish, and large enough to be listed in pages.
  ...bulk(40, '10.3.7', '10.103.7', 100_000),
]

const EAST_DB = ['10.1.1.19', '10.1.2.20', '10.1.3.21']
const WEST_DB = ['10.2.1.18', '10.2.2.19']

const WEST_NAMES = [
  { name: 'web.default.svc.clusterset.local', always: ['10.101.195.130'] },
  { name: 'api.shop.svc.clusterset.local', type: 'AAAA', always: ['fd00:10:101::408d'] },
  { name: 'only-west.default.svc.clusterset.local', always: WEST_PODS },
  { name: 'only-west.default.global', always: WEST_PODS },
  { name: 'only-west.default.svc.cluster-west.local', always: WEST_PODS },
  { name: 'split.default.svc.clusterset.local', also: [SPLIT_EAST, SPLIT_WEST] },
  {
    name: '_http._tcp.split.default.global',
    type: 'SRV',
    always: ['80 cluster-east.split.default.global'],
    also: ['80 cluster-west.split.default.global'],
  },
  { name: 'db.data.svc.clusterset.local', always: EAST_DB, also: WEST_DB },
  { name: 'db-0.cluster-west.db.data.svc.clusterset.local', always: ['10.2.1.18'] },
] as const

const CENTRAL_NAMES = [
  { name: 'only-central.default.svc.clusterset.local', always: CENTRAL_PODS },
  { name: 'only-central.default.svc.cluster-central.local', always: CENTRAL_PODS },
  {
    name: '_http._tcp.only-central.default.svc.clusterset.local',
    type: 'SRV',
    always: ['80 only-central.default.svc.clusterset.local'],
  },
  { name: 'bulk-39.bulk.global', always: ['10.3.7.40'] },
] as const

afterEach(({ task }) => {
  if (task.result?.state !== 'fail') return
  console.error([meridian?.logTail(), ...[west, central].map((one) => one?.logTails())].join('\n'))
})

afterAll(async () => {
  prober?.stop()
  terminator?.close()
  await meridian?.end()
  await Promise.all([east, west, central].map((one) => one?.close()))
})

/** Tells the story while the prober asks, and expects that it never hears anything wrong. */
async function unnoticed(title: string, story: () => Promise<void>): Promise<void> {
  const report = prober.during()
  await story()
  const { figures, faults } = await report()
  say(`${title}: ${figures}`)
  expect(faults).toEqual([])
}

let host = 1

/** Changes the endpoints of `churn-…` as soon as that can be done. Resolves with when, and to what. */
async function change(cluster: Cluster): Promise<{ pods: readonly string[]; since: Stopwatch }> {
  const [name, network] = cluster === west ? ['churn-west', '10.2.8'] : ['churn-central', '10.3.8']
  const pods = [`${network}.${++host}`]
  await eventually('an object is changed', 60_000, () => setPods(cluster, name, pods))
  return { pods, since: new Stopwatch() }
}

/** Whatever the cluster's state, as its own zone has it. */
async function becomesRight(title: string, cluster: Cluster, pods: readonly string[], deadline = RIGHT_MS) {
  const since = new Stopwatch()
  const name = `${cluster === west ? 'churn-west' : 'churn-central'}.default.svc.${cluster.id}.local`
  await meridian.answers(name, pods, deadline)
  say(`${title}: right after ${seconds(since.ms)}`)
}

async function drawsOf(name: string, count = 20): Promise<Set<string>> {
  const draws = await Promise.all(Array.from({ length: count }, () => meridian.data(name)))
  return new Set(draws.flat())
}

describe.concurrent('the API server of cluster-west', () => {
  test('is killed (kill -9), and back: nobody is told wrong, and it takes draws again', IN_TURN, async () => {
    const title = 'kill -9'
    await unnoticed(title, async () => {
      await west.kill()
      await meridian.becomes('cluster-west', 'down', 20_000)
      expect(await drawsOf('split.default.svc.clusterset.local')).toEqual(new Set([SPLIT_EAST]))
      const { edns } = await meridian.ask('only-west.default.svc.clusterset.local')
      expect(edns?.ede).toEqual([
        { code: 3, text: expect.stringMatching(/^cluster-west last heard from 20/) },
      ])
      const restarted = west.restart()
      await isBackWith(title, await change(west))
      await restarted
    })
  })

  test('is stopped and started again', IN_TURN, async () => {
    const title = 'restart'
    await unnoticed(title, async () => {
      await west.stop()
      const restarted = west.restart()
      const { pods } = await change(west)
      await becomesRight(title, west, pods)
      await restarted
      await meridian.becomes('cluster-west', 'live', RIGHT_MS)
    })
  })

  test('has a port that accepts connections and says nothing', IN_TURN, async () => {
    const title = 'silent port'
    await unnoticed(title, async () => {
      await west.kill()
      const dumb = await listenDumb(Number(new URL(west.url).port))
      await meridian.becomes('cluster-west', 'down', 30_000)
      // Longer than a connection is waited for.
      await wait(7_000)
      await dumb.close()
      const restarted = west.restart()
      await isBackWith(title, await change(west))
      await restarted
    })
  })

  test('is frozen (SIGSTOP) for longer than a silent watch is believed', {
    ...IN_TURN,
    timeout: FREEZE_TEST_MS,
  }, async () => {
    const title = 'frozen'
    await unnoticed(title, async () => {
      west.freeze()
      const since = new Stopwatch()
      await meridian.becomes('cluster-west', 'down', SILENCE_MS)
      say(`${title}: down after ${seconds(since.ms)}`)
      west.thaw()
      await isBackWith(title, await change(west))
    })
  })

  /** Right within the backoff, and drawn from again not at once, but steadily back. */
  async function isBackWith(title: string, { pods }: { pods: readonly string[] }): Promise<void> {
    await becomesRight(title, west, pods)
    const since = new Stopwatch()
    await eventually('cluster-west takes draws again', DRAWN_MS, async () => {
      expect(await drawsOf('split.default.svc.clusterset.local')).toContain(SPLIT_WEST)
    })
    say(`${title}: takes draws again ${seconds(since.ms)} later`)
    expect(since.ms).toBeGreaterThan(1_000)
    expect(await meridian.stateOf('cluster-west')).toBe('live')
  }
})

describe.concurrent('the API server of cluster-central', () => {
  let forget = (): void => {}

  test('gets the CRDs late, which is noticed without a restart', IN_TURN, async () => {
    expect(await meridian.stateOf('cluster-central')).toBe('live')
    expect((await meridian.ask('only-central.default.svc.clusterset.local')).rcode).toBe('NXDOMAIN')
    await unnoticed('late CRDs', async () => {
      await central.installCrds()
      const since = new Stopwatch()
      await central.apply(centralObjects())
      await meridian.answers('only-central.default.svc.clusterset.local', CENTRAL_PODS, 20_000)
      say(`late CRDs: noticed after ${seconds(since.ms)}`)
    })
    await meridian.answers('bulk-39.bulk.global', ['10.3.7.40'], 5_000)
    forget = prober.add(...CENTRAL_NAMES)
  })

  test('lies: every list is empty, once', IN_TURN, async () => {
    const title = 'empty lists'
    await unnoticed(title, async () => {
      const lied = new Set<string>()
      terminator.plan = (url) => {
        if (!KINDS.test(url.pathname) || lied.has(url.pathname)) return undefined
        if (isWatch(url)) return statusOf(410, 'Expired')
        lied.add(url.pathname)
        const metadata = { resourceVersion: '1' }
        return { status: 200, body: { kind: 'List', apiVersion: 'v1', metadata, items: [] } }
      }
      terminator.cut()
      await eventually('three kinds are lied about', 10_000, () => expect(lied.size).toBe(3))
      const { pods } = await change(central)
      await eventually('Meridian doubts it', 5_000, async () =>
        expect((await meridian.get('/readyz?verbose')).text).toContain('0 where'),
      )
      await becomesRight(title, central, pods, RIGHT_MS + 12_000)
      await meridian.becomes('cluster-central', 'live', RIGHT_MS)
    })
  })

  test('has compacted what a watch would go on from', IN_TURN, async () => {
    const title = 'compacted watch'
    await unnoticed(title, async () => {
      const expired = await expiredWatches()
      terminator.plan = () => 'break'
      terminator.cut()
      const { pods } = await change(central)
      await change(central).then(() => setPods(central, 'churn-central', pods))
      await compact(central)
      await meridian.becomes('cluster-central', 'stale', 10_000)
      terminator.relent()
      await becomesRight(title, central, pods)
      expect(await expiredWatches()).toBeGreaterThan(expired)
    })
    await meridian.becomes('cluster-central', 'live', RIGHT_MS)
  })

  test('has compacted what a list would go on from', IN_TURN, async () => {
    const title = 'compacted list'
    await unnoticed(title, async () => {
      let pods: readonly string[] | undefined
      const statuses: number[] = []
      terminator.heard = (url, status) => {
        if (url.searchParams.has('continue')) statuses.push(status)
      }
      let begun = false
      terminator.plan = async (url) => {
        if (!url.pathname.endsWith('/serviceexports')) return undefined
        if (isWatch(url) && !begun) {
          begun = true
          return statusOf(410, 'Expired')
        }
        if (pods !== undefined || !url.searchParams.has('continue')) return undefined
        pods = (await change(central)).pods
        await compact(central)
        return undefined
      }
      terminator.cut()
      await eventually('a list was too old to go on', 10_000, () => expect(statuses).toContain(410))
      terminator.relent()
      await becomesRight(title, central, pods ?? [])
      await eventually('a list came to its end', RIGHT_MS, () => expect(statuses.at(-1)).toBe(200))
      await meridian.becomes('cluster-central', 'live', RIGHT_MS)
    })
  })

  test('no longer knows the token, and another one is in its file', IN_TURN, async () => {
    const title = 'rotated token'
    await unnoticed(title, async () => {
      const old = central.clientWithToken(readFileSync(tokenFile, 'utf8'))
      await central.admin.delete(ACCOUNT)
      await central.admitReader()
      // The API server forgives a minute: to it, this one expires in 30 s.
      writeFileSync(tokenFile, await central.mintToken(-30))
      await eventually('the old token is refused', 30_000, async () =>
        expect(await old.request('GET', '/api/v1/services?limit=1')).toMatchObject({ status: 401 }),
      )
      old.close()
      terminator.cut()
      const { pods } = await change(central)
      await becomesRight(title, central, pods)
      expect(await meridian.stateOf('cluster-central')).toBe('live')
    })
  })

  test('is shown an expired token, until there is a new one', IN_TURN, async () => {
    const title = 'expired token'
    await unnoticed(title, async () => {
      const client = central.clientWithToken(readFileSync(tokenFile, 'utf8'))
      await eventually('the token has expired', 60_000, async () =>
        expect(await client.request('GET', '/api/v1/services?limit=1')).toMatchObject({ status: 401 }),
      )
      client.close()
      terminator.cut()
      await meridian.becomes('cluster-central', 'stale', 10_000)
      await eventually('it is said why', 10_000, async () =>
        expect((await meridian.get('/readyz?verbose')).text).toContain('status 401'),
      )
      const { pods } = await change(central)
      writeFileSync(tokenFile, await central.token())
      await becomesRight(title, central, pods)
    })
    await meridian.becomes('cluster-central', 'live', RIGHT_MS)
  })

  test('withdraws a permission, and gives it back', IN_TURN, async () => {
    const title = 'revoked permission'
    await unnoticed(title, async () => {
      await central.admin.delete(BINDING)
      terminator.cut()
      await meridian.becomes('cluster-central', 'down', 20_000)
      expect((await meridian.get('/readyz?verbose')).text).toContain('status 403')
      const { pods } = await change(central)
      await central.admitReader()
      await becomesRight(title, central, pods)
    })
    await meridian.becomes('cluster-central', 'live', RIGHT_MS)
  })

  test('says that it never heard of a kind that is held', IN_TURN, async () => {
    const title = 'kind not found'
    await unnoticed(title, async () => {
      terminator.plan = ({ pathname }) =>
        pathname.startsWith('/apis/multicluster.x-k8s.io') ? statusOf(404, 'NotFound') : undefined
      terminator.cut()
      await meridian.becomes('cluster-central', 'down', 20_000)
      const { pods } = await change(central)
      await becomesRight(title, central, pods)
      terminator.relent()
      await meridian.becomes('cluster-central', 'live', RIGHT_MS)
    })
  })

  test('loses the CRDs, and the exports with them; nobody else does', IN_TURN, async () => {
    const title = 'removed CRDs'
    forget()
    await unnoticed(title, async () => {
      await central.removeCrds()
      await eventually('the exports are gone', 20_000, async () =>
        expect((await meridian.ask('only-central.default.svc.clusterset.local')).rcode).toBe('NXDOMAIN'),
      )
      await meridian.becomes('cluster-central', 'live', RIGHT_MS)
      await central.installCrds()
      const since = new Stopwatch()
      await central.apply(centralObjects())
      await meridian.answers('only-central.default.svc.clusterset.local', CENTRAL_PODS, 20_000)
      say(`${title}: those that came again were noticed after ${seconds(since.ms)}`)
    })
  })

  async function expiredWatches(): Promise<number> {
    const { text } = await meridian.get('/metrics')
    const lines = text.split('\n').filter((line) => /^meridian_watch_errors_total\{.*"expired"/.test(line))
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }
})

const KINDS = /\/(services|endpointslices|serviceexports)$/

const ACCOUNT = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'meridian', name: 'meridian' }
const BINDING = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  name: 'meridian',
}

/** Accepts connections, reads them, and says nothing. */
async function listenDumb(port: number): Promise<{ readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).resume()
  })
  await eventually('the port is free', 10_000, async () => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  })
  return {
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
