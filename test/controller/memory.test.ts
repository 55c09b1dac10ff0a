import { describe, expect, test } from 'vitest'
import { Memory } from '../../src/controller/memory.ts'

/** Nothing stands. */
const NONE = (): undefined => undefined

const ID = 'ServiceImport shop/cart'

test('what was written is not written again while it is not seen yet, nor once it is', () => {
  const memory = new Memory(1000, NONE)
  memory.wrote(ID, 'main', 'd1', '9', '10', 0)
  expect(memory.isWritten(ID, 'main', 'd1', '9', 500)).toBe(true)
  expect(memory.isWritten(ID, 'main', 'd1', '10', 1e6)).toBe(true)
})

test('it is written again when it is seen in a version of somebody else’s making, or goes unseen for too long', () => {
  const memory = new Memory(1000, NONE)
  memory.wrote(ID, 'main', 'd1', '9', '10', 0)
  expect(memory.isWritten(ID, 'main', 'd1', '11', 1)).toBe(false)
  expect(memory.isWritten(ID, 'main', 'd1', '9', 1001)).toBe(false)
})

test('something else is written at once', () => {
  const memory = new Memory(1000, NONE)
  memory.wrote(ID, 'main', 'd1', '9', '10', 0)
  expect(memory.isWritten(ID, 'main', 'd2', '9', 1)).toBe(false)
  expect(memory.isWritten(ID, 'status', 'd1', '9', 1)).toBe(false)
})

test('an object and its status are known to be written, whichever of their versions is seen', () => {
  const memory = new Memory(1000, NONE)
  memory.wrote(ID, 'main', 'd1', '', '10', 0)
  memory.wrote(ID, 'status', 's1', '', '11', 1)
  for (const seen of ['', '10', '11']) {
    expect(memory.isWritten(ID, 'main', 'd1', seen, 2)).toBe(true)
    expect(memory.isWritten(ID, 'status', 's1', seen, 2)).toBe(true)
  }
})

test('what was written is unseen until its last version is seen, and again once what was before is', () => {
  const memory = new Memory(1000, NONE)
  expect(memory.isUnseen(ID, '')).toBe(false)
  memory.wrote(ID, 'main', 'd1', '', '10', 0)
  expect(['', '10', ''].map((seen) => memory.isUnseen(ID, seen))).toEqual([true, false, true])
  expect(memory.isUnseen(ID, '11')).toBe(false)
})

test('what was removed is not removed again, and may be made again', () => {
  const memory = new Memory(1000, NONE)
  memory.wrote(ID, 'main', 'd1', '', '10', 0)
  memory.removed(ID, 'u1', '10', 5)
  expect(memory.isRemoved(ID, 'u1', '10', 6)).toBe(true)
  expect(memory.isRemoved(ID, 'u2', '10', 6)).toBe(false)
  expect(memory.isWritten(ID, 'main', 'd1', '', 7)).toBe(false)
  memory.wrote(ID, 'main', 'd1', '', '12', 7)
  expect(memory.isWritten(ID, 'main', 'd1', '12', 1e6)).toBe(true)
})

describe('what is kept', () => {
  const turns = (memory: Memory, count: number, everyMs: number) => {
    for (let i = 0; i < count; i++) {
      memory.wrote(`Service shop/a${i}`, 'main', 'd', '', String(i), i * everyMs)
      memory.removed(`Service shop/a${i}`, 'u', String(i), i * everyMs)
    }
  }

  test.each([100, 1000, 10_000])('of %i objects that came and went is what was written lately', (count) => {
    const memory = new Memory(1000, NONE)
    turns(memory, count, 100)
    expect(memory.size).toBeLessThanOrEqual(20)
  })

  test('is whatever stands in the version that was written, and nothing that stands in another', () => {
    const standing = new Map([
      [ID, '10'],
      ['ServiceImport shop/other', '12'],
    ])
    const memory = new Memory(1000, (id) => standing.get(id))
    memory.wrote(ID, 'main', 'd1', '', '10', 0)
    memory.wrote('ServiceImport shop/other', 'main', 'd1', '', '11', 0)
    turns(memory, 1000, 1e6)
    expect(memory.isWritten(ID, 'main', 'd1', '10', 1e9)).toBe(true)
    expect(memory.size).toBe(2)
  })

  test('does not go before its time, however many are written', () => {
    const memory = new Memory(1000, NONE)
    turns(memory, 500, 1)
    memory.wrote(ID, 'main', 'd1', '9', '10', 500)
    for (let i = 0; i < 10_000; i++) memory.wrote(`Service shop/b${i}`, 'main', 'd', '', '1', 1499)
    expect(memory.isWritten(ID, 'main', 'd1', '9', 1499)).toBe(true)
    expect(memory.size).toBeGreaterThanOrEqual(10_001)
  })
})
