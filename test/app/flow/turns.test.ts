import { setImmediate as immediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { DirtyKeys } from '../../../src/app/flow/dirty.ts'
import { ClusterTurns, oneOfEach, piecesOf } from '../../../src/app/flow/turns.ts'

test('work that comes when none waits is done at once; the rest in turns of its own, in order', async () => {
  const turns = new ClusterTurns(new DirtyKeys(), () => undefined)
  const done: string[] = []
  const work = (name: string) => () => void done.push(name)
  turns.take(work('a'), work('b'), work('c'))
  turns.take(work('d'))
  expect(done).toEqual(['a'])
  let others = 0
  while (!turns.idle) {
    await immediate()
    others++
  }
  expect(done).toEqual(['a', 'b', 'c', 'd'])
  expect(others).toBeGreaterThanOrEqual(3)
})

test('work that throws does not keep what waits behind it', async () => {
  const turns = new ClusterTurns(new DirtyKeys(), () => undefined)
  const done: string[] = []
  const caught: unknown[] = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.once('uncaughtException', (error) => caught.push(error))
  turns.take(
    () => undefined,
    () => {
      throw new Error('a bug')
    },
    () => void done.push('after it'),
  )
  while (!turns.idle) await immediate()
  for (const listener of listeners) process.on('uncaughtException', listener)
  expect([caught.length, done]).toEqual([1, ['after it']])
})

test('nor does work that throws when none waits, whose error is for whoever brought it', async () => {
  const turns = new ClusterTurns(new DirtyKeys(), () => undefined)
  const done: string[] = []
  const fail = (): never => {
    throw new Error('a bug')
  }
  expect(() => turns.take(fail, () => void done.push('after it'))).toThrow('a bug')
  while (!turns.idle) await immediate()
  expect(done).toEqual(['after it'])
})

test('what is dropped is not done any more', async () => {
  const turns = new ClusterTurns(new DirtyKeys(), () => undefined)
  const done: string[] = []
  turns.take(
    () => undefined,
    () => void done.push('late'),
  )
  turns.drop()
  await immediate()
  await immediate()
  expect(done).toEqual([])
})

test('of lists one of each comes before the next of any', () => {
  expect([...oneOfEach([[1, 2, 3, 4], [], [5], [6, 7]])]).toEqual([1, 5, 6, 2, 7, 3, 4])
  expect([...oneOfEach([])]).toEqual([])
})

test('a list falls into pieces, in order; an empty one is one empty piece', () => {
  expect(piecesOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
  expect(piecesOf([], 2)).toEqual([[]])
})

test('what is taken in is followed by the world also where no service is dirty by it, as a namespace', () => {
  let derived = 0
  const dirty = new DirtyKeys()
  const turns = new ClusterTurns(dirty, (keys) => {
    derived += 1
    expect([...keys]).toEqual([])
  })
  turns.take(() => dirty.add([], undefined))
  expect(derived).toBe(1)
  turns.after(() => undefined)
  expect(derived).toBe(1)
})
