/**
 * Where in a list those are that are like one: looked for one by one the first few times, and by an index once it is
 * asked for that often. What is asked for once and forgotten, as an entry is that others put out, has no index made for it.
 */
export class Lookup<T> {
  readonly #list: readonly T[]
  readonly #keyOf: (one: T) => string
  readonly #isSame: (a: T, b: T) => boolean
  #scans = 0
  #index: ReadonlyMap<string, readonly number[]> | undefined

  /** Two are the same where they have one key. */
  constructor(list: readonly T[], keyOf: (one: T) => string, isSame: (a: T, b: T) => boolean) {
    this.#list = list
    this.#keyOf = keyOf
    this.#isSame = isSame
  }

  placesOf(wanted: T): readonly number[] {
    if (this.#list.length <= FEW || this.#scans < MOST_SCANS) return this.#scan(wanted)
    this.#index ??= this.#indexed()
    return this.#index.get(this.#keyOf(wanted)) ?? NOWHERE
  }

  #scan(wanted: T): readonly number[] {
    this.#scans++
    let places: number[] | undefined
    for (const [place, one] of this.#list.entries())
      if (this.#isSame(one, wanted)) {
        places ??= []
        places.push(place)
      }
    return places ?? NOWHERE
  }

  #indexed(): ReadonlyMap<string, readonly number[]> {
    const index = new Map<string, number[]>()
    for (const [place, one] of this.#list.entries()) {
      const key = this.#keyOf(one)
      const places = index.get(key)
      if (places === undefined) index.set(key, [place])
      else places.push(place)
    }
    return index
  }
}

/** Of so few none is found sooner by an index. */
const FEW = 8

/** An index takes as long to make as some ten of them. */
export const MOST_SCANS = 8

const NOWHERE: readonly never[] = []
