import { describe, expect, test } from 'vitest'
import { piecesOf } from '../../src/answering/pieces.ts'
import { encodeEntry } from '../../src/replica/entry.ts'
import { HashFilter } from '../../src/replica/hash-filter.ts'
import { Replica, wholeUpdate } from '../../src/replica/index.ts'
import { Table } from '../../src/table/index.ts'
import type { Entry, World } from '../../src/zone/index.ts'
import { large } from '../support/large.ts'
import { made } from '../support/world.ts'

const { world } = made({
  clusters: { east: { 'a.json': large({ name: 'web', clusterIP: '10.101.0.1', endpoints: 3 }) } },
})
const web = world.entries.get('default/web')
if (web === undefined) throw new Error('no entry')

/** The world with so many services, each of its own name. */
const worldOf = (count: number): World => ({
  ...world,
  entries: Table.from(Array.from({ length: count }, (_, i) => [`default/s${i}`, entryOf(i)])),
})

const entryOf = (i: number): Entry => ({ ...web, key: `default/s${i}`, name: `s${i}` })

const replicaOf = (of: World): Replica => {
  const { settings, clusterset, zones, serials, settled } = of
  return new Replica({ settings, clusterset, zones, serials, settled })
}

// Twenty thousand decoded entries are kept; the next takes the place of the first.
describe.each([19_999, 20_000, 20_001])('of %i services', (count) => {
  test('each is the same whenever it is asked for, after others and after changes', () => {
    const replica = replicaOf(world)
    for (const piece of piecesOf(wholeUpdate(worldOf(count)))) replica.apply(piece)
    const { entries } = replica.snapshot
    const some = [0, 1, Math.floor(count / 2), count - 1]
    const wrong = Array.from({ length: count }, (_, i) => i).filter(
      (i) => entries.get(`default/s${i}`)?.name !== `s${i}`,
    )
    expect(wrong).toEqual([])
    for (const i of some)
      expect(encodeEntry(entries.get(`default/s${i}`) ?? web)).toBe(encodeEntry(entryOf(i)))
    // One that is decoded, changed and decoded again, time after time, is what it was changed to.
    for (let times = 0; times < 3; times++) {
      const createdAt = 1000 * times
      const changed = { ...entryOf(0), exports: web.exports.map((one) => ({ ...one, createdAt })) }
      replica.apply(wholeUpdate({ ...world, entries: Table.from([['default/s0', changed]]) }))
      expect(entries.get('default/s0')?.exports[0]?.createdAt).toBe(createdAt)
    }
    for (const i of some.slice(1)) expect(entries.get(`default/s${i}`)?.name).toBe(`s${i}`)
  })
})

test.each([0, 1, 127, 128, 129, 255, 256, 257, 1280])(
  'an update of %i services, and then of as many that are gone, comes whole in its pieces',
  (count) => {
    const replica = replicaOf(world)
    const pieces = [...piecesOf(wholeUpdate(worldOf(count)))]
    expect(pieces.every(({ entries }) => entries.keys.length <= 128)).toBe(true)
    expect(pieces).toHaveLength(count <= 128 ? 1 : Math.ceil(count / 128) + 1)
    for (const piece of pieces) replica.apply(structuredClone(piece))
    expect(new Map(replica.snapshot.entries).size).toBe(count)
    for (let i = 0; i < count; i++) expect(replica.snapshot.entries.get(`default/s${i}`)?.name).toBe(`s${i}`)
    const gone = Array.from({ length: count }, (_, i) => `default/s${i}`)
    const nothing = wholeUpdate(worldOf(0))
    for (const piece of piecesOf({ ...nothing, gone })) replica.apply(structuredClone(piece))
    expect(new Map(replica.snapshot.entries).size).toBe(0)
  },
)

test.each([
  [253, 252],
  [254, 253],
  [255, 254],
  [256, 255],
  [2550, 2549],
])('a hash that %i have is there while %i of them are gone', (added, removed) => {
  const filter = new HashFilter()
  for (let i = 0; i < added; i++) filter.add(7)
  for (let i = 0; i < removed; i++) filter.remove(7)
  expect(filter.mayHave(7)).toBe(true)
  filter.remove(7)
  // From 255 on it is not known how many there were.
  expect(filter.mayHave(7)).toBe(added >= 255)
})
