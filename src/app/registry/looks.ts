import { TimeShare } from '../../sources/changes/index.ts'

/** How long looks rest for each millisecond that one took: registries have a tenth of this thread's time. */
const REST = 9
const LONGEST_REST_MS = 10_000

/** The time of one look. Its pieces are done in turns with all else on this thread. */
export interface LookTime {
  /** Does a piece when its turn comes; one that waits, waits for nothing but itself. */
  readonly do: <T>(work: () => T | Promise<T>) => Promise<T>
}

/**
 * One look after the other, whenever something may have changed. What changes during a look and the rest behind it is
 * gathered for the next one, so that who changes something without a pause costs others a part of the time and no more.
 */
export class Looks {
  readonly #look: (time: LookTime) => Promise<void>
  readonly #share = new TimeShare()
  #isWanted = false
  #isBusy = false
  #resting: NodeJS.Timeout | undefined
  #spentMs = 0
  #stopped = false

  /** `look` must not reject. */
  constructor(look: (time: LookTime) => Promise<void>) {
    this.#look = look
  }

  /** There is something to look at: now, or when the rest is over. */
  want(): void {
    this.#isWanted = true
    if (!this.#isBusy && !this.#stopped) void this.#begin()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#resting)
  }

  readonly #time: LookTime = {
    do: async (work) => {
      await this.#share.turn()
      const begun = performance.now()
      try {
        return await this.#share.spendWhole(async () => work())
      } finally {
        this.#spentMs += performance.now() - begun
      }
    },
  }

  async #begin(): Promise<void> {
    this.#isBusy = true
    this.#isWanted = false
    this.#spentMs = 0
    await this.#look(this.#time)
    if (this.#stopped) return
    this.#resting = setTimeout(() => this.#end(), Math.min(LONGEST_REST_MS, REST * this.#spentMs))
  }

  #end(): void {
    this.#isBusy = false
    if (this.#isWanted) void this.#begin()
  }
}
