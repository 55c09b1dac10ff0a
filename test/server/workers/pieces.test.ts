import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eachEncoded } from '../../../src/server/replica/encoded.ts'
import { EMPTY_UPDATE, type Update } from '../../../src/server/replica/index.ts'
import { reportedInPieces, shareOf, updatePieces } from '../../../src/server/workers/pieces.ts'

const encoded = fc
  .array(fc.tuple(fc.string(), fc.uint8Array({ maxLength: 9 })), { maxLength: 600, size: 'max' })
  .map((list) => {
    const octets = Uint8Array.from(list.flatMap(([, each]) => [...each]))
    let end = 0
    const ends = list.map(([, { length }]) => (end += length))
    return { keys: list.map(([key]) => key), ends, octets }
  })

const strings = fc.array(fc.string(), { maxLength: 400, size: 'max' })

test('the pieces of an update come to the update, in order, what is small last', () => {
  fc.assert(
    fc.property(encoded, strings, strings, (entries, gone, addresses) => {
      const pointers = addresses.map((address) => [address, undefined] as const)
      const update: Update = {
        ...EMPTY_UPDATE,
        entries,
        gone,
        tally: [['a', 1]],
        pointers,
        parts: { settled: true },
      }
      const pieces = [...updatePieces(update)]
      expect(pieces.flatMap((piece) => [...eachEncoded(piece.entries)])).toEqual([...eachEncoded(entries)])
      expect(pieces.flatMap((piece) => piece.gone)).toEqual(gone)
      expect(pieces.flatMap((piece) => piece.pointers)).toEqual(pointers)
      expect(pieces.at(-1)).toMatchObject({ tally: [['a', 1]], parts: { settled: true } })
      const rest = pieces.slice(0, -1)
      expect(rest.every(({ parts, tally }) => tally.length + Object.keys(parts).length === 0)).toBe(true)
      const sizes = pieces.map(
        (piece) => piece.entries.keys.length + piece.gone.length + piece.pointers.length,
      )
      expect(Math.max(...sizes)).toBeLessThanOrEqual(128)
    }),
    { numRuns: 30 },
  )
})

test.each([
  [262_144, 1],
  [262_145, 2],
  [2_621_440, 10],
])('services of %i octets together come in %i pieces', (octets, pieces) => {
  const keys = Array.from({ length: Math.max(2, pieces) }, (_, i) => String(i))
  const ends = keys.map((_, i) => Math.ceil((octets * (i + 1)) / keys.length))
  const entries = { keys, ends, octets: new Uint8Array(octets) }
  const told = [...updatePieces({ ...EMPTY_UPDATE, entries })]
  expect(told.filter((piece) => piece.entries.keys.length > 0)).toHaveLength(pieces)
  expect(told.flatMap((piece) => piece.entries.keys)).toEqual(keys)
})

test('the last piece is told to be it, and no other', () => {
  const gone = Array.from({ length: 300 }, (_, i) => String(i))
  const isLast = (update: Update) => [...reportedInPieces(update)].map((piece) => piece.isLast)
  expect(isLast({ ...EMPTY_UPDATE, gone })).toEqual([false, false, false, true])
  expect(isLast({ ...EMPTY_UPDATE, gone: gone.slice(0, 128) })).toEqual([true])
})

test('a piece keeps no octets in memory but its own', () => {
  const keys = Array.from({ length: 300 }, (_, i) => String(i))
  const entries = { keys, ends: keys.map((_, i) => (i + 1) * 10), octets: new Uint8Array(3000) }
  const update: Update = { ...EMPTY_UPDATE, entries }
  const held = [...updatePieces(update)].map((piece) => piece.entries.octets.buffer.byteLength)
  expect(held).toEqual([1280, 1280, 440, 0])
})

test.each([
  [0, 0],
  [1, 1 / 128],
  [128, 1],
  [1280, 10],
])('of what a turn takes in an update that tells of %i services is %d parts', (count, share) => {
  const gone = Array.from({ length: count }, (_, i) => `shop/s${i}`)
  expect(shareOf({ update: { ...EMPTY_UPDATE, gone }, isLast: true })).toBe(share)
  expect(shareOf({ update: { ...EMPTY_UPDATE, gone }, isLast: false })).toBe(1)
})

test.each([
  [1 << 17, 0.5],
  [1 << 18, 1],
  [10 << 18, 10],
])('and one of a service of %i octets %d', (length, share) => {
  const entries = { keys: ['shop/web'], ends: [length], octets: new Uint8Array(length) }
  expect(shareOf({ update: { ...EMPTY_UPDATE, entries }, isLast: true })).toBe(share)
})
