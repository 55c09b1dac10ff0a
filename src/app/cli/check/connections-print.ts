import { printColumns, titled } from '../table.ts'
import { type ConnectReport, isFine, printOutcome, type Tried } from './connections.ts'

/** Rows: each cluster by its own names, then the zones whose names leave that open. Under it each name, or what is wrong. */
export function printConnections({ from, http, tried }: ConnectReport, verbose: boolean): string {
  const rows = [...Map.groupBy(tried, ({ to }) => to)].map(([to, all]) => rowOf(to, all, http !== null))
  const headings = ['TO', 'RESOLVED', 'CONNECTED', ...(http === null ? [] : ['STATUS'])]
  const services = new Set(tried.map(({ service }) => service)).size
  const shown = verbose || services === 1 ? tried : tried.filter(isWrong)
  const parts = [
    `From here, where names are answered as in ${from}: how many names resolve, and of those how many are connected to.`,
    printColumns([headings, ...rows]),
    titled(shown === tried ? 'Names:' : 'Not as it should be:', shown.flatMap(linesOf)),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function rowOf(to: string, all: readonly Tried[], asked: boolean): readonly string[] {
  const resolved = all.filter(({ unresolved }) => unresolved === null)
  const open = resolved.filter(({ port }) => port !== null)
  const connected = open.filter(({ connects }) => connects.some(({ failure }) => failure === null))
  const statuses = open.flatMap(({ connects }) => connects.flatMap(({ status }) => status ?? []))
  const head = [to, `${resolved.length}/${all.length}`, `${connected.length}/${open.length}`]
  return asked ? [...head, printStatuses(statuses)] : head
}

/** `200`, `200 ×3, 503`. */
function printStatuses(statuses: readonly number[]): string {
  const counts = [...Map.groupBy(statuses, (one) => one)].sort(([a], [b]) => a - b)
  return counts.length === 0
    ? '-'
    : counts.map(([status, of]) => (of.length === 1 ? `${status}` : `${status} ×${of.length}`)).join(', ')
}

const isWrong = ({ unresolved, connects }: Tried): boolean =>
  unresolved !== null || connects.some((one) => !isFine(one))

function linesOf({
  service,
  to,
  name,
  port,
  unresolved,
  connects,
  addresses,
  more,
}: Tried): readonly string[] {
  const head = `${service} → ${to}: ${name}`
  if (unresolved !== null) return [`${head}: ${unresolved}`]
  if (port === null) return [`${head} has ${addresses.join(', ')}; nothing of TCP is there`]
  const lines = connects.map((one) => `${head} at ${printOutcome(one)}`)
  return more === 0 ? lines : [...lines, `${head}: ${more} more addresses were not tried`]
}
