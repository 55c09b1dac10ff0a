import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Assignment, Controller } from '../../src/controller/index.ts'
import { createLog } from '../../src/words/observe/index.ts'
import { kubeconfig } from '../sources/apiserver/cluster.ts'
import { FakeApiServer } from '../sources/apiserver/fake.ts'
import { eventually } from '../support/recorder.ts'
import { LIMITS, namespace, SETTINGS, worldOf } from './writing.ts'

let server: FakeApiServer
let controller: Controller

beforeEach(async () => {
  server = await FakeApiServer.open()
  server.put(namespace('shop'))
  const world = worldOf(['cart'])
  controller = new Controller({ world, identity: 'one', log: createLog('silent'), limits: LIMITS })
})

afterEach(async () => {
  await controller.stop()
  await server.kill()
})

const assignment = (clusterSetIP: 'derived' | 'none' = 'derived'): Assignment => ({
  settings: { ...SETTINGS, rules: { ...SETTINGS.rules, clusterSetIP } },
  targets: [{ id: 'east', source: { kind: 'text', kubeconfig: kubeconfig(server.url) }, families: [4] }],
})

const settled = () =>
  eventually(() =>
    expect(controller.status()).toMatchObject([{ leads: true, observed: true, depth: 0, failing: 0 }]),
  )

test('nothing is asked of any cluster before one is assigned', async () => {
  await controller.assign(null)
  controller.follow(worldOf(['cart', 'api']))
  expect(server.requests).toEqual([])
  expect([controller.status(), controller.look('shop/cart')]).toEqual([[], []])
})

test('a world that follows is written, and explained', async () => {
  await controller.assign(assignment())
  await eventually(() => expect(server.held('services')).toHaveLength(1))
  controller.follow(worldOf(['cart', 'api']))
  await eventually(() => expect(server.held('services')).toHaveLength(2))
  await settled()
  await eventually(() => {
    const [east] = controller.look('shop/api')
    expect(east?.lines).toContainEqual(expect.stringMatching(/^stands: ServiceImport shop\/api: 10\.9\./))
  })
  const counted = [...controller.counts.samples()].map(({ labels }) => labels)
  expect(counted).toContainEqual({ cluster: 'east', verb: 'apply', kind: 'Service', result: 'ok' })
})

test('other settings replace a writer, which has given its Lease back by then', async () => {
  await controller.assign(assignment())
  await eventually(() => expect(server.held('services')).toHaveLength(1))
  await controller.assign(assignment('none'))
  await eventually(() => expect(server.held('services')).toEqual([]))
  await settled()
  expect(server.held('serviceimports')).toHaveLength(1)
})

test('equal settings leave a writer alone', async () => {
  await controller.assign(assignment())
  await settled()
  const watches = server.asked('watch', 'serviceimports').length
  await controller.assign(assignment())
  await settled()
  expect(server.asked('watch', 'serviceimports').length).toBe(watches)
})

test('after the end nothing is assigned any more', async () => {
  await controller.stop()
  await controller.assign(assignment())
  expect(controller.status()).toEqual([])
})

/** Names of services with other addresses than before. */
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `a${i}`)

test.each([10, 100])(
  'a service of its own comes before %i of another cluster: at the start, and when it changes',
  async (count) => {
    const theirs = names(count)
    await controller.stop()
    controller = new Controller({
      world: worldOf(['own'], theirs),
      identity: 'one',
      log: createLog('silent'),
      limits: LIMITS,
    })
    await controller.assign(assignment())
    const written = () =>
      server.requests
        .filter(({ verb, plural }) => verb === 'apply' && plural !== 'leases')
        .map(({ name }) => name ?? '')
    await eventually(() => expect(written()).not.toEqual([]))
    expect(written()[0]).toBe('own')
    await settled()
    server.requests.length = 0
    controller.follow(worldOf(['own'], theirs.slice(0, -1).toReversed()))
    controller.follow(worldOf(['more', 'own'], theirs.slice(0, -1).toReversed()))
    const isOwn = (name: string) => name.startsWith('own')
    await eventually(() => expect(written().some(isOwn)).toBe(true))
    // What traffic follows is written first.
    expect(written().find(isOwn)).toMatch(/^own-east-/)
    expect(written().findIndex(isOwn)).toBeLessThan(10)
  },
)
