import type { Name } from '../../values/dns/index.ts'
import type { Cluster } from '../../words/clusterset/index.ts'
import type { Party } from './types.ts'

/** A host name, and whose it is. */
export interface WantedName extends Party {
  readonly hostname: Name
}

/** A gateway is a party beside its cluster's load balancers: there may be any number of those. */
export const gatewayNames = ({ id, gateway }: Pick<Cluster, 'id' | 'gateway'>): readonly WantedName[] =>
  gateway.addresses.flatMap((one) =>
    typeof one === 'string' ? [] : [{ name: `gateway of ${id}`, part: '', hostname: one.hostname }],
  )

/** Who uses a name, and whose it is, how often each. */
interface Uses {
  readonly users: Map<string, number>
  /** By the party, of each of its parts. */
  readonly parties: Map<string, Map<string, number>>
}

/** Host names with who uses them, so that a change costs what it touches and not the world. */
export class WantedNames {
  readonly #uses = new Map<string, Uses>()

  /** Takes the names that one uses now for those it used before; true when the set of names changed. */
  exchange(user: string, before: readonly WantedName[], after: readonly WantedName[]): boolean {
    const size = this.#uses.size
    const added = after.filter((one) => this.#add(user, one)).length
    for (const one of before) this.#remove(user, one)
    return added > 0 || this.#uses.size !== size
  }

  names(): ReadonlySet<string> {
    return new Set(this.#uses.keys())
  }

  users(name: string): ReadonlySet<string> {
    return new Set(this.#uses.get(name)?.users.keys())
  }

  /** Whose a name is. */
  readonly partiesOf = (hostname: string): readonly Party[] =>
    [...(this.#uses.get(hostname)?.parties ?? [])].flatMap(([name, parts]) =>
      [...parts.keys()].map((part) => ({ name, part })),
    )

  /** Whether it is the first use of the name. */
  #add(user: string, { hostname, name, part }: WantedName): boolean {
    const known = this.#uses.get(hostname)
    const { users, parties } = known ?? { users: new Map(), parties: new Map() }
    if (known === undefined) this.#uses.set(hostname, { users, parties })
    count(users, user, 1)
    const parts = parties.get(name) ?? new Map<string, number>()
    parties.set(name, parts)
    count(parts, part, 1)
    return known === undefined
  }

  #remove(user: string, { hostname, name, part }: WantedName): void {
    const uses = this.#uses.get(hostname)
    if (uses === undefined) return
    count(uses.users, user, -1)
    const parts = uses.parties.get(name)
    if (parts !== undefined) count(parts, part, -1)
    if (parts?.size === 0) uses.parties.delete(name)
    if (uses.users.size === 0) this.#uses.delete(hostname)
  }
}

function count(uses: Map<string, number>, who: string, by: 1 | -1): void {
  const left = (uses.get(who) ?? 0) + by
  if (left > 0) uses.set(who, left)
  else uses.delete(who)
}
