import { type Interval, median } from '../statistics.ts'
import type { MeasuredCase, Outcome, Point, Results } from './results.ts'
import { isMet, middle, nameOf, type Verdict, verdictsOf } from './verdicts.ts'

/** The order of the columns. */
export const SERVERS = ['Meridian', 'NSD', 'Knot', 'CoreDNS', 'C loop', 'addon echo', 'dgram echo'] as const

type Row = readonly string[]

/** All that a run found, in Markdown. */
export const report = (results: Results): string =>
  [
    setting(results),
    '### CPU per query',
    'Microseconds of user and system time of the whole server, medians.',
    table(['', ...SERVERS], results.cases.map(cpuRow)),
    'Octets of a reply, on average:',
    table(['', ...SERVERS], results.cases.map(octetsRow)),
    '### Latency',
    ...latency(results),
    '### Memory',
    'Resident set after all queries and twenty seconds of rest; NSD’s is that of all its processes.',
    table(
      ['', ...memoryNames(results)],
      [['MiB', ...memoryNames(results).map((name) => mebi(results.memory[name] ?? 0))]],
    ),
    '### Targets',
    intervals(results),
    table(['', 'measured', 'interval', 'target', ''], verdictsOf(results).map(verdictRow)),
  ].join('\n\n')

function setting(results: Results): string {
  const { world, versions, missing, seconds, date } = results
  const rounds = Math.max(0, ...results.cases.flatMap(({ servers }) => Object.values(servers).map(roundsIn)))
  const lines = [
    `${date}; ${results.machine}; ${results.pinned ? 'server on one core, load on another' : 'nothing pinned'}.`,
    `${world.services.toLocaleString('en')} ClusterSetIP services of ${world.endpoints} endpoints and ${world.headless} Headless ones of ${world.headlessEndpoints}${world.largeEndpoints > 0 ? `, and one of ${world.largeEndpoints}` : ''}.`,
    `${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${seconds} s for each server and mix${results.short ? ': the short form, whose figures say little' : ''}.`,
    `${Object.entries(versions)
      .map((pair) => pair.join(' '))
      .join(', ')}.`,
    ...Object.entries(missing).map(([name, remedy]) => `${name} did not run (${remedy}).`),
  ]
  return lines.join('\n')
}

const roundsIn = (outcome: Outcome): number => ('rounds' in outcome ? outcome.rounds.length : 0)

const octetsRow = (one: MeasuredCase): Row => [
  nameOf(one),
  ...SERVERS.map((name) => octetsCell(one.servers[name])),
]

const octetsCell = (outcome: Outcome | undefined): string =>
  outcome === undefined || 'unlike' in outcome
    ? '–'
    : median(outcome.rounds.map(({ octets }) => octets)).toFixed(0)

/** One line for who waits: `A udp: Meridian 5.91, NSD 5.80`. */
export const summary = (one: MeasuredCase): string =>
  `${nameOf(one)}: ${Object.entries(one.servers)
    .map(([name, outcome]) => `${name} ${cpuCell(outcome)}`)
    .join(', ')} µs`

const cpuRow = (one: MeasuredCase): Row => [nameOf(one), ...SERVERS.map((name) => cpuCell(one.servers[name]))]

function cpuCell(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '–'
  return 'unlike' in outcome ? outcome.unlike : middle(outcome.rounds).toFixed(2)
}

function latency({ latency: measured }: Results): readonly string[] {
  if (measured === null) return ['Not measured.']
  const { lossless, half, curves } = measured
  const highest = Object.entries(curves).map(([name, points]) => [
    name,
    String(points.at(-1)?.load ?? 'none'),
  ])
  const found =
    lossless === null
      ? 'CoreDNS did not run.'
      : `Positive A over UDP at ${Math.round(lossless / 2).toLocaleString('en')} queries a second, half of the ${Math.round(lossless).toLocaleString('en')} at which CoreDNS lost none; microseconds, medians.`
  return [
    found,
    table(
      ['', 'p50', 'p99', 'lost'],
      Object.entries(half).map(([name, points]) => latencyRow(name, points)),
    ),
    'The highest load of the ladder at which nothing was lost and the generator kept up, queries a second:',
    table(['', 'load'], highest),
  ]
}

const latencyRow = (name: string, points: readonly Point[]): Row => [
  name,
  median(points.map(({ p50 }) => p50)).toFixed(0),
  median(points.map(({ p99 }) => p99)).toFixed(0),
  String(points.reduce((sum, { lost }) => sum + lost, 0)),
]

const memoryNames = ({ memory }: Results): readonly string[] =>
  SERVERS.filter((name) => memory[name] !== undefined)

const mebi = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)

/** Rounds are the same for all but memory, which is weighed once. */
function intervals(results: Results): string {
  const first = verdictsOf(results).find(({ figure }) => typeof figure !== 'string')
  const sure = typeof first?.figure === 'object' ? first.figure.confidence : 0
  return `Medians of the ratios of rounds. The interval is that of order statistics and encloses the median with ${(100 * sure).toFixed(0)} %; a target is met when the interval reaches it. Memory is weighed once.`
}

function verdictRow(verdict: Verdict): Row {
  const { what, bound, limit, figure } = verdict
  const [found, span] =
    typeof figure === 'string' ? [figure, ''] : [figure.median.toFixed(3), printSpan(figure)]
  const met = isMet(verdict)
  return [what, found, span, `${bound} ${limit}`, met === undefined ? '' : met ? 'met' : '**missed**']
}

const printSpan = ({ low, high }: Interval): string => `${low.toFixed(3)}–${high.toFixed(3)}`

const table = (head: Row, rows: readonly Row[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const BEGIN = '<!-- figures: npm run bench -- --write -->'
const END = '<!-- end of figures -->'

/** The page with this report between its marks; a page without marks becomes the report alone. */
export function insert(page: string, text: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  const [head, tail] =
    begin < 0 || end < begin ? ['', '\n'] : [page.slice(0, begin), page.slice(end + END.length)]
  return `${head}${BEGIN}\n\n${text}\n\n${END}${tail}`
}

/** The same report for a terminal: columns of one width, no marks of Markdown. */
export const plain = (markdown: string): string =>
  markdown
    .split('\n\n')
    .map((part) =>
      part.startsWith('|')
        ? align(part)
        : part.replace(/^#+ (.*)$/, (_, title: string) => title.toUpperCase()),
    )
    .join('\n\n')

function align(markdown: string): string {
  const rows = markdown
    .split('\n')
    .filter((line) => !line.includes('| --- |'))
    .map((line) => line.slice(2, -2).replaceAll('**', '').split(' | '))
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
