import { type Codec, pack } from './codec.ts'
import type { Octets } from './octets.ts'

/**
 * Gives equal values one identity, as long as no more than `most` different ones are about: lists of ports, namespaces
 * and the like are few, and every object brings its own. A long one stays what it is: one that changes without end would
 * leave each of its states here.
 */
export function shared<T>(codec: Codec<T>, most = 4096): (value: T) => T {
  const known = new Map<Octets, T>()
  let held = 0
  return (value) => {
    const octets = pack(codec, value)
    if (octets.length > LONGEST_SHARED) return value
    const found = known.get(octets)
    if (found !== undefined) return found
    if (known.size >= most || held + octets.length > MOST_SHARED) {
      known.clear()
      held = 0
    }
    held += octets.length
    known.set(octets, value)
    return value
  }
}

/** Octets of one value that is shared: some two hundred ports. */
export const LONGEST_SHARED = 4096

/** Octets of all of one kind. */
export const MOST_SHARED = 2 ** 20

/** The same list in no more memory than it needs: one that was grown has room for 16 more. All empty ones are one. */
export const trimmed = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? NONE : list.slice())

const NONE: readonly never[] = []
