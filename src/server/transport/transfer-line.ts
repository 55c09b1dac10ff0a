import { most } from './most.ts'

/** What the line knows of those in it, and what it tells them. */
interface LineHooks<T> {
  readonly clientOf: (one: T) => string
  readonly admitted: (one: T) => void
  /** It was in the line, and has to leave it for somebody else. */
  readonly displaced: (one: T) => void
}

/**
 * Zone transfers under way, and those who wait for their turn. One whose client has to read first waits aside: it takes
 * nobody's place. Clients have their turns in a circle, however many transfers they ask for.
 */
export class TransferLine<T> {
  readonly #most: number
  readonly #longest: number
  readonly #hooks: LineHooks<T>
  readonly #running = new Set<T>()
  /** By client, the next one first. */
  readonly #waiting = new Map<string, Set<T>>()
  readonly #aside = new Set<T>()
  /** All of a client's, in the order in which they came. */
  readonly #clients = new Map<string, Set<T>>()
  #count = 0

  /** `most`: that run; `longest`: how many more there may be. */
  constructor(most: number, longest: number, hooks: LineHooks<T>) {
    this.#most = most
    this.#longest = longest
    this.#hooks = hooks
  }

  /** False when the line is full, and nobody has more in it. */
  join(one: T): boolean {
    const client = this.#hooks.clientOf(one)
    if (this.#count >= this.#most + this.#longest && !this.#displaceFor(client)) return false
    this.#count++
    addTo(this.#clients, client, one)
    addTo(this.#waiting, client, one)
    this.#admit()
    return true
  }

  runs(one: T): boolean {
    return this.#running.has(one)
  }

  /** Its client has to read before it goes on. */
  stepAside(one: T): void {
    if (this.#clients.get(this.#hooks.clientOf(one))?.has(one) !== true) return
    this.#aside.add(one)
    this.#withdraw(one)
  }

  /** It could go on. */
  stepBack(one: T): void {
    if (!this.#aside.delete(one)) return
    addTo(this.#waiting, this.#hooks.clientOf(one), one)
    this.#admit()
  }

  /** A piece of it is done: whoever waits has theirs before it has another. */
  passOn(one: T): void {
    if (this.#waiting.size === 0 || !this.#running.delete(one)) return
    addTo(this.#waiting, this.#hooks.clientOf(one), one)
    this.#admit()
  }

  leave(one: T): void {
    if (!takeFrom(this.#clients, this.#hooks.clientOf(one), one)) return
    this.#count--
    this.#aside.delete(one)
    this.#withdraw(one)
  }

  #withdraw(one: T): void {
    takeFrom(this.#waiting, this.#hooks.clientOf(one), one)
    if (this.#running.delete(one)) this.#admit()
  }

  /** Whoever has most in the line gives up the last of them, unless this client would have as many then. */
  #displaceFor(client: string): boolean {
    const own = this.#clients.get(client)?.size ?? 0
    const theirs = most(this.#clients.values(), ({ size }) => size) ?? new Set()
    const last = [...theirs].at(-1)
    if (last === undefined || theirs.size <= own + 1) return false
    this.leave(last)
    this.#hooks.displaced(last)
    return true
  }

  #admit(): void {
    for (const [client, theirs] of this.#waiting) {
      const [next] = theirs
      if (next === undefined || this.#running.size >= this.#most) return
      takeFrom(this.#waiting, client, next)
      // The others have theirs before it has another.
      if (this.#waiting.delete(client)) this.#waiting.set(client, theirs)
      this.#running.add(next)
      this.#hooks.admitted(next)
    }
  }
}

function addTo<T>(sets: Map<string, Set<T>>, client: string, one: T): void {
  const own = sets.get(client)
  if (own === undefined) sets.set(client, new Set([one]))
  else own.add(one)
}

function takeFrom<T>(sets: Map<string, Set<T>>, client: string, one: T): boolean {
  const own = sets.get(client)
  if (own?.delete(one) !== true) return false
  if (own.size === 0) sets.delete(client)
  return true
}
