import { expect, test } from 'vitest'
import { updateBetween } from '../../../src/server/replica/index.ts'
import { parseAddress } from '../../../src/values/dns/index.ts'
import { find, reverseName, type World } from '../../../src/world/zone/index.ts'
import { exported } from '../../support/manifests.ts'
import { made } from '../../support/world.ts'

// An address has some twenty names above its own, which are there because it is: nothing is kept of each of them.

const worldOf = (...services: readonly (readonly string[])[]): World =>
  made({
    clusters: {
      east: {},
      far: Object.fromEntries(
        services.map((pods, i) => [`${i}.json`, exported({ name: `db${i}`, clusterIP: 'None', pods })]),
      ),
    },
    config: {
      zones: { reverse: true },
      clusters: [
        { id: 'east', network: 'flat', source: { manifests: './east' } },
        {
          id: 'far',
          network: 'flat',
          podCIDRs: ['fd00:bad::/32', '10.2.0.0/16'],
          source: { manifests: './far' },
        },
      ],
    },
  }).world

const kindOf = (world: World, name: string): string => find(world, name, 'east').kind

const scattered = (count: number, seed = 1): readonly string[] =>
  Array.from({ length: count }, (_, i) => {
    const digest = Math.imul(i + seed, 0x9e3779b1) >>> 0
    return `fd00:bad:${(digest >>> 16).toString(16)}:${(digest & 0xffff).toString(16)}::${(i + seed).toString(16)}`
  })

const nameOf = (text: string): string => reverseName(parseAddress(text) ?? '')

test.each([1, 5000, 5001])('of %i addresses each has its names, and no count is kept of them', (count) => {
  const addresses = scattered(count)
  const world = worldOf(addresses)
  expect([...world.tally].length).toBeLessThan(10)
  const those = addresses.filter((one) => kindOf(world, nameOf(one)) === 'pointer')
  expect(those).toHaveLength(Math.min(count, 5000))
  const above = new Set(those.flatMap((one) => namesAbove(nameOf(one))))
  for (const one of those.slice(0, 20))
    for (const name of namesAbove(nameOf(one)).slice(0, 23)) {
      const other = `${name.startsWith('0') ? '1' : '0'}${name.slice(1)}`
      expect(kindOf(world, name)).toBe('empty')
      expect(kindOf(world, other)).toBe(above.has(other) ? 'empty' : 'nameError')
    }
})

/** The nearest first. */
const namesAbove = (name: string): readonly string[] =>
  Array.from({ length: 24 }, (_, cut) => name.slice(2 * (cut + 1)))

test('what is no name of an address has none below it', () => {
  const world = worldOf(['10.2.0.5', '10.2.200.5'], ['fd00:bad::5'])
  const kinds = (names: readonly string[]) => names.map((name) => kindOf(world, name))
  expect(kinds(['0.2.10.in-addr.arpa', '200.2.10.in-addr.arpa', '1.2.10.in-addr.arpa'])).toEqual([
    'empty',
    'empty',
    'nameError',
  ])
  const odd = ['00', '0200', '256', 'c8', '-0', '+0', ' 0', '2e2', '_0'].map(
    (one) => `${one}.2.10.in-addr.arpa`,
  )
  const nibbles = ['00', '0x0', 'g', '-0'].map((one) => `${one}.0.0.0.0.d.a.b.0.0.0.d.f.ip6.arpa`)
  expect(new Set(kinds([...odd, ...nibbles, '1.5.0.2.10.in-addr.arpa']))).toEqual(new Set(['nameError']))
  expect(kindOf(world, `0.${nameOf('fd00:bad::5')}`)).toBe('nameError')
})

test('an endpoint that changes crosses as what it was and what it is', () => {
  const addresses = scattered(1000)
  const [before, after] = [worldOf(addresses), worldOf([...addresses.slice(1), 'fd00:bad::7'])]
  const { pointers, tally } = updateBetween(before, after)
  expect(pointers).toHaveLength(2)
  expect(tally).toEqual([])
})
