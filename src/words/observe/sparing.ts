/** Of one sort, so many lines are told one by one. */
export const REPORTED_EACH = 3

/** What is left is told together, so often. */
const TOGETHER_MS = 10_000

interface Sort {
  reported: number
  left: number
  /** Of the last one that was not told. */
  rest: (count: number) => void
}

/**
 * Log lines whose number is for others to say: a cluster may hold a hundred thousand objects with one thing wrong. The
 * first of a sort are told one by one, what follows them is counted and told in one line, for as long as more comes.
 */
export class Sparing {
  readonly #everyMs: number
  readonly #sorts = new Map<string, Sort>()

  constructor(everyMs = TOGETHER_MS) {
    this.#everyMs = everyMs
  }

  /** `report` is called at once or never, `rest` later with how many were not told. */
  say(sort: string, report: () => void, rest: (count: number) => void): void {
    const known = this.#sorts.get(sort) ?? this.#begin(sort, rest)
    known.rest = rest
    if (known.reported < REPORTED_EACH) {
      known.reported += 1
      report()
    } else known.left += 1
  }

  /** The same line, each time; with `count` it stands for so many that were not told, as the last of them was. */
  same(sort: string, report: (more: { readonly count?: number }) => void): void {
    this.say(
      sort,
      () => report({}),
      (count) => report({ count }),
    )
  }

  #begin(sort: string, rest: (count: number) => void): Sort {
    const begun: Sort = { reported: 0, left: 0, rest }
    this.#sorts.set(sort, begun)
    const every = setInterval(() => {
      const { left } = begun
      begun.left = 0
      if (left > 0) return begun.rest(left)
      clearInterval(every)
      this.#sorts.delete(sort)
    }, this.#everyMs).unref()
    return begun
  }
}
