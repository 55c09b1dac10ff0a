/** Host names by how many services want them, so that a change costs what it touches and not the world. */
export class WantedNames {
  readonly #uses = new Map<string, number>()

  /** Takes the names one service used for those it uses now; true when the set of names changed. */
  exchange(before: readonly string[], after: readonly string[]): boolean {
    const size = this.#uses.size
    const added = after.filter((name) => this.#add(name, 1) === 1)
    const removed = before.filter((name) => this.#add(name, -1) === 0)
    for (const name of removed) this.#uses.delete(name)
    return added.length > 0 || this.#uses.size !== size
  }

  names(): ReadonlySet<string> {
    return new Set(this.#uses.keys())
  }

  #add(name: string, by: 1 | -1): number {
    const uses = (this.#uses.get(name) ?? 0) + by
    this.#uses.set(name, uses)
    return uses
  }
}
