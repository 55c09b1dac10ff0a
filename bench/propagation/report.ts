import type { Change, Contender } from './contest.ts'

/** The least value that at least `share` of the values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  if (found === undefined) throw new RangeError('a quantile of nothing')
  return found
}

/** Of one contender's changes; milliseconds. */
export interface Figures {
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly negative: number
  readonly write: number
  readonly poll: number
  readonly silences: number
}

export function figuresOf(changes: readonly Change[]): Figures {
  const latencies = changes.map(({ latency }) => latency)
  return {
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    max: Math.max(...latencies),
    silences: changes.reduce((sum, one) => sum + one.silences, 0),
    negative: latencies.filter((one) => one < 0).length,
    write: quantile(
      changes.map(({ write }) => write),
      0.5,
    ),
    poll: quantile(
      changes.map(({ poll }) => poll),
      0.5,
    ),
  }
}

export const HEAD = `  ${'ms'.padEnd(46)}${['p50', 'p99', 'max', 'before ack', 'write p50', 'poll p50', 'silences'].map((one) => one.padStart(11)).join('')}`

export const printFigures = ({ title }: Contender, changes: readonly Change[]): string => {
  const { p50, p99, max, negative, write, poll, silences } = figuresOf(changes)
  const cells = [
    ms(p50),
    ms(p99),
    ms(max),
    `${negative}/${changes.length}`,
    ms(write),
    ms(poll),
    String(silences),
  ]
  return `  ${title.padEnd(46)}${cells.map((one) => one.padStart(11)).join('')}`
}

const ms = (value: number): string => value.toFixed(2)

/** One contender's figures over another's. */
export const printRatio = (title: string, a: Figures, b: Figures): string =>
  `  ${title.padEnd(46)}${[a.p50 / b.p50, a.p99 / b.p99].map((one) => one.toFixed(2).padStart(11)).join('')}`
