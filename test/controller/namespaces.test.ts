import { expect, test } from 'vitest'
import { exported } from '../support/manifests.ts'
import { made } from '../support/world.ts'
import { namespace, writing } from './writing.ts'

const given = writing()

test.each([1, 10, 100])(
  'of a namespace with %i services keep no other waiting, also where all are to be written',
  async (count) => {
    given.server.put(namespace('many'))
    const many = Array.from({ length: count }, (_, i) =>
      exported({ name: `s${i}`, namespace: 'many', clusterIP: `10.101.1.${i}`, pods: [`10.1.1.${i}`] }),
    )
    const one = exported({ name: 'cart', namespace: 'shop', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] })
    const { world } = made({
      clusters: {
        east: Object.fromEntries(
          [...many, one].map((text, i) => [`${String(i).padStart(3, '0')}.json`, text]),
        ),
      },
    })
    await given.settles(given.start(world))
    const written = given
      .writes()
      .filter(({ plural, verb }) => verb === 'apply' && plural === 'serviceimports')
    // In the order in which each was begun.
    const order = [...new Map(written.map(({ name, namespace: of }) => [name, of])).values()]
    expect(order).toHaveLength(count + 1)
    // Of four places three are of the namespace that was there first, and what they began they end.
    expect(order.indexOf('shop')).toBeLessThan(8)
  },
)
