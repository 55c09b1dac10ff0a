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

/** So many of `room` in all are nobody's too many: of clients that have no more none has most, however many clients there are. */
export const ordinaryOf = (room: number): number => Math.max(1, Math.min(16, Math.floor(room / 16)))

/** Who makes room where there is no more: all that belong to the client that has most, in their order; else all. */
export function ofMost<T>(all: Iterable<T>, room: number, clientOf: (one: T) => string): readonly T[] {
  const list = [...all]
  const own = most(Map.groupBy(list, clientOf).values(), ({ length }) => length)
  return own === undefined || own.length <= ordinaryOf(room) ? list : own
}
