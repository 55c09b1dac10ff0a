import { describe, expect, test } from 'vitest'
import { planOf } from '../../../src/app/config/index.ts'
import { Flow } from '../../../src/app/flow/index.ts'
import { parseObject } from '../../../src/words/kube/index.ts'
import { find, GAUGE, gaugeLabels, publishedIn, type World } from '../../../src/world/zone/index.ts'
import { large, largeObjects } from '../../support/large.ts'
import { NOBODY } from '../../support/members.ts'
import { made, NOW } from '../../support/world.ts'

// A service has 5,000 endpoints in its answers and 1,000 ports at most, wherever that is looked at.

const [ENDPOINTS, PORTS] = [
  'beyond the 5,000 endpoints that a service answers with',
  'a port beyond the first 1,000 of a service',
]

function ignoredIn({ gauges }: World): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {}
  for (const [key, count] of gauges) {
    const [, reason] = gaugeLabels(GAUGE.ignored, key) ?? []
    if (reason !== undefined && count > 0) sums[reason] = (sums[reason] ?? 0) + count
  }
  return sums
}

const publishedOf = (world: World) => {
  const entry = world.entries.get('default/db')
  const zone = world.zones.get('clusterset.local')
  return entry && zone && publishedIn(zone, entry, 'east')
}

const beyond = (reason: string, count: number) => (count > 0 ? { [reason]: count } : {})

describe.each([5000, 5001, 50_000])('of %i endpoints', (count) => {
  const most = Math.min(count, 5000)

  test('of one cluster 5,000 answer at most; a gauge has the rest', () => {
    const { world } = made({
      clusters: {
        east: { 'db.json': large({ name: 'db', clusterIP: null, endpoints: count, perSlice: 1000 }) },
      },
    })
    expect(publishedOf(world)?.endpoints).toHaveLength(most)
    expect(ignoredIn(world)).toEqual(beyond(ENDPOINTS, count - most))
  })

  test('of two clusters together too', () => {
    const half = (network: number) => ({
      'db.json': large({
        name: 'db',
        clusterIP: null,
        endpoints: network === 1 ? Math.ceil(count / 2) : Math.floor(count / 2),
        perSlice: 1000,
        network,
      }),
    })
    const { world } = made({ clusters: { east: half(1), west: half(2) } })
    const shares = publishedOf(world)?.shares.map(({ ready }) => ready.length)
    expect(shares).toEqual([2500, 2500])
    expect(ignoredIn(world)).toEqual(beyond(ENDPOINTS, count - most))
  })
})

describe.each([1000, 1001, 10_000])('of %i ports', (count) => {
  test.each([null, '10.101.0.1'])(
    '1,000 have names at most (ClusterIP %s); a gauge has the rest',
    (clusterIP) => {
      const files = { 'db.json': large({ name: 'db', clusterIP, endpoints: 3, ports: count }) }
      const { world } = made({ clusters: { east: files } })
      const kindOf = (port: string) =>
        find(world, `_${port}._tcp.db.default.svc.clusterset.local`, 'east').kind
      expect([kindOf('p0'), kindOf('p999')]).toEqual(['service', 'service'])
      expect(kindOf('p1000')).toBe('nameError')
      expect(kindOf(`p${count}`)).toBe('nameError')
      expect(world.entries.get('default/db')?.import?.ports).toHaveLength(1000)
      expect(ignoredIn(world)).toEqual(beyond(PORTS, count - 1000))
    },
  )
})

test('what begins to have more is told once, not again for each change', () => {
  const { config } = made({ clusters: { east: {} } })
  const told: string[] = []
  const plan = planOf(config)
  const flow = new Flow(
    plan,
    {
      ...NOBODY,
      noticed: ({ cluster, reason }, message) => told.push(`${cluster}: ${reason}: ${message}`),
    },
    NOW,
  )
  const change = (endpoints: number) => {
    const objects = largeObjects({ name: 'db', clusterIP: null, endpoints, perSlice: 1000 })
    const changes = objects.flatMap((value) => {
      const parsed = parseObject(value)
      return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object } as const] : []
    })
    flow.changed('east', changes, NOW)
  }
  for (const endpoints of [5000, 5001, 5002, 50_000]) change(endpoints)
  expect(told).toEqual([
    `east: ${ENDPOINTS}: a service has more than its answers hold: \`meridian check\` names it`,
  ])
})
