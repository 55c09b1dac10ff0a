/** A resident set, once. */
export interface ResidentSample {
  /** Milliseconds by performance.now(). */
  readonly at: number
  readonly octets: number
}

const TEN_MINUTES_MS = 600_000

/** Least squares: by how much of its mean the resident set grows in ten minutes. Undefined for under six samples. */
export function growth(samples: readonly ResidentSample[]): number | undefined {
  if (samples.length < 6) return undefined
  const at = mean(samples.map((one) => one.at))
  const octets = mean(samples.map((one) => one.octets))
  const over = mean(samples.map((one) => (one.at - at) * (one.octets - octets)))
  const under = mean(samples.map((one) => (one.at - at) ** 2))
  return ((over / under) * TEN_MINUTES_MS) / octets
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
