/** What is written to real API servers by a Meridian that may do what the documentation grants, and nothing else. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CHECKOUT, meridian as command } from '../support/server.ts'
import {
  type Cluster,
  eventually,
  type Manifest,
  newDirectory,
  readManifests,
  startCluster,
} from './ground/index.ts'
import {
  exported,
  fieldOf,
  type Live,
  SERVICE_CIDRS,
  Stopwatch,
  say,
  seconds,
  startLive,
} from './support/index.ts'

const MCS = 'multicluster.x-k8s.io/v1beta1'
const SLICES = 'discovery.k8s.io/v1'
const SOON_MS = 30_000

let clusters: readonly [east: Cluster, west: Cluster, central: Cluster]
let meridian: Live

const IDS = ['cluster-east', 'cluster-west', 'cluster-central'] as const

/** Of docs/examples/rbac.yaml, what the controller needs beside reading. */
const controllerRoles = (): readonly Manifest[] =>
  readManifests(readFileSync(join(CHECKOUT, 'docs/examples/rbac.yaml'), 'utf8')).filter(
    ({ metadata }) => metadata.name === 'meridian-controller',
  )

const config = (more: object = {}): object => ({
  dns: { listen: ['127.0.0.1:0'] },
  admin: { listen: '127.0.0.1:0' },
  local: { cluster: 'cluster-east' },
  clusterStates: { downAfter: '3s', upAfter: '1s' },
  clusters: clusters.map(({ id, readerKubeconfig }) => ({
    id,
    network: 'flat',
    source: { kubeconfig: { path: readerKubeconfig } },
  })),
  controller: {
    enabled: true,
    writes: 'all',
    lease: { duration: '10s' },
    rate: { perSecond: 400, burst: 400 },
  },
  ...more,
})

beforeAll(async () => {
  clusters = await Promise.all([
    startCluster(IDS[0], { serviceCIDRs: ['10.101.0.0/16'] }),
    startCluster(IDS[1], { serviceCIDRs: ['10.102.0.0/16'] }),
    startCluster(IDS[2], { serviceCIDRs: SERVICE_CIDRS['cluster-central'] }),
  ])
  await Promise.all(
    clusters.map(async (one) => {
      await one.apply(controllerRoles())
      await one.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }])
    }),
  )
  meridian = await startLive(config())
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(meridian?.logTail(40))
})

afterAll(async () => {
  await meridian?.end()
  await Promise.all((clusters ?? []).map((one) => one.close()))
})

const refOf = (kind: string, name: string, namespace = 'shop') => ({
  apiVersion: kind === 'Service' ? 'v1' : MCS,
  kind,
  name,
  namespace,
})

const importIn = (cluster: Cluster, name: string, namespace?: string): Promise<Manifest> =>
  cluster.admin.get(refOf('ServiceImport', name, namespace))

function labelOf(metadata: Manifest['metadata'], name: string): string | undefined {
  const value = fieldOf(fieldOf(metadata, 'labels'), name)
  return typeof value === 'string' ? value : undefined
}

const specOf = (object: Manifest): unknown => fieldOf(object, 'spec')

async function isAbsent(cluster: Cluster, kind: string, name: string, namespace?: string): Promise<void> {
  const { status } = await cluster.admin.request(
    'GET',
    await cluster.admin.pathOf(refOf(kind, name, namespace)),
  )
  if (status !== 404) throw new Error(`${kind} ${name} of ${cluster.id}: status ${status}`)
}

/** `Valid=True Ready=True Conflict=False(NoConflicts)`, of the conditions of an object. */
async function conditionsOf(cluster: Cluster, kind: string, name: string): Promise<Record<string, string>> {
  const conditions = fieldOf(fieldOf(await cluster.admin.get(refOf(kind, name)), 'status'), 'conditions')
  const all = Array.isArray(conditions) ? conditions : []
  return Object.fromEntries(
    all.map((one: unknown) => [fieldOf(one, 'type'), `${fieldOf(one, 'status')} ${fieldOf(one, 'reason')}`]),
  )
}

/** A Service of that name with a pod, and its ServiceExport; its address is the API server's choice. */
const service = (name: string, net: number, host: number, port = 80, namespace = 'shop'): Manifest[] => {
  const pods = [`10.${net}.${host >> 8}.${host & 255}`]
  return exported({ name, namespace, clusterIP: 'any', pods, port }).map((one) =>
    one.kind === 'Service' ? { ...one, spec: { ports: [{ name: 'http', port, protocol: 'TCP' }] } } : one,
  )
}

/** How many writes the API server was asked for so far, Leases apart. */
async function writesTo(cluster: Cluster): Promise<number> {
  const { body } = await cluster.admin.request('GET', '/metrics')
  const lines = String(body).match(/^apiserver_request_total\{.*$/gm) ?? []
  return lines
    .filter((line) => /verb="(POST|PUT|PATCH|APPLY|DELETE)"/.test(line))
    .filter((line) => /resource="(services|endpointslices|serviceimports|serviceexports)"/.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

const metric = async (live: Live, name: string, label = ''): Promise<number> => {
  const { text } = await live.get('/metrics')
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(`meridian_${name}{`) && line.includes(label))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

describe('an export', () => {
  test('becomes an import with an address in every cluster that has the namespace, and its owner is told', async () => {
    const [east, ...others] = clusters
    await east.apply(service('cart', 1, 10))
    for (const cluster of [east, ...others]) {
      const spec = await eventually(`the import in ${cluster.id} has an address`, SOON_MS, async () => {
        const one = specOf(await importIn(cluster, 'cart'))
        expect(fieldOf(one, 'ips')).toEqual([expect.stringMatching(/^10\.10\d\./)])
        return one
      })
      expect(spec).toMatchObject({ type: 'ClusterSetIP', ports: [{ name: 'http', port: 80 }] })
      const slices = await eventually(`the slices of ${cluster.id}`, SOON_MS, async () => {
        const all = await cluster.admin.list(SLICES, 'EndpointSlice', 'shop')
        const own = all.filter(({ metadata }) =>
          labelOf(metadata, 'multicluster.kubernetes.io/source-cluster'),
        )
        expect(own).toHaveLength(1)
        return own
      })
      expect(fieldOf(slices[0], 'endpoints')).toMatchObject([{ addresses: ['10.1.0.10'] }])
    }
    await eventually('its conditions', SOON_MS, async () =>
      expect(await conditionsOf(east, 'ServiceExport', 'cart')).toMatchObject({
        Valid: expect.stringMatching(/^True /),
        Conflict: expect.stringMatching(/^False /),
      }),
    )
  })

  test('that disagrees gives a conflict, which clears when the oldest leaves', async () => {
    const [east, west] = clusters
    await west.apply(service('cart', 2, 10, 81))
    await eventually('both are told', SOON_MS, async () => {
      for (const cluster of [east, west])
        expect(await conditionsOf(cluster, 'ServiceExport', 'cart')).toMatchObject({
          Conflict: 'True PortConflict',
        })
    })
    expect(specOf(await importIn(west, 'cart'))).toMatchObject({ ports: [{ port: 80 }] })
    await east.admin.delete(refOf('ServiceExport', 'cart'))
    await eventually('the younger one decides', SOON_MS, async () => {
      expect(specOf(await importIn(east, 'cart'))).toMatchObject({ ports: [{ port: 81 }] })
      expect(await conditionsOf(west, 'ServiceExport', 'cart')).toMatchObject({
        Conflict: expect.stringMatching(/^False /),
      })
    })
  })

  test('that was the last takes everything with it', async () => {
    const [, west] = clusters
    await west.admin.delete(refOf('ServiceExport', 'cart'))
    for (const cluster of clusters) {
      await eventually(`${cluster.id} is clean`, SOON_MS, async () => {
        await isAbsent(cluster, 'ServiceImport', 'cart')
        const services = await cluster.admin.list('v1', 'Service', 'shop')
        expect(services.filter(({ metadata }) => metadata.name.startsWith('derived-'))).toEqual([])
        const slices = await cluster.admin.list(SLICES, 'EndpointSlice', 'shop')
        expect(slices.filter(({ metadata }) => !metadata.name.startsWith('cart-1'))).toEqual([])
      })
    }
  })

  test('reaches a namespace that appears later', async () => {
    const [east, west] = clusters
    await east.apply(service('late', 1, 20, 80, 'attic'))
    await eventually('it is imported where it is exported', SOON_MS, () => importIn(east, 'late', 'attic'))
    const { body } = await west.admin.request('GET', '/api/v1/namespaces/attic')
    expect(body).toMatchObject({ reason: 'NotFound' })
    await west.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'attic' } }])
    await eventually('it is imported there', SOON_MS, () => importIn(west, 'late', 'attic'))
  })

  test('reaches no namespace that is being deleted, and nobody is told of missing permissions', async () => {
    const [east, west] = clusters
    await west.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cellar' } }])
    // Without a controller manager it never gets further.
    await west.admin.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'cellar' })
    const refused = await west.admin.request('POST', '/api/v1/namespaces/cellar/configmaps', {
      metadata: { name: 'late' },
    })
    expect(refused).toMatchObject({
      status: 403,
      body: { details: { causes: [{ reason: 'NamespaceTerminating' }] } },
    })
    await east.apply(service('lost', 1, 21, 80, 'cellar'))
    await eventually('it is imported where it is exported', SOON_MS, () => importIn(east, 'lost', 'cellar'))
    await eventually('the other cluster is looked at', SOON_MS, async () => {
      const { text } = await meridian.get('/explain?name=cellar/lost')
      expect(text).toContain('cluster cluster-west has no namespace cellar')
    })
    await isAbsent(west, 'ServiceImport', 'lost', 'cellar')
    expect(await metric(meridian, 'controller_writes_total', 'result="forbidden"')).toBe(0)
  })
})

describe('what is somebody else’s', () => {
  test('a ServiceImport is left as it is, also when the last export goes, and explain says so', async () => {
    const [east, west] = clusters
    const foreign: Manifest = {
      apiVersion: MCS,
      kind: 'ServiceImport',
      metadata: { name: 'theirs', namespace: 'shop', labels: { 'app.kubernetes.io/managed-by': 'another' } },
      spec: { type: 'ClusterSetIP', ports: [{ port: 99, protocol: 'TCP' }], ips: ['10.102.77.77'] },
    }
    await west.apply([foreign])
    const { metadata } = await importIn(west, 'theirs')
    await east.apply(service('theirs', 1, 30))
    await eventually('it is imported elsewhere', SOON_MS, () => importIn(east, 'theirs'))
    await eventually('explain names it', SOON_MS, async () => {
      const { text } = await meridian.get('/explain?name=shop/theirs')
      expect(text).toContain('ForeignImport')
    })
    await east.admin.delete(refOf('ServiceExport', 'theirs'))
    await eventually('it is imported nowhere', SOON_MS, () => isAbsent(east, 'ServiceImport', 'theirs'))
    const after = await importIn(west, 'theirs')
    expect(fieldOf(after.metadata, 'resourceVersion')).toBe(fieldOf(metadata, 'resourceVersion'))
  })

  test('a Service where the derived one should be is left as it is', async () => {
    const [east] = clusters
    await east.apply(service('squat', 1, 31))
    const derived = await eventually('the derived Service', SOON_MS, async () => {
      const services = await east.admin.list('v1', 'Service', 'shop')
      const found = services.find(
        ({ metadata }) => labelOf(metadata, 'multicluster.kubernetes.io/service-name') === 'squat',
      )
      if (found === undefined) throw new Error('none')
      return found
    })
    await east.admin.delete(refOf('ServiceExport', 'squat'))
    await eventually('it is gone', SOON_MS, () => isAbsent(east, 'Service', derived.metadata.name))
    await east.apply([
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: derived.metadata.name, namespace: 'shop' },
        spec: { ports: [{ port: 7 }] },
      },
    ])
    await east.apply(service('squat', 1, 31))
    await eventually('explain names it', SOON_MS, async () => {
      const { text } = await meridian.get('/explain?name=shop/squat')
      expect(text).toContain('ForeignService')
    })
    const after = await east.admin.get(refOf('Service', derived.metadata.name))
    expect(labelOf(after.metadata, 'app.kubernetes.io/managed-by')).toBeUndefined()
    expect(specOf(after)).toMatchObject({ ports: [{ port: 7 }] })
  })
})

describe('two replicas', () => {
  test('never write at once, and the other takes over when the one is killed', async () => {
    const [east] = clusters
    const other = await startLive(config())
    try {
      expect(await metric(other, 'controller_leader')).toBe(0)
      expect(await metric(meridian, 'controller_leader')).toBe(3)
      expect((await meridian.get('/readyz?verbose')).text.match(/: this replica writes$/gm)).toHaveLength(3)
      expect(
        (await other.get('/readyz?verbose')).text.match(/^\[\+\] controller, .* writes$/gm),
      ).toHaveLength(3)
      await meridian.end('SIGKILL')
      await eventually('the other leads', SOON_MS, async () =>
        expect(await metric(other, 'controller_leader')).toBe(3),
      )
      await east.apply(service('heir', 1, 40))
      await eventually('it writes', SOON_MS, () => importIn(east, 'heir'))
      await meridian.start()
      await meridian.ready()
      expect(await metric(meridian, 'controller_leader')).toBe(0)
    } finally {
      const stopwatch = new Stopwatch()
      await other.end()
      await eventually('the first leads again', SOON_MS, async () =>
        expect(await metric(meridian, 'controller_leader')).toBe(3),
      )
      say(`a Lease that was given back is taken over after ${seconds(stopwatch.ms)}`)
    }
  })
})

const MANY = 1000
/** Three API servers and their etcds share the machine's cores: about 20,000 writes. */
const CONVERGED_MS = 400_000

describe('meridian controller', () => {
  const written = (more: object): string => {
    const file = join(newDirectory('controller'), 'meridian.yaml')
    writeFileSync(file, JSON.stringify(config(more)))
    return file
  }

  test('diff prints what would be written, and nothing where all is as it should be', async () => {
    const { status, out } = await command(['controller', 'diff', '--config', written({})])
    expect(out).toMatch(/^cluster cluster-central: nothing to write$/m)
    expect(status).toBe(0)
    const none = { controller: { enabled: true, writes: 'all', clusterSetIP: 'none' } }
    const { out: changes } = await command(['controller', 'diff', '--config', written(none)])
    expect(changes).toMatch(/^delete Service shop\/derived-/m)
    expect(changes).toMatch(/^ {2}- +- 10\.10\d\./m)
  })

  test('cleanup removes nothing while a replica writes, and then all of it', async () => {
    const file = written({ controller: { enabled: false, writes: 'all', lease: { duration: '4s' } } })
    const refused = await command(['controller', 'cleanup', '--config', file])
    expect(refused.status).toBe(1)
    expect(refused.out).toMatch(/holds the Lease meridian\/meridian-controller/)
    await meridian.end()
    const dry = await command(['controller', 'cleanup', '--config', file, '--dry-run'])
    expect(dry.out).toMatch(/^cluster cluster-east: would remove ServiceImport shop\/heir$/m)
    const { status, out } = await command(['controller', 'cleanup', '--config', file])
    expect(out).toMatch(/^cluster cluster-east: removed ServiceImport shop\/heir$/m)
    expect(out).toMatch(/^cluster cluster-east: removed ServiceExport shop\/heir: conditions$/m)
    expect(out).toMatch(/^cluster cluster-west: removed Lease meridian\/meridian-controller$/m)
    expect(status).toBe(0)
    const again = await command(['controller', 'cleanup', '--config', file, '--dry-run'])
    expect(again.out).toBe(IDS.map((id) => `cluster ${id}: nothing of Meridian's is there\n`).join(''))
    const theirs = await importIn(clusters[1], 'theirs')
    expect(labelOf(theirs.metadata, 'app.kubernetes.io/managed-by')).toBe('another')
    await meridian.start()
    await meridian.ready()
  }, 120_000)
})

/** Every one of the many has an import with an address, and the slice of its cluster. */
async function expectWhole(cluster: Cluster): Promise<void> {
  const imports = await cluster.admin.list(MCS, 'ServiceImport', 'shop')
  const whole = imports.filter((one) => {
    const ips = fieldOf(specOf(one), 'ips')
    return one.metadata.name.startsWith('many-') && Array.isArray(ips) && ips.length === 1
  })
  expect(whole).toHaveLength(MANY)
  const slices = await cluster.admin.list(SLICES, 'EndpointSlice', 'shop')
  const label = 'multicluster.kubernetes.io/service-name'
  expect(slices.filter(({ metadata }) => labelOf(metadata, label)?.startsWith('many-'))).toHaveLength(MANY)
}

describe('a thousand exports across three clusters', () => {
  const converge = async () => {
    const [, west] = clusters
    const many = Array.from({ length: MANY }, (_, i) => i)
    const ownOf = (net: number) => many.filter((i) => i % 3 === net)
    await Promise.all(
      clusters.map((cluster, net) =>
        cluster.apply(ownOf(net).flatMap((i) => service(`many-${i}`, net + 1, 512 + i))),
      ),
    )
    await west.kill()
    await west.restart()
    const stopwatch = new Stopwatch()
    // Listing a thousand objects again and again would take the API servers' time for writes.
    await eventually('nothing waits', CONVERGED_MS, async () => {
      expect(await metric(meridian, 'controller_leader')).toBe(3)
      const wanted = await metric(meridian, 'controller_objects_wanted', 'EndpointSlice')
      expect(wanted).toBeGreaterThanOrEqual(3 * MANY)
      expect(await metric(meridian, 'controller_queue_depth')).toBe(0)
    })
    for (const cluster of clusters)
      await eventually(`${cluster.id} is as it should be`, SOON_MS, () => expectWhole(cluster))
    const spent = `${seconds(meridian.cpuMs())} of Meridian's processor time`
    say(`${MANY} exports: as it should be everywhere ${seconds(stopwatch.ms)} after the last, by ${spent}`)
  }

  test(
    'reach the desired state, though an API server dies in the middle of the writes',
    converge,
    3 * CONVERGED_MS,
  )

  test('a second pass writes nothing at all', async () => {
    const before = await Promise.all(clusters.map(writesTo))
    expect(Math.min(...before)).toBeGreaterThan(MANY)
    await meridian.end()
    await meridian.start()
    await meridian.ready()
    await eventually('it leads, and has looked at everything', 60_000, async () => {
      expect(await metric(meridian, 'controller_leader')).toBe(3)
      expect(await metric(meridian, 'controller_objects_wanted', 'ServiceImport')).toBeGreaterThanOrEqual(
        3 * MANY,
      )
      expect(await metric(meridian, 'controller_queue_depth')).toBe(0)
    })
    expect(await Promise.all(clusters.map(writesTo))).toEqual(before)
    expect(await metric(meridian, 'controller_writes_total')).toBe(0)
  }, 120_000)
})
