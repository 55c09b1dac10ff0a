import { describe, expect, test } from 'vitest'
import { settle } from '../../src/world/zone/index.ts'
import { type Asked, refuse, reset } from '../sources/apiserver/fake.ts'
import { eventually } from '../support/recorder.ts'
import { MCS, namespace, object, SETTINGS, worldOf, writing } from './writing.ts'

const given = writing()

const specOf = (one: unknown) => Object(one).spec
const labelsOf = (one: unknown) => Object(one).metadata.labels

const isApply =
  (plural: string) =>
  (asked: Asked): boolean =>
    asked.verb === 'apply' && asked.plural === plural

/** The import of shop/cart stands with an address. */
const hasAddress = () =>
  eventually(() => {
    const [cart] = given.held('serviceimports')
    expect(specOf(cart)?.ips).toEqual([expect.stringMatching(/^10\.9\./)])
  })

describe('an export', () => {
  test('is made into an import, a Service that gives it an address, and slices', async () => {
    const at = given.start(worldOf(['cart'], ['cart']))
    await hasAddress()
    await given.settles(at)
    expect(specOf(given.held('serviceimports')[0])).toMatchObject({
      type: 'ClusterSetIP',
      ports: [{ name: 'http', port: 80 }],
    })
    const slices = given.held('endpointslices')
    expect(
      slices.map((slice) => labelsOf(slice)['multicluster.kubernetes.io/source-cluster']).sort(),
    ).toEqual(['east', 'west'])
    expect(new Set(at.counted.map((one) => one.split(' ').at(-1)))).toEqual(new Set(['ok']))
  })

  test('that stands as it should be is not written again, not even by another process', async () => {
    const first = given.start(worldOf(['cart', 'api'], ['cart']))
    await hasAddress()
    await given.settles(first)
    await first.writer.stop()
    const before = given.writes().length
    const second = given.start(worldOf(['cart', 'api'], ['cart']))
    await given.settles(second)
    expect(given.writes().length).toBe(before)
    expect(second.counted).toEqual([])
  })

  test('that goes takes everything with it, each object by its uid', async () => {
    const at = given.start(worldOf(['cart']))
    await hasAddress()
    await given.settles(at)
    at.become(worldOf([]))
    at.writer.add(['shop/cart'])
    await eventually(() => {
      for (const plural of ['serviceimports', 'services', 'endpointslices'])
        expect(given.held(plural)).toEqual([])
    })
    const uids = given
      .writes()
      .filter(({ verb }) => verb === 'delete')
      .map(({ body }) => Object(body).preconditions.uid)
    expect(uids).toEqual(uids.map(() => expect.stringMatching(/^uid-/)))
  })

  test('reaches its namespace when that appears, and never makes it', async () => {
    given.server.remove(namespace('shop'))
    const at = given.start(worldOf(['cart']))
    await given.settles(at)
    expect(given.writes()).toEqual([])
    given.server.put(namespace('shop'))
    await hasAddress()
  })
})

describe('what is Meridian’s own', () => {
  test('is made right again when somebody changes it', async () => {
    const at = given.start(worldOf(['cart']))
    await hasAddress()
    await given.settles(at)
    const [cart] = given.held('serviceimports')
    given.server.put({
      ...object(MCS, 'ServiceImport', 'cart'),
      ...cart,
      spec: { ...specOf(cart), type: 'Headless' },
    })
    await eventually(() =>
      expect(specOf(given.held('serviceimports')[0])).toMatchObject({ type: 'ClusterSetIP' }),
    )
  })

  test('is made again when somebody removes it just after it was made', async () => {
    const at = given.start(worldOf(['cart']))
    await hasAddress()
    await given.settles(at)
    for (const plural of ['services', 'endpointslices', 'serviceimports']) {
      const [made] = given.held(plural)
      expect(made).toBeDefined()
      if (made !== undefined) given.server.remove(made)
      await eventually(() => expect(given.held(plural)).toHaveLength(1))
    }
  })

  test('may have labels of others', async () => {
    const at = given.start(worldOf(['cart']))
    await hasAddress()
    await given.settles(at)
    const before = given.writes().length
    const [cart] = given.held('serviceimports')
    const metadata = { ...cart?.metadata, labels: { ...labelsOf(cart), theirs: 'yes' } }
    given.server.put({ ...object(MCS, 'ServiceImport', 'cart'), ...cart, metadata } as never)
    await given.settles(at)
    at.writer.add(['shop/cart'])
    await given.settles(at)
    expect(given.writes().length).toBe(before)
  })
})

describe('what is somebody else’s', () => {
  test('a ServiceImport is never written, nor deleted', async () => {
    given.server.put(object(MCS, 'ServiceImport', 'cart', { spec: { type: 'Headless', ports: [] } }))
    const at = given.start(worldOf(['cart', 'api']))
    await eventually(() => expect(given.held('serviceimports')).toHaveLength(2))
    at.become(worldOf([]))
    at.writer.add(['shop/cart', 'shop/api'])
    await eventually(() => expect(given.held('serviceimports')).toHaveLength(1))
    await given.settles(at)
    expect(
      given.writes().filter(({ plural, name }) => plural === 'serviceimports' && name === 'cart'),
    ).toEqual([])
  })

  test('a Service where the derived one should be is found before it is written to, and the rest goes on', async () => {
    const first = given.start(worldOf(['cart']))
    await hasAddress()
    const [derived] = given.held('services')
    const name = derived?.metadata.name ?? ''
    first.become(worldOf([]))
    first.writer.add(['shop/cart'])
    await eventually(() => expect(given.held('services')).toEqual([]))
    await first.writer.stop()
    given.server.put(object('v1', 'Service', name, { spec: { ports: [] } }))
    const before = given.writes().length
    const second = given.start(worldOf(['cart']))
    await eventually(() => expect(given.held('serviceimports')).toHaveLength(1))
    await eventually(() => expect(second.counted).toContain('apply Service foreign'))
    await given.settles(second)
    expect(
      given
        .writes()
        .slice(before)
        .filter(({ plural }) => plural === 'services'),
    ).toEqual([])
    await second.writer.stop()
    const settled = given.writes().length
    const third = given.start(worldOf(['cart']))
    await given.settles(third)
    expect(third.counted).toEqual([])
    expect(given.writes().length).toBe(settled)
    given.server.remove(object('v1', 'Service', name))
    await hasAddress()
  })

  test('an object that was replaced since it was seen is not written to', async () => {
    const at = given.start(worldOf(['cart']))
    await hasAddress()
    await given.settles(at)
    given.server.fault(isApply('serviceimports'), (response, asked) => {
      const uid = Object(asked.body).metadata.uid
      expect(uid).toMatch(/^uid-/)
      refuse(409, 'the UID in the precondition does not match')(response, asked)
    })
    at.become(worldOf(['cart'], ['cart']))
    await eventually(() => expect(at.counted).toContain('status ServiceImport conflict'))
    await given.settles(at)
  })
})

describe('a write that fails is made again', () => {
  test.each([
    ['403', refuse(403), 'forbidden'],
    ['404', refuse(404), 'notFound'],
    ['409', refuse(409), 'conflict'],
    ['422', refuse(422), 'invalid'],
    ['429', refuse(429, 'slow down', { 'retry-after': '0' }), 'throttled'],
    ['500', refuse(500), 'server'],
    ['a reset', reset, 'connection'],
  ] as const)('%s', async (_name, answer, reason) => {
    given.server.fault(isApply('serviceimports'), answer, 3)
    const at = given.start(worldOf(['cart', 'api']))
    await hasAddress()
    await given.settles(at)
    expect(at.counted.filter((one) => one === `apply ServiceImport ${reason}`).length).toBe(3)
    expect(given.held('serviceimports')).toHaveLength(2)
  })

  test('and nobody is told of a namespace that is being deleted, which is no permission that is missing', async () => {
    const causes = [{ reason: 'NamespaceTerminating', message: 'it is being terminated', field: '' }]
    given.server.fault(isApply('serviceimports'), refuse(403, 'no', {}, { causes }), 1e6)
    const at = given.start(worldOf(['cart']))
    await eventually(() => expect(at.counted).toContain('apply ServiceImport terminating'))
    expect(at.writer.status()).toMatchObject({ failing: 1, problems: [] })
    given.server.mend()
    await hasAddress()
    await given.settles(at)
    given.server.fault(isApply('serviceimports'), refuse(403, 'no'), 1e6)
    at.become(worldOf(['cart', 'api']))
    await eventually(() => expect(at.writer.status().problems).toHaveLength(1))
  })

  test('and what is not to be written any more is no problem any more, though nothing of its sort has worked', async () => {
    given.server.fault(isApply('serviceimports'), refuse(422, 'no'), 1e6)
    const at = given.start(worldOf(['cart', 'api']))
    const isRefused = expect.objectContaining({ message: expect.stringContaining('serviceimports') })
    await eventually(() => expect(at.writer.status()).toMatchObject({ failing: 2, problems: [isRefused] }))
    at.become(worldOf(['api']))
    await eventually(() => expect(at.writer.status()).toMatchObject({ failing: 1 }))
    expect(at.writer.status().problems).toEqual([isRefused])
    at.become(worldOf([]))
    await eventually(() => expect(at.writer.status()).toMatchObject({ failing: 0, problems: [] }))
  })

  test('though the API server is killed in the middle of it all, and comes back', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `many-${i}`)
    const at = given.start(worldOf(names))
    await eventually(() => expect(given.writes().length).toBeGreaterThan(30))
    await given.server.kill()
    await eventually(() => expect(at.counted.some((one) => one.endsWith('connection'))).toBe(true))
    await given.server.listen()
    await eventually(() => {
      const imports = given.held('serviceimports')
      expect(imports.filter((one) => specOf(one).ips?.length === 1)).toHaveLength(names.length)
    })
    await given.settles(at)
  })

  test('and what went unseen for too long is written anew', async () => {
    const at = given.start(worldOf(['cart']))
    await hasAddress()
    await given.settles(at)
    const [cart] = given.held('serviceimports')
    // As a server that loses a write it had taken: nobody is told.
    given.server.forget('serviceimports')
    given.server.compact()
    for (const watcher of given.server.watchers) watcher.response.destroy()
    await eventually(() => expect(given.held('serviceimports')).toHaveLength(1))
    expect(specOf(given.held('serviceimports')[0])).toMatchObject({ type: specOf(cart).type })
  })
})

describe('a write that is refused ends only what depends on it', () => {
  const sourceOf = (one: unknown) => labelsOf(one)['multicluster.kubernetes.io/source-cluster']
  const ofWest = (asked: Asked): boolean =>
    isApply('endpointslices')(asked) && sourceOf(asked.body) === 'west'
  const slicesOf = (cluster: string) =>
    JSON.stringify(given.held('endpointslices').filter((one) => sourceOf(one) === cluster))

  // Slices are written by name, so that those of east are first.
  test.each([
    ['east', 'west', '10.2.0'],
    ['west', 'east', '10.1.0'],
  ])('the slices of %s keep none of %s from being written', async (refused, other, net) => {
    const isRefused = (asked: Asked) => isApply('endpointslices')(asked) && sourceOf(asked.body) === refused
    given.server.fault(isRefused, refuse(422, 'no'), 1e6)
    const at = given.start(worldOf(['x', 'cart'], ['x', 'cart']))
    await eventually(() => expect(slicesOf(other)).toContain(`${net}.2`))
    await eventually(() => expect(at.counted).toContain('apply EndpointSlice invalid'))
    await hasAddress()
    at.become(worldOf(['cart'], ['cart']))
    await eventually(() => expect(slicesOf(other)).toContain(`${net}.1`))
    expect(at.writer.status().problems).not.toEqual([])
  })

  test('a Service that stands and cannot be changed keeps no slice from being written', async () => {
    const at = given.start(worldOf(['x', 'cart']))
    await given.settles(at)
    given.server.fault(isApply('services'), refuse(422, 'no'), 1e6)
    for (const one of given.held('services')) {
      const spec = { ...specOf(one), ports: [{ name: 'other', port: 1 }] }
      given.server.put({ ...object('v1', 'Service', one.metadata.name), ...one, spec })
    }
    await eventually(() => expect(at.counted).toContain('apply Service invalid'))
    at.become(worldOf(['cart']))
    await eventually(() => expect(slicesOf('east')).toContain('10.1.0.1'))
  })

  test('what a cluster’s endpoints stand in stays until they stand in others; another’s goes', async () => {
    const at = given.start(worldOf(['cart'], ['cart']))
    await hasAddress()
    await given.settles(at)
    const before = slicesOf('west')
    const stale = (cluster: string) => {
      const [one] = given.held('endpointslices').filter((slice) => sourceOf(slice) === cluster)
      const metadata = { ...one?.metadata, name: `cart-${cluster}-stale` }
      given.server.put({ ...object('discovery.k8s.io/v1', 'EndpointSlice', 'x'), ...one, metadata } as never)
    }
    given.server.fault(ofWest, refuse(422, 'no'), 1e6)
    at.become(worldOf(['cart'], ['x', 'cart']))
    await eventually(() => expect(at.counted).toContain('apply EndpointSlice invalid'))
    stale('west')
    stale('east')
    await eventually(() => expect(slicesOf('east')).not.toContain('stale'))
    expect(slicesOf('west')).toContain('stale')
    expect(slicesOf('west')).toContain(JSON.parse(before)[0].metadata.name)
    given.server.mend()
    await eventually(() => expect(slicesOf('west')).not.toContain('stale'))
  })
})

describe('nothing is written', () => {
  test('before every cluster was heard, or start-up has taken long enough', async () => {
    const whole = worldOf(['cart'])
    const at = given.start({ ...whole, settled: false })
    await eventually(() => expect(at.writer.status()).toMatchObject({ leads: true, observed: true }))
    at.writer.add(['shop/cart'])
    expect(given.writes()).toEqual([])
    at.become(settle(whole))
    await hasAddress()
  })

  test('without the Lease, nor once it is lost', async () => {
    const isLease = ({ plural, verb }: Asked) => plural === 'leases' && verb !== 'get'
    given.server.fault(isLease, refuse(403), 1e6)
    const lease = { ...SETTINGS.lease, duration: 3000 }
    const at = given.start(worldOf(['cart']), { lease })
    await eventually(() => expect(at.writer.status().observed).toBe(true))
    at.writer.add(['shop/cart'])
    expect(given.writes()).toEqual([])
    given.server.mend()
    await hasAddress()
    given.server.fault(isLease, refuse(500), 1e6)
    await eventually(() => expect(at.writer.status().leads).toBe(false))
    const before = given.writes().length
    at.become(worldOf(['cart', 'api'], ['cart']))
    expect(given.writes().length).toBe(before)
    given.server.mend()
    await eventually(() => expect(given.held('serviceimports')).toHaveLength(2))
  })
})
