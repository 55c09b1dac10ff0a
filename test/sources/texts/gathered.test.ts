import { describe, expect, test } from 'vitest'
import { Gathered } from '../../../src/sources/texts/index.ts'

const bytes = (count: number, first = 0): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => (first + i) % 256)

describe.each([1, 2, 100, 65_536])('of %i bytes at most', (most) => {
  test.each([1, 2, 7, 4096])('all come out as they came, in parts of %i', (size) => {
    const gathered = new Gathered(most)
    const wrong: string[] = []
    for (let from = 0; from < most; from += size) {
      if (!gathered.add(bytes(Math.min(size, most - from), from))) wrong.push(`${from} is not taken`)
      const held = gathered.bytes.buffer.byteLength
      if (held > Math.max(size, 2 * gathered.length)) wrong.push(`${from}: ${held} bytes are held`)
    }
    expect(wrong).toEqual([])
    expect(Buffer.from(gathered.bytes).equals(bytes(most))).toBe(true)
    expect(gathered.bytes.buffer.byteLength).toBeLessThanOrEqual(most)
  })

  test.each([1, 9 * most])('%i more are not taken', (more) => {
    expect(new Gathered(most).add(bytes(most + more))).toBe(false)
    const gathered = new Gathered(most)
    gathered.add(bytes(most))
    expect(gathered.add(bytes(more))).toBe(false)
    expect(gathered.length).toBe(most)
  })
})

test('nothing is kept of what a part is a slice of', () => {
  const gathered = new Gathered(1000)
  const large = bytes(65_536)
  gathered.add(large.subarray(7, 8))
  large.fill(0)
  expect([...gathered.bytes]).toEqual([7])
  expect(gathered.bytes.buffer.byteLength).toBeLessThan(1000)
  gathered.clear()
  expect(gathered.length).toBe(0)
  gathered.add(bytes(3))
  expect([...gathered.bytes]).toEqual([0, 1, 2])
})

test.each([
  [4096, 1, false],
  [4097, 1, true],
  [40_960, 1, true],
  [4097, 15, true],
  [40_960, 15, true],
  [4097, 16, false],
  [40_960, 16, false],
])('%i parts of %i bytes: whether it crumbles is %s', (parts, size, crumbles) => {
  const gathered = new Gathered(2 ** 20)
  for (let i = 0; i < parts; i++) gathered.add(bytes(size))
  expect(gathered.crumbles).toBe(crumbles)
  gathered.clear()
  expect(gathered.crumbles).toBe(false)
})
