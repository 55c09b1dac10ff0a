/** Where the median of what was sampled lies, with at least 95 % confidence where there are values enough. */
export interface Interval {
  readonly median: number
  readonly low: number
  readonly high: number
  /** How sure that is, from 0 to 1. */
  readonly confidence: number
}

const CONFIDENCE = 0.95

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  if (low === undefined || high === undefined) throw new RangeError('a median of nothing')
  return (low + high) / 2
}

/**
 * By order statistics, which suppose nothing of how values are distributed: of nine, the second and the eighth enclose
 * the median with 96 %. Fewer than six never reach 95 %: then the least and the greatest, with what they reach.
 */
export function intervalOf(values: readonly number[]): Interval {
  const sorted = values.toSorted((a, b) => a - b)
  const n = sorted.length
  let rank = 0
  while (rank + 1 < n / 2 && enclosed(n, rank + 1) >= CONFIDENCE) rank++
  const [low = Number.NaN, high = Number.NaN] = [sorted[rank], sorted[n - 1 - rank]]
  return { median: median(values), low, high, confidence: enclosed(n, rank) }
}

/** How likely the median lies between the values of these ranks from either end: none of `rank` or fewer heads of `n`. */
function enclosed(n: number, rank: number): number {
  let [ways, tail] = [1, 0]
  for (let k = 0; k <= rank; k++) {
    tail += ways
    ways = (ways * (n - k)) / (k + 1)
  }
  return Math.max(0, 1 - (2 * tail) / 2 ** n)
}
