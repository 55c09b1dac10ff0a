import type { Care } from '../../words/care/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'

/** What a service may take to be derived that never rests. */
const SLOW_MS = 50

/** How long the slow ones of a cluster rest for each millisecond that they took: they have a tenth of this thread's time. */
const REST = 9

const LONGEST_MS = 10_000

interface Slow {
  /** Those that took long when they were derived last. */
  readonly keys: Set<ServiceKey>
  /** Those of them of which something was said since, the first first. */
  readonly waiting: Set<ServiceKey>
  /** Until when they rest. */
  until: number
  timer: NodeJS.Timeout | undefined
}

/**
 * Services that take long to derive, of each cluster. While they rest, what is said of them is gathered, and all that is
 * said of others is derived at once: one that never stops changing has its share of the time and no more.
 */
export class Rests {
  readonly #slow = new Map<ClusterId, Slow>()
  readonly #awake: (id: ClusterId, key: ServiceKey) => void

  /** `awake`: a service is to be derived whose rest is over. */
  constructor(awake: (id: ClusterId, key: ServiceKey) => void) {
    this.#awake = awake
  }

  /** Those that are to be derived now, of slow ones one at most; the others are when their rest is over. */
  awakeOf(id: ClusterId, dirty: ReadonlySet<ServiceKey>): ReadonlySet<ServiceKey> {
    const slow = this.#slow.get(id)
    const resting = slow === undefined ? [] : [...dirty].filter((key) => slow.keys.has(key))
    if (slow === undefined || resting.length === 0) return dirty
    const isAwake = slow.waiting.size === 0 && performance.now() >= slow.until
    const [first] = isAwake ? resting.splice(0, 1) : []
    for (const key of resting) slow.waiting.add(key)
    if (resting.length > 0) this.#await(id, slow)
    return new Set([...dirty].filter((key) => key === first || !slow.keys.has(key)))
  }

  /** Derives services, and notes which of them were slow. */
  during(id: ClusterId, care: Care, derive: (care: Care) => void): void {
    const begun = spentMs()
    let wasSlow = false
    const hold: Care['hold'] = (key, work) => {
      const from = spentMs()
      try {
        return care.hold(key, work)
      } finally {
        if (this.#note(id, key, spentMs() - from)) wasSlow = true
      }
    }
    try {
      derive({ setAside: care.setAside, hold })
    } finally {
      const slow = this.#slow.get(id)
      if (wasSlow && slow !== undefined)
        slow.until = performance.now() + Math.min(LONGEST_MS, REST * (spentMs() - begun))
    }
  }

  stop(): void {
    for (const { timer } of this.#slow.values()) clearTimeout(timer)
    this.#slow.clear()
  }

  #note(id: ClusterId, key: ServiceKey, ms: number): boolean {
    const isSlow = ms > SLOW_MS
    const known = this.#slow.get(id)
    known?.waiting.delete(key)
    if (!isSlow) known?.keys.delete(key)
    else {
      const slow = known ?? { keys: new Set(), waiting: new Set(), until: 0, timer: undefined }
      slow.keys.add(key)
      this.#slow.set(id, slow)
    }
    return isSlow
  }

  #await(id: ClusterId, slow: Slow): void {
    slow.timer ??= setTimeout(
      () => {
        slow.timer = undefined
        this.#wake(id, slow)
      },
      Math.max(0, slow.until - performance.now()),
    ).unref()
  }

  /** One at a time: it may be as slow as it was. */
  #wake(id: ClusterId, slow: Slow): void {
    const [key] = performance.now() < slow.until ? [] : slow.waiting
    if (key !== undefined) {
      slow.waiting.delete(key)
      this.#awake(id, key)
    }
    if (slow.waiting.size > 0) this.#await(id, slow)
  }
}

/** What this thread has worked, whatever else the machine does. */
function spentMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
