/** A resident set, once. */
export interface ResidentSample {
  /** Milliseconds by performance.now(). */
  readonly at: number
  readonly octets: number
}

const TEN_MINUTES_MS = 600_000

/** Least squares: by how much of its mean the resident set grows in ten minutes. Undefined for under six samples. */
function growth(samples: readonly ResidentSample[]): number | undefined {
  if (samples.length < 6) return undefined
  const at = mean(samples.map((one) => one.at))
  const octets = mean(samples.map((one) => one.octets))
  const over = mean(samples.map((one) => (one.at - at) * (one.octets - octets)))
  const under = mean(samples.map((one) => (one.at - at) ** 2))
  return ((over / under) * TEN_MINUTES_MS) / octets
}

/** The same in words. */
export function printGrowth(samples: readonly ResidentSample[]): string {
  const octets = samples.map((one) => one.octets)
  const grown = growth(samples)
  if (grown === undefined) return 'too few samples'
  return `${mebibytes(Math.min(...octets))} to ${mebibytes(Math.max(...octets))}, grows ${(100 * grown).toFixed(2)} % in ten minutes (least squares over ${samples.length} samples)`
}

export const mebibytes = (octets: number): string => `${(octets / 2 ** 20).toFixed(1)} MiB`

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
