import { describe, expect, test, vi } from 'vitest'
import { parseConfig, planOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { EXPORT, type KubeObject, objectIdOf, SERVICE } from '../../../src/words/kube/index.ts'
import type { World } from '../../../src/world/zone/index.ts'
import { exported, meridianYaml } from '../../support/manifests.ts'
import { objectsOf } from '../../support/objects.ts'

vi.mock('../../../src/world/inventory/export-rules.ts', async (original) => {
  const { EXPORT_RULES } = await original<typeof import('../../../src/world/inventory/export-rules.ts')>()
  const { HUB_EXPORTS } = await import('./made-up/hub-export.ts')
  return { EXPORT_RULES: [...EXPORT_RULES, HUB_EXPORTS] }
})

const IDS = ['hub', 'east', 'west', 'north']

/** In east and west the Service is there and nobody exports it; in north it has a ServiceExport. */
function start(): Flow {
  const clusters = Object.fromEntries(IDS.map((id) => [id, {}]))
  const plan = planOf(parseConfig(meridianYaml({ clusters }), 'meridian.yaml'))
  const follower = { world: () => undefined, names: () => undefined, fault: () => undefined }
  const flow = new Flow(plan, follower, 0)
  for (const [i, id] of IDS.entries()) {
    if (id === 'hub') continue
    const spec = { name: 'web', clusterIP: `10.10${i}.0.1`, pods: [`10.${i}.0.5`] }
    const objects = objectsOf(exported(spec))
    put(flow, id, id === 'north' ? objects : objects.filter((one) => !EXPORT.is(one)))
  }
  return flow
}

const put = (flow: Flow, id: string, objects: readonly KubeObject[]): void =>
  flow.changed(
    id,
    objects.map((object) => ({ op: 'put', object })),
    0,
  )

const drop = (flow: Flow, id: string, object: KubeObject): void =>
  flow.changed(id, [{ op: 'delete', ...objectIdOf(object) }], 0)

const hubExport = (providers: string): KubeObject => {
  const spec = { exportedAnnotations: { providers } }
  const text = exported({ name: 'web', clusterIP: '10.100.0.1', pods: [] })
  const [found] = objectsOf(text, 'ServiceExport', { spec }).filter(EXPORT.is)
  if (found === undefined) throw new Error('no ServiceExport')
  return found
}

const exportsIn = ({ entries }: World) => entries.get('default/web')?.exports ?? []

const kindsIn = (world: World) =>
  Object.fromEntries(exportsIn(world).map(({ cluster, kind }) => [cluster, kind]))

const inNorth = (world: World) => exportsIn(world).find(({ cluster }) => cluster === 'north')

const NOBODY = { east: 'notExported', west: 'notExported', north: 'valid' }

describe('a rule by which a hub says what its members export', () => {
  test('is heard without a word from those, and costs the others nothing', () => {
    const flow = start()
    expect(kindsIn(flow.world)).toEqual(NOBODY)
    const before = inNorth(flow.world)
    put(flow, 'hub', [hubExport('east')])
    expect(kindsIn(flow.world)).toEqual({ ...NOBODY, hub: 'noService', east: 'valid' })
    expect(flow.world.entries.get('default/web')?.import?.clusters).toEqual(['east', 'north'])
    put(flow, 'hub', [hubExport('west')])
    expect(kindsIn(flow.world)).toEqual({ ...NOBODY, hub: 'noService', west: 'valid' })
    drop(flow, 'hub', hubExport('west'))
    expect(kindsIn(flow.world)).toEqual(NOBODY)
    expect(inNorth(flow.world)).toBe(before)
  })

  test('holds for a Service that comes and goes where it points', () => {
    const flow = start()
    put(flow, 'hub', [hubExport('east,west')])
    const [service] = objectsOf(exported({ name: 'web', clusterIP: '10.101.0.1', pods: [] })).filter(
      SERVICE.is,
    )
    if (service === undefined) throw new Error('no Service')
    drop(flow, 'east', service)
    expect(kindsIn(flow.world)).toMatchObject({ east: 'noService', west: 'valid' })
    put(flow, 'east', [service])
    expect(kindsIn(flow.world)).toMatchObject({ east: 'valid', west: 'valid' })
  })

  test('comes after the ServiceExport of the cluster itself', () => {
    const flow = start()
    const before = inNorth(flow.world)
    put(flow, 'hub', [hubExport('north')])
    expect(inNorth(flow.world)).toBe(before)
  })

  test('says the same after another configuration, and what did not change is the same', async () => {
    const flow = start()
    put(flow, 'hub', [hubExport('east')])
    const before = flow.world.entries.get('default/web')
    const clusters = Object.fromEntries(IDS.map((id) => [id, {}]))
    const config = { zones: { global: 'mesh.internal' } }
    await flow.adopt(planOf(parseConfig(meridianYaml({ clusters, config }), 'meridian.yaml')), () => 0)
    expect(flow.world.settings.global).toBe('mesh.internal')
    expect(flow.world.entries.get('default/web')).toBe(before)
  })

  test('brings out a mistake of ours in the one share that it is about: that is not known then', () => {
    const flow = start()
    const [service] = objectsOf(exported({ name: 'web', clusterIP: '10.101.0.1', pods: [] })).filter(
      SERVICE.is,
    )
    if (service === undefined) throw new Error('no Service')
    drop(flow, 'east', service)
    put(flow, 'east', [
      {
        ...service,
        get ports(): never {
          throw new Error('a bug')
        },
      },
    ])
    put(flow, 'hub', [hubExport('east,west')])
    expect(kindsIn(flow.world)).toMatchObject({ west: 'valid', north: 'valid' })
    expect([...(flow.world.faults.get('default/web')?.keys() ?? [])]).toEqual(['east'])
  })
})
