import type { Address } from '../../values/dns/index.ts'
import type { Viewpoint } from '../../words/clusterset/index.ts'
import type { Askers } from '../replies/index.ts'
import { type PlainQuery, SUBNET_WORDS } from './plain.ts'

/** A power of two: of so many subnets that were asked for lately it is known where they stand, in two megabytes. */
const SUBNETS = 65_536

/** Behind the words of a subnet: the number of its viewpoint, and how many bits of it an answer from there holds for. */
const [NUMBER, SCOPE, WORDS] = [SUBNET_WORDS, SUBNET_WORDS + 1, 8]

/** Where clients of subnets stand, found by the octets of these; each has one of two places. */
export class Subnets {
  readonly #placed: Askers['placed']
  readonly #numberOf: (viewpoint: Viewpoint) => number
  /** Made when somebody sends the first one. */
  #kept: Int32Array | undefined

  constructor(placed: Askers['placed'], numberOf: (viewpoint: Viewpoint) => number) {
    this.#placed = placed
    this.#numberOf = numberOf
  }

  /** Tells a query that has a subnet where its clients stand. */
  place(query: PlainQuery): void {
    this.#kept ??= new Int32Array(SUBNETS * WORDS)
    const at = this.#placeOf(this.#kept, query.subnet)
    query.subnetViewpoint = this.#kept[at + NUMBER] ?? 0
    query.subnetScope = this.#kept[at + SCOPE] ?? 0
  }

  #placeOf(kept: Int32Array, subnet: Int32Array): number {
    const first = slotOf(subnet)
    const [at, other] = [first * WORDS, (first ^ 1) * WORDS]
    if (isAt(kept, at, subnet)) return at
    if (isAt(kept, other, subnet)) return other
    this.#keep(kept, at, other, subnet)
    return at
  }

  /** The one that it takes the place of goes to the other. */
  #keep(kept: Int32Array, at: number, other: number, subnet: Int32Array): void {
    const { viewpoint, scope } = this.#placed({ address: addressOf(subnet), source: (subnet[0] ?? 0) & 0xff })
    kept.copyWithin(other, at, at + WORDS)
    kept.set(subnet, at)
    kept[at + NUMBER] = this.#numberOf(viewpoint)
    kept[at + SCOPE] = scope
  }
}

function isAt(kept: Int32Array, at: number, subnet: Int32Array): boolean {
  for (let i = 0; i < SUBNET_WORDS; i++) if (kept[at + i] !== subnet[i]) return false
  return true
}

function slotOf(subnet: Int32Array): number {
  let hash = 0
  for (let i = 0; i < SUBNET_WORDS; i++) {
    const product = Math.imul(hash ^ (subnet[i] ?? 0), 0x9e3779b1)
    hash = product ^ (product >>> 15)
  }
  return hash & (SUBNETS - 1)
}

function addressOf(subnet: Int32Array): Address {
  const octets = (subnet[0] ?? 0) >> 8 === 1 ? 4 : 16
  const all = Array.from(
    { length: octets },
    (_, i) => ((subnet[1 + (i >> 2)] ?? 0) >> (24 - 8 * (i & 3))) & 0xff,
  )
  return String.fromCharCode(...all)
}
