/** One server's share of one round. */
export interface Sample {
  readonly qps: number
  readonly microseconds: number
  readonly lost: number
  /** Share of one core that the server used. */
  readonly busy: number
  readonly replyOctets: number
}

/** Meridian and the echo, one right after the other. */
export interface Round {
  readonly meridian: Sample
  readonly echo: Sample
}

/** Several rounds of one mix. */
export interface Summary {
  readonly meridian: Sample
  readonly echo: Sample
  /** Meridian's CPU per query over the echo's in the same round. */
  readonly ratio: { readonly median: number; readonly min: number; readonly max: number }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  if (low === undefined || high === undefined) throw new RangeError('a median of nothing')
  return (low + high) / 2
}

export const ratioOf = ({ meridian, echo }: Round): number => meridian.microseconds / echo.microseconds

/** Medians; the queries lost are summed. */
export function summarize(rounds: readonly Round[]): Summary {
  const ratios = rounds.map(ratioOf)
  return {
    meridian: middle(rounds.map(({ meridian }) => meridian)),
    echo: middle(rounds.map(({ echo }) => echo)),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
  }
}

const middle = (samples: readonly Sample[]): Sample => ({
  qps: median(samples.map(({ qps }) => qps)),
  microseconds: median(samples.map(({ microseconds }) => microseconds)),
  lost: samples.reduce((sum, { lost }) => sum + lost, 0),
  busy: median(samples.map(({ busy }) => busy)),
  replyOctets: median(samples.map(({ replyOctets }) => replyOctets)),
})

export const ROUND_HEAD = `  ${'round'.padEnd(8)}${sideHead('Meridian')}${sideHead('echo')}  ratio`

function sideHead(name: string): string {
  return `${`${name} qps`.padStart(13)}${'µs/query'.padStart(10)}${'busy'.padStart(6)}${'lost'.padStart(6)}`
}

export const printRound = (name: string, round: Round): string =>
  `  ${name.padEnd(8)}${printSide(round.meridian)}${printSide(round.echo)}  ${ratioOf(round).toFixed(2)}`

const printSide = ({ qps, microseconds, busy, lost }: Sample): string =>
  [
    Math.round(qps).toLocaleString('en').padStart(13),
    microseconds.toFixed(2).padStart(10),
    `${Math.round(100 * busy)}%`.padStart(6),
    String(lost).padStart(6),
  ].join('')

export const SUMMARY_HEAD = `  ${'median'.padEnd(10)}${sideHead('Meridian')}${sideHead('echo')}  ratio (min–max)    reply octets`

export function printSummary(name: string, { meridian, echo, ratio }: Summary): string {
  const span = `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})`
  return `  ${name.padEnd(10)}${printSide(meridian)}${printSide(echo)}  ${span.padEnd(19)}${meridian.replyOctets} / ${echo.replyOctets}`
}
