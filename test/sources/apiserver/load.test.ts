/** What of a cluster is counted as being on the thread that reads it. */
import { expect, test } from 'vitest'
import { Berth, Quay } from '../../../src/sources/apiserver/berth.ts'
import { HELD_BYTES } from '../../../src/sources/apiserver/budget.ts'
import { Intake } from '../../../src/sources/apiserver/intake.ts'
import { WANTED_OF_EVENT } from '../../../src/sources/apiserver/oversized.ts'
import { SealedObject } from '../../../src/sources/apiserver/sealed.ts'
import { ObjectStore } from '../../../src/sources/apiserver/store.ts'
import { Load } from '../../../src/sources/changes/index.ts'
import { eventually } from '../../support/recorder.ts'
import { service } from '../../support/source-battery.ts'
import { cluster } from './cluster.ts'

const given = cluster()
const never = new AbortController().signal

test('lists and what waits to be told are, until it has been; what cannot be read is for as long as it is so', async () => {
  const seen: number[] = []
  const load = new Load((bytes) => seen.push(bytes))
  for (let i = 0; i < 50; i++) given.server.put(service(`s${i}`))
  const { told } = await given.live({ pageObjects: 10 }, { load })
  expect(told.ids).toHaveLength(50)
  const kept = 50 * HELD_BYTES
  await eventually(() => expect(load.bytes).toBe(kept))
  const listed = Math.max(...seen)
  expect(listed).toBeGreaterThan(50 * 100)
  given.server.put({ ...service('s0'), spec: { ports: 'none' } })
  await eventually(() => expect(told.problem).toHaveLength(1))
  await eventually(() => expect(load.bytes).toBeGreaterThan(kept))
  expect(load.bytes).toBeLessThan(listed)
  given.server.put(service('s0'))
  await eventually(() => expect(load.bytes).toBe(kept))
})

test('what is listed again and equals what is held is there once', async () => {
  for (let i = 0; i < 50; i++) given.server.put(service(`s${i}`))
  const seen: number[] = []
  const load = new Load((bytes) => seen.push(bytes))
  const { told } = await given.live({ pageObjects: 2 }, { load })
  const kept = 50 * HELD_BYTES
  await eventually(() => expect(load.bytes).toBe(kept))
  const first = Math.max(...seen) - kept
  seen.length = 0
  await given.server.kill()
  given.server.compact()
  given.server.put(service('new'))
  await given.server.listen()
  await eventually(() => expect(told.ids).toHaveLength(51))
  expect(Math.max(...seen) - kept).toBeLessThan(first / 10)
})

const text = (name: string) =>
  new SealedObject({
    kind: 'Service',
    key: `shop/${name}`,
    service: `shop/${name}`,
    problem: 'x'.repeat(100),
  } as never)

test('an object that changes before it is told is there once, and one that goes is not', () => {
  const load = new Load()
  const store = new ObjectStore(load)
  const shelf = store.shelf('Service')
  const one = text('one')
  shelf.put('shop/one', one)
  expect(load.bytes).toBe(one.bytes)
  const other = text('another')
  shelf.put('shop/one', other)
  expect(load.bytes).toBe(other.bytes)
  shelf.put('shop/two', one)
  shelf.delete('shop/one')
  expect(load.bytes).toBe(one.bytes)
  store.take()
  expect(load.bytes).toBe(0)
})

test('requests that are under way are counted together, those that wait too', async () => {
  const load = new Load()
  const quay = new Quay(load)
  const [one, other] = [new Berth(quay), new Berth(quay)]
  await one.hold(10, never)
  await one.hold(1_000_000, never)
  const waits = other.hold(500_000, never)
  expect(load.bytes).toBe(1_500_000)
  one.leave()
  await waits
  expect(load.bytes).toBe(500_000)
  other.leave()
  expect(load.bytes).toBe(0)
})

test.each([
  [999, 999],
  [1000, 1000],
  [1001, 0],
  [10_000, 0],
])('of a line of %i bytes %i are there: one that is looked through is not kept', (bytes, held) => {
  const intake = new Intake(1000, WANTED_OF_EVENT)
  const line = new TextEncoder().encode(`{"a":"${'x'.repeat(bytes - 6)}`)
  for (let at = 0; at < line.length; at += 100) intake.add(line.subarray(at, at + 100))
  expect(intake.held).toBe(held)
})
