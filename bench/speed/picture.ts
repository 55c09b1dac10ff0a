import type { Point, Results } from './results.ts'
import { SERVERS } from './tables.ts'
import { middle, nameOf } from './verdicts.ts'

const WIDTH = 860
const MARGIN = 24
const BAR = 13
const LABELS = 150

/** On white, whatever the page's ground is. */
const COLOURS: Readonly<Record<string, string>> = {
  Meridian: '#2f81f7',
  NSD: '#d4762c',
  Knot: '#2da44e',
  CoreDNS: '#a371f7',
  'C loop': '#8b949e',
  'addon echo': '#6e7781',
  'dgram echo': '#afb8c1',
}

/** CPU per query as bars, and latency against load as lines: one SVG, by nothing but text. */
export function picture(results: Results): string {
  const bars = cpuBars(results, 64)
  const lines = latencyLines(results, bars.bottom + 70)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${lines.bottom}" viewBox="0 0 ${WIDTH} ${lines.bottom}" role="img">
<title>CPU per query, and latency against offered load</title>
<style>
text { font: 12px sans-serif; fill: #1b1f24 }
.title { font-size: 15px; font-weight: 600 }
.small { font-size: 11px }
.grid { stroke: #8b949e; stroke-opacity: .35 }
.p50 { stroke-dasharray: 4 4 }
</style>
<rect width="${WIDTH}" height="${lines.bottom}" fill="#ffffff" stroke="#c8ccd0"/>
${text(MARGIN, 24, 'CPU per query without EDNS, microseconds: less is better', 'title')}
${legend(SERVERS, 44)}
${bars.svg}
${lines.svg}
</svg>
`
}

/** Something drawn, and how far down it goes. */
interface Drawn {
  readonly svg: string
  readonly bottom: number
}

function cpuBars({ cases }: Results, top: number): Drawn {
  const groups = cases
    .filter(({ edns }) => !edns)
    .map((one) => ({ title: nameOf(one), bars: barsOf(one.servers) }))
  const most = Math.max(1, ...groups.flatMap(({ bars }) => bars.map(({ micros }) => micros)))
  const scale = (WIDTH - LABELS - 2 * MARGIN - 40) / most
  const svg: string[] = []
  let y = top
  for (const { title, bars } of groups) {
    svg.push(text(LABELS + MARGIN - 10, y + BAR + 2, title, '', 'end'))
    for (const { name, micros } of bars) {
      const x = LABELS + MARGIN
      svg.push(rect(x, y, micros * scale, BAR - 3, COLOURS[name] ?? '#888'))
      svg.push(text(x + micros * scale + 5, y + BAR - 3, micros.toFixed(1), 'small'))
      y += BAR
    }
    y += BAR
  }
  return { svg: svg.join('\n'), bottom: y }
}

const barsOf = (servers: Results['cases'][number]['servers']) =>
  SERVERS.flatMap((name) => {
    const outcome = servers[name]
    if (outcome === undefined || 'unlike' in outcome) return []
    return { name, micros: middle(outcome.rounds) }
  })

const HEIGHT = 300
const TICKS = [1, 2, 5] as const

const LATENCY = 'Latency of positive A over UDP, microseconds, against offered queries a second'
const LINES = 'whole lines: p99; broken lines: p50; each ends at its highest load without loss'
const [LEFT, RIGHT] = [LABELS + MARGIN, WIDTH - MARGIN - 20]

/** Both axes by logarithm: loads differ by factors, and so do latencies. */
function latencyLines({ latency }: Results, top: number): Drawn {
  const curves = Object.entries(latency?.curves ?? {}).filter(([, points]) => points.length > 0)
  const points = curves.flatMap(([, its]) => its)
  if (points.length === 0) return { svg: '', bottom: top - 40 }
  const loads = points.map(({ load }) => load)
  const times = points.flatMap(({ p50, p99 }) => [p50, p99])
  const [x, y] = [axis(loads, LEFT, RIGHT), axis(times, top + HEIGHT, top)]
  const svg = [
    text(MARGIN, top - 34, LATENCY, 'title'),
    text(MARGIN, top - 14, LINES, 'small'),
    ...grid(x, y, top),
    ...curves.flatMap(([name, its]) => [curve(x, y, name, its, 'p99'), curve(x, y, name, its, 'p50')]),
  ]
  return { svg: svg.join('\n'), bottom: top + HEIGHT + 40 }
}

const grid = (x: Axis, y: Axis, top: number): readonly string[] => [
  ...y.ticks.map((tick) => {
    const at = y.place(tick)
    return line(LEFT, at, RIGHT, at) + text(LEFT - 8, at + 4, tick.toLocaleString('en'), 'small', 'end')
  }),
  ...x.ticks.map((tick) => {
    const [at, bottom] = [x.place(tick), top + HEIGHT]
    return line(at, top, at, bottom) + text(at, bottom + 18, tick.toLocaleString('en'), 'small', 'middle')
  }),
]

function curve(x: Axis, y: Axis, name: string, points: readonly Point[], key: 'p50' | 'p99'): string {
  const path = points
    .map((one) => `${x.place(one.load).toFixed(1)},${y.place(one[key]).toFixed(1)}`)
    .join(' ')
  return `<polyline class="${key}" points="${path}" fill="none" stroke="${COLOURS[name] ?? '#888'}" stroke-width="2"/>`
}

interface Axis {
  readonly place: (value: number) => number
  readonly ticks: readonly number[]
}

/** Where a value is, from `from` to `to`, with ticks at 1, 2 and 5 of every power of ten. */
function axis(values: readonly number[], from: number, to: number): Axis {
  const [low, high] = [Math.log10(Math.max(1, Math.min(...values))), Math.log10(Math.max(...values) * 1.05)]
  const place = (value: number): number =>
    from + ((Math.log10(Math.max(1, value)) - low) / Math.max(0.01, high - low)) * (to - from)
  const powers = Array.from(
    { length: Math.ceil(high) - Math.floor(low) + 1 },
    (_, i) => 10 ** (Math.floor(low) + i),
  )
  const ticks = powers.flatMap((power) => TICKS.map((one) => one * power))
  return { place, ticks: ticks.filter((tick) => Math.log10(tick) >= low - 1e-9 && Math.log10(tick) <= high) }
}

const legend = (names: readonly string[], y: number): string =>
  names
    .map(
      (name, i) =>
        rect(MARGIN + i * 108, y - 9, 10, 10, COLOURS[name] ?? '#888') + text(MARGIN + 15 + i * 108, y, name),
    )
    .join('\n')

const text = (x: number, y: number, words: string, kind = '', anchor = 'start'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}"${kind === '' ? '' : ` class="${kind}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${words}</text>`

const rect = (x: number, y: number, width: number, height: number, colour: string): string =>
  `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${height}" rx="2" fill="${colour}"/>`

const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line class="grid" x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"/>`
