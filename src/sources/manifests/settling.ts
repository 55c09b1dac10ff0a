import type { FileObjects } from './holdings.ts'
import type { FoundFile } from './walk.ts'

/** How a file was when it was last looked at. */
interface Seen {
  readonly node: string
  /** Bytes that it had when its objects were taken. */
  readonly whole: number
}

interface Wait {
  readonly identity: string
  readonly until: number
  /** When it is believed however often it changes. */
  readonly latest: number
}

/** A file that never stays the same is believed after so many times of what one must stay so. */
const LONGEST = 10

/**
 * Files that were written in place and hold less than they did: half of what is being written can be well-formed. They
 * are believed once they have stayed so for a while.
 */
export class Settling {
  readonly #ms: number
  readonly #waits = new Map<string, Wait>()

  constructor(ms: number) {
    this.#ms = ms
  }

  /** Whether it is as it was when it was held back, and not for long enough yet. */
  waitsFor({ path, identity }: FoundFile): boolean {
    const wait = this.#waits.get(path)
    return wait?.identity === identity && performance.now() < wait.until
  }

  /** `taken`: what it holds now; null: it cannot be read, so that nothing is believed of it anyway. */
  holdsBack(
    file: FoundFile,
    seen: Seen,
    held: FileObjects,
    taken: FileObjects | null,
    endsInLine: boolean,
  ): boolean {
    const isInPlace = file.node === seen.node
    const isLess = taken !== null && (isMissing(held, taken) || (endsInLine && file.size < seen.whole))
    if (isInPlace && isLess && this.#wait(file)) return true
    this.forget(file.path)
    return false
  }

  #wait({ path, identity }: FoundFile): boolean {
    const now = performance.now()
    const before = this.#waits.get(path)
    const latest = before?.latest ?? now + LONGEST * this.#ms
    const until = before?.identity === identity ? before.until : Math.min(now + this.#ms, latest)
    this.#waits.set(path, { identity, until, latest })
    return now < until
  }

  forget(path: string): void {
    this.#waits.delete(path)
  }

  /** Milliseconds until the first of them is due. One that is due already could not be looked at. */
  dueIn(): number {
    const now = performance.now()
    const dues = Array.from(this.#waits.values(), ({ until }) => (until > now ? until - now : this.#ms))
    return Math.ceil(Math.min(...dues))
  }
}

const isMissing = (held: FileObjects, taken: FileObjects): boolean =>
  [...held.keys()].some((id) => !taken.has(id))
