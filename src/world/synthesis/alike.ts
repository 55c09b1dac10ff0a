import { Recent, rememberedLately } from '../../values/table/index.ts'
import { briefly } from '../../words/kube/index.ts'

// What exports are compared by may be long, and is another's as often as not: whoever changes pays for no more than is new.

/** `compare`, found out once of two values, for as long as both are there. It is the same either way round. */
export function alike<T extends object>(compare: (a: T, b: T) => boolean): (a: T, b: T) => boolean {
  const known = new Recent<T, WeakMap<T, boolean>>()
  return (a, b) => {
    if (a === b) return true
    const others = known.get(a) ?? new WeakMap<T, boolean>()
    const found = others.get(b) ?? compare(a, b)
    others.set(b, found)
    known.set(a, others)
    return found
  }
}

/** Characters of what is in conflict that a message tells. */
export const MOST_CHARACTERS_TOLD = 2048

/** The beginning of a value as people read it, made once for as long as the value is there. */
export const toldOnce = <T extends object>(print: (value: T) => string): ((value: T) => string) =>
  rememberedLately((value) => briefly(print(value), MOST_CHARACTERS_TOLD))
