import { expect, test } from 'vitest'
import { Load } from '../../../src/sources/changes/index.ts'

test('what there is of each part is added up, and each change of it is told once', () => {
  const told: number[] = []
  const load = new Load((bytes) => told.push(bytes))
  load.set('list', 10)
  load.set('outbox', 5)
  load.set('list', 10)
  load.set('list', 0)
  load.set('nothing', 0)
  load.set('outbox', 0)
  expect(told).toEqual([10, 15, 5, 0])
  expect(load.bytes).toBe(0)
})
