import {
  type Address,
  lengthsOf,
  mask,
  type Prefix,
  type PrefixLengths,
  prefixKey,
} from '../../values/dns/index.ts'
import type { Claim } from './addresses.ts'
import type { Cluster } from './clusterset.ts'
import { type Networks, networksOf } from './networks.ts'
import type { ClusterId } from './viewpoint.ts'

/** What a cluster declares of its pods and Services. */
export const claimsOf = ({ id, podCIDRs, serviceCIDRs }: Cluster): readonly Claim[] =>
  [...podCIDRs, ...serviceCIDRs].map((prefix) => ({ id, prefix }))

/** The first claim to a place, and the first of another cluster: whoever asks is one of the two, or neither. */
interface Claimants {
  readonly first: Placed
  other?: Placed
}

interface Placed {
  readonly id: ClusterId
  readonly order: number
}

/** Address ranges by what they overlap: a fleet declares thousands, and each is looked up, not held against all. */
export class Claims {
  /** By range: who declares just that, and who declares it or a part of it. */
  readonly #whole = new Map<string, Claimants>()
  readonly #within = new Map<string, Claimants>()
  readonly #lengths: PrefixLengths

  constructor(claims: readonly Claim[]) {
    this.#lengths = lengthsOf(claims.map(({ prefix }) => prefix))
    for (const [order, { id, prefix }] of claims.entries()) {
      note(this.#whole, keyOf(prefix), { id, order })
      for (const above of this.#aboveOf(prefix)) note(this.#within, above, { id, order })
    }
  }

  /** The first other cluster that claims a part of a range which is among these. */
  rivalOf({ id, prefix }: Claim): ClusterId | undefined {
    const around = this.#aboveOf(prefix).map((above) => this.#whole.get(above))
    const rivals = [this.#within.get(keyOf(prefix)), ...around].flatMap((one) => otherThan(id, one) ?? [])
    return rivals.toSorted((a, b) => a.order - b.order)[0]?.id
  }

  /** Whether another cluster claims an address: asked of every endpoint. */
  isAnothers(id: ClusterId, address: Address): boolean {
    for (const length of this.#lengths.get(address.length) ?? []) {
      const claimants = this.#whole.get(prefixKey(mask(address, length), length))
      if (otherThan(id, claimants) !== undefined) return true
    }
    return false
  }

  /** The range itself and those that it lies in, of the lengths that there are. */
  #aboveOf({ base, length }: Prefix): readonly string[] {
    const lengths = this.#lengths.get(base.length) ?? []
    return lengths.filter((above) => above <= length).map((above) => prefixKey(mask(base, above), above))
  }
}

const keyOf = ({ base, length }: Prefix): string => prefixKey(base, length)

function note(claims: Map<string, Claimants>, key: string, one: Placed): void {
  const known = claims.get(key)
  if (known === undefined) claims.set(key, { first: one })
  else if (known.first.id !== one.id) known.other ??= one
}

const otherThan = (id: ClusterId, known: Claimants | undefined): Placed | undefined =>
  known === undefined || known.first.id !== id ? known?.first : known.other

/** The claims of all that are on some networks: an index for each such set of networks that is asked for. */
export class ClaimsByNetwork<T extends { readonly network: Networks }> {
  readonly #byName = new Map<string, T[]>()
  readonly #known = new Map<string, Claims | undefined>()
  readonly #claimsOf: (one: T) => readonly Claim[]

  constructor(all: Iterable<T>, claimsOf: (one: T) => readonly Claim[]) {
    this.#claimsOf = claimsOf
    for (const one of all)
      for (const name of networksOf(one.network)) {
        const there = this.#byName.get(name)
        if (there === undefined) this.#byName.set(name, [one])
        else there.push(one)
      }
  }

  /** Undefined: nobody is there. */
  on(networks: Networks): Claims | undefined {
    if (networks === null) return undefined
    const key = typeof networks === 'string' ? networks : networks.join('\0')
    if (!this.#known.has(key)) this.#known.set(key, this.#make(networks))
    return this.#known.get(key)
  }

  #make(networks: Networks): Claims | undefined {
    const there = new Set(networksOf(networks).flatMap((name) => this.#byName.get(name) ?? []))
    return there.size === 0 ? undefined : new Claims([...there].flatMap(this.#claimsOf))
  }
}
