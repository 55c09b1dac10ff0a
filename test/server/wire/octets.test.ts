import { describe, expect, test } from 'vitest'
import { copyOctets, isSameOctets } from '../../../src/server/wire/index.ts'

const LENGTHS = Array.from({ length: 26 }, (_, i) => i)

/** Octets that differ from their neighbours, those of negative numbers among them. */
const filled = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (i * 151 + 129) & 255)
const viewOf = (octets: Uint8Array<ArrayBuffer>): DataView => new DataView(octets.buffer)

describe.each(LENGTHS)('%i octets', (length) => {
  test('are copied, and nothing beside them', () => {
    const source = filled(length + 3)
    const out = new Uint8Array(length + 10)
    copyOctets(viewOf(source), 3, length, viewOf(out), 5)
    expect([...out]).toEqual([0, 0, 0, 0, 0, ...source.subarray(3), 0, 0, 0, 0, 0])
  })

  test('are the same if each is, and whatever is beside them', () => {
    const [a, b] = [filled(length + 3), filled(length + 10)]
    b.set(a.subarray(3), 5)
    const isSame = (): boolean => isSameOctets(viewOf(a), 3, viewOf(b), 5, length)
    expect(isSame()).toBe(true)
    for (let i = 0; i < b.length; i++) {
      b[i] = (b[i] ?? 0) ^ 0x80
      expect(isSame()).toBe(i < 5 || i >= 5 + length)
      b[i] = (b[i] ?? 0) ^ 0x80
    }
  })
})
