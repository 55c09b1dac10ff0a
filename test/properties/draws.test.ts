import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answer, explain } from '../../src/answer/records/index.ts'
import { TYPE } from '../../src/values/dns/index.ts'
import { type World, withClusterset } from '../../src/world/zone/index.ts'
import { seeded } from '../support/seeded.ts'
import { identityOf, question } from '../support/values.ts'
import { beginning, clusterset, events, NOW, turn } from './worlds.ts'

const minHealthy = fc.constantFrom(null, { count: 2 }, { share: 1 })

/** Worlds in which some level may be too thin for all draws. */
const world = fc
  .tuple(clusterset, events({ imports: false, deletes: false }), minHealthy)
  .map(([members, list, minHealthy]) => {
    const made = turn(beginning(members), list).world
    return withClusterset(made, { ...members, policy: { ...members.policy, minHealthy } }, NOW)
  })

const drawn = (world: World, name: string, address: string, random: () => number): readonly string[] => {
  const asker = { viewpoint: world.clusterset.local, address, mayExplain: false }
  const found = answer(question(name, TYPE.A), world, asker, identityOf(), random)
  return found.kind === 'records' ? found.clusters : []
}

const DRAWS = 400
/** Of a χ² statistic with up to three degrees of freedom, one in a million is above. */
const UNLIKELY = 31

describe('draws', () => {
  test('follow the shares that explain tells, by chance and by hashing of clients alike', () => {
    fc.assert(
      fc.property(world, fc.integer(), (made, seed) => {
        const random = seeded(seed)
        for (const [key, entry] of made.entries) {
          if (entry.import?.type !== 'ClusterSetIP') continue
          const [namespace, name] = key.split('/')
          const { clusters } = explain(entry, made, made.clusterset.local)
          const shares = new Map(
            clusters.map(({ cluster, share, shareOf }) => [cluster, shareOf?.A ?? share ?? 0]),
          )
          const counts = new Map<string, number>()
          let total = 0
          for (let i = 0; i < DRAWS; i++) {
            const client = String.fromCharCode(10, random() * 256, random() * 256, random() * 256)
            const [cluster] = drawn(made, `${name}.${namespace}.svc.clusterset.local`, client, random)
            // Nothing of family IPv4 there: no record says who was drawn.
            if (cluster === undefined) continue
            counts.set(cluster, (counts.get(cluster) ?? 0) + 1)
            total++
          }
          if (total < DRAWS) continue
          const terms = [...shares]
            .filter(([, share]) => share > 0)
            .map(([cluster, share]) => {
              const wanted = share * total
              return ((counts.get(cluster) ?? 0) - wanted) ** 2 / wanted
            })
          expect(
            terms.reduce((a, b) => a + b, 0),
            key,
          ).toBeLessThan(UNLIKELY)
          expect([...counts.keys()].filter((cluster) => (shares.get(cluster) ?? 0) === 0)).toEqual([])
        }
      }),
      { numRuns: 60, seed: 20261122 },
    )
  })

  test('give one client of a service with session affinity the same cluster every time', () => {
    fc.assert(
      fc.property(world, fc.integer(), (made, seed) => {
        for (const [key, entry] of made.entries) {
          if (entry.import?.sessionAffinity !== 'ClientIP' || entry.import.type !== 'ClusterSetIP') continue
          const [namespace, name] = key.split('/')
          const random = seeded(seed)
          const draw = () => drawn(made, `${name}.${namespace}.global`, '\x0a\x01\x02\x03', random)
          const first = draw()
          for (let i = 0; i < 20; i++) expect(draw()).toEqual(first)
        }
      }),
      { numRuns: 60 },
    )
  })
})
