import { describe, expect, test } from 'vitest'
import { credentialsFrom, watchApiServer } from '../../../src/sources/apiserver/index.ts'
import { eventually, nameOfChange } from '../../support/recorder.ts'
import { type Fixture, type RawObject, service, sourceBattery } from '../../support/source-battery.ts'
import { cluster, KINDS, kubeconfig, QUICK, READ, type Watched } from './cluster.ts'
import { type Asked, FakeApiServer, isList, status } from './fake.ts'

const onTwoNamespaces = async (): Promise<Fixture> => {
  const server = await FakeApiServer.open()
  const credentials = credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(server.url) })
  const limits = { ...QUICK, graceMs: 5_000 }
  return {
    start: watchApiServer({ credentials, kinds: READ, namespaces: ['data', 'shop'], limits }),
    put: async (object) => server.put(object),
    remove: async (object) => server.remove(object),
    break: async (object) => server.put({ ...object, spec: { type: 'Other' } }),
    close: () => server.kill(),
  }
}

sourceBattery('an API server that is read namespace by namespace', onTwoNamespaces)

const given = cluster()

const serviceIn = (namespace: string, name = 'cart'): RawObject => ({
  ...service(name),
  metadata: { namespace, name },
})

const many = (namespace: string): readonly RawObject[] =>
  Array.from({ length: 20 }, (_, i) => serviceIn(namespace, `s${i}`))

const isListIn =
  (plural: string, namespace: string) =>
  (asked: Asked): boolean =>
    isList(plural)(asked) && asked.namespace === namespace

async function live(more: Parameters<typeof given.watch>[1] = {}): Promise<Watched> {
  const watched = given.watch({}, { namespaces: ['data', 'shop'], ...more })
  await eventually(() => expect(watched.told.kinds.at(-1)).toBe('live'))
  await eventually(() => expect(given.server.watchers.size).toBe(2 * KINDS.length))
  return watched
}

describe('objects', () => {
  test('of the namespaces alone are there, by requests for each of them and none for all', async () => {
    for (const namespace of ['data', 'shop', 'other']) given.server.put(serviceIn(namespace))
    const { told } = await live()
    expect(told.ids).toEqual(['Service data/cart', 'Service shop/cart'])
    const paths = given.server.requests
      .filter(({ verb }) => verb !== 'get')
      .map(({ verb, namespace, plural }) => `${verb} ${namespace}/${plural}`)
    const kinds = ['endpointslices', 'serviceexports', 'serviceimports', 'services']
    const asked = (verb: string) =>
      ['data', 'shop'].flatMap((one) => kinds.map((kind) => `${verb} ${one}/${kind}`))
    expect(paths.toSorted()).toEqual([...asked('list'), ...asked('watch')])
  })

  test('come and go in each namespace', async () => {
    const { told } = await live()
    for (const namespace of ['other', 'data', 'shop']) given.server.put(serviceIn(namespace))
    await eventually(() => expect(told.ids).toEqual(['Service data/cart', 'Service shop/cart']))
    given.server.remove(serviceIn('data'))
    await eventually(() => expect(told.ids).toEqual(['Service shop/cart']))
  })

  test('of one namespace stay when another is listed anew', async () => {
    given.server.put(serviceIn('data'))
    given.server.put(serviceIn('shop'))
    const { told } = await live()
    const before = told.batches.length
    given.server.put(serviceIn('data', 'next'))
    for (const watcher of given.server.watchers)
      if (watcher.plural === 'services') watcher.response.end('{"type":"ERROR","object":{"code":410}}\n')
    given.server.remove(serviceIn('data'))
    await eventually(() => expect(told.ids).toEqual(['Service data/next', 'Service shop/cart']))
    const described = told.batches.slice(before).flat().map(nameOfChange)
    expect(described.toSorted()).toEqual(['-data/cart', 'next'])
  })

  test('are told when every namespace has been listed, all at once', async () => {
    const held: (() => void)[] = []
    given.server.fault(isListIn('services', 'data'), (response, asked) =>
      held.push(() => given.server.serve(response, asked)),
    )
    given.server.put(serviceIn('shop'))
    given.server.put(serviceIn('data'))
    const { told } = given.watch({}, { namespaces: ['data', 'shop'] })
    await eventually(() =>
      expect([given.server.watchers.size, held.length]).toEqual([2 * KINDS.length - 1, 1]),
    )
    expect(told.calls).toEqual([])
    for (const list of held) list()
    await eventually(() => expect(told.batches[0]).toHaveLength(2))
  })

  test('of a namespace that does not exist are none', async () => {
    const { told, reasons } = await live({ namespaces: ['data', 'nowhere'] })
    expect([told.ids, told.problem, reasons()]).toEqual([[], [], []])
  })
})

describe('what is wrong in one namespace', () => {
  const forbid = (): void => {
    const message = 'services is forbidden: User "meridian" cannot list in the namespace "data"'
    given.server.fault(isListIn('services', 'data'), (response) => status(response, 403, message), 1_000_000)
  }

  test('a missing permission names it, with the Role to mend, and makes the cluster stale', async () => {
    const { told, events } = await live()
    forbid()
    given.server.compact()
    for (const { response } of given.server.watchers) response.end('{"type":"ERROR","object":{"code":410}}\n')
    await eventually(() => expect(told.problem).toHaveLength(1))
    expect(told.sentences[0]).toMatch(
      /list services: status 403: .*; add to a Role in namespace data the rule \{apiGroups: \[""\], resources: \["services"\]/,
    )
    await eventually(() => expect(told.kinds.at(-1)).toBe('stale'))
    const forbidden = events.filter((event) => event.type === 'failure' && event.reason === 'forbidden')
    expect(forbidden[0]).toMatchObject({ kind: 'Service', namespace: 'data' })
    given.server.put(serviceIn('shop'))
    await eventually(() => expect(told.ids).toEqual(['Service shop/cart']))
    given.server.mend()
    await eventually(() => expect(told.problem).toEqual([]))
    await eventually(() => expect(told.kinds.at(-1)).toBe('live'))
  })

  test('a list that shrank is doubted by what that namespace held', async () => {
    for (const object of [...many('data'), ...many('shop')]) given.server.put(object)
    const { told, reasons } = await live()
    for (const object of many('data').slice(1)) {
      const [watcher] = [...given.server.watchers].filter(({ plural }) => plural === 'services')
      if (watcher !== undefined) given.server.watchers.delete(watcher)
      given.server.remove(object)
    }
    given.server.compact()
    await given.server.kill()
    await given.server.listen()
    await eventually(() => expect(told.ids).toHaveLength(21))
    expect(reasons().filter((reason) => reason === 'shrunk')).toHaveLength(1)
  })

  test('the first list is doubted by what a restored view holds of that namespace, and names it', async () => {
    const restored = (kind: string, namespace: string | null): number =>
      kind === 'Service' && namespace === 'shop' ? 20 : 0
    const { told, reasons } = given.watch(
      { shrunkMs: 400, graceMs: 1 },
      { namespaces: ['data', 'shop'], restored },
    )
    await eventually(() => expect(told.kinds.at(-1)).toBe('live'))
    expect(new Set(told.said)).toEqual(
      new Set([
        `${given.server.url}: list services in namespace shop: 0 where 20 were held; believed when a second list agrees`,
      ]),
    )
    expect(reasons()).toEqual(['shrunk'])
  })
})

test('what is wrong with all of them in the same words is told once', async () => {
  given.server.fault(
    ({ plural }) => plural === 'services',
    (response) => status(response, 500, 'down'),
    1_000_000,
  )
  const { told, reasons } = given.watch({}, { namespaces: ['a', 'b', 'c'] })
  await eventually(() => expect(reasons().length).toBeGreaterThan(6))
  await eventually(() =>
    expect(told.sentences).toEqual([`${given.server.url}: list services: status 500: down`]),
  )
})
