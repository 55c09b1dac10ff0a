import { type Codec, pack } from './codec.ts'
import type { Octets } from './octets.ts'

/**
 * Gives equal values one identity, as long as no more than `most` different ones are about: lists of ports, namespaces
 * and the like are few, and every object brings its own.
 */
export function shared<T>(codec: Codec<T>, most = 4096): (value: T) => T {
  const known = new Map<Octets, T>()
  return (value) => {
    const octets = pack(codec, value)
    const found = known.get(octets)
    if (found !== undefined) return found
    if (known.size >= most) known.clear()
    known.set(octets, value)
    return value
  }
}

/** The same list in no more memory than it needs: one that was grown has room for 16 more. All empty ones are one. */
export const trimmed = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? NONE : list.slice())

const NONE: readonly never[] = []
