import { printColumns, titled } from '../table.ts'
import type { Cell, Connect, Matrix } from './matrix.ts'

/** Lines of a list that are shown before the rest is only counted. */
const MOST = 20

/** Rows: where clients are. Columns: whose services. Under it what is not reached, and which connects failed. */
export function printMatrix({ clusters, cells }: Matrix, verbose: boolean): string {
  const known = new Map(cells.map((cell) => [`${cell.from} ${cell.to}`, cell]))
  const rows = clusters.map((from) => [from, ...clusters.map((to) => printCell(known.get(`${from} ${to}`)))])
  const list = (title: string, lines: readonly string[]) => titled(title, verbose ? lines : shortened(lines))
  const parts = [
    'From each cluster (rows) to each (columns): of the services it exports, how many are reached, and by which route.',
    printColumns([['FROM \\ TO', ...clusters], ...rows]),
    list('Not reached:', cells.flatMap(obstaclesOf)),
    ...printConnects(cells, verbose, list),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

const shortened = (lines: readonly string[]): readonly string[] =>
  lines.length <= MOST
    ? lines
    : [...lines.slice(0, MOST), `and ${lines.length - MOST} more: --verbose shows all`]

function printCell(cell: Cell | undefined): string {
  if (cell === undefined || cell.services === 0) return '-'
  const { services, reached, routes, connects } = cell
  const [only, ...more] = routes
  const several = routes.map((one) => `${one.route} ${one.services}`).join(', ')
  const by = only === undefined ? 'none' : more.length === 0 ? only.route : several
  return [`${reached}/${services} ${by}`, ...mark(connects)].join(', ')
}

/** One accepted connect shows that the way is open; the others are told of below. */
function mark(connects: readonly Connect[] | null): readonly string[] {
  if (connects === null || connects.length === 0) return []
  return [connects.some(({ failure }) => failure === null) ? 'connects' : 'no connect']
}

const obstaclesOf = ({ from, to, obstacles }: Cell): readonly string[] =>
  obstacles.map(({ reason, services, example }) => {
    const which = services === 1 ? example : `${services} services, for example ${example}`
    return `${from} → ${to}: ${which}: ${reason}`
  })

function printConnects(
  cells: readonly Cell[],
  verbose: boolean,
  list: (title: string, lines: readonly string[]) => string,
): readonly string[] {
  if (cells.every(({ connects }) => connects === null)) return []
  const made = cells.flatMap(({ connects }) => connects ?? [])
  const accepted = made.filter(({ failure }) => failure === null).length
  const title = `TCP connects, made from this host and not from the clusters: ${accepted} of ${made.length} were accepted.`
  const lines = cells.flatMap((cell) => connectsOf(cell, verbose))
  return [lines.length === 0 ? `${title}\n` : list(title, lines)]
}

const connectsOf = ({ from, to, connects }: Cell, verbose: boolean): readonly string[] =>
  (connects ?? [])
    .filter(({ failure }) => verbose || failure !== null)
    .map(({ service, host, port, failure }) => {
      const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
      return `${from} → ${to}: ${service} at ${at}: ${failure ?? 'accepted'}`
    })
