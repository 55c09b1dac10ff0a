import { expect, test } from 'vitest'
import { renderZone } from '../../../src/answer/records/index.ts'
import { renderLines } from '../../../src/app/admin/index.ts'
import { partsOf, SteadyReplica, wholeUpdate } from '../../../src/server/replica/index.ts'
import { Table } from '../../../src/values/table/index.ts'
import type { Snapshot, World } from '../../../src/world/zone/index.ts'
import { large } from '../../support/large.ts'
import { recordsOfZone } from '../../support/render.ts'
import { made } from '../../support/world.ts'

const web = large({ name: 'web', clusterIP: '10.101.0.1', endpoints: 1 })

/** Of east one service; of west so many, headless, without endpoints: in no zone. */
function worldOf(count: number): World {
  const silent = large({ name: 'silent', clusterIP: null, endpoints: 0 })
  const { world } = made({ clusters: { east: { 'web.json': web }, west: { 'silent.json': silent } } })
  const entry = world.entries.get('default/silent')
  if (entry === undefined) throw new Error('no entry')
  let { entries } = world
  for (let i = 1; i < count; i++)
    entries = entries.set(`default/s${i}`, { ...entry, key: `default/s${i}`, name: `s${i}` })
  return { ...world, entries }
}

/** Counts what is taken of a table, and what of it is taken in one go at most. */
function counted<T>(of: Iterable<T>) {
  const seen = { all: 0, most: 0, now: 0 }
  function* each(): Generator<T> {
    for (const one of of) {
      seen.all++
      seen.most = Math.max(seen.most, ++seen.now)
      yield one
    }
  }
  return { seen, [Symbol.iterator]: each }
}

const zoneIn = (world: Snapshot, name: string) => {
  const zone = world.zones.get(name)
  if (zone === undefined) throw new Error(`no zone ${name}`)
  return zone
}

function gone(snapshot: Snapshot, name: string, seen: { now: number }): number {
  let steps = 0
  for (const step of renderZone(snapshot, zoneIn(snapshot, name), snapshot.clusterset.local)) {
    seen.now = 0
    if (step === undefined) steps++
  }
  return steps
}

// Thirty-two at a time.
test.each([1, 31, 32, 33, 320, 3200])(
  'a zone is gone through in steps, however few records it has of %i services',
  (count) => {
    const world = worldOf(count)
    for (const name of ['clusterset.local', 'global', 'east.local', 'west.local']) {
      const { seen, ...entries } = counted(world.entries)
      const get = (key: string) => world.entries.get(key)
      const table = { ...entries, get, identityOf: get, mayHave: () => true }
      const snapshot = { ...world, entries: table }
      const steps = gone(snapshot, name, seen)
      expect(seen.all).toBe(count + 1)
      expect(seen.most).toBeLessThanOrEqual(32)
      expect(steps).toBeGreaterThanOrEqual(Math.floor((count + 1) / 32))
    }
  },
)

test('so it is for the lines of its page', () => {
  const lines = [...renderLines({ snapshot: worldOf(3200), map: [] }, { zone: 'clusterset.local' })]
  expect(lines.filter((line) => line === undefined)).toHaveLength(100)
})

test.each([1, 31, 32, 33, 320, 3200])('so is a reverse zone, of %i addresses', (count) => {
  const west = { id: 'west', network: 'flat', podCIDRs: ['10.2.0.0/16'], source: { manifests: './west' } }
  const { world } = made({
    clusters: { east: { 'web.json': web }, west: {} },
    config: {
      zones: { reverse: true },
      clusters: [{ id: 'east', network: 'flat', source: { manifests: './east' } }, west],
    },
  })
  const pointer = { target: 'web.default.svc.clusterset.local', headless: false, createdAt: 0 }
  const elsewhere = Array.from(
    { length: count },
    (_, i) => [String.fromCharCode(192, 168, i >> 8, i & 255), pointer] as const,
  )
  const { seen, ...pointers } = counted(Table.from(elsewhere))
  const zone = [...world.zones.values()].find(({ kind }) => kind === 'reverse')
  if (zone === undefined) throw new Error('no reverse zone')
  const get = (address: string) => world.pointers.get(address)
  const hasBelow = () => false
  const steps = gone({ ...world, pointers: { ...pointers, get, hasBelow } }, zone.name, seen)
  expect(seen.all).toBe(count)
  expect(seen.most).toBeLessThanOrEqual(33)
  expect(steps).toBe(Math.floor(count / 32))
})

test('where a name cannot have records, going through the names of one service is in steps too', () => {
  const { world } = made({
    clusters: { east: { 'db.json': large({ name: 'db', clusterIP: null, endpoints: 200, hostname: 8 }) } },
  })
  const zone = zoneIn(world, 'clusterset.local')
  let [run, most] = [0, 0]
  for (const step of renderZone(world, zone, world.clusterset.local)) {
    run = step === undefined ? 0 : run + 1
    most = Math.max(most, run)
  }
  // The service's own name and its port have 600, and some hosts one each.
  expect(most).toBeLessThanOrEqual(620)
})

test('of a cluster’s zone only the services are decoded that its name is in', () => {
  const world = worldOf(100)
  const replica = new SteadyReplica(partsOf(world))
  replica.apply(wholeUpdate(world))
  const broken = Array.from({ length: 50 }, (_, i) => `default/broken${i}`)
  const octets = new Uint8Array(broken.length).fill(255)
  const entries = { keys: broken, ends: broken.map((_, i) => i + 1), octets }
  replica.apply({ ...wholeUpdate({ ...world, entries: Table.empty() }), entries })
  replica.show()
  const { snapshot } = replica
  // A service that cannot be decoded brings it out.
  const of = (name: string) => recordsOfZone(snapshot, zoneIn(world, name), world.clusterset.local)
  expect(of('east.local')).toEqual(recordsOfZone(world, zoneIn(world, 'east.local'), world.clusterset.local))
  expect(of('east.local').length).toBeGreaterThan(1)
  expect(() => of('clusterset.local')).toThrow()
})
