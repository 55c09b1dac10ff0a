import type { Name } from '../../values/dns/index.ts'
import type { PartiesOf } from './types.ts'

/**
 * The names that have a place where there are only so many: each party's up to an equal part of them, and what some
 * leave free is divided among the others; within a party its parts', in the same way. Of a part with more than that,
 * those that come first.
 */
export function placesFor(
  names: readonly Name[],
  most: number,
  partiesOf: PartiesOf,
): Pick<ReadonlySet<Name>, 'has'> {
  const placed = new Set(names.length <= most ? names : [])
  if (names.length <= most) return placed
  const byParty = new Map<string, Map<string, Name[]>>()
  for (const hostname of names)
    for (const { name, part } of partiesOf(hostname)) {
      const parts = byParty.get(name) ?? new Map<string, Name[]>()
      byParty.set(name, parts)
      const list = parts.get(part) ?? []
      parts.set(part, list)
      list.push(hostname)
    }
  const parties = [...byParty.values()].map((parts) => [...parts.values()])
  const ofEach = shareOf(parties.map(sizeOf), most)
  for (const lists of parties) {
    const share = shareOf(
      lists.map(({ length }) => length),
      Math.min(ofEach, sizeOf(lists)),
    )
    for (const list of lists) for (const name of list.slice(0, share)) placed.add(name)
  }
  // A name of two parties took the place of one.
  for (const name of names) if (placed.size < most) placed.add(name)
  return placed
}

const sizeOf = (lists: readonly (readonly Name[])[]): number =>
  lists.reduce((sum, { length }) => sum + length, 0)

/** How many each may have at most. */
function shareOf(sizes: readonly number[], most: number): number {
  let left = most
  let sharing = sizes.length
  for (const size of sizes.toSorted((a, b) => a - b)) {
    const share = Math.floor(left / sharing)
    if (size > share) return share
    left -= size
    sharing -= 1
  }
  return most
}
