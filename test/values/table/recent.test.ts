import { expect, test } from 'vitest'
import { Recent } from '../../../src/values/table/index.ts'

const keys = Array.from({ length: 60_000 }, (_, i) => ({ i }))

test('what was set lately is there, and what is asked for stays', () => {
  const recent = new Recent<object, number>()
  const [first = {}] = keys
  for (const key of keys) {
    recent.set(key, key.i)
    expect(recent.get(first)).toBe(0)
  }
  for (const key of keys.slice(-20_000)) expect(recent.get(key)).toBe(key.i)
})

test('what was set long ago, and not asked for, is forgotten', () => {
  const recent = new Recent<object, number>()
  for (const key of keys) recent.set(key, key.i)
  const held = keys.slice(0, -40_000).filter((key) => recent.get(key) !== undefined)
  expect(held).toEqual([])
})

test('null is a value', () => {
  const recent = new Recent<object, null>()
  const [first = {}] = keys
  expect(recent.get(first)).toBeUndefined()
  recent.set(first, null)
  expect(recent.get(first)).toBeNull()
})
