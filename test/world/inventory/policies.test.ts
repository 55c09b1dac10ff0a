import { describe, expect, test, vi } from 'vitest'
import { explain } from '../../../src/answer/records/index.ts'
import { explainName } from '../../../src/app/admin/index.ts'
import { printExplained } from '../../../src/app/cli/print-explained.ts'
import { parseConfig, planOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { partsOf, Replica, updateBetween, wholeUpdate } from '../../../src/server/replica/index.ts'
import { NO_POLICIES } from '../../../src/words/clusterset/index.ts'
import type { World } from '../../../src/world/zone/index.ts'
import { asAnswered } from '../../support/answered.ts'
import { exported, meridianYaml } from '../../support/manifests.ts'
import { NOBODY } from '../../support/members.ts'
import { objectsOf } from '../../support/objects.ts'
import { identityOf } from '../../support/values.ts'

vi.mock('../../../src/world/inventory/policy-providers.ts', async (original) => {
  const { POLICY_PROVIDERS } =
    await original<typeof import('../../../src/world/inventory/policy-providers.ts')>()
  const { EXPORT_POLICY } = await import('./made-up/export-policy.ts')
  return { POLICY_PROVIDERS: [...POLICY_PROVIDERS, EXPORT_POLICY] }
})

const IDS = ['east', 'west', 'north']
const NAMES = ['web', 'cart']

const planWith = (services: object = {}) => {
  const clusters = Object.fromEntries(IDS.map((id) => [id, {}]))
  return planOf(parseConfig(meridianYaml({ clusters, config: { routing: { services } } }), 'meridian.yaml'))
}

const objectsIn = (id: string, name: string, exportedAnnotations: object = {}) => {
  const i = IDS.indexOf(id)
  const list = exported({ name, clusterIP: `10.10${i}.0.1`, pods: [`10.${i}.0.5`] })
  return objectsOf(list, 'ServiceExport', { spec: { exportedAnnotations } })
}

function say(flow: Flow, id: string, name: string, annotations: object = {}): void {
  const changes = objectsIn(id, name, annotations).map((object) => ({ op: 'put', object }) as const)
  flow.changed(id, changes, 0)
}

/** Three clusters that all export both. */
function start(services: object = {}): Flow {
  const follower = NOBODY
  const flow = new Flow(planWith(services), follower, 0)
  for (const id of IDS) {
    for (const name of NAMES) say(flow, id, name)
    flow.state(id, { kind: 'live', heard: 0 }, false, 0)
  }
  return flow
}

const entryOf = ({ entries }: Pick<World, 'entries'>, name = 'web') => {
  const entry = entries.get(`default/${name}`)
  if (entry === undefined) throw new Error(`no ${name}`)
  return entry
}

/** By cluster, of the clients of one. */
const sharesFrom = (world: World, cluster: string) =>
  Object.fromEntries(
    explain(entryOf(world), world, { cluster, locality: null }).clusters.map((one) => [
      one.cluster,
      one.share,
    ]),
  )

const replicaOf = (world: World): Replica => {
  const replica = new Replica(structuredClone(partsOf(world)))
  replica.apply(structuredClone(wholeUpdate(world)))
  return replica
}

const inspected = (world: World) => ({ snapshot: world, map: [], identity: identityOf() })

const pageOf = (world: World): string =>
  printExplained(explainName(inspected(world), { name: 'default/web' }), false)

const WEIGHTS = { weights: 'east=1,west=3' }

describe('a provider of policies', () => {
  test('is obeyed for the clients whom it speaks for, and for no others', () => {
    const flow = start()
    say(flow, 'east', 'web', WEIGHTS)
    expect(sharesFrom(flow.world, 'east')).toEqual({ east: 0.25, west: 0.75, north: 0 })
    expect(sharesFrom(flow.world, 'west')).toEqual({ east: 0, west: 1, north: 0 })
    say(flow, 'east', 'web')
    expect(sharesFrom(flow.world, 'east')).toEqual({ east: 1, west: 0, north: 0 })
    expect(entryOf(flow.world).policies).toEqual(NO_POLICIES)
  })

  test('comes after the configuration, part by part', () => {
    const flow = start({ 'default/web': { weights: { east: 50, north: 50 } } })
    say(flow, 'east', 'web', { ...WEIGHTS, minHealthy: '2' })
    // By minHealthy half of the draws of a level with one of two would be passed on; this one has two.
    expect(sharesFrom(flow.world, 'east')).toEqual({ east: 0.5, west: 0, north: 0.5 })
    expect(pageOf(flow.world)).toContain(`
Policy
  weights: from routing.services
  weights: not from ServiceExport in east, as routing.services decides
  minHealthy: from ServiceExport in east
`)
  })

  test('is not told of where nobody but the configuration speaks', () => {
    const { world } = start({ 'default/web': { weights: { east: 50, north: 50 } } })
    expect(pageOf(world)).not.toContain('Policy')
    expect(Object.keys(explainName(inspected(world), { name: 'default/web' }))).not.toContain('policy')
  })

  test('of one who spreads draws by locality, weights of another do not come in between', () => {
    const distribute = [{ from: '*', to: { '*': 100 } }]
    const flow = start({ 'default/web': { distribute } })
    say(flow, 'east', 'web', WEIGHTS)
    const third = expect.closeTo(1 / 3)
    expect(sharesFrom(flow.world, 'east')).toEqual({ east: third, west: third, north: third })
    expect(pageOf(flow.world)).toContain(
      'weights: not from ServiceExport in east, as routing.services decides',
    )
  })
})

describe('the policy of a service', () => {
  const SERVICES = { 'default/web': { weights: { east: 70, west: 30 }, minHealthy: '50%' } }

  test('is one value for all of which nobody says anything, in replicas too', () => {
    const { world } = start()
    const { entries } = replicaOf(world).snapshot
    for (const name of NAMES) {
      expect(entryOf(world, name).policies).toBe(NO_POLICIES)
      expect(entries.get(`default/${name}`)?.policies).toBe(NO_POLICIES)
    }
  })

  test('crosses to replicas with all of its parts', () => {
    const parts = {
      distribute: [{ from: '*', to: { 'us-east-1/*': 80, '*': 20 } }],
      failover: [{ from: 'us-east-1', to: 'us-west-1' }],
      minHealthy: 3,
    }
    const flow = start({ ...SERVICES, 'default/cart': parts })
    say(flow, 'east', 'web', WEIGHTS)
    const { entries } = replicaOf(flow.world).snapshot
    expect(entryOf(flow.world).policies).toHaveLength(2)
    for (const name of NAMES)
      expect(entries.get(`default/${name}`)).toEqual(asAnswered(entryOf(flow.world, name)))
  })

  test('that a reload changes is all that crosses; the others are the same', async () => {
    const flow = start()
    const before = flow.world
    await flow.adopt(planWith(SERVICES), () => 0)
    expect(entryOf(flow.world)).not.toBe(entryOf(before))
    expect(entryOf(flow.world).exports).toBe(entryOf(before).exports)
    expect(entryOf(flow.world, 'cart')).toBe(entryOf(before, 'cart'))
    const update = updateBetween(before, flow.world)
    expect(update.entries.keys).toEqual(['default/web'])
    const replica = replicaOf(before)
    replica.apply(structuredClone(update))
    expect(replica.snapshot.entries.get('default/web')).toEqual(asAnswered(entryOf(flow.world)))
  })

  test('stays the same over a reload that says the same of it', async () => {
    const flow = start(SERVICES)
    const before = flow.world
    await flow.adopt(planWith(structuredClone(SERVICES)), () => 0)
    for (const name of NAMES) expect(entryOf(flow.world, name)).toBe(entryOf(before, name))
    expect(flow.world.serials).toEqual(before.serials)
    expect(flow.world.clusterset.policy).toBe(before.clusterset.policy)
  })

  test('moves the serials of the zones in which draws are; of a service that nobody has, none', async () => {
    const flow = start()
    const { serials } = flow.world
    const moved = () => [...flow.world.serials].filter(([zone, serial]) => serials.get(zone) !== serial)
    await flow.adopt(planWith({ 'default/nowhere': { minHealthy: 2 } }), () => 60_000)
    expect(moved()).toEqual([])
    await flow.adopt(planWith(SERVICES), () => 60_000)
    expect(moved().map(([zone]) => zone)).toEqual(['clusterset.local', 'global'])
  })
})
