import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { type Explanation, explain } from '../src/answer/records/index.ts'
import { loadConfig, planOf } from '../src/app/config/index.ts'
import { applyChanges, type ClusterView, EMPTY_VIEW } from '../src/sources/changes/index.ts'
import { readDirectoryOnce } from '../src/sources/manifests/index.ts'
import {
  type Address,
  contains,
  overlaps,
  type Prefix,
  printAddress,
  printPrefix,
} from '../src/values/dns/index.ts'
import {
  endpointsIn,
  type KubeObject,
  keyOf,
  parseObject,
  SERVICE,
  SLICE,
  unpackList,
} from '../src/words/kube/index.ts'
import { emptyWorld, step, type World, withFreshness } from '../src/world/zone/index.ts'

const DEMO = fileURLToPath(new URL('../fixtures/demo', import.meta.url))
const NOW = Date.UTC(2026, 10, 22)

const config = loadConfig({ file: join(DEMO, 'meridian.yaml') })

const directoryOf = (id: string): string => join(DEMO, id)

const ids = ['cluster-east', 'cluster-west', 'cluster-central']

async function objectsOf(id: string): Promise<readonly KubeObject[]> {
  return (await readDirectoryOnce(directoryOf(id))).objects
}

/** The demo as a server holds it once every directory is read. */
async function demoWorld(): Promise<World> {
  const views = new Map<string, ClusterView>()
  const keys = new Set<string>()
  for (const id of ids) {
    const changes = (await objectsOf(id)).map((object) => ({ op: 'put', object }) as const)
    const { view, dirty } = applyChanges(EMPTY_VIEW, changes)
    views.set(id, view)
    for (const key of dirty) keys.add(key)
  }
  const empty = emptyWorld(planOf(config), NOW)
  const heard = ids.reduce((world, id) => withFreshness(world, id, { kind: 'live', heard: NOW }, NOW), empty)
  return step(heard, views, keys, NOW)
}

describe('meridian.yaml', () => {
  test('is what this version can serve, without a warning', () => {
    expect(config.warnings).toEqual([])
    expect(config.warnings).toEqual([])
  })

  test('listens where npm start says', () => {
    expect(config.dns.listen).toEqual([{ host: '127.0.0.1', port: 1053 }])
    expect(config.admin.listen).toEqual({ host: '127.0.0.1', port: 9153 })
  })

  test('names the three clusters, on one network, each with its directory', () => {
    expect(config.clusters.map(({ id }) => id)).toEqual(ids)
    expect(config.clusters.map(({ network }) => network)).toEqual(['flat', 'flat', 'flat'])
    expect(config.clusters.map(({ source }) => source)).toEqual(
      ids.map((id) => ({ kind: 'manifests', path: directoryOf(id) })),
    )
  })

  test('declares CIDRs that overlap nobody else’s', () => {
    const all = config.clusters.flatMap(({ podCIDRs, serviceCIDRs }) => [...podCIDRs, ...serviceCIDRs])
    const overlapping = all.flatMap((a, i) => all.slice(i + 1).filter((b) => overlaps(a, b)))
    expect(all.length).toBeGreaterThanOrEqual(6)
    expect(overlapping.map(printPrefix)).toEqual([])
  })
})

describe.each(ids)('the manifests of %s', (id) => {
  const { podCIDRs = [], serviceCIDRs = [] } = config.clusters.find((one) => one.id === id) ?? {}

  test('are read without a problem', async () => {
    expect((await readDirectoryOnce(directoryOf(id))).problems).toEqual([])
  })

  test('are all of kinds that Meridian reads, well-formed to a plain YAML reader too', () => {
    const values = readdirSync(directoryOf(id)).flatMap((file) =>
      parseAllDocuments(readFileSync(join(directoryOf(id), file), 'utf8')).flatMap((document) =>
        unpackList(document.toJS()),
      ),
    )
    const outcomes = values.map((value) => parseObject(value).outcome)
    expect(outcomes.length).toBeGreaterThan(10)
    expect(new Set(outcomes)).toEqual(new Set(['object']))
  })

  test('hold for every ServiceExport its Service, and endpoints inside the declared pod CIDRs', async () => {
    const objects = await objectsOf(id)
    const exported = objects.filter(({ kind }) => kind === 'ServiceExport').map(keyOf)
    expect(exported.length).toBeGreaterThan(3)
    for (const key of exported) {
      expect(objects.filter((one) => one.kind === 'Service' && keyOf(one) === key)).toHaveLength(1)
      const addresses = addressesOf(objects, (service) => service === key)
      expect(addresses.length).toBeGreaterThan(0)
      expect(outside(podCIDRs, addresses)).toEqual([])
    }
  })

  test('hold no ClusterIP outside the declared service CIDRs, and no address twice', async () => {
    const objects = await objectsOf(id)
    const clusterIPs = objects.flatMap((one) => (SERVICE.is(one) ? one.clusterIPs : []))
    expect(outside(serviceCIDRs, clusterIPs)).toEqual([])
    const all = [...clusterIPs, ...addressesOf(objects, () => true)]
    expect(new Set(all).size).toBe(all.length)
  })
})

/** The addresses of the endpoints of some services, by key. */
const addressesOf = (objects: readonly KubeObject[], wanted: (key: string) => boolean): readonly Address[] =>
  objects
    .filter(SLICE.is)
    .filter(({ namespace, service }) => wanted(`${namespace}/${service}`))
    .flatMap((slice) => endpointsIn(slice).flatMap((one) => one.addresses))

const outside = (cidrs: readonly Prefix[], addresses: readonly Address[]): readonly string[] =>
  addresses.filter((address) => !cidrs.some((cidr) => contains(cidr, address))).map(printAddress)

describe('seen from cluster-east', () => {
  let world: World
  beforeAll(async () => {
    world = await demoWorld()
  })

  function explained(key: string): Explanation {
    const entry = world.entries.get(key)
    if (entry === undefined) throw new Error(`nobody has ${key}`)
    return explain(entry, world, world.clusterset.local)
  }

  /** Each cluster's share of draws, in rank order; null for those that do not answer. */
  const shares = (key: string) =>
    Object.fromEntries(explained(key).clusters.map(({ cluster, share }) => [cluster, share]))

  const clusterOf = (key: string, id: string) => explained(key).clusters.find(({ cluster }) => cluster === id)

  test('no endpoint in any manifest is dropped', () => {
    const ignored = [...world.entries].flatMap(([key]) =>
      explained(key).clusters.flatMap((one) => one.ignored),
    )
    expect(ignored).toEqual([])
  })

  test.each(['default/web', 'default/web-service'])('%s is answered by one’s own cluster', (key) => {
    expect(shares(key)).toMatchObject({ 'cluster-east': 1, 'cluster-west': 0, 'cluster-central': 0 })
  })

  test('shop/search, not ready at home, is answered by the region that failover names', () => {
    expect(clusterOf('shop/search', 'cluster-east')).toMatchObject({ ready: 0, endpoints: 2 })
    expect(shares('shop/search')).toMatchObject({ 'cluster-central': 1, 'cluster-west': 0 })
  })

  test('shop/cart is shared 70 to 30 by the two clusters that export it', () => {
    expect(shares('shop/cart')).toMatchObject({ 'cluster-east': 0.7, 'cluster-west': 0.3 })
    expect(clusterOf('shop/cart', 'cluster-central')?.precedence).toBeNull()
  })

  test('shop/legacy has no route: its port is not its target, and there is no load balancer', () => {
    const { clusters, summary } = explained('shop/legacy')
    expect(clusters.find(({ cluster }) => cluster === 'cluster-west')?.noRoute).toContain(
      'endpoints: port 80 ≠ target 8080',
    )
    expect(summary).toContain('no route to cluster-west')
  })

  test('shop/payments is in conflict over its ports, the oldest export winning', () => {
    expect(explained('shop/payments').conflicts).toMatchObject([
      { reason: 'PortConflict', clusters: ['cluster-west'] },
    ])
    expect(clusterOf('shop/payments', 'cluster-east')?.precedence).toBe(1)
  })

  test('shop/api is dual-stack in both clusters that export it', () => {
    for (const id of ['cluster-east', 'cluster-west']) {
      const isIPv6 = clusterOf('shop/api', id)?.addresses.map((address) => address.includes(':'))
      expect(new Set(isIPv6)).toEqual(new Set([false, true]))
    }
  })

  test('data/db is headless, with the pods of two clusters', () => {
    expect(explained('data/db').import?.type).toBe('Headless')
    expect(clusterOf('data/db', 'cluster-east')?.ready).toBe(3)
    expect(clusterOf('data/db', 'cluster-west')?.ready).toBe(2)
  })

  test.each(['shop/cart-redis', 'kube-system/kube-dns'])('%s is in no clusterset', (key) => {
    expect(explained(key).import).toBeNull()
  })
})
