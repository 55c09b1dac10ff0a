import { expect, test } from 'vitest'
import { parseConfig, planOf } from '../../../src/app/config/index.ts'
import { type Prefix, parsePrefix } from '../../../src/values/dns/index.ts'
import { emptyWorld, prefixZones, rebuild, type WorldPlan } from '../../../src/world/zone/index.ts'

const zonesOf = (cidr: string): readonly string[] => prefixZones(range(cidr))

test.each([
  ['0.0.0.0/0', 1, 'in-addr.arpa'],
  ['0.0.0.0/1', 128, '0.in-addr.arpa'],
  ['10.0.0.0/8', 1, '10.in-addr.arpa'],
  ['10.0.0.0/9', 128, '0.10.in-addr.arpa'],
  ['::/0', 1, 'ip6.arpa'],
  ['::/1', 8, '0.ip6.arpa'],
  ['fd00::/8', 1, 'd.f.ip6.arpa'],
])('%s is covered by %i zones, the first of them %s', (cidr, many, first) => {
  expect(zonesOf(cidr)).toHaveLength(many)
  expect(zonesOf(cidr)[0]).toBe(first)
})

const PLAN = planOf(
  parseConfig(
    '{zones: {reverse: true}, clusters: [{id: c0, network: flat, source: {manifests: m}}]}',
    '/m.yaml',
  ),
)

const range = (cidr: string): Prefix => {
  const prefix = parsePrefix(cidr)
  if (prefix === undefined) throw new Error(`${cidr} is no prefix`)
  return prefix
}

/** A fleet whose clusters share a network and declare ranges that lie apart. */
function fleet(clusters: number): WorldPlan {
  const declared = [...PLAN.clusterset.members.values()].flatMap((one) =>
    Array.from({ length: clusters }, (_, i) => ({
      ...one,
      id: `c${i}`,
      podCIDRs: [range(`10.${i >> 4}.${(i & 15) * 16}.0/20`)],
      serviceCIDRs: [range(`172.${i >> 8}.${i & 255}.0/24`)],
    })),
  )
  const members = new Map(declared.map((one) => [one.id, one]))
  return { ...PLAN, clusterset: { ...PLAN.clusterset, members } }
}

test.each([1, 2, 100, 1_000, 3_000])(
  '%i clusters have their zones, and one that comes moves no other',
  (many) => {
    const [before, after] = [fleet(many), fleet(many + 1)]
    const world = emptyWorld(before, 0)
    // Sixteen of the pods' zones and one of the Services' for each cluster but the server's own.
    expect(world.zones.size).toBe(2 + many + 17 * (many - 1))
    const next = rebuild(world, after, new Map(), 5_000)
    expect(next.serials.size).toBe(world.serials.size + 18)
    const moved = [...world.serials].filter(([name, serial]) => next.serials.get(name) !== serial)
    expect(moved).toEqual([])
  },
)
