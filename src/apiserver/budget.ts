import { type Amount, excessOf, NOTHING, octetsOf, plus } from '../source/index.ts'
import { Failure } from './failure.ts'

/**
 * What one cluster may make the server keep. Its parts, one for each reflector, share it; a part that would go beyond
 * it fails, and keeps what it has.
 */
export class Budget {
  readonly #most: Amount
  readonly #measure: (object: unknown) => number
  readonly #used = new Map<string, Amount>()

  /** `measure`: the octets that one object takes. */
  constructor(most: Amount, measure: (object: unknown) => number = octetsOf) {
    this.#most = most
    this.#measure = measure
  }

  octetsOf(object: unknown): number {
    return object === undefined ? 0 : this.#measure(object)
  }

  /** Throws a Failure if a part that keeps so much goes beyond the budget. */
  check(part: string, amount: Amount): void {
    let all = amount
    for (const [other, used] of this.#used) if (other !== part) all = plus(all, used)
    const excess = excessOf(all, this.#most)
    if (excess !== undefined) throw new Failure('budget', `the cluster holds ${excess}`)
  }

  keep(part: string, amount: Amount): void {
    this.#used.set(part, amount)
  }

  /** One object for another; undefined is none. Throws as `check` does, and keeps what was, if it is more than before. */
  exchange(part: string, before: unknown, after: unknown): void {
    const { octets, objects } = this.#used.get(part) ?? NOTHING
    const next = {
      octets: octets + this.octetsOf(after) - this.octetsOf(before),
      objects: objects + countOf(after) - countOf(before),
    }
    if (next.octets > octets) this.check(part, next)
    this.keep(part, next)
  }
}

const countOf = (object: unknown): number => (object === undefined ? 0 : 1)
