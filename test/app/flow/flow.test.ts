import { setImmediate as immediate } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { parseConfig, planOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { MOST_A_TURN } from '../../../src/app/flow/turns.ts'
import { type Address, parseAddress, printAddress } from '../../../src/values/dns/index.ts'
import { Table } from '../../../src/values/table/index.ts'
import { KINDS, type KubeObject, parseObject, SERVICE } from '../../../src/words/kube/index.ts'
import { find, reverseName, type World } from '../../../src/world/zone/index.ts'
import { contentOf } from '../../properties/worlds.ts'
import { exported, serviceEntry } from '../../support/manifests.ts'
import { runs } from '../../support/runs.ts'

const NOW = Date.parse('2026-11-22T14:05:00Z')

const config = (clusters: string, more = '') =>
  parseConfig(`clusters:\n${clusters}\n${more}`, '/meridian.yaml')

const EAST = '  - {id: east, network: a, source: {manifests: east}}'
const WEST = '  - {id: west, network: a, source: {manifests: west}}'

function flowOf(text: string, more = '') {
  const worlds: World[] = []
  const names: string[][] = []
  const faults: string[] = []
  const flow: Flow = new Flow(
    planOf(config(text, more)),
    {
      world: (world) => worlds.push(world),
      names: () => names.push([...flow.names()]),
      fault: (...told) => faults.push(told.join(' ')),
    },
    NOW,
  )
  return { flow, worlds, names, faults }
}

/** The objects of a list of manifests, as a source tells them. */
const objects = (manifest: unknown): readonly KubeObject[] => {
  const { items } = JSON.parse(typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
  return items.map((item: unknown) => {
    const parsed = parseObject(item, KINDS)
    if (parsed.outcome !== 'object') throw new Error('not an object')
    return parsed.object
  })
}

const WEB = objects(exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }))
const API = objects(exported({ name: 'api', clusterIP: '10.101.0.2', pods: ['10.1.0.2'] }))
const address = (text: string): Address => {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(`${text} is no address`)
  return parsed
}
const addresses = (...texts: readonly string[]) => texts.map(address)
const puts = (list: readonly KubeObject[]) => list.map((object) => ({ op: 'put', object }) as const)

describe('the flow', () => {
  test('tells of a turn that changed something, and of no other', () => {
    const { flow, worlds } = flowOf(EAST)
    flow.changed('east', puts(WEB), NOW)
    flow.changed('east', puts(WEB), NOW)
    expect(worlds).toHaveLength(1)
    expect(flow.world).toBe(worlds[0])
  })

  test('derives exports that ServiceEntries say anew when a Namespace of their cluster has other labels, in what is in the making too', async () => {
    const [entry] = objects({
      items: [serviceEntry({ name: 'web', namespace: 'shop', hosts: ['web.shop.svc.west.local'] })],
    })
    const shop = (labels: object) =>
      puts(objects({ items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } }] }))
    const west = '  - {id: west, source: {manifests: west}, exports: {namespaces: {selector: "share=yes"}}}'
    const text = `${EAST}\n${west}`
    const istio = 'istio: {cluster: east, entries: {export: true}}'
    const { flow } = flowOf(text, istio)
    const kindIn = () => flow.world.entries.get('shop/web')?.exports.map(({ kind }) => kind)
    flow.changed('west', shop({}), NOW)
    flow.changed('east', puts(entry === undefined ? [] : [entry]), NOW)
    expect(kindIn()).toEqual(['namespaceDenied'])
    flow.changed('west', shop({ share: 'yes' }), NOW)
    expect(kindIn()).toEqual(['valid'])
    const adopted = flow.adopt(planOf(config(text, `${istio}\ndns: {ttl: 7}`)), () => NOW)
    flow.changed('west', shop({ share: 'no' }), NOW)
    await adopted
    expect(flow.world.settings.ttl).toBe(7)
    expect(kindIn()).toEqual(['namespaceDenied'])
    flow.changed('west', [{ op: 'delete', kind: 'Namespace', key: '/shop' }], NOW)
    flow.changed('west', shop({ share: 'yes' }), NOW)
    expect(kindIn()).toEqual(['valid'])
  })

  test('takes what a source lists for all there is: what it held before and is not listed goes', () => {
    const { flow } = flowOf(EAST)
    flow.changed('east', puts([...WEB, ...API]), NOW)
    flow.changed('east', flow.changesTo('east', API), NOW)
    expect([...flow.world.entries].map(([key]) => key)).toEqual(['default/api'])
  })

  test('moves a serial once a second, whoever changes a zone more often', () => {
    vi.useFakeTimers({ now: NOW })
    try {
      const { flow, worlds } = flowOf(EAST)
      const serial = (): number => (flow.world.serials.get('clusterset.local') ?? 0) - NOW / 1000
      for (const one of [WEB, API]) flow.changed('east', puts(one), NOW)
      flow.changed('east', flow.changesTo('east', API), NOW)
      expect(serial()).toBe(0)
      vi.advanceTimersByTime(1000)
      expect(serial()).toBe(1)
      const before = worlds.length
      vi.advanceTimersByTime(10_000)
      expect(worlds).toHaveLength(before)
      for (const one of [WEB, API]) flow.changed('east', puts(one), NOW + 11_000)
      flow.stop()
      expect(vi.getTimerCount()).toBe(0)
      for (const one of [API, WEB]) flow.changed('east', flow.changesTo('east', one), NOW + 11_000)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('hears nothing of a cluster that is no member', () => {
    const { flow, worlds } = flowOf(EAST)
    flow.changed('west', puts(WEB), NOW)
    flow.state('west', { kind: 'live', heard: NOW }, false, NOW)
    expect(worlds).toEqual([])
  })

  test('settles once every cluster has been heard, or when told to', () => {
    const { flow } = flowOf(`${EAST}\n${WEST}`)
    flow.state('east', { kind: 'live', heard: NOW }, false, NOW)
    expect(flow.world.settled).toBe(false)
    flow.state('west', { kind: 'stale', heard: NOW }, false, NOW)
    expect(flow.world.settled).toBe(true)
  })

  test('moves serials for addresses that host names have, and not for why others have none', async () => {
    const { flow, worlds } = flowOf(EAST)
    const before = flow.world.serials
    const resolved = flow.world.clusterset.resolved
    flow.resolved(
      { resolved, unresolved: Table.from([['lb.example.com', 'no answer in time']]) },
      NOW + 60_000,
    )
    expect(worlds).toHaveLength(1)
    expect(flow.world.serials).toBe(before)
    expect([...flow.world.clusterset.unresolved].map(([name]) => name)).toEqual(['lb.example.com'])
    const found = Table.from([['lb.example.com', addresses('192.0.2.1')]])
    flow.resolved({ resolved: found, unresolved: Table.empty() }, NOW + 60_000)
    expect(flow.world.serials).toEqual(before)
    await flow.adopt(planOf(config(EAST)), () => NOW)
    expect([...flow.world.clusterset.resolved].map(([name]) => name)).toEqual(['lb.example.com'])
  })

  test('tells once of a service that a mistake of ours keeps from being brought up to date', () => {
    const { flow, faults } = flowOf(`${EAST}\n${WEST}`)
    flow.changed('east', puts(WEB), NOW)
    const broken = WEB.map((object) =>
      object.kind === 'EndpointSlice' ? { ...object, endpoints: '\xff' } : object,
    )
    flow.changed('east', puts(broken), NOW)
    flow.changed('east', puts(broken), NOW)
    flow.changed('west', puts(WEB), NOW)
    expect(faults).toEqual([
      expect.stringMatching(/^default\/web east a bug of Meridian, please report it: /),
    ])
    const exports = flow.world.entries.get('default/web')?.exports
    expect(exports?.map(({ cluster, kind }) => `${cluster} ${kind}`)).toEqual(['east valid', 'west valid'])
  })

  test('asks for the host names of load balancers and gateways, and for those alone', () => {
    const gateway =
      '  - {id: west, reach: gateway, gateway: {addresses: [gw.example.com]}, source: {manifests: west}}'
    const { flow, names } = flowOf(`${EAST}\n${gateway}`)
    expect([...flow.names()]).toEqual(['gw.example.com'])
    const [service] = WEB
    if (service === undefined || !SERVICE.is(service)) throw new Error('no Service')
    const balanced = { ...service, ingress: [{ hostname: 'lb.example.com' }] }
    flow.changed('east', puts([...WEB, balanced]), NOW)
    expect(names.at(-1)?.toSorted()).toEqual(['gw.example.com', 'lb.example.com'])
    flow.changed('east', flow.changesTo('east', []), NOW)
    expect(names.at(-1)).toEqual(['gw.example.com'])
  })
})

describe('host names with other addresses', () => {
  const FAR = '  - {id: far, network: b, serviceCIDRs: [10.2.0.0/16], source: {manifests: far}}'
  const GATEWAY =
    '  - {id: gated, network: c, gateway: {addresses: [gw.example.com], ports: [80]}, source: {manifests: gated}}'
  const REVERSE = 'zones: {reverse: true}'
  /** A flow in which far's web has a load balancer of that host name, and what moves when names resolve so. */
  const resolving = () => {
    const { flow } = flowOf([EAST, FAR, GATEWAY].join('\n'), REVERSE)
    const balanced = WEB.map((object) =>
      object.kind === 'Service' ? { ...object, ingress: [{ hostname: 'lb.example.com' }] } : object,
    )
    flow.changed('east', puts(API), NOW)
    flow.changed('far', puts(balanced), NOW)
    return { flow, moved: (names: Readonly<Record<string, readonly string[]>>) => movedBy(flow, names) }
  }
  let later = NOW
  const movedBy = (flow: Flow, names: Readonly<Record<string, readonly string[]>>) => {
    const before = flow.world.serials
    later += 60_000
    const told = Object.entries(names).map(([name, list]) => [name, addresses(...list)] as const)
    flow.resolved({ resolved: Table.from(told), unresolved: Table.empty() }, later)
    return [...flow.world.serials]
      .filter(([zone, serial]) => before.get(zone) !== serial)
      .map(([zone]) => zone)
  }
  const pointers = ({ world }: Flow) =>
    [...world.pointers].map(([address, { target }]) => `${printAddress(address)} ${target}`)

  test('move the serials of the zones that answer them, and their PTR records', () => {
    const { flow, moved } = resolving()
    expect(pointers(flow)).toEqual([])
    const shared = ['clusterset.local', 'global', 'far.local']
    expect(moved({ 'lb.example.com': ['10.2.0.1'] })).toEqual([...shared, '2.10.in-addr.arpa'])
    expect(pointers(flow)).toEqual(['10.2.0.1 web.default.svc.clusterset.local'])
    expect(moved({ 'lb.example.com': ['10.2.0.2'] })).toEqual([...shared, '2.10.in-addr.arpa'])
    expect(pointers(flow)).toEqual(['10.2.0.2 web.default.svc.clusterset.local'])
    expect(find(flow.world, reverseName(address('10.2.0.1')), 'east').kind).toBe('nameError')
    expect(find(flow.world, reverseName(address('10.2.0.2')), 'east').kind).toBe('pointer')
    expect(moved({})).toEqual([...shared, '2.10.in-addr.arpa'])
    expect(pointers(flow)).toEqual([])
    expect(find(flow.world, '0.2.10.in-addr.arpa', 'east').kind).toBe('nameError')
  })

  test('move no reverse zone where none of them is', () => {
    const { moved } = resolving()
    expect(moved({ 'lb.example.com': ['192.0.2.1'] })).toEqual(['clusterset.local', 'global', 'far.local'])
  })

  test('move nothing where no service has them, or none that somebody reaches by them', () => {
    const { flow, moved } = resolving()
    expect(moved({ 'other.example.com': ['10.2.0.1'] })).toEqual([])
    expect(moved({ 'lb.example.com': ['127.0.0.1'] })).toEqual([])
    flow.changed('far', flow.changesTo('far', []), later)
    expect(moved({ 'lb.example.com': ['10.2.0.1'] })).toEqual([])
  })

  test('of a gateway move what answers its cluster', () => {
    const { moved } = resolving()
    expect(moved({ 'gw.example.com': ['192.0.2.1'] })).toEqual(['clusterset.local', 'global', 'gated.local'])
  })

  test('leave PTR records as they would be had they come before the services', async () => {
    const { flow, moved } = resolving()
    moved({ 'lb.example.com': ['10.2.0.1'] })
    const before = pointers(flow)
    await flow.adopt(planOf(config([EAST, FAR, GATEWAY].join('\n'), REVERSE)), () => later)
    expect(pointers(flow)).toEqual(before)
    flow.changed('far', flow.changesTo('far', []), later)
    expect(pointers(flow)).toEqual([])
  })
})

describe('another configuration', () => {
  const adopted = async (from: string, to: string, more = '') => {
    const made = flowOf(from)
    made.flow.changed('east', puts(WEB), NOW)
    made.flow.state('east', { kind: 'live', heard: NOW }, false, NOW)
    const before = made.flow.world
    await made.flow.adopt(planOf(config(to, more)), () => NOW + 5000)
    return { ...made, before }
  }

  test('leaves what is known of the clusters that stay, identity included', async () => {
    const { flow, before } = await adopted(EAST, `${EAST}\n${WEST}`)
    expect(flow.world.entries.get('default/web')).toBe(before.entries.get('default/web'))
    expect(flow.world.clusterset.members.get('east')?.freshness).toEqual({ kind: 'live', heard: NOW })
    expect(flow.world.clusterset.members.get('west')?.freshness).toEqual({ kind: 'never' })
    expect(flow.world.zones.has('west.local')).toBe(true)
  })

  test('forgets a cluster that left at once, its zone and its services', async () => {
    const { flow } = await adopted(`${EAST}\n${WEST}`, WEST, 'local: {cluster: west}')
    expect([...flow.world.entries]).toEqual([])
    expect(flow.views.has('east')).toBe(false)
    expect(flow.world.zones.has('east.local')).toBe(false)
    flow.changed('east', puts(WEB), NOW)
    expect([...flow.world.entries]).toEqual([])
  })

  test('takes its rules over for objects that came before it', async () => {
    const denied =
      '  - {id: east, network: a, exports: {namespaces: {deny: [default]}}, source: {manifests: east}}'
    const { flow } = await adopted(EAST, denied)
    expect(flow.world.entries.get('default/web')?.exports[0]?.kind).toBe('namespaceDenied')
  })

  test('moves every serial on, never back', async () => {
    const { flow, before } = await adopted(EAST, EAST, 'dns: {ttl: 9}')
    for (const [zone, serial] of flow.world.serials)
      expect(serial).toBeGreaterThan(before.serials.get(zone) ?? 0)
    expect(flow.world.settings.ttl).toBe(9)
  })

  test('does not unsettle a server that answers', async () => {
    expect((await adopted(EAST, `${EAST}\n${WEST}`)).flow.world.settled).toBe(true)
  })
})

describe('another configuration of many services', () => {
  const REVERSED = 'zones: {reverse: true}'
  const EAST_RANGE = '  - {id: east, network: a, podCIDRs: [10.1.0.0/16], source: {manifests: east}}'
  const [FROM, TO] = [`${EAST_RANGE}\n${WEST}`, EAST_RANGE.replace('10.1.0.0', '10.2.0.0')]
  const pod = (i: number, net = 1) => `10.${net}.${i >> 8}.${i & 255}`
  const service = (i: number, net = 1) =>
    objects(exported({ name: `s${i}`, clusterIP: `10.101.${i >> 8}.${i & 255}`, pods: [pod(i, net)] }))
  // Never so few that one turn is enough for all of them.
  const COUNT = Math.max(400, runs(1600))

  const large = () => {
    const made = flowOf(FROM, REVERSED)
    const all = Array.from({ length: COUNT }, (_, i) => service(i)).flat()
    for (const id of ['east', 'west']) made.flow.changed(id, puts(all), NOW)
    made.flow.state('east', { kind: 'live', heard: NOW }, false, NOW)
    return made
  }
  const scratch = (flow: Flow, to: string) => {
    const made = flowOf(to, REVERSED).flow
    for (const [id, { objects }] of flow.views) {
      const found = [...objects.values()].flatMap((table) => [...table.values()])
      made.changed(id, puts(found), NOW)
    }
    return contentOf(made.world)
  }

  test('is in force when its world is whole, and others have their turns until then', async () => {
    const { flow } = large()
    // All but the serials, which move once a second.
    const inForce = () => [flow.world.settings, flow.world.clusterset, flow.world.zones, flow.world.entries]
    const before = inForce()
    const isAsBefore = (): boolean => inForce().every((part, i) => part === before[i])
    let isInForce = false
    const done = flow.adopt(
      planOf(config(TO, REVERSED)),
      () => NOW + 5000,
      () => {
        expect(isAsBefore()).toBe(true)
        isInForce = true
      },
    )
    let turns = 0
    for (; !isInForce; turns++) {
      expect(isAsBefore()).toBe(true)
      await immediate()
    }
    await done
    expect(turns).toBeGreaterThanOrEqual(COUNT / MOST_A_TURN - 1)
    expect([...flow.views.keys()]).toEqual(['east'])
    expect(contentOf(flow.world)).toEqual(scratch(flow, TO))
    expect(flow.world.entries.get('default/s7')?.exports).toMatchObject([{ endpoints: { count: 0 } }])
  })

  test('misses nothing that is said while its world is made', async () => {
    const { flow } = large()
    const done = flow.adopt(planOf(config(TO, REVERSED)), () => NOW + 5000)
    let ended = false
    void done.then(() => (ended = true))
    for (let i = 0; !ended; i += 1) {
      // One that may have been derived, one that may not yet be, one that is new, one that goes.
      flow.changed('east', puts([...service(i, 2), ...service(COUNT - 1 - i, 2)]), NOW + i)
      flow.changed('east', puts(service(COUNT + i, 2)), NOW + i)
      flow.changed(
        'east',
        [{ op: 'delete', kind: 'ServiceExport', key: `default/s${COUNT / 2 + i}` }],
        NOW + i,
      )
      flow.changed('west', puts(service(COUNT + i)), NOW + i)
      flow.state('east', { kind: 'stale', heard: NOW + i }, false, NOW + i)
      expect(flow.world.entries.get(`default/s${COUNT + i}`)?.exports).toHaveLength(2)
      await immediate()
    }
    expect(contentOf(flow.world)).toEqual(scratch(flow, TO))
    expect(flow.world.clusterset.members.get('east')?.freshness.kind).toBe('stale')
  })

  test('gives way to a later one, with which both are done', async () => {
    const { flow } = large()
    const inForce: string[] = []
    const first = flow.adopt(
      planOf(config(TO, REVERSED)),
      () => NOW,
      () => inForce.push('first'),
    )
    const second = flow.adopt(
      planOf(config(FROM, REVERSED)),
      () => NOW,
      () => inForce.push('second'),
    )
    await first
    expect(inForce).toEqual(['second'])
    await second
    expect([...flow.views.keys()]).toEqual(['east', 'west'])
    expect(contentOf(flow.world)).toEqual(scratch(flow, FROM))
  })

  test('is in force though services change faster than they are derived', async () => {
    const { flow } = large()
    let isInForce = false
    const done = flow.adopt(planOf(config(TO, REVERSED)), () => NOW + 5000)
    void done.then(() => (isInForce = true))
    const nets = [1, 2].map((net) =>
      Array.from({ length: 0.8 * COUNT }, (_, i) => puts(service(i, net))).flat(),
    )
    let turns = 0
    for (; !isInForce && turns < COUNT; turns++) {
      flow.changed('east', nets[turns % 2] ?? [], NOW + turns)
      await immediate()
    }
    expect(isInForce).toBe(true)
    expect(contentOf(flow.world)).toEqual(scratch(flow, TO))
  })

  test('is in force though another one is wanted again and again', async () => {
    const { flow } = large()
    const inForce: number[] = []
    const done: Promise<void>[] = []
    for (let n = 0; inForce.length < 2; n++) {
      const plan = planOf(config(n % 2 === 0 ? TO : FROM, REVERSED))
      done.push(
        flow.adopt(
          plan,
          () => NOW,
          () => inForce.push(n),
        ),
      )
      expect(n).toBeLessThan(COUNT)
      await immediate()
    }
    const last = flow.adopt(planOf(config(TO, REVERSED)), () => NOW)
    await Promise.all([...done, last])
    expect(inForce[0]).toBe(1)
    expect([...flow.views.keys()]).toEqual(['east'])
    expect(contentOf(flow.world)).toEqual(scratch(flow, TO))
  })

  test('comes to nothing when the server stops', async () => {
    const { flow } = large()
    const before = flow.world
    const done = flow.adopt(planOf(config(TO, REVERSED)), () => NOW)
    flow.stop()
    await done
    await immediate()
    expect(flow.world).toBe(before)
  })

  test('under the same one every entry stays what it is, and no serial moves', async () => {
    // Serials that wait move by a timer: on a busy machine before this has ended.
    vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    try {
      const { flow } = large()
      const before = flow.world
      await flow.adopt(planOf(config(FROM, REVERSED)), () => NOW + 5000)
      expect(flow.world.entries).toBe(before.entries)
      expect(flow.world.serials).toEqual(before.serials)
      expect(contentOf(flow.world)).toEqual(contentOf(before))
    } finally {
      vi.useRealTimers()
    }
  })
})
