import { LRUCache } from 'lru-cache'
import type { Remember } from '../replies/index.ts'

/** Of each function, what was asked for last: at most so many. */
export const rememberUpTo =
  (most: number): Remember =>
  (findOut, keyOf) => {
    const known = new LRUCache<string, ReturnType<typeof findOut>>({ max: most })
    return (about) => {
      const key = keyOf(about)
      const before = known.get(key)
      if (before !== undefined) return before
      const found = findOut(about)
      known.set(key, found)
      return found
    }
  }
