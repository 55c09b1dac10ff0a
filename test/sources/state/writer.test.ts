import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FileWriter } from '../../../src/sources/state/writer.ts'

const INTERVAL = 5000
let writer: FileWriter
let written: string[]

beforeEach(() => {
  vi.useFakeTimers()
  writer = new FileWriter(INTERVAL)
  written = []
})
afterEach(() => vi.useRealTimers())

/** Takes so long to write. */
const save = (file: string, ms: number, version = ''): void =>
  writer.save(file, async () => {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
    written.push(file + version)
  })

test('files are written one at a time, and after each it rests nineteen times as long as that took', async () => {
  save('large', 1000)
  save('small', 0)
  await vi.advanceTimersByTimeAsync(200 + 1000 + 19_000 - 1)
  expect(written).toEqual(['large'])
  await vi.advanceTimersByTimeAsync(1)
  expect(written).toEqual(['large', 'small'])
})

test('a file that keeps changing is written at each interval, as it was last', async () => {
  save('view', 0, ' 1')
  await vi.advanceTimersByTimeAsync(200)
  save('view', 0, ' 2')
  save('view', 0, ' 3')
  await vi.advanceTimersByTimeAsync(INTERVAL - 1)
  expect(written).toEqual(['view 1'])
  await vi.advanceTimersByTimeAsync(1)
  expect(written).toEqual(['view 1', 'view 3'])
})

test('the end does not wait for a rest, and leaves nothing unwritten', async () => {
  save('large', 1000)
  await vi.advanceTimersByTimeAsync(1500)
  save('large', 0, ' again')
  save('small', 0)
  const closed = writer.close()
  await vi.advanceTimersByTimeAsync(0)
  await closed
  expect(written).toEqual(['large', 'large again', 'small'])
})

/** Never written, as to a disk that hangs, until somebody says so. */
const hang = (file: string): (() => void) => {
  const { promise, resolve } = Promise.withResolvers<void>()
  writer.save(file, async () => {
    await promise
    written.push(file)
  })
  return resolve
}

test('a write that hangs keeps no other file waiting for long, and is not begun twice', async () => {
  const end = hang('stuck')
  save('small', 0)
  await vi.advanceTimersByTimeAsync(200)
  save('stuck', 0, ' 2')
  await vi.advanceTimersByTimeAsync(4999)
  expect(written).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(written).toEqual(['small'])
  save('small', 0, ' 2')
  await vi.advanceTimersByTimeAsync(2 * INTERVAL)
  expect(written).toEqual(['small', 'small 2'])
  end()
  await vi.advanceTimersByTimeAsync(INTERVAL)
  expect(written).toEqual(['small', 'small 2', 'stuck', 'stuck 2'])
})

test.each([1, 3, 4, 5, 40])(
  'of %i writes that hang, so few are under way that threads are left',
  async (many) => {
    let begun = 0
    for (let i = 0; i < many; i++)
      writer.save(`stuck ${i}`, () => {
        begun += 1
        return new Promise(() => undefined)
      })
    save('small', 0)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(begun).toBe(Math.min(many, 5))
    expect(written).toEqual(many < 5 ? ['small'] : [])
  },
)

test('the end waits for what hangs, and writes what came after it', async () => {
  const end = hang('stuck')
  await vi.advanceTimersByTimeAsync(20_000)
  save('stuck', 0, ' 2')
  const closed = writer.close()
  await vi.advanceTimersByTimeAsync(6000)
  expect(written).toEqual([])
  end()
  await vi.advanceTimersByTimeAsync(0)
  await closed
  expect(written).toEqual(['stuck', 'stuck 2'])
})
