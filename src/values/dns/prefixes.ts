import { remembered } from '../table/index.ts'
import { type Address, mask, type Prefix } from './address.ts'

// Prefixes as they are looked up: there may be thousands, and an address is not held against each.

/** By number of octets, the lengths that there are, longest first. */
export type PrefixLengths = ReadonlyMap<number, readonly number[]>

export function lengthsOf(prefixes: readonly Prefix[]): PrefixLengths {
  const byFamily = Map.groupBy(prefixes, ({ base }) => base.length)
  return new Map(
    [...byFamily].map(([octets, some]) => [
      octets,
      [...new Set(some.map(({ length }) => length))].sort((a, b) => b - a),
    ]),
  )
}

/** One key for each prefix. */
export const prefixKey = (base: Address, length: number): string => `${length} ${base}`

/** The length of the longest of some prefixes that an address lies in; undefined: it lies in none. */
export function longestAround(address: Address, prefixes: readonly Prefix[]): number | undefined {
  if (prefixes.length === 0) return undefined
  const { lengths, keys } = indexOf(prefixes)
  return lengths.get(address.length)?.find((length) => keys.has(prefixKey(mask(address, length), length)))
}

export const liesInAny = (address: Address, prefixes: readonly Prefix[]): boolean =>
  longestAround(address, prefixes) !== undefined

/** Whether any of them is of the address's family. */
export const hasFamilyOf = (address: Address, prefixes: readonly Prefix[]): boolean =>
  prefixes.length > 0 && indexOf(prefixes).lengths.has(address.length)

interface Index {
  readonly lengths: PrefixLengths
  readonly keys: ReadonlySet<string>
}

/** A list that is asked once is asked again. */
const indexOf = remembered((prefixes: readonly Prefix[]): Index => {
  const keys = new Set(prefixes.map(({ base, length }) => prefixKey(base, length)))
  return { lengths: lengthsOf(prefixes), keys }
})
