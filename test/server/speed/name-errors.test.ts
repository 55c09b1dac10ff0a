import { expect, test } from 'vitest'
import { nameErrorKeyOf } from '../../../src/server/speed/name-errors.ts'

test('no two pairs of a length and a type have one place, whatever the types are', () => {
  const lengths = Array.from({ length: 255 }, (_, i) => i + 5)
  const types = [0, 1, 28, 33, 63, 64, 65, 127, 128, 255, 256, 257, 32_769, 65_534, 65_535]
  const places = lengths.flatMap((questionLength) =>
    types.map((type) => nameErrorKeyOf({ questionLength, type })),
  )
  expect(new Set(places).size).toBe(lengths.length * types.length)
})
