import { describe, expect, test } from 'vitest'
import { DecodedEntries, type Kept, MAX_WEIGHT, weightOf } from '../../../src/server/replica/decoded.ts'
import { encodeEntry } from '../../../src/server/replica/entry.ts'
import { Replica, wholeUpdate } from '../../../src/server/replica/index.ts'
import { HashFilter } from '../../../src/server/speed/hash-filter.ts'
import { updatePieces } from '../../../src/server/workers/pieces.ts'
import type { Octets } from '../../../src/values/packed/index.ts'
import { Table } from '../../../src/values/table/index.ts'
import type { Port } from '../../../src/words/kube/index.ts'
import type { Entry, World } from '../../../src/world/zone/index.ts'
import { large } from '../../support/large.ts'
import { made } from '../../support/world.ts'

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

/** So many entries like these are kept decoded; the next takes the place of the first. */
const FIT = Math.floor(MAX_WEIGHT / weightOf(encodeEntry(entryOf(0))))

describe.each([FIT - 1, FIT, FIT + 1, 10 * FIT])('of %i services', (count) => {
  test('each is the same whenever it is asked for, after others and after changes', () => {
    const replica = replicaOf(world)
    for (const piece of updatePieces(wholeUpdate(worldOf(count)))) replica.apply(piece)
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

describe('entries that are decoded', () => {
  const key = 'default/web'
  const keptOf = (octets: Octets): Kept => ({ octets, entry: undefined })
  const some = (count: number, octets: Octets) => Array.from({ length: count }, () => keptOf(octets))
  const small = encodeEntry(web)
  const remarks = [{ about: 'ports', problem: 'x'.repeat(20_000) } as const]
  const long = encodeEntry({ ...web, exports: web.exports.map((one) => ({ ...one, remarks })) })

  test.each([
    ['short', small],
    ['long', long],
  ])('are kept by what they weigh, those decoded last: %s ones', (_what, octets) => {
    const fit = Math.floor(MAX_WEIGHT / weightOf(octets))
    for (const count of [fit - 1, fit, fit + 1, 10 * fit]) {
      const decoded = new DecodedEntries()
      const all = some(count, octets)
      for (const one of all) {
        expect(decoded.of(key, one)).toBe(one.entry)
        expect(decoded.weight).toBeLessThanOrEqual(MAX_WEIGHT)
      }
      expect(decoded.size).toBe(Math.min(count, fit))
      expect(all.filter(({ entry }) => entry !== undefined)).toEqual(all.slice(-fit))
    }
  })

  test('are two thousand at most, however short', () => {
    expect(MAX_WEIGHT / weightOf('')).toBe(2048)
  })

  test('make place for a long one, as many as it takes and no more; one that is longer than all is kept alone', () => {
    const decoded = new DecodedEntries()
    const fit = Math.floor(MAX_WEIGHT / weightOf(small))
    const all = some(fit, small)
    for (const one of all) decoded.of(key, one)
    decoded.of(key, keptOf(long))
    const left = all.filter(({ entry }) => entry !== undefined).length
    expect(left).toBe(Math.floor((MAX_WEIGHT - weightOf(long)) / weightOf(small)))
    const exports = web.exports.map((one) => ({
      ...one,
      remarks: [{ about: 'ports', problem: 'x'.repeat(MAX_WEIGHT) } as const],
    }))
    const longest = keptOf(encodeEntry({ ...web, exports }))
    expect(decoded.of(key, longest)).toBe(longest.entry)
    expect(decoded.size).toBe(1)
    decoded.of(key, keptOf(small))
    expect([longest.entry, decoded.size]).toEqual([undefined, 1])
  })

  test('weigh nothing once they changed or are gone, and once however often they are decoded', () => {
    const decoded = new DecodedEntries()
    const [one] = some(1, small)
    if (one === undefined) throw new Error('none')
    for (let times = 0; times < 3; times++) decoded.of(key, one)
    expect([decoded.size, decoded.weight]).toEqual([1, weightOf(small)])
    decoded.drop(one)
    decoded.drop(one)
    expect([decoded.size, decoded.weight, one.entry]).toEqual([0, 0, undefined])
  })
})

test('application protocols, however long, cross to no thread', () => {
  const without = web.exports.map((one) => (one.kind === 'valid' ? { ...one, ports: portsOf(null) } : one))
  const exports = web.exports.map((one) => (one.kind === 'valid' ? { ...one, ports: portsOf(WORD) } : one))
  const made = web.import && { ...web.import, ports: portsOf(WORD) }
  const bare = web.import && { ...web.import, ports: portsOf(null) }
  const octets = encodeEntry({ ...web, exports: without, import: bare })
  expect(encodeEntry({ ...web, exports, import: made })).toBe(octets)
  // The import's are the export's: they are written once.
  expect(octets.length).toBeLessThan(1000 * 'p1000'.length * 3)
})

test('of the longest services that Kubernetes takes several stay decoded, so that two put nobody out', () => {
  const long = {
    ...web,
    exports: web.exports.map((one) => (one.kind === 'valid' ? { ...one, ports: LONGEST } : one)),
  }
  const octets = encodeEntry({ ...long, import: web.import && { ...web.import, ports: LONGEST } })
  const decoded = new DecodedEntries()
  const all = Array.from({ length: 7 }, (): Kept => ({ octets, entry: undefined }))
  for (const one of all) decoded.of('default/web', one)
  expect(all.filter(({ entry }) => entry === undefined)).toEqual([])
})

const WORD = 'x'.repeat(317)

const LONGEST: readonly Port[] = Array.from({ length: 1000 }, (_, i) => ({
  name: `p${i}`.padEnd(63, 'x'),
  protocol: 'TCP',
  port: 1 + i,
  appProtocol: WORD,
}))

const portsOf = (appProtocol: string | null): readonly Port[] =>
  Array.from({ length: 1000 }, (_, i) => ({ name: `p${i}`, protocol: 'TCP', port: 1 + i, appProtocol }))

test('labels and annotations, however many, cross to no thread', () => {
  const labels = { team: 'shop' }
  const annotations = { note: '\u0100'.repeat(1_000_000) }
  const made = web.import && { ...web.import, labels, annotations }
  const exports = web.exports.map((one) => ({ ...one, labels, annotations }))
  expect(encodeEntry({ ...web, import: made, exports })).toBe(encodeEntry(web))
})

test.each([0, 1, 127, 128, 129, 255, 256, 257, 1280])(
  'an update of %i services, and then of as many that are gone, comes whole in its pieces',
  (count) => {
    const replica = replicaOf(world)
    const pieces = [...updatePieces(wholeUpdate(worldOf(count)))]
    expect(pieces.every(({ entries }) => entries.keys.length <= 128)).toBe(true)
    expect(pieces).toHaveLength(count <= 128 ? 1 : Math.ceil(count / 128) + 1)
    for (const piece of pieces) replica.apply(structuredClone(piece))
    expect(new Map(replica.snapshot.entries).size).toBe(count)
    for (let i = 0; i < count; i++) expect(replica.snapshot.entries.get(`default/s${i}`)?.name).toBe(`s${i}`)
    const gone = Array.from({ length: count }, (_, i) => `default/s${i}`)
    const nothing = wholeUpdate(worldOf(0))
    for (const piece of updatePieces({ ...nothing, gone })) replica.apply(structuredClone(piece))
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
