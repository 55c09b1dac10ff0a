import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CONDITIONS } from '../../../src/controller/desired/conditions.ts'
import { desire } from '../../../src/controller/desired/desire.ts'
import type { Desired, Here, JsonObject, Rules } from '../../../src/controller/desired/index.ts'
import type { Change } from '../../../src/sources/changes/index.ts'
import {
  endpointsIn,
  type KubeObject,
  packEndpoints,
  SERVICE as SERVICES,
  SLICE,
} from '../../../src/words/kube/index.ts'
import { documentedConditions, isOfForm } from '../../docs/conditions.ts'
import {
  beginning,
  CLUSTERS,
  clusterset,
  type Event,
  events,
  NOW,
  standing,
  turn,
} from '../../properties/worlds.ts'
import { runs } from '../../support/runs.ts'
import { address, applied, bodies, listOf, memberOf } from './ground.ts'

const OWN = 'meridian-dns.io'

/** The first once in ten times. */
const rarely = <T>(seldom: T, mostly: T): fc.Arbitrary<T> =>
  fc.integer({ min: 0, max: 9 }).map((draw) => (draw === 5 ? seldom : mostly))

const condition = fc.record({
  type: fc.constantFrom('Valid', 'Ready', 'Conflict'),
  status: fc.constantFrom('True', 'False'),
  lastTransitionTime: fc.constant('2026-01-01T00:00:00Z'),
})
const conditions = fc.array(condition, { maxLength: 3 })

/** What stands in a cluster before anything was written, by anybody. */
const here: fc.Arbitrary<Here> = fc.record({
  cluster: fc.constantFrom(...CLUSTERS),
  version: fc.constantFrom('v1alpha1', 'v1beta1'),
  declaresSlices: fc.boolean(),
  families: fc.constantFrom([], [], [4, 6] as const, [4] as const, [6] as const),
  namespaceExists: rarely(false, true),
  export: fc.option(fc.record({ generation: fc.constantFrom(1, 7), conditions }), { nil: null }),
  import: fc.option(
    fc.record({
      uid: fc.constant('uid-1'),
      generation: fc.constantFrom(1, 7),
      managedBy: rarely<string | null>('helm', OWN),
      clusters: fc.subarray([...CLUSTERS]),
      conditions,
    }),
    { nil: null },
  ),
  derived: fc.option(
    fc.record({
      managedBy: rarely<string | null>(null, OWN),
      clusterIPs: fc.constantFrom([], [address('10.97.0.1')], [address('fd00:97::1'), address('10.97.0.1')]),
    }),
    { nil: null },
  ),
})

const rules: fc.Arbitrary<Rules> = fc.record({
  clusterSetIP: rarely<Rules['clusterSetIP']>('none', 'derived'),
  importNamespaces: rarely({ allow: [], deny: ['sh*'] }, { allow: [], deny: ['kube-*'] }),
})

/** A clusterset in which things have happened, one cluster of it, and what is wanted there of every service. */
const scene = fc
  .tuple(clusterset, events(), here, rules)
  .map(([clusterset, all, here, rules]) => ({ clusterset, all: all.map(drawnTogether), here, rules }))

/**
 * Events as they are drawn are of many services, whose slices seldom have their ports: few of them would come to
 * anything here. These are of fewer; most have cluster IPs, and slices with their ports and with ready endpoints.
 */
function drawnTogether(event: Event, i: number, all: readonly Event[]): Event {
  const { change, cluster } = event
  if (change.op !== 'put') return event
  const object = { ...change.object, namespace: 'shop' }
  if (SERVICES.is(object)) {
    const headless = object.headless && i % 3 === 0
    return { cluster, change: put({ ...object, headless }) }
  }
  if (!SLICE.is(object)) return { cluster, change: { op: 'put', object } }
  const its = all
    .slice(0, i)
    .flatMap((one) => (one.cluster === cluster && one.change.op === 'put' ? one.change.object : []))
    .filter(SERVICES.is)
    .findLast((one) => one.name === object.service)
  const ports = its !== undefined ? its.ports.map((port) => ({ ...port, port: port.port + 1 })) : null
  const name = `${object.service}-${object.name}`
  const matching = i % 5 === 0 ? object.ports : (ports ?? object.ports)
  const endpoints =
    object.addressType === 'IPv4'
      ? packEndpoints([...endpointsIn(object), READY, READY_TOO])
      : object.endpoints
  return { cluster, change: put({ ...object, name, ports: matching, endpoints }) }
}

const put = <T extends KubeObject>(object: T): Change => ({ op: 'put', object })

const READY = {
  addresses: ['\x0a\0\0\x07'],
  strays: [],
  hostname: null,
  uid: null,
  zone: 'a',
  ready: true,
  serving: true,
  terminating: false,
}
const READY_TOO = { ...READY, addresses: ['\x0a\x01\0\x07'], hostname: 'h7' }

type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never

/** What is wanted at first, and after each of a few passes. */
function desires({ clusterset, all, here, rules }: Scene, order = standing(all)): readonly Desired[] {
  const { world } = turn(beginning(clusterset), order)
  const keys = [...world.entries].map(([key]) => key).sort()
  return keys.flatMap((key) => {
    let standing = here
    return [0, 1, 2].map((pass) => {
      const desired = desire(key, world.entries.get(key), clusterset, standing, rules, NOW + pass)
      standing = applied(standing, desired)
      return desired
    })
  })
}

const holds = (check: (desired: Desired, scene: Scene) => void) =>
  fc.assert(
    fc.property(scene, (scene) => {
      for (const desired of desires(scene)) check(desired, scene)
    }),
    { numRuns: runs(150) },
  )

const DOCUMENTED = documentedConditions()

const labelsOf = (body: JsonObject): JsonObject => memberOf(memberOf(body, 'metadata'), 'labels')

const SOURCE = 'multicluster.kubernetes.io/source-cluster'
const SERVICE = 'kubernetes.io/service-name'

describe('what is wanted, in any clusterset', () => {
  test('there are services of which much is wanted', () => {
    const kinds = fc
      .sample(scene, { numRuns: 100, seed: 2 })
      .flatMap((one) => desires(one))
      .flatMap(({ objects }) => objects.map(({ kind }) => kind))
    expect(Map.groupBy(kinds, (kind) => kind).size).toBe(5)
    expect(kinds.filter((kind) => kind === 'EndpointSlice').length).toBeGreaterThan(50)
  })

  test('does not depend on the order in which things happened', () => {
    fc.assert(
      fc.property(scene, (scene) => {
        const order = standing(scene.all)
        expect(desires(scene, order.toReversed())).toEqual(desires(scene, order))
      }),
    )
  })

  test('once it stands, is wanted again to the letter', () => {
    fc.assert(
      fc.property(scene, ({ clusterset, all, here: start, rules }) => {
        const { world } = turn(beginning(clusterset), standing(all))
        for (const [key, entry] of world.entries) {
          let here = start
          const again = (now: number) => desire(key, entry, clusterset, here, rules, now)
          for (let pass = 0; pass < 5; pass++) here = applied(here, again(NOW + pass * 1000))
          const last = again(NOW + 60_000)
          expect(applied(here, last)).toEqual(here)
          expect(JSON.stringify(again(NOW + 120_000))).toBe(JSON.stringify(last))
        }
      }),
    )
  })

  test('nothing is made in a namespace that is denied or does not exist, nor where an import is foreign', () => {
    holds(({ key, objects, cluster }, { here, rules }) => {
      const isDenied = rules.importNamespaces.deny.includes('sh*') && key.startsWith('sh')
      const isForeign = here.import !== null && here.import.managedBy !== OWN
      if (here.namespaceExists && !isDenied && !isForeign) return
      expect(objects.filter(({ kind }) => kind !== 'ServiceExport/status')).toEqual([])
      expect(cluster).toBe(here.cluster)
    })
  })

  test("a Service that is somebody else's is neither written nor given endpoints", () => {
    holds((desired, { here }) => {
      if (here.derived === null || here.derived.managedBy === OWN) return
      expect(bodies(desired, 'Service')).toEqual([])
      expect(bodies(desired, 'EndpointSlice').filter((body) => SERVICE in labelsOf(body))).toEqual([])
    })
  })

  test('names are unique and names, and what an object is called is what its body says', () => {
    holds(({ key, objects }) => {
      const ids = objects.map(({ kind, name }) => `${kind} ${name}`)
      expect(new Set(ids).size).toBe(ids.length)
      for (const { namespace, name, body } of objects) {
        expect(name).toMatch(/^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/)
        expect(memberOf(body, 'metadata')).toMatchObject({ namespace, name })
        expect(key.startsWith(`${namespace}/`)).toBe(true)
      }
    })
  })

  test('a slice is of one cluster that contributes, of one family, and no larger than it may be', () => {
    holds((desired, { rules }) => {
      const [status] = bodies(desired, 'ServiceImport/status')
      const clusters = status && listOf(memberOf(status, 'status')['clusters']).map((one) => one['cluster'])
      for (const body of bodies(desired, 'EndpointSlice')) {
        expect(rules.clusterSetIP).toBe('derived')
        expect(clusters ?? CLUSTERS).toContain(labelsOf(body)[SOURCE])
        for (const value of Object.values(labelsOf(body)))
          expect(String(value).length).toBeLessThanOrEqual(63)
        const endpoints = listOf(body['endpoints'])
        expect(endpoints.length).toBeGreaterThan(0)
        expect(endpoints.length).toBeLessThanOrEqual(100)
        const family = endpoints.flatMap(({ addresses }) =>
          String(addresses)
            .split(',')
            .map((one) => (one.includes(':') ? 'IPv6' : 'IPv4')),
        )
        expect([...new Set(family)]).toEqual([body['addressType']])
        const ports = listOf(body['ports']).map(({ name = '' }) => name)
        expect(new Set(ports).size).toBe(ports.length)
      }
    })
  })

  test('every endpoint stands once for each port, and a port that anybody serves leads somewhere', () => {
    holds((desired) => {
      const [body] = bodies(desired, 'ServiceImport')
      const spec = body === undefined ? {} : memberOf(body, 'spec')
      const slices = bodies(desired, 'EndpointSlice')
      const rows = slices.flatMap((slice) =>
        listOf(slice['endpoints']).flatMap((endpoint) =>
          listOf(slice['ports']).map(
            ({ name = '', port = '' }) =>
              `${labelsOf(slice)[SOURCE]} ${endpoint['hostname']} ${endpoint['addresses']} ${name} ${port}`,
          ),
        ),
      )
      expect(new Set(rows).size).toBe(rows.length)
      const isFollowed = bodies(desired, 'Service').length > 0 && spec['internalTrafficPolicy'] === 'Cluster'
      if (!isFollowed || spec['type'] === 'Headless') return
      const portsOf = (some: readonly JsonObject[]) =>
        some.flatMap((slice) => listOf(slice['ports'])).map(({ name = '' }) => name)
      const followed = portsOf(slices.filter((slice) => SERVICE in labelsOf(slice)))
      expect([...new Set(followed)].sort()).toEqual([...new Set(portsOf(slices))].sort())
    })
  })

  test('hints stand on all followed endpoints or on none', () => {
    holds((desired) => {
      const followed = bodies(desired, 'EndpointSlice').filter((body) => SERVICE in labelsOf(body))
      const hinted = followed.flatMap((body) => listOf(body['endpoints']).map((one) => 'hints' in one))
      expect(new Set(hinted).size).toBeLessThanOrEqual(1)
    })
  })

  test('an import has an address for each family or none, and none if it is Headless', () => {
    holds((desired) => {
      for (const body of bodies(desired, 'ServiceImport')) {
        const { type, ips, ipFamilies } = memberOf(body, 'spec')
        if (type === 'Headless') expect(ips).toBeUndefined()
        const familiesOfIps = String(ips)
          .split(',')
          .map((ip) => (ip.includes(':') ? 'IPv6' : 'IPv4'))
        if (ips !== undefined) expect(ipFamilies).toEqual(familiesOfIps)
      }
    })
  })

  test('every condition is one that is documented, in its words and in a form that the API takes', () => {
    holds((desired) => {
      for (const kind of ['ServiceExport', 'ServiceImport'] as const) {
        for (const body of bodies(desired, `${kind}/status`)) {
          for (const { type, status, reason, message } of listOf(memberOf(body, 'status')['conditions'])) {
            const known: readonly string[] | undefined =
              CONDITIONS[kind][String(type)]?.[status === 'True' ? 'True' : 'False']
            for (const one of String(reason).split(',')) expect(known).toContain(one)
            expect(reason).toMatch(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
            expect(String(message).length).toBeLessThanOrEqual(32_768)
            const forms = DOCUMENTED.filter(
              (row) => row.on === kind && row.type === type && String(reason).split(',').includes(row.reason),
            ).flatMap(({ messages }) => messages)
            expect(isOfForm(String(message), forms), String(message)).toBe(true)
          }
        }
      }
    })
  })
})
