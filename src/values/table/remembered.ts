import { Recent } from './recent.ts'

// Memos only: the same values come out without them, and nothing else holds what is in them.

/** `make`, worked out once for each object, for as long as that is there. */
export const remembered = <K extends object, V>(make: (of: K) => V): ((of: K) => V) =>
  rememberedIn(new WeakMap<K, V>(), make)

/** The same of objects that there may be any number of: of those that were not asked for lately it is forgotten. */
export const rememberedLately = <K extends object, V>(make: (of: K) => V): ((of: K) => V) =>
  rememberedIn(new Recent<K, V>(), make)

const rememberedIn =
  <K, V>(made: Kept<K, V>, make: (of: K) => V): ((of: K) => V) =>
  (of) => {
    const known = made.get(of)
    if (known !== undefined) return known
    const value = make(of)
    made.set(of, value)
    return value
  }

interface Kept<K, V> {
  readonly get: (of: K) => V | undefined
  readonly set: (of: K, value: V) => unknown
}

/**
 * The same of an object and what it is looked at with: for each object the last that is to be kept. `weigh`: how many values
 * that of an object counts as.
 */
export function lastRemembered<K extends object, W, V>(
  make: (of: K, seen: W) => V,
  isSame: (one: W, other: W) => boolean = Object.is,
  isKept: (value: V, of: K) => boolean = () => true,
  weigh?: (of: K) => number,
): (of: K, seen: W) => V {
  const made = new Recent<K, { readonly seen: W; readonly value: V }>(weigh)
  return (of, seen) => {
    const known = made.get(of)
    if (known !== undefined && isSame(known.seen, seen)) return known.value
    const value = make(of, seen)
    if (isKept(value, of)) made.set(of, { seen, value })
    return value
  }
}

/** `make`, worked out once for each text, until those that are remembered have more than `most` characters. */
export function rememberedTexts<V>(make: (text: string) => V, most: number): (text: string) => V {
  const made = new Map<string, V>()
  let held = 0
  return (text) => {
    const known = made.get(text)
    if (known !== undefined) return known
    const value = make(text)
    held += text.length + AROUND
    if (held > most) {
      made.clear()
      held = text.length + AROUND
    }
    made.set(text, value)
    return value
  }
}

/** Of a text that is kept, besides its characters. */
const AROUND = 64
