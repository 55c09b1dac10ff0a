import type { World } from '../zone/index.ts'

/** What is asked and done, for tests too. */
interface Collecting {
  readonly world: () => Pick<World, 'clusterset'>
  /** V8's collector; undefined where Node was started without `--expose-gc`. */
  readonly gc: typeof globalThis.gc
  /** Octets of the heap in use. */
  readonly used: () => number
  readonly everyMs?: number
}

/** So long after the start it is done whether or not every cluster was heard. */
const LATEST_TURNS = 60

/** The thread that watches stands still meanwhile: for half a second in that heap, for seconds in larger ones. */
const MOST_OCTETS = 256 * 2 ** 20

/**
 * Collects once what a start left behind, as soon as every cluster is watched: half of the heap. V8 would keep it until
 * as much again was allocated, and a server that is up allocates next to nothing.
 */
export function collectAfterStart({ world, gc, used, everyMs = 1000 }: Collecting): void {
  let turns = 0
  const timer = setInterval(() => {
    turns++
    const members = [...world().clusterset.members.values()]
    if (turns < LATEST_TURNS && members.some(({ freshness }) => freshness.kind !== 'live')) return
    clearInterval(timer)
    if (used() <= MOST_OCTETS) gc?.({ type: 'major', flavor: 'last-resort', execution: 'sync' })
  }, everyMs).unref()
}
