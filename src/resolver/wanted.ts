/** Host names with who uses them, so that a change costs what it touches and not the world. */
export class WantedNames {
  readonly #users = new Map<string, Set<string>>()

  /** Takes the names that one uses now for those it used before; true when the set of names changed. */
  exchange(user: string, before: readonly string[], after: readonly string[]): boolean {
    const size = this.#users.size
    const added = after.filter((name) => this.#add(name, user))
    for (const name of before) if (!after.includes(name)) this.#remove(name, user)
    return added.length > 0 || this.#users.size !== size
  }

  names(): ReadonlySet<string> {
    return new Set(this.#users.keys())
  }

  users(name: string): ReadonlySet<string> {
    return this.#users.get(name) ?? NOBODY
  }

  /** Whether it is the first who uses the name. */
  #add(name: string, user: string): boolean {
    const users = this.#users.get(name)
    if (users === undefined) this.#users.set(name, new Set([user]))
    else users.add(user)
    return users === undefined
  }

  #remove(name: string, user: string): void {
    const users = this.#users.get(name)
    users?.delete(user)
    if (users?.size === 0) this.#users.delete(name)
  }
}

const NOBODY: ReadonlySet<string> = new Set()
