import { describe, expect, test } from 'vitest'
import type { Kind } from '../../../src/words/kube/index.ts'
import { KINDS, memberScope } from '../../../src/words/kube/index.ts'
import { eventually, nameOfChange } from '../../support/recorder.ts'
import { type RawObject, service, serviceExport } from '../../support/source-battery.ts'
import { cluster } from './cluster.ts'
import { hang, isList, refuse } from './fake.ts'

const given = cluster()

const many = (count: number): readonly RawObject[] =>
  Array.from({ length: count }, (_, i) => service(`s${i}`))

const relist = (): void => {
  const { response } = given.server.watcher('services')
  response.end('{"type":"ERROR","object":{"code":410}}\n')
}

describe('pages', () => {
  test('all of them make one list', async () => {
    for (const object of many(25)) given.server.put(object)
    const { told } = await given.live({ pageObjects: 10 })
    expect(told.ids).toHaveLength(25)
    const [first, ...rest] = given.server.asked('list', 'services').map(({ query }) => query)
    expect(first?.get('limit')).toBe('10')
    expect(first?.has('resourceVersion')).toBe(false)
    expect(rest.map((query) => query.has('continue'))).toEqual([true, true])
  })

  test.each([1, 9, 10, 11, 19, 20, 21, 100, 101])('of ten objects make one list of %i', async (count) => {
    for (const object of many(count)) given.server.put(object)
    const { told } = await given.live({ pageObjects: 10 })
    expect(told.ids.toSorted()).toEqual(
      many(count)
        .map(({ metadata }) => `Service shop/${metadata.name}`)
        .toSorted(),
    )
    expect(given.server.asked('list', 'services')).toHaveLength(Math.ceil(count / 10))
  })

  test('are bounded by bytes: one that is too long is broken off and asked for in smaller ones', async () => {
    const bulky = (name: string): RawObject => ({
      ...service(name),
      spec: { junk: 'x'.repeat(10_000), ports: [] },
    })
    for (let i = 0; i < 20; i++) given.server.put(bulky(`s${i}`))
    const { told } = await given.live({ pageBytes: 25_000 })
    expect(told.ids).toHaveLength(20)
    const limits = given.server.asked('list', 'services').map(({ query }) => Number(query.get('limit')))
    expect(limits[0]).toBe(500)
    expect(limits.slice(-3).every((limit) => limit === 2)).toBe(true)
  })

  test('nothing is told before every kind was listed, and then all at once', async () => {
    given.server.fault(isList('serviceimports'), hang)
    given.server.put(service('cart'))
    given.server.put(serviceExport('cart'))
    const { told } = given.watch({ requestMs: 2000 })
    await eventually(() => expect(given.server.watchers.size).toBe(3))
    expect(told.calls).toEqual([])
    given.server.put(service('later'))
    await eventually(() => expect(told.batches[0]).toHaveLength(3))
  })
})

const slice = (name: string, manager?: string): RawObject => {
  const labels = manager === undefined ? {} : { 'endpointslice.kubernetes.io/managed-by': manager }
  const rest = { addressType: 'IPv4', endpoints: [], ports: [] }
  const metadata = { namespace: 'shop', name, labels }
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, ...rest }
}

test('EndpointSlices of Meridian’s own are neither listed nor watched', async () => {
  given.server.put(slice('ours-1', 'meridian-dns.io'))
  given.server.put(slice('theirs-1', 'endpointslice-controller.k8s.io'))
  given.server.put(slice('unlabelled'))
  const { told } = await given.live()
  given.server.put(slice('ours-2', 'meridian-dns.io'))
  given.server.put(slice('theirs-2', 'another'))
  const seen = ['theirs-1', 'theirs-2', 'unlabelled'].map((name) => `EndpointSlice shop/${name}`)
  await eventually(() => expect([...told.ids].sort()).toEqual(seen))
})

describe('ServiceExports of net.gke.io', () => {
  const gke = (name: string) => ({
    apiVersion: 'net.gke.io/v1',
    kind: 'ServiceExport',
    metadata: { namespace: 'shop', name },
  })

  test('are not asked for unless that is said', async () => {
    given.server.put(gke('cart'))
    const { told } = await given.live()
    expect(told.ids).toEqual([])
    expect(given.server.requests.filter(({ plural }) => plural.includes('net.gke.io'))).toEqual([])
  })

  test('are followed beside those of multicluster.x-k8s.io, of the same name too', async () => {
    given.server.put(gke('cart'))
    given.server.put(serviceExport('cart'))
    const { told } = given.watch({}, { kinds: KINDS.at(memberScope(false, ['net.gke.io', 'net.gke.io'])) })
    await eventually(() =>
      expect(told.ids).toEqual(['ServiceExport shop/cart', 'ServiceExport.net.gke.io shop/cart']),
    )
    given.server.put(gke('web'))
    await eventually(() => expect(told.ids).toContain('ServiceExport.net.gke.io shop/web'))
    given.server.remove(gke('cart'))
    await eventually(() =>
      expect(told.ids).toEqual(['ServiceExport shop/cart', 'ServiceExport.net.gke.io shop/web']),
    )
  })

  test('may be missing, as their CRD may', async () => {
    given.server.gke = []
    const { told } = given.watch({}, { kinds: KINDS.at(memberScope(false, ['net.gke.io'])) })
    await eventually(() => expect(told.kinds.at(-1)).toBe('live'))
    expect(told.ids).toEqual([])
    given.server.gke = ['v1']
    given.server.put(gke('cart'))
    await eventually(() => expect(told.ids).toEqual(['ServiceExport.net.gke.io shop/cart']))
  })
})

test.each([99, 100, 101, 1000])(
  'of %i objects that cannot be read the others are told of all the same',
  async (count) => {
    given.server.put(service('fine'))
    for (let i = 0; i < count; i++) given.server.put({ ...service(`bad${i}`), spec: { ports: 'none' } })
    const { told } = await given.live()
    expect(told.ids).toEqual(['Service shop/fine'])
    await eventually(() => expect(told.sentences.length).toBe(Math.min(count, 100)))
    // One of them, wrong in another way now.
    given.server.put({ ...service('bad0'), spec: { ports: [{ port: 'eighty' }] } })
    await eventually(() => expect(told.sentences.some((one) => one.includes('eighty'))).toBe(true))
    expect(told.sentences.length).toBe(Math.min(count, 100))
  },
)

describe('a list that follows another', () => {
  test('deletes what is gone, puts what changed, and says nothing of the rest', async () => {
    for (const object of many(3)) given.server.put(object)
    const { told } = await given.live()
    given.server.watchers.delete(given.server.watcher('services'))
    given.server.put(service('s0', 81))
    given.server.remove(service('s1'))
    given.server.put(service('s3'))
    const before = told.batches.length
    const [lost] = given.server.asked('watch', 'services')
    expect(lost).toBeDefined()
    given.server.compact()
    await given.server.kill()
    await given.server.listen()
    await eventually(() => expect(told.ids).toEqual(['s0', 's2', 's3'].map((name) => `Service shop/${name}`)))
    const changes = told.batches.slice(before).flat()
    const described = changes.map(nameOfChange)
    expect(described.sort()).toEqual(['-shop/s1', 's0', 's3'])
  })

  test('an object that was deleted and made again is put as the new one', async () => {
    const born = (at: string): RawObject => ({
      ...service('cart'),
      metadata: { ...service('cart').metadata, creationTimestamp: at } as never,
    })
    given.server.put(born('2026-01-01T00:00:00Z'))
    const { told } = await given.live()
    given.server.remove(born('2026-01-01T00:00:00Z'))
    given.server.put(born('2026-02-02T00:00:00Z'))
    const isNew = { createdAt: Date.parse('2026-02-02T00:00:00Z') }
    await eventually(() => expect(told.objects.get('Service shop/cart')).toMatchObject(isNew))
    await given.server.kill()
    given.server.compact()
    given.server.remove(service('cart'))
    given.server.put(born('2026-03-03T00:00:00Z'))
    await given.server.listen()
    const newer = { createdAt: Date.parse('2026-03-03T00:00:00Z') }
    await eventually(() => expect(told.objects.get('Service shop/cart')).toMatchObject(newer))
  })

  test('an object in it that cannot be read keeps its last good version; gone, it is gone', async () => {
    const broken = { ...service('cart'), spec: { type: 'Other' } }
    given.server.put(service('cart'))
    const { told } = await given.live()
    given.server.watchers.delete(given.server.watcher('services'))
    given.server.put(broken)
    await given.server.kill()
    given.server.compact()
    await given.server.listen()
    await eventually(() => {
      expect(told.problem).toHaveLength(1)
      expect(told.sentences[0]).toContain('Service shop/cart: spec.type: "Other" is not ClusterIP')
      expect(told.sentences[0]).toContain('until that is mended, its last good version is in force')
    })
    expect(told.ids).toEqual(['Service shop/cart'])
    await eventually(() => expect([...told.unreadable.keys()]).toEqual(['Service shop/cart']))
    given.server.put(service('cart'))
    await eventually(() => expect(told.unreadable.size).toBe(0))
    given.server.put(broken)
    await eventually(() => expect(told.unreadable.size).toBe(1))
    await given.server.kill()
    given.server.compact()
    given.server.remove(broken)
    await given.server.listen()
    await eventually(() => expect(told.ids).toEqual([]))
    expect(told.unreadable.size).toBe(0)
    await eventually(() => expect(told.problem).toEqual([]))
  })

  test('an object in it of which a part cannot be read is read without it', async () => {
    const ports = [{ port: 'eighty' }, { port: 81 }]
    given.server.put({ ...service('cart'), spec: { ports } })
    const { told } = await given.live()
    expect(told.objects.get('Service shop/cart')).toMatchObject({ ports: [{ port: 81 }] })
    await eventually(() => expect(told.problem).toMatchObject([{ costs: 'part' }]))
    expect(told.sentences[0]).toMatch(/spec\.ports\[0\]\.port: "eighty" is not a number .*; it is left out$/)
    given.server.put(service('cart'))
    await eventually(() => expect(told.problem).toEqual([]))
  })

  test('an object that could never be read is told of as that, until it can be', async () => {
    given.server.put({ ...service('cart'), spec: { type: 'Other' } })
    const { told } = await given.live()
    expect(told.ids).toEqual([])
    expect([...told.unreadable.values()]).toMatchObject([{ kind: 'Service', service: 'shop/cart' }])
    const never = 'it counts for nothing: no good version of it is known'
    await eventually(() => expect(told.sentences[0]).toMatch(new RegExp(`until that is mended, ${never}$`)))
    given.server.put({ ...service('cart'), spec: { type: 'Another' } })
    await eventually(() => expect(told.sentences[0]).toMatch(new RegExp(`"Another" .*, ${never}$`)))
    given.server.put(service('cart'))
    await eventually(() => expect(told.ids).toEqual(['Service shop/cart']))
    expect(told.unreadable.size).toBe(0)
    given.server.put({ ...service('cart'), spec: { type: 'Other' } })
    await eventually(() => expect(told.sentences[0]).toMatch(/, its last good version is in force$/))
  })

  test('objects with names that no Service can have are problems of their own', async () => {
    const odd = { ...serviceExport('x'), metadata: { namespace: 'shop', name: 'a.b' } }
    given.server.put(odd)
    given.server.put(serviceExport('cart'))
    const { told } = await given.live()
    expect(told.ids).toEqual(['ServiceExport shop/cart'])
    await eventually(() => expect(told.sentences[0]).toContain('ServiceExport shop/a.b: metadata.name'))
    given.server.remove(odd)
    await eventually(() => expect(told.problem).toEqual([]))
  })
})

describe('a list that shrank', () => {
  const shrunk = (reasons: readonly string[]): number =>
    reasons.filter((reason) => reason === 'shrunk').length

  test('is held back until a second one, over a new connection, agrees; meanwhile the cluster is stale', async () => {
    for (const object of many(20)) given.server.put(object)
    const { told, reasons } = await given.live({ shrunkMs: 300 })
    given.server.forget('services')
    given.server.put(service('only'))
    relist()
    await eventually(() => expect(told.kinds).toContain('stale'))
    expect(shrunk(reasons())).toBe(1)
    expect(told.said[0]).toContain('list services: 1 where 2')
    await eventually(() => expect(told.ids).toEqual(['Service shop/only']))
    expect(shrunk(reasons())).toBe(1)
    await eventually(() => expect(told.kinds.at(-1)).toBe('live'))
    const [doubted, believed] = given.server.asked('list', 'services').slice(-2)
    expect(believed?.connection).toBeGreaterThan(doubted?.connection ?? Number.POSITIVE_INFINITY)
    await eventually(() => expect(told.problem).toEqual([]))
  })

  test('was a lie if the second one holds what was held', async () => {
    for (const object of many(20)) given.server.put(object)
    const { told, reasons } = await given.live()
    const empty = { metadata: { resourceVersion: '1' }, items: [] }
    given.server.fault(isList('services'), (response) => response.end(JSON.stringify(empty)))
    relist()
    await eventually(() => expect(shrunk(reasons())).toBe(1))
    await eventually(() => expect(given.server.asked('list', 'services')).toHaveLength(3))
    given.server.put(service('new'))
    await eventually(() => expect(told.ids).toHaveLength(21))
    expect(told.batches.slice(1).flat()).toHaveLength(1)
  })

  test('is believed at once among few objects, and if half are left', async () => {
    for (const object of many(20)) given.server.put(object)
    const { told, reasons } = await given.live()
    given.server.forget('services')
    for (const object of many(10)) given.server.put(object)
    relist()
    await eventually(() => expect(told.ids).toHaveLength(10))
    given.server.forget('services')
    // The watch that follows the list may not have come yet.
    await eventually(relist)
    await eventually(() => expect(told.ids).toEqual([]))
    expect(shrunk(reasons())).toBe(0)
  })

  test('is doubted in the first list too, by what a restored view holds', async () => {
    const { told, reasons } = await given.live(
      {},
      { restored: (kind: Kind) => (kind === 'Service' ? 20 : 0) },
    )
    expect(shrunk(reasons())).toBe(1)
    expect(told.batches).toEqual([[]])
  })

  test('objects that are deleted one by one are gone, however many', async () => {
    for (const object of many(20)) given.server.put(object)
    const { told, reasons } = await given.live()
    for (const object of many(20)) given.server.remove(object)
    await eventually(() => expect(told.ids).toEqual([]))
    expect(reasons()).toEqual([])
  })
})

describe('kinds that a cluster may lack', () => {
  const NONE = { serviceexports: [], serviceimports: [] }

  test('without the CRDs there are no exports, and the cluster is live', async () => {
    given.server.served = NONE
    given.server.put(service('cart'))
    const { told, reasons } = given.watch()
    await eventually(() => expect(told.kinds).toEqual(['live']))
    expect(told.ids).toEqual(['Service shop/cart'])
    expect(told.problem).toEqual([])
    expect(reasons()).toEqual([])
  })

  test('a CRD that appears is noticed', async () => {
    given.server.served = NONE
    const { told } = given.watch()
    await eventually(() => expect(told.kinds).toEqual(['live']))
    given.server.served = { ...NONE, serviceexports: ['v1alpha1'] }
    given.server.put(serviceExport('cart'))
    await eventually(() => expect(told.ids).toEqual(['ServiceExport shop/cart']))
    await eventually(() =>
      expect(given.server.asked('watch', 'serviceexports').map(({ version }) => version)).toEqual([
        'v1alpha1',
      ]),
    )
  })

  test('v1beta1 is preferred, for each kind by itself', async () => {
    given.server.served = { serviceexports: ['v1alpha1'], serviceimports: ['v1alpha1', 'v1beta1'] }
    await given.live()
    expect(given.server.asked('watch', 'serviceexports').at(-1)?.version).toBe('v1alpha1')
    expect(given.server.asked('watch', 'serviceimports').at(-1)?.version).toBe('v1beta1')
  })

  test('a version that is served no longer is followed by the other', async () => {
    given.server.put(serviceExport('cart'))
    given.server.served = { serviceexports: ['v1beta1'], serviceimports: ['v1beta1'] }
    const { told } = await given.live()
    given.server.served = { serviceexports: ['v1alpha1'], serviceimports: ['v1alpha1'] }
    given.server.watcher('serviceexports').response.end()
    await eventually(() => expect(given.server.watcher('serviceexports')).toBeDefined())
    given.server.put(serviceExport('web'))
    await eventually(() => expect(told.ids).toHaveLength(2))
    await eventually(() =>
      expect(given.server.asked('watch', 'serviceexports').at(-1)?.version).toBe('v1alpha1'),
    )
  })

  test('discovery that is forbidden is done by trying', async () => {
    given.server.fault(({ verb }) => verb === 'get', refuse(403), 1_000_000)
    given.server.served = { serviceexports: ['v1alpha1'], serviceimports: [] }
    given.server.put(serviceExport('cart'))
    const { told } = given.watch()
    await eventually(() => expect(told.ids).toEqual(['ServiceExport shop/cart']))
    await eventually(() => expect(told.kinds).toEqual(['live']))
  })

  test('one whose objects are held is lost, not gone, until it was missing for long', async () => {
    let minutes = 0
    const now = (): number => Date.now() + minutes * 60_000
    given.server.put(serviceExport('cart'))
    const { told, reasons } = await given.live({}, { now })
    given.server.served = NONE
    given.server.watcher('serviceexports').response.end()
    await eventually(() => expect(told.kinds.at(-1)).toBe('stale'))
    minutes = 9
    const asked = reasons().length
    await eventually(() => expect(reasons().length).toBeGreaterThan(asked + 3))
    expect(told.ids).toEqual(['ServiceExport shop/cart'])
    expect(told.sentences[0]).toContain('list serviceexports: the API server no longer serves')
    minutes = 11
    await eventually(() => expect(told.ids).toEqual([]))
    await eventually(() => expect(told.kinds.at(-1)).toBe('live'))
    expect(told.problem).toEqual([])
  })

  test('one that was back for a moment is waited for anew', async () => {
    let minutes = 0
    const now = (): number => Date.now() + minutes * 60_000
    given.server.put(serviceExport('cart'))
    const { told, reasons } = await given.live({}, { now })
    const { served } = given.server
    given.server.served = NONE
    given.server.watcher('serviceexports').response.end()
    await eventually(() => expect(told.kinds.at(-1)).toBe('stale'))
    minutes = 9
    given.server.served = served
    await eventually(() => expect(told.kinds.at(-1)).toBe('live'))
    given.server.served = NONE
    given.server.watcher('serviceexports').response.end()
    await eventually(() => expect(told.kinds.at(-1)).toBe('stale'))
    minutes = 18
    const asked = reasons().length
    await eventually(() => expect(reasons().length).toBeGreaterThan(asked + 3))
    expect(told.ids).toEqual(['ServiceExport shop/cart'])
    minutes = 20
    await eventually(() => expect(told.ids).toEqual([]))
  })

  test('one that is missing while the API server cannot be reached is not counted as missing', async () => {
    let minutes = 0
    const now = (): number => Date.now() + minutes * 60_000
    given.server.put(serviceExport('cart'))
    const { told, events } = await given.live({}, { now })
    const reasons = () =>
      events.flatMap((one) => (one.type === 'failure' && one.kind === 'ServiceExport' ? [one.reason] : []))
    given.server.served = NONE
    given.server.watcher('serviceexports').response.end()
    await eventually(() => expect(reasons()).toContain('notFound'))
    await given.server.kill()
    await eventually(() => expect(reasons().at(-1)).toBe('connection'))
    minutes = 30
    await given.server.listen()
    const asked = reasons().length
    await eventually(() => expect(reasons().slice(asked).includes('notFound')).toBe(true))
    expect(told.ids).toEqual(['ServiceExport shop/cart'])
    minutes = 41
    await eventually(() => expect(told.ids).toEqual([]))
  })

  test('one that a restored view holds is lost for as long, though it was never seen here', async () => {
    let minutes = 0
    const now = (): number => Date.now() + minutes * 60_000
    given.server.served = NONE
    const restored = (kind: Kind): number => (kind === 'ServiceExport' ? 1 : 0)
    const { told, reasons } = given.watch({}, { now, restored })
    await eventually(() => expect(reasons().length).toBeGreaterThan(3))
    minutes = 9
    const asked = reasons().length
    await eventually(() => expect(reasons().length).toBeGreaterThan(asked + 3))
    expect(told.batches).toEqual([])
    minutes = 11
    await eventually(() => expect(told.batches).toEqual([[]]))
    await eventually(() => expect(told.kinds).toEqual(['live']))
  })

  test('one whose objects were all deleted is gone without ado', async () => {
    given.server.put(serviceExport('cart'))
    const { told } = await given.live({ graceMs: 5_000 })
    given.server.remove(serviceExport('cart'))
    given.server.served = NONE
    given.server.watcher('serviceexports').response.end()
    await eventually(() => expect(told.ids).toEqual([]))
    await eventually(() =>
      expect(given.server.requests.filter(({ verb }) => verb === 'get').length).toBeGreaterThan(4),
    )
    expect(told.kinds).toEqual(['live'])
  })

  test('a server without Services is no Kubernetes API, rather than an empty cluster', async () => {
    given.server.fault(isList('services'), refuse(404), 1_000_000)
    const { told } = given.watch()
    await eventually(() => expect(told.sentences[0]).toContain('is the URL in use that of a Kubernetes API?'))
    expect(told.calls).not.toContain('changed')
  })
})

test('freshness tells when a lost cluster was heard last', async () => {
  const { told, events } = await given.live()
  const heard: unknown[] = []
  const { freshness } = told
  Object.assign(told, {
    freshness: (value: { kind: string; heard?: number }) => {
      heard.push(value.heard)
      freshness(value)
    },
  })
  const before = Math.max(...events.flatMap((event) => (event.type === 'heard' ? [event.at] : [])))
  await given.server.kill()
  await eventually(() => expect(told.kinds).toEqual(['live', 'stale']))
  expect(heard.every((at) => typeof at === 'number' && at <= before)).toBe(true)
})

test('changes that arrive together are told together', async () => {
  const { told } = await given.live({ coalesceMs: 50 })
  for (const object of many(30)) given.server.put(object)
  await eventually(() => expect(told.ids).toHaveLength(30))
  expect(told.batches.length).toBeLessThan(6)
})
