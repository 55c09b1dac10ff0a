/** What is written to real API servers by a Meridian that may do what the documentation grants, and nothing else. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { meridian as command } from '../support/server.ts'
import { eventually, type Manifest, newDirectory } from './ground/index.ts'
import {
  CLUSTER_IDS,
  type Clusters,
  conditionsOf,
  configOf,
  importIn,
  isAbsent,
  labelOf,
  MCS,
  metric,
  refOf,
  SLICES,
  SOON_MS,
  service,
  specOf,
  startClusters,
} from './support/controller.ts'
import { fieldOf, type Live, Stopwatch, say, seconds, startLive } from './support/index.ts'

let clusters: Clusters
let meridian: Live

const config = (more?: object): object => configOf(clusters, more)

beforeAll(async () => {
  clusters = await startClusters()
  meridian = await startLive(config())
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(meridian?.logTail(40))
})

afterAll(async () => {
  await meridian?.end()
  await Promise.all((clusters ?? []).map((one) => one.close()))
})

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
    expect(again.out).toBe(
      CLUSTER_IDS.map((id) => `cluster ${id}: nothing of Meridian's is there\n`).join(''),
    )
    const theirs = await importIn(clusters[1], 'theirs')
    expect(labelOf(theirs.metadata, 'app.kubernetes.io/managed-by')).toBe('another')
    await meridian.start()
    await meridian.ready()
  }, 120_000)
})
