import type { Cluster } from '../../words/clusterset/index.ts'

/** A host name, and the cluster that is reached by it. */
export interface WantedName {
  readonly cluster: string
  readonly hostname: string
}

/** A gateway is a party beside its cluster's load balancers: there may be any number of those. */
export const gatewayNames = ({ id, gateway }: Pick<Cluster, 'id' | 'gateway'>): readonly WantedName[] =>
  gateway.addresses.flatMap((one) =>
    typeof one === 'string' ? [] : [{ cluster: `gateway of ${id}`, hostname: one.hostname }],
  )

/** Who uses a name, and the clusters that are reached by it, how often each. */
interface Uses {
  readonly users: Map<string, number>
  readonly clusters: Map<string, number>
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

  /** The clusters that are reached by a name. */
  readonly partiesOf = (name: string): readonly string[] => [...(this.#uses.get(name)?.clusters.keys() ?? [])]

  /** Whether it is the first use of the name. */
  #add(user: string, { hostname, cluster }: WantedName): boolean {
    const known = this.#uses.get(hostname)
    const { users, clusters } = known ?? { users: new Map(), clusters: new Map() }
    if (known === undefined) this.#uses.set(hostname, { users, clusters })
    count(users, user, 1)
    count(clusters, cluster, 1)
    return known === undefined
  }

  #remove(user: string, { hostname, cluster }: WantedName): void {
    const uses = this.#uses.get(hostname)
    if (uses === undefined) return
    count(uses.users, user, -1)
    count(uses.clusters, cluster, -1)
    if (uses.users.size === 0) this.#uses.delete(hostname)
  }
}

function count(uses: Map<string, number>, who: string, by: 1 | -1): void {
  const left = (uses.get(who) ?? 0) + by
  if (left > 0) uses.set(who, left)
  else uses.delete(who)
}
