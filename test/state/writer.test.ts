import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Writer } from '../../src/state/writer.ts'

const INTERVAL = 5000
let writer: Writer
let written: string[]

beforeEach(() => {
  vi.useFakeTimers()
  writer = new Writer(INTERVAL)
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
