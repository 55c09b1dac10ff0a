/** The first of those with the greatest amount; undefined where nobody has any. */
export function most<T>(all: Iterable<T>, amount: (one: T) => number): T | undefined {
  let found: T | undefined
  let greatest = 0
  for (const one of all) {
    const own = amount(one)
    if (own <= greatest) continue
    found = one
    greatest = own
  }
  return found
}

/** All that belong to the client that has most of them, in their order: where there is no more room, that one makes it. */
export const ofMost = <T>(all: Iterable<T>, clientOf: (one: T) => string): readonly T[] =>
  most(Map.groupBy(all, clientOf).values(), ({ length }) => length) ?? []
