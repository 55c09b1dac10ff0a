import { expect, test } from 'vitest'
import { RingBuffer } from '../../../src/server/speed/ring-buffer.ts'

test('a ring buffer has what was put into it last, as much of it as there is room for', () => {
  const ring = new RingBuffer(100)
  const pieces: { at: number; lap: number; length: number }[] = []
  for (let i = 0; i < 200; i++) {
    const length = 4 * (1 + (i % 7))
    ring.reserve(length)
    const { at, lap } = ring
    expect(at + length).toBeLessThanOrEqual(100)
    pieces.push({ at, lap, length })
    const there = pieces.filter((piece) => ring.has(piece.at, piece.lap))
    expect(there).toEqual(pieces.slice(-there.length))
    const octets = there.flatMap((piece) => Array.from({ length: piece.length }, (_, k) => piece.at + k))
    expect(new Set(octets).size).toBe(octets.length)
    if (i > 10) expect(octets.length).toBeGreaterThan(40)
  }
})

test.each([4, 64, 100, 132, 256])('what is fetched of a ring buffer of %i octets lies in it', (octets) => {
  const ring = new RingBuffer(octets)
  for (let at = 0; at < octets; at += 4) expect(ring.fetch(at)).toBe(0)
})

test('a ring buffer has nothing under numbers that were never set', () => {
  const ring = new RingBuffer(64)
  expect(ring.has(0, 0)).toBe(false)
  ring.reserve(64)
  expect(ring.has(0, 0)).toBe(false)
})
