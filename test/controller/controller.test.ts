import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Assignment, Controller } from '../../src/controller/index.ts'
import type { WriteTarget } from '../../src/controller/types.ts'
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

const assignment = (
  clusterSetIP: 'derived' | 'none' = 'derived',
  targets: readonly WriteTarget[] = [at('east', server)],
): Assignment => ({ settings: { ...SETTINGS, rules: { ...SETTINGS.rules, clusterSetIP } }, targets })

const at = (id: 'east' | 'west', { url }: FakeApiServer): WriteTarget => ({
  id,
  source: { kind: 'text', kubeconfig: kubeconfig(url) },
  families: [4],
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

describe('while a writer that leaves is still on its way out', () => {
  /** Its Lease is given back when that is called. */
  function lingering(): () => void {
    const held: (() => void)[] = []
    server.fault(
      ({ verb, plural }) => verb === 'update' && plural === 'leases',
      (response, asked) => held.push(() => server.serve(response, asked)),
    )
    return () => {
      for (const release of held) release()
    }
  }

  test('an assignment of nothing is the last word', async () => {
    await controller.assign(assignment())
    await settled()
    const release = lingering()
    const all = [controller.assign(assignment('none')), controller.assign(null)]
    await eventually(() => expect(server.asked('update', 'leases')).not.toEqual([]))
    release()
    await Promise.all(all)
    expect(controller.status()).toEqual([])
  })

  test('the latest settings are those that a writer is started with', async () => {
    await controller.assign(assignment())
    await settled()
    const release = lingering()
    const all = [controller.assign(assignment('none')), controller.assign(assignment())]
    await eventually(() => expect(server.asked('update', 'leases')).not.toEqual([]))
    release()
    await Promise.all(all)
    await settled()
    const watches = server.asked('watch', 'serviceimports').length
    await controller.assign(assignment())
    expect(server.asked('watch', 'serviceimports').length).toBe(watches)
    expect(server.held('services')).toHaveLength(1)
  })

  test('another cluster’s comes at once', async () => {
    const west = await FakeApiServer.open()
    try {
      west.put(namespace('shop'))
      await controller.assign(assignment())
      await settled()
      const release = lingering()
      const assigned = controller.assign(assignment('none', [at('east', server), at('west', west)]))
      await eventually(() => expect(west.held('serviceimports')).toHaveLength(1))
      expect(controller.status().map(({ cluster }) => cluster)).toEqual(['west'])
      release()
      await assigned
      expect(controller.status().map(({ cluster }) => cluster)).toEqual(['west', 'east'])
    } finally {
      await west.kill()
    }
  })
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
