import { expect, test } from 'vitest'
import { MainWatch, type Pulse } from '../../../src/server/health/pulse.ts'

function watching() {
  const pulse: Pulse = new Int32Array(new SharedArrayBuffer(4))
  const told: string[] = []
  const watch = new MainWatch(pulse, 0, (stands, ms) => told.push(`${stands} ${ms}`))
  return { pulse, told, watch }
}

test('main stands still for as long as nothing is counted', () => {
  const { pulse, told, watch } = watching()
  for (let s = 1; s <= 9; s++) watch.look(s * 1000)
  expect([watch.ms, watch.stalls, told]).toEqual([9000, 0, []])
  for (let s = 10; s <= 70; s++) watch.look(s * 1000)
  expect([watch.ms, watch.stalls, told]).toEqual([70_000, 1, ['true 10000']])
  Atomics.add(pulse, 0, 1)
  watch.look(71_000)
  expect([watch.ms, watch.stalls, told]).toEqual([0, 1, ['true 10000', 'false 70000']])
})

test('while it counts it does not', () => {
  const { pulse, told, watch } = watching()
  for (let s = 1; s <= 100; s++) {
    Atomics.add(pulse, 0, 1)
    watch.look(s * 1000)
  }
  expect([watch.ms, watch.stalls, told]).toEqual([0, 0, []])
})

test('a process that was suspended is no main that stands', () => {
  const { told, watch } = watching()
  watch.look(1000)
  watch.look(3_600_000)
  expect([watch.ms, told]).toEqual([3000, []])
})
