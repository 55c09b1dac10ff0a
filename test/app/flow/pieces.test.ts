import { setImmediate as immediate } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { parseConfig, planOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { deriveAll } from '../../../src/app/flow/restore.ts'
import { ClusterTurns, MOST_A_TURN, piecesOf } from '../../../src/app/flow/turns.ts'
import { type Change, NO_CARE } from '../../../src/sources/changes/index.ts'
import { parseObject } from '../../../src/words/kube/index.ts'
import type { World } from '../../../src/world/zone/index.ts'
import { largeObjects } from '../../support/large.ts'
import { NOBODY } from '../../support/members.ts'

const sizes = [-1, 0, 1].map((more) => MOST_A_TURN + more).concat(10 * MOST_A_TURN)

/** What a relist of so many services tells. */
const changesOf = (count: number): readonly Change[] =>
  Array.from({ length: count }, (_, i) => largeObjects({ name: `s${i}`, clusterIP: null, endpoints: 1 }))
    .flat()
    .flatMap((value) => {
      const parsed = parseObject(value)
      return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object } as const] : []
    })

function flowing() {
  const worlds: World[] = []
  const text = 'clusters: [{id: east, source: {manifests: ./east}}]'
  const events = {
    world: (world: World) => worlds.push(world),
    names: () => undefined,
    fault: () => undefined,
  }
  return { worlds, flow: new Flow(planOf(parseConfig(text, 'meridian.yaml')), events, Date.now()) }
}

describe.each([0, 1, ...sizes])('%i services', (count) => {
  test('that were read back are all derived, so many in a turn', async () => {
    // Serials that wait move by a timer: on a busy machine before this has ended.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    try {
      const { flow, worlds } = flowing()
      const keys = flow.take('east', changesOf(count))
      await deriveAll({ holders: new Map([...keys].map((key) => [key, ['east']])) }, flow)
      expect(worlds.at(-1)?.entries.size ?? 0).toBe(count)
      expect(worlds).toHaveLength(Math.ceil(count / MOST_A_TURN))
    } finally {
      vi.useRealTimers()
    }
  })

  test('that come in one relist are all there after its turns, and all gone after the next', async () => {
    const { flow, worlds } = flowing()
    const turns = new ClusterTurns(flow.dirtyOf('east'), (keys) => flow.deriveOf('east', keys, Date.now()))
    const take = async (changes: readonly Change[]): Promise<void> => {
      const steps = piecesOf(changes, MOST_A_TURN).map((piece) => () => flow.changing('east', piece))
      expect(steps).toHaveLength(Math.max(1, Math.ceil(changes.length / MOST_A_TURN)))
      turns.take(...steps)
      while (!turns.idle) await immediate()
    }
    const changes = changesOf(count)
    await take(changes)
    expect(worlds.at(-1)?.entries.size ?? 0).toBe(count)
    await take(
      changes.flatMap((change) => {
        if (change.op !== 'put') return []
        const { kind, namespace, name } = change.object
        return { op: 'delete', kind, key: `${namespace}/${name}` } as const
      }),
    )
    expect(worlds.at(-1)?.entries.size ?? 0).toBe(0)
  })
})

test('services that were read back are derived one of each namespace in turn, and of clusters some of each', async () => {
  const keysOf = (namespace: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${namespace}/s${i}`)
  const derived: string[] = []
  const care = {
    ...NO_CARE,
    hold: <T>(key: string, work: () => T): T => {
      derived.push(key)
      return work()
    },
  }
  const text = 'clusters: [{id: east, source: {manifests: ./east}}, {id: west, source: {manifests: ./west}}]'
  const flow = new Flow(planOf(parseConfig(text, 'meridian.yaml')), NOBODY, Date.now(), care)
  const east = [...keysOf('bad', 10 * MOST_A_TURN), ...keysOf('good', 1)]
  const held = (keys: readonly string[], id: string) => keys.map((key) => [key, [id]] as const)
  const holders = new Map<string, readonly string[]>([
    ...held(east, 'east'),
    ...held(keysOf('other', 1), 'west'),
  ])
  await deriveAll({ holders }, flow)
  expect(derived).toHaveLength(10 * MOST_A_TURN + 2)
  expect(derived.indexOf('good/s0')).toBe(1)
  expect(derived.indexOf('other/s0')).toBe(MOST_A_TURN)
})

test('a service of 5,000 endpoints comes in one turn with all its slices, and is derived once', () => {
  const { flow, worlds } = flowing()
  const changes = largeObjects({ name: 'web', clusterIP: null, endpoints: 5000 }).flatMap((value) => {
    const parsed = parseObject(value)
    return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object } as const] : []
  })
  flow.changed('east', changes, Date.now())
  expect(worlds).toHaveLength(1)
  expect(worlds[0]?.entries.get('default/web')?.exports[0]).toMatchObject({ endpoints: { count: 5000 } })
})
