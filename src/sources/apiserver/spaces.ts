/** So many times what is left free of a cluster's budget one namespace may hold: two thirds of all, where it is the only large one. */
const TIMES_FREE = 2

/** What one part holds of one namespace, and has listed of it: what is there already is as much as is kept. */
interface Cell {
  used: number
  listed: number
}

const heldIn = ({ used, listed }: Cell): number => Math.max(used, listed)

/**
 * The bytes of each namespace of a cluster, in all its parts. None may grow beyond twice what is then free: a third of
 * all stays free beside one that takes all it can, a ninth beside two (dynamic thresholds, after Choudhury and Hahne).
 */
export class Spaces {
  readonly #most: number
  readonly #parts = new Map<string, Map<string, Cell>>()
  readonly #held = new Map<string, number>()
  #all = 0

  constructor(most: number) {
    this.#most = most
  }

  /** So much more of a list. False, and nothing is noted: the namespace may not hold that. */
  list(part: string, namespace: string, bytes: number): boolean {
    return this.#change(part, namespace, (cell) => {
      cell.listed += bytes
    })
  }

  /** The same of what is kept already, whoever has room. */
  carry(part: string, namespace: string, bytes: number): void {
    const { used, listed } = this.#of(part).get(namespace) ?? { used: 0, listed: 0 }
    this.#set(part, namespace, { used, listed: listed + bytes })
  }

  /** The same of what is kept; what is less is always taken. */
  grow(part: string, namespace: string, bytes: number): boolean {
    return this.#change(part, namespace, (cell) => {
      cell.used += bytes
    })
  }

  /** What was listed is what is kept. */
  accept(part: string): void {
    for (const [namespace, cell] of this.#of(part))
      this.#set(part, namespace, { used: cell.listed, listed: 0 })
  }

  /** What was listed is nothing any more. */
  end(part: string): void {
    for (const [namespace, cell] of this.#of(part))
      if (cell.listed > 0) this.#set(part, namespace, { used: cell.used, listed: 0 })
  }

  /** Nothing is kept of a part. */
  forget(part: string): void {
    for (const [namespace] of this.#of(part)) this.#set(part, namespace, { used: 0, listed: 0 })
  }

  #change(part: string, namespace: string, change: (cell: Cell) => void): boolean {
    const before = this.#of(part).get(namespace) ?? { used: 0, listed: 0 }
    const after = { ...before }
    change(after)
    this.#set(part, namespace, after)
    // What stands in no namespace is nobody's but the cluster's.
    if (namespace === '' || heldIn(after) <= heldIn(before) || this.#isWithin(namespace)) return true
    this.#set(part, namespace, before)
    return false
  }

  #isWithin(namespace: string): boolean {
    return (this.#held.get(namespace) ?? 0) <= TIMES_FREE * (this.#most - this.#all)
  }

  #set(part: string, namespace: string, cell: Cell): void {
    const cells = this.#of(part)
    const more = heldIn(cell) - heldIn(cells.get(namespace) ?? { used: 0, listed: 0 })
    if (cell.used === 0 && cell.listed === 0) cells.delete(namespace)
    else cells.set(namespace, cell)
    this.#all += more
    const held = (this.#held.get(namespace) ?? 0) + more
    if (held === 0) this.#held.delete(namespace)
    else this.#held.set(namespace, held)
  }

  #of(part: string): Map<string, Cell> {
    const known = this.#parts.get(part)
    if (known !== undefined) return known
    const cells = new Map<string, Cell>()
    this.#parts.set(part, cells)
    return cells
  }
}
