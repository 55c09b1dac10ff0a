/** What main counts up as long as it has its turns, for other threads to see. */
export type Pulse = Int32Array<SharedArrayBuffer>

const BEAT_MS = 500

/** What counts. */
interface Beating {
  readonly pulse: Pulse
  /** Does that too, at each beat from now on. */
  readonly each: (also: () => void) => void
  readonly stop: () => void
}

/** Counts from now on. */
export function startPulse(): Beating {
  const pulse: Pulse = new Int32Array(new SharedArrayBuffer(4))
  const others: (() => void)[] = []
  const beating = setInterval(() => {
    Atomics.add(pulse, 0, 1)
    for (const also of others) also()
  }, BEAT_MS).unref()
  return { pulse, each: (also) => void others.push(also), stop: () => clearInterval(beating) }
}

/** Longer than this between two looks, and it was the watching thread, or the whole process, that did not run. */
const LONGEST_LOOK_MS = 2000

/** For how long a thread stands still when that is worth a line and a number. */
export const STOOD_MS = 10_000

/** How long main has not had a turn, as another thread sees it that looks every second. */
export class MainWatch {
  readonly #pulse: Pulse
  /** Told once main has stood still for ten seconds, and when it goes on again. */
  readonly #reported: (stands: boolean, ms: number) => void
  #beats: number
  #lookedAt: number
  #ms = 0
  #stalls = 0

  constructor(pulse: Pulse, now: number, reported: (stands: boolean, ms: number) => void) {
    this.#pulse = pulse
    this.#reported = reported
    this.#lookedAt = now
    this.#beats = Atomics.load(pulse, 0)
  }

  /** Milliseconds; 0 while it has its turns. */
  get ms(): number {
    return this.#ms
  }

  /** How often it stood still for ten seconds or longer. */
  get stalls(): number {
    return this.#stalls
  }

  look(now: number): void {
    const beats = Atomics.load(this.#pulse, 0)
    const before = this.#ms
    this.#ms = beats === this.#beats ? before + Math.min(now - this.#lookedAt, LONGEST_LOOK_MS) : 0
    this.#beats = beats
    this.#lookedAt = now
    if (before < STOOD_MS && this.#ms >= STOOD_MS) {
      this.#stalls++
      this.#reported(true, this.#ms)
    } else if (before >= STOOD_MS && this.#ms === 0) this.#reported(false, before)
  }
}
