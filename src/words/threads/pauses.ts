/** How long is waited after failures in a row: first and at most, in milliseconds. */
export type Pauses = readonly [from: number, to: number]

/** A wait that is twice as long for each failure in a row before it, up to a bound. */
export const doubled = ([from, to]: Pauses, failures: number): number =>
  Math.min(to, from * 2 ** Math.min(failures, 30))

/**
 * A random wait, so that not all try again at once: of the doubled one, from half of it on, so that nothing ever
 * spins; or from a least on.
 */
export function backoff(pauses: Pauses, failures: number, random: () => number, leastMs?: number): number {
  const most = doubled(pauses, failures)
  const least = leastMs ?? most / 2
  return least + random() * (most - least)
}

/** A period with a tenth of chance in it. */
export const jittered = (ms: number, random: () => number): number => ms * (1 + random() / 10)
