import type { ServiceKey } from '../words/kube/index.ts'
import type { Desired } from './desired/index.ts'

/** How many objects of each kind are wanted, kept by difference, and what services could not be made as wanted. */
export class Tally {
  readonly totals = new Map<string, number>()
  readonly #kinds = new Map<ServiceKey, readonly string[]>()
  readonly #failures = new Map<ServiceKey, string>()

  wants(key: ServiceKey, { objects }: Desired): void {
    const kinds = objects.map(({ kind }) => kind).filter((kind) => !kind.endsWith('/status'))
    for (const kind of this.#kinds.get(key) ?? []) this.#add(kind, -1)
    for (const kind of kinds) this.#add(kind, 1)
    if (kinds.length === 0) this.#kinds.delete(key)
    else this.#kinds.set(key, kinds)
  }

  failed(key: ServiceKey, message: string | null): void {
    if (message === null) this.#failures.delete(key)
    else this.#failures.set(key, message)
  }

  failureOf(key: ServiceKey): string | null {
    return this.#failures.get(key) ?? null
  }

  clear(): void {
    this.totals.clear()
    this.#kinds.clear()
    this.#failures.clear()
  }

  #add(kind: string, amount: number): void {
    this.totals.set(kind, (this.totals.get(kind) ?? 0) + amount)
  }
}
