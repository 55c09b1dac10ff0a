import { describe, expect, test } from 'vitest'
import { AbsentServices } from '../../../src/server/speed/absent-services.ts'
import { PlainQuery } from '../../../src/server/speed/plain.ts'
import { type Snapshot, withFreshness } from '../../../src/world/zone/index.ts'
import { marksOf } from '../../support/speed.ts'
import { made, NOW } from '../../support/world.ts'
import { TWO_CLUSTERS } from '../replies/responder.ts'

const ZONE = ['svc', 'clusterset', 'local']

/** Labels as they are, whatever octets they have. */
function plainOf(labels: readonly string[]): PlainQuery {
  const name = labels.flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')])
  const octets = Uint8Array.from([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...name, 0, 0, 1, 0, 1])
  const plain = new PlainQuery()
  expect(plain.read(new DataView(octets.buffer), 0, octets.length)).toBe(true)
  return plain
}

const { world } = made(TWO_CLUSTERS)
const isAbsent = (labels: readonly string[], snapshot: Snapshot = world): boolean =>
  new AbsentServices(marksOf(world)).has(plainOf(labels), snapshot)

describe('names of services that are nowhere', () => {
  test.each([
    [['nobody', 'default']],
    [['web', 'elsewhere']],
    [['x', 'nobody', 'default']],
    [['_http', '_tcp', 'nobody', 'default']],
    [['we', 'bdefault']],
    [['default', 'web']],
  ])('%j is one', (labels) => {
    expect(isAbsent([...labels, ...ZONE])).toBe(true)
  })

  test.each([
    ['a service that is there', ['web', 'default', ...ZONE]],
    ['a name below one', ['x', 'web', 'default', ...ZONE]],
    ['a namespace', ['default', ...ZONE]],
    ['the zone itself', ['clusterset', 'local']],
    ['svc itself', ZONE],
    ['another zone', ['nobody', 'default', 'global']],
    ['a cluster’s zone', ['nobody', 'default', 'svc', 'east', 'local']],
    ['what only ends in the same octets', ['nobody', 'default', 'x\x03svc', 'clusterset', 'local']],
    ['the zone within one label', ['nobody', 'default\x03svc\x0aclusterset\x05local']],
  ])('nothing is said of %s', (_what, labels) => {
    expect(isAbsent(labels)).toBe(false)
  })

  test.each(Array.from(ZONE.join(''), (_, at) => at))(
    'nor of a zone of which one octet is another: the %s.',
    (at) => {
      let before = 0
      const zone = ZONE.map((label) => {
        const here = at - before
        before += label.length
        return here < 0 || here >= label.length ? label : `${label.slice(0, here)}x${label.slice(here + 1)}`
      })
      expect(isAbsent(['nobody', 'default', ...ZONE])).toBe(true)
      expect(isAbsent(['nobody', 'default', ...zone])).toBe(false)
    },
  )

  test.each(['a', 'ab', 'abc', 'abcd', 'abcde'])('the zone may be as short as %s', (clusterset) => {
    const snapshot = { ...world, settings: { ...world.settings, clusterset } }
    expect(isAbsent(['nobody', 'default', 'svc', clusterset], snapshot)).toBe(true)
    expect(isAbsent(['web', 'default', 'svc', clusterset], snapshot)).toBe(false)
    expect(isAbsent(['nobody', 'default', 'svc', `${clusterset.slice(1)}x`], snapshot)).toBe(false)
    expect(isAbsent(['svc', clusterset], snapshot)).toBe(false)
    expect(isAbsent([clusterset], snapshot)).toBe(false)
  })

  test('while a cluster was never heard, or the world is not settled, nothing is said', () => {
    const labels = ['nobody', 'default', ...ZONE]
    expect(isAbsent(labels, { ...world, settled: false })).toBe(false)
    expect(isAbsent(labels, withFreshness(world, 'west', { kind: 'never' }, NOW))).toBe(false)
  })

  test('what was known of one clusterset is not believed of another', () => {
    const absent = new AbsentServices(marksOf(world))
    const plain = plainOf(['nobody', 'default', ...ZONE])
    expect(absent.has(plain, world)).toBe(true)
    expect(absent.has(plain, withFreshness(world, 'west', { kind: 'never' }, NOW))).toBe(false)
    expect(absent.has(plain, { ...world, settings: { ...world.settings, clusterset: 'other.local' } })).toBe(
      false,
    )
    expect(absent.has(plain, world)).toBe(true)
  })
})
