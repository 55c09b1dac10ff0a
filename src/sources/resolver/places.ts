import type { Name } from '../../values/dns/index.ts'
import type { PartiesOf } from './types.ts'

/**
 * The names that have a place where there are only so many: each party's up to an equal part of them, and what some
 * leave free is divided among the others. Of a party with more than its part, those that come first.
 */
export function placesFor(
  names: readonly Name[],
  most: number,
  partiesOf: PartiesOf,
): Pick<ReadonlySet<Name>, 'has'> {
  const placed = new Set(names.length <= most ? names : [])
  if (names.length <= most) return placed
  const byParty = new Map<string, Name[]>()
  for (const name of names) for (const party of partiesOf(name)) listAt(byParty, party).push(name)
  const lists = [...byParty.values()]
  const part = partOf(
    lists.map(({ length }) => length),
    most,
  )
  for (const list of lists) for (const name of list.slice(0, part)) placed.add(name)
  // A name of two parties took the place of one.
  for (const name of names) if (placed.size < most) placed.add(name)
  return placed
}

function listAt(lists: Map<string, Name[]>, party: string): Name[] {
  const list = lists.get(party) ?? []
  lists.set(party, list)
  return list
}

/** How many each may have at most. */
function partOf(sizes: readonly number[], most: number): number {
  let left = most
  let sharing = sizes.length
  for (const size of sizes.toSorted((a, b) => a - b)) {
    const part = Math.floor(left / sharing)
    if (size > part) return part
    left -= size
    sharing -= 1
  }
  return most
}
