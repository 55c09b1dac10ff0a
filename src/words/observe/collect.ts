/** What is asked and done, for tests too. */
interface Collecting {
  /** V8's collector; undefined where Node was started without `--expose-gc`. */
  readonly gc: typeof globalThis.gc
  /** Bytes of the heap in use. */
  readonly used: () => number
  /** The part of the time since it was asked last in which this thread did anything. */
  readonly busy: () => number
  readonly everyMs?: number
}

/** Busier than that, and garbage is V8's to collect, bit by bit. */
const CALM = 0.1

/** This thread stands still meanwhile: for half a second in a heap of so many bytes, for seconds in larger ones. */
const MOST_BYTES = 256 * 2 ** 20

const MEBIBYTE = 2 ** 20

/**
 * Collects what a start or a burst left behind, when this thread is calm: half of the heap. V8 would keep it until as much
 * again was allocated, and a server that is up allocates next to nothing.
 */
export function collectWhenCalm({ gc, used, busy, everyMs = 5000 }: Collecting): void {
  if (gc === undefined) return
  let left = 0
  setInterval(() => {
    const isCalm = busy() < CALM
    const bytes = used()
    if (!isCalm || bytes > MOST_BYTES || bytes < 1.25 * left + 8 * MEBIBYTE) return
    gc({ type: 'major', flavor: 'last-resort', execution: 'sync' })
    left = used()
  }, everyMs).unref()
}

/** How busy this thread's event loop has been, each time since the last. */
export function busyHere(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const before = last
    last = performance.eventLoopUtilization()
    return performance.eventLoopUtilization(last, before).utilization
  }
}
