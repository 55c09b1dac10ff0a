import { expect, test } from 'vitest'
import { MOST_CHARACTERS_TOLD, toldOnce } from '../../../src/world/synthesis/alike.ts'

test.each([2047, 2048, 2049, 20_480])(
  'of a value of %i characters that is in conflict 2,048 are told',
  (length) => {
    const told = toldOnce(({ text }: { readonly text: string }) => text)({ text: 'a'.repeat(length) })
    expect(MOST_CHARACTERS_TOLD).toBe(2048)
    expect(told).toBe(length <= 2048 ? 'a'.repeat(length) : `${'a'.repeat(2047)}…`)
  },
)
