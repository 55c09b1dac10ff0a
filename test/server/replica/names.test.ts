import { describe, expect, test } from 'vitest'
import {
  isEmpty,
  type Onlooker,
  partsOf,
  Replica,
  SteadyReplica,
  updateBetween,
  wholeUpdate,
} from '../../../src/server/replica/index.ts'
import { Marks } from '../../../src/server/speed/index.ts'
import { updatePieces } from '../../../src/server/workers/pieces.ts'
import { type Address, parseAddress, printRecord } from '../../../src/values/dns/index.ts'
import { Table } from '../../../src/values/table/index.ts'
import { groundOf } from '../../../src/words/clusterset/index.ts'
import { type Snapshot, type World, withFreshness, withHostNames } from '../../../src/world/zone/index.ts'
import { recordsOfZone } from '../../support/render.ts'
import { speedOver } from '../../support/speed.ts'
import { made, NOW } from '../../support/world.ts'
import { responder } from '../replies/responder.ts'
import { Told } from './onlooker.ts'

const SERVICES = 3

/** `far` has services that are reached by load balancers of one name each, and `gated` is reached by a gateway. */
const start = made({
  clusters: {
    east: { 'own.json': balanced('own', []) },
    far: Object.fromEntries(
      Array.from({ length: SERVICES }, (_, i) => [`${i}.json`, balanced(`s${i}`, [`lb-${i}.test`])]),
    ),
    gated: { 'web.json': balanced('web', []) },
  },
  config: {
    clusters: [
      { id: 'east', source: { manifests: './east' } },
      { id: 'far', source: { manifests: './far' } },
      {
        id: 'gated',
        gateway: { addresses: ['gw.test'], ports: [80] },
        source: { manifests: './gated' },
      },
    ],
  },
})

function balanced(name: string, hostnames: readonly string[]): string {
  const metadata = { name, namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' }
  const ports = [{ name: 'http', protocol: 'TCP', port: 80 }]
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { type: 'LoadBalancer', clusterIP: '10.101.0.1', clusterIPs: ['10.101.0.1'], ports },
        status: { loadBalancer: { ingress: hostnames.map((hostname) => ({ hostname })) } },
      },
      { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata },
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
        addressType: 'IPv4',
        endpoints: [{ addresses: ['10.1.0.1'] }],
        ports,
      },
    ],
  })
}

const addressOf = (text: string): Address => {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(text)
  return address
}

/** As the flow has it when names resolve so; of those that are not named here, as before. */
function named(
  world: World,
  names: Readonly<Record<string, readonly string[]>>,
  users: readonly string[],
): World {
  let { resolved, unresolved } = world.clusterset
  for (const [name, addresses] of Object.entries(names)) {
    const all = addresses.map(addressOf)
    resolved = all.length === 0 ? resolved.delete(name) : resolved.set(name, all)
    unresolved = all.length === 0 ? unresolved.set(name, 'no address') : unresolved.delete(name)
  }
  return withHostNames(world, { resolved, unresolved }, new Set(users), NOW + 5000)
}

const said = (snapshot: Snapshot): readonly string[] =>
  [...start.world.zones.values()].flatMap((zone) =>
    recordsOfZone(snapshot, zone, start.world.clusterset.local)
      .map((record) => printRecord(record))
      .toSorted(),
  )

const KINDS = [
  ['one that answers datagrams', Replica],
  ['one whose snapshots stay', SteadyReplica],
] as const

describe.each(KINDS)('%s', (_, Kind) => {
  function following(world: World, onlooker: Onlooker | null = null) {
    const replica = new Kind(structuredClone(partsOf(world)), onlooker)
    replica.apply(structuredClone(wholeUpdate(world)))
    replica.show()
    let at = world
    return {
      replica,
      follow: (next: World) => {
        for (const piece of updatePieces(structuredClone(updateBetween(at, next)))) replica.apply(piece)
        replica.show()
        at = next
      },
    }
  }

  test('says what its world says, whatever names resolve to', () => {
    const { replica, follow } = following(start.world)
    let { world } = start
    for (const [names, users] of [
      [{ 'lb-0.test': ['203.0.113.1', '2001:db8::1'], 'lb-1.test': ['203.0.113.2'] }, [0, 1]],
      [{ 'lb-0.test': ['203.0.113.3'], 'lb-2.test': [] }, [0, 2]],
      [{ 'lb-0.test': [], 'lb-1.test': ['203.0.113.4'] }, [0, 1]],
    ] as const) {
      world = named(
        world,
        names,
        users.map((i) => `default/s${i}`),
      )
      follow(world)
      expect(said(replica.snapshot)).toEqual(said(world))
      expect(new Map(replica.snapshot.clusterset.resolved)).toEqual(new Map(world.clusterset.resolved))
      expect(new Map(replica.snapshot.clusterset.unresolved)).toEqual(new Map(world.clusterset.unresolved))
      expect(new Map(replica.snapshot.serials)).toEqual(new Map(world.serials))
    }
  })

  test('has what was made of a service as long as its own names are the same', () => {
    const told = new Told()
    const { replica, follow } = following(start.world, told)
    const before = replica.snapshot
    expect(told.take()).toEqual(expect.arrayContaining(['+default/own', '+default/s0', '+default/s1']))
    follow(named(start.world, { 'lb-0.test': ['203.0.113.1'] }, ['default/s0']))
    const after = replica.snapshot
    expect(groundOf(after.clusterset)).toBe(groundOf(before.clusterset))
    expect(told.take()).toEqual(['~default/s0'])
  })

  test('has nothing of what was made once a gateway is elsewhere, or a cluster stands otherwise', () => {
    const { replica, follow } = following(start.world)
    let ground = groundOf(replica.snapshot.clusterset)
    const elsewhere = named(start.world, { 'gw.test': ['203.0.113.9'] }, [''])
    const down = withFreshness(elsewhere, 'far', { kind: 'down', heard: NOW }, NOW + 9000)
    for (const world of [elsewhere, down]) {
      follow(world)
      expect(groundOf(replica.snapshot.clusterset)).not.toBe(ground)
      expect(said(replica.snapshot)).toEqual(said(world))
      ground = groundOf(replica.snapshot.clusterset)
    }
    expect([...replica.snapshot.clusterset.members]).toEqual([...down.clusterset.members])
  })

  test('answers by what a name resolves to now, by whatever it kept', () => {
    const marks = new Marks()
    const { replica, follow } = following(start.world, marks)
    const { ask } = responder({}, start, { snapshot: () => replica.snapshot, speed: speedOver(marks) })
    const answers = (i: number) =>
      ask({ name: `s${i}.default.svc.clusterset.local`, type: 'A' }).answers.map((line) =>
        line.split(' ').at(-1),
      )
    let { world } = start
    for (let last = 1; last < 4; last++) {
      world = named(
        world,
        { 'lb-0.test': [`203.0.113.${last}`], ...(last === 2 ? { 'lb-1.test': ['203.0.113.99'] } : {}) },
        last === 2 ? ['default/s0', 'default/s1'] : ['default/s0'],
      )
      follow(world)
      for (let again = 0; again < 3; again++) {
        expect(answers(0)).toEqual([`203.0.113.${last}`])
        expect(answers(1)).toEqual(last < 2 ? [] : ['203.0.113.99'])
      }
    }
  })
})

test('of names that changed their addresses cross, and nothing of the others', () => {
  const names = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`n-${i}.test`, ['203.0.113.1']]))
  const world = named(start.world, names, [])
  expect(isEmpty(updateBetween(world, world))).toBe(true)
  const next = named(world, { 'n-7.test': ['203.0.113.2'], 'n-8.test': [] }, ['default/s1'])
  const { resolved, unresolved, renamed, ...others } = updateBetween(world, next)
  expect(resolved.keys.toSorted()).toEqual(['n-7.test', 'n-8.test'])
  expect(unresolved).toEqual([['n-8.test', 'no address']])
  expect(renamed).toEqual(['default/s1'])
  expect(Object.keys(others.parts)).toEqual([])
  expect(others.members).toEqual([])
})

test.each([0, 1, 128, 129, 1280, 10_000])('%i names come whole, in pieces of 128', (count) => {
  const resolved = Table.from(
    Array.from({ length: count }, (_, i) => [
      `n-${i}.test`,
      [addressOf(`20.0.${i >> 8}.${i & 255}`), addressOf('2001:db8::1')],
    ]),
  )
  const world = { ...start.world, clusterset: { ...start.world.clusterset, resolved } }
  const replica = new Replica(partsOf(start.world))
  const pieces = [...updatePieces(updateBetween(start.world, world))]
  expect(Math.max(...pieces.map((piece) => piece.resolved.keys.length))).toBeLessThanOrEqual(128)
  for (const piece of pieces) replica.apply(structuredClone(piece))
  expect(new Map(replica.snapshot.clusterset.resolved)).toEqual(new Map(resolved))
})
