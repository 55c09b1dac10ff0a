import type { Party } from './types.ts'

/** How many names each party has, and each of its parts. */
export class Sizes {
  readonly #parties = new Map<string, { readonly parts: Map<string, number>; size: number }>()

  /** Of each name all its parties. */
  constructor(all: readonly Party[]) {
    for (const { name, part } of all) {
      const party = this.#parties.get(name) ?? { parts: new Map(), size: 0 }
      this.#parties.set(name, party)
      party.size++
      party.parts.set(part, (party.parts.get(part) ?? 0) + 1)
    }
  }

  /**
   * How many names a party has as a part of it sees it: as many as if all parts had as many as this one, if that is fewer.
   * So a part with few is not meant where another's many are too many.
   */
  of({ name, part }: Party): number {
    const { size, parts } = this.#parties.get(name) ?? { size: 1, parts: new Map<string, number>() }
    return Math.min(size, parts.size * (parts.get(part) ?? size))
  }
}
