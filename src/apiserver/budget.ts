import { Failure } from './failure.ts'

/** What is kept: octets are an estimate of what objects take in memory, never less than half of it. */
export interface Amount {
  readonly octets: number
  readonly objects: number
}

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
  check(part: string, { octets, objects }: Amount): void {
    let [allOctets, allObjects] = [octets, objects]
    for (const [other, used] of this.#used) {
      if (other === part) continue
      allOctets += used.octets
      allObjects += used.objects
    }
    const { octets: mostOctets, objects: mostObjects } = this.#most
    if (allObjects > mostObjects) throw beyond(`more than ${mostObjects} objects`)
    if (allOctets > mostOctets) throw beyond(`more than ${(mostOctets / 2 ** 20).toFixed(1)} MiB of objects`)
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

const NOTHING: Amount = { octets: 0, objects: 0 }

const countOf = (object: unknown): number => (object === undefined ? 0 : 1)

const beyond = (what: string): Failure =>
  new Failure(
    'budget',
    `the cluster holds ${what}, which is all that is kept of one cluster: what it had before stays in force; give the process a larger heap (--max-old-space-size), or read fewer namespaces (clusters[].namespaces)`,
  )

/** What an object, a list, a field costs beside the text in it. */
const EACH = 24

/** An estimate of the octets that a value takes: linear in it, whatever its depth. */
export function octetsOf(value: unknown): number {
  const open: unknown[] = [value]
  let octets = 0
  while (open.length > 0) {
    const one = open.pop()
    if (typeof one === 'string') octets += EACH + one.length
    else if (typeof one !== 'object' || one === null) octets += 8
    else {
      octets += 2 * EACH
      for (const inner of Object.values(one)) open.push(inner)
    }
  }
  return octets
}
