import { expect, test } from 'vitest'
import { conditionsOf, printClusters } from '../../../src/controller/desired/conditions.ts'

test.each([
  [32_767, 32_767],
  [32_768, 32_768],
  [32_769, 32_768],
  [327_680, 32_768],
])('a message of %i characters is written with %i', (length, written) => {
  const said = { type: 'Ready', status: 'True', reason: 'Ready', message: 'x'.repeat(length) } as const
  const [condition] = conditionsOf([said], { generation: 1, conditions: [] }, 0)
  const message = String(condition?.['message'])
  expect(message).toHaveLength(written)
  expect(message.endsWith('…')).toBe(length > written)
})

test.each([
  [0, ''],
  [1, '"c0"'],
  [5, '"c0", "c1", "c2", "c3", "c4"'],
  [6, '"c0", "c1", "c2", "c3", "c4" and 1 more'],
  [300, '"c0", "c1", "c2", "c3", "c4" and 295 more'],
])('of %i clusters five are named', (count, text) => {
  expect(printClusters(Array.from({ length: count }, (_, i) => `c${i}`))).toBe(text)
})
