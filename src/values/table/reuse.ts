/**
 * `next`, or as much of `previous` as equals it: plain objects, arrays and Maps are compared field by field, so no
 * field can be forgotten. Equal parts keep the identity they had, so that `===` means unchanged. What lies deeper than
 * anything of ours, as an object of somebody else's may, counts as changed.
 */
export const reuse = <T>(previous: unknown, next: T): T => reuseAt(0, previous, next)

/** No stack overflows. */
export const DEEPEST = 500

function reuseAt<T>(depth: number, previous: unknown, next: T): T
function reuseAt(depth: number, previous: unknown, next: unknown): unknown {
  if (Object.is(previous, next)) return previous
  if (depth >= DEEPEST) return next
  if (Array.isArray(next)) return Array.isArray(previous) ? reuseArray(depth + 1, previous, next) : next
  if (next instanceof Map) return previous instanceof Map ? reuseMap(depth + 1, previous, next) : next
  if (isPlain(next) && isPlain(previous)) return reuseObject(depth + 1, previous, next)
  return next
}

function reuseArray(
  depth: number,
  previous: readonly unknown[],
  next: readonly unknown[],
): readonly unknown[] {
  const items = next.map((item, i) => reuseAt(depth, previous[i], item))
  return items.length === previous.length && items.every((item, i) => item === previous[i]) ? previous : items
}

function reuseMap(
  depth: number,
  previous: ReadonlyMap<unknown, unknown>,
  next: ReadonlyMap<unknown, unknown>,
): unknown {
  const entries = [...next].map(([key, value]) => [key, reuseAt(depth, previous.get(key), value)] as const)
  const same =
    entries.length === previous.size && entries.every(([key, value]) => previous.get(key) === value)
  return same && sameOrder(previous.keys(), next.keys()) ? previous : new Map(entries)
}

function reuseObject(depth: number, previous: Fields, next: Fields): Fields {
  const entries = Object.entries(next).map(
    ([key, value]) => [key, reuseAt(depth, previous[key], value)] as const,
  )
  const same =
    entries.length === Object.keys(previous).length &&
    entries.every(([key, value]) => Object.hasOwn(previous, key) && Object.is(previous[key], value))
  return same ? previous : Object.fromEntries(entries)
}

type Fields = Readonly<Record<string, unknown>>

const isPlain = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

function sameOrder(a: Iterable<unknown>, b: Iterable<unknown>): boolean {
  const right = [...b]
  return [...a].every((item, i) => item === right[i])
}
