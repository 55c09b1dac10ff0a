import { describe, expect, test } from 'vitest'
import { RequestFailure } from '../../../src/sources/apiserver/failure.ts'
import { type ApiServerLimits, credentialsFrom, follow } from '../../../src/sources/apiserver/index.ts'
import { parseEvent } from '../../../src/sources/apiserver/narrow.ts'
import { Oversized } from '../../../src/sources/apiserver/oversized.ts'
import { eventually } from '../../support/recorder.ts'
import { type RawObject, service, serviceExport } from '../../support/source-battery.ts'
import { cluster, kubeconfig, QUICK } from './cluster.ts'
import { isList } from './fake.ts'

const given = cluster()

const holding = (name: string, spec: object): RawObject => ({
  ...service(name),
  spec: { ports: [], ...spec },
})

const ofValues = (name: string, values: number): RawObject =>
  holding(name, { junk: Array.from({ length: values }, () => 0) })
const ofBytes = (name: string, bytes: number): RawObject => holding(name, { junk: 'x'.repeat(bytes) })

const LIMITS: Partial<ApiServerLimits> = { values: 1000, objectBytes: 20_000, pageBytes: 10_000 }
const TOO_MUCH = [
  ['1001 values', ofValues('huge', 1001), 'more than 1000 values'],
  ['10,000 values', ofValues('huge', 9_000), 'more than 1000 values'],
  ['20,001 octets', ofBytes('huge', 20_001), 'more than 20000 octets'],
  ['200,000 octets', ofBytes('huge', 200_000), 'more than 20000 octets'],
] as const

describe.each(TOO_MUCH)('an object of %s', (_title, huge, excess) => {
  const sentence = `Service shop/huge: it has ${excess}, which is all that is read of one object: make it smaller`

  test('in a list costs itself alone: the others are there, and watched', async () => {
    for (const name of ['a', 'b']) given.server.put(service(name))
    given.server.put(huge)
    for (const name of ['y', 'z']) given.server.put(service(name))
    const { told, reasons } = await given.live(LIMITS)
    expect(told.ids).toEqual(['a', 'b', 'y', 'z'].map((name) => `Service shop/${name}`))
    expect([...told.unreadable.values()]).toMatchObject([
      { kind: 'Service', key: 'shop/huge', service: 'shop/huge' },
    ])
    await eventually(() => expect(told.sentences).toHaveLength(1))
    expect(told.sentences[0]).toContain(sentence)
    given.server.put(service('later'))
    await eventually(() => expect(told.ids).toContain('Service shop/later'))
    given.server.put(service('huge'))
    await eventually(() => expect(told.ids).toContain('Service shop/huge'))
    expect(told.unreadable.size).toBe(0)
    await eventually(() => expect(told.problem).toEqual([]))
    expect(reasons()).toEqual([])
  })

  test('first, last and alone in a list leaves the rest of it', async () => {
    given.server.put(huge)
    const { told } = await given.live(LIMITS)
    expect(told.ids).toEqual([])
    expect(told.unreadable.size).toBe(1)
    given.server.remove(huge)
    await eventually(() => expect(told.unreadable.size).toBe(0))
    await eventually(() => expect(told.problem).toEqual([]))
  })

  test('in a watch costs itself alone: its last good version stays, and the watch goes on', async () => {
    given.server.put(service('huge'))
    const { told, reasons } = await given.live(LIMITS)
    given.server.put(huge)
    given.server.put(service('later'))
    await eventually(() => expect(told.ids).toEqual(['Service shop/huge', 'Service shop/later']))
    await eventually(() => expect(told.sentences[0]).toContain(sentence))
    given.server.remove(huge)
    await eventually(() => expect(told.ids).toEqual(['Service shop/later']))
    await eventually(() => expect(told.problem).toEqual([]))
    expect(reasons()).toEqual([])
    expect(given.server.asked('list', 'services')).toHaveLength(1)
  })

  test('that is new in a watch is there, and cannot be read', async () => {
    const { told, reasons } = await given.live(LIMITS)
    given.server.put(huge)
    await eventually(() => expect([...told.unreadable.keys()]).toEqual(['Service shop/huge']))
    expect(reasons()).toEqual([])
  })

  test('is not told again by a list of the same', async () => {
    given.server.put(huge)
    const { told } = await given.live(LIMITS)
    await eventually(() => expect(told.problem).toHaveLength(1))
    const calls = told.batches.length
    await given.server.kill()
    given.server.compact()
    await given.server.listen()
    given.server.put(service('later'))
    await eventually(() => expect(told.ids).toEqual(['Service shop/later']))
    expect(told.batches.slice(calls).flat()).toHaveLength(1)
  })
})

/** Instead of its next list, the server sends this. */
const sends = (plural: string, body: object): void =>
  given.server.fault(isList(plural), (response) => response.end(JSON.stringify(body)))

describe('a page of one object that is too much', () => {
  const filler = Array.from({ length: 1001 }, () => 0)
  const page = (items: readonly object[], next = '') => ({
    apiVersion: 'multicluster.x-k8s.io/v1beta1',
    // As API servers write objects of CRDs: by the alphabet.
    items,
    metadata: { continue: next, resourceVersion: '100' },
  })
  const broken = (body: object) => {
    // 500, 125, 31, 7, 1
    for (let i = 0; i < 5; i++) sends('serviceexports', body)
  }

  test('leads on by its token, wherever that stands', async () => {
    const { name, ...metadata } = serviceExport('huge').metadata
    const item = { metadata: { annotations: { a: filler }, ...metadata, name } }
    broken(page([item], '100:0'))
    given.server.put(serviceExport('cart'))
    const { told } = await given.live(LIMITS)
    expect(told.ids).toEqual(['ServiceExport shop/cart'])
    expect([...told.unreadable.keys()]).toEqual(['ServiceExport shop/huge'])
  })

  test.each([
    ['does not say which one it is', [{ metadata: { filler } }]],
    ['is one of two', [serviceExport('huge'), { ...serviceExport('cart'), filler }]],
  ])('is a failure where it %s: none is passed over unsaid', async (_, items) => {
    broken(page(items))
    const { reasons, told } = given.watch(LIMITS)
    await eventually(() => expect(reasons()).toContain('malformed'))
    await eventually(() => expect(told.kinds).toContain('live'))
  })

  test('says whose endpoints it holds, if it is a slice', async () => {
    const labels = { 'kubernetes.io/service-name': 'cart' }
    given.server.put({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace: 'shop', name: 'cart-x', labels },
      endpoints: filler,
    } as never)
    const { told } = await given.live(LIMITS)
    expect([...told.unreadable.values()]).toMatchObject([{ kind: 'EndpointSlice', service: 'shop/cart' }])
  })
})

describe('a line of a watch of too many values', () => {
  const line = (type: string, object: object, values = 1001) =>
    JSON.stringify({ type, object: { ...object, filler: Array.from({ length: values }, () => 0) } })
  const metadata = { name: 'x', resourceVersion: '7' }

  test('is read up to the last one', () => {
    // Beside those: three braces, a bracket, three commas between members; one comma less than numbers.
    const event = parseEvent(line('ADDED', { metadata }, 1000 - 6), 1000)
    expect('object' in event && event.object instanceof Oversized).toBe(false)
    const more = parseEvent(line('ADDED', { metadata }, 1000 - 5), 1000)
    expect('object' in more && more.object instanceof Oversized).toBe(true)
  })
  test('is a bookmark or an error all the same', () => {
    expect(parseEvent(line('BOOKMARK', { metadata }), 1000)).toMatchObject({
      type: 'bookmark',
      resourceVersion: '7',
    })
    expect(parseEvent(line('ERROR', {}), 1000)).toMatchObject({ type: 'error' })
  })
  test.each([
    ['no name', line('ADDED', { metadata: { resourceVersion: '7' } })],
    ['no version', line('ADDED', { metadata: { name: 'x' } })],
    ['no type', line('', { metadata })],
    ['no end', line('ADDED', { metadata }).slice(0, -1)],
  ])('is a failure if it has %s', (_, text) => {
    expect(() => parseEvent(text, 1000)).toThrow(RequestFailure)
  })
})

test('who follows objects of any kind is told of one that is too much, and has the others', async () => {
  const secret = (name: string, data: object = {}): RawObject =>
    ({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'meridian', name }, data }) as never
  given.server.put(secret('huge', { a: Array.from({ length: 1001 }, () => 0) }))
  given.server.put(secret('east'))
  let keys: readonly string[] = []
  let problems: readonly string[] = []
  const following = follow({
    credentials: credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(given.server.url) }),
    resource: { kind: 'Secret', group: '', plural: 'secrets', versions: ['v1'], custom: false },
    limits: { ...QUICK, ...LIMITS },
    narrow: (object) => object,
    changed: (_keys, objects) => {
      keys = [...objects.keys()]
    },
    problems: (told) => {
      problems = told.map(({ message }) => message)
    },
  })
  try {
    await eventually(() => expect(keys).toEqual(['meridian/east']))
    await eventually(() => expect(problems).toHaveLength(1))
    expect(problems[0]).toContain('Secret meridian/huge: it has more than 1000 values')
    given.server.put(secret('huge'))
    await eventually(() => expect(keys).toEqual(['meridian/east', 'meridian/huge']))
    await eventually(() => expect(problems).toEqual([]))
  } finally {
    await following.stop()
  }
})
