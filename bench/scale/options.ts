import { parseArgs } from 'node:util'
import { MOST_EXPORTERS, type Size } from './world.ts'

export const PARTS = ['memory', 'ready', 'change', 'relist', 'coredns'] as const
export type Part = (typeof PARTS)[number]

export const USAGE = `npm run bench:scale -- [options]
  --clusters N    API servers (100)
  --services N    names of services in the clusterset (100000)
  --endpoints N   of all services together (1000000)
  --exporters N   clusters that export each service; its endpoints are spread over them (2)
  --largest N     endpoints of each of two services, one Headless, among them (5000)
  --only PART     one of ${PARTS.join(', ')}; may be given more than once
  --heap N        MiB that the heap of each of Meridian's threads may grow to; left out: Node's own limit
  --short         a thousandth of it all, and few changes: whether the benchmark runs, not what it measures`

/** What one invocation measures. */
export interface Plan {
  readonly size: Size
  readonly parts: ReadonlySet<Part>
  readonly heapMiB: number | null
  readonly isShort: boolean
}

const SHORT = { clusters: 5, services: 200, endpoints: 2000, exporters: 2, largest: 300 }
const WHOLE = { clusters: 100, services: 100_000, endpoints: 1_000_000, exporters: 2, largest: 5000 }
/** What a short run leaves out: it takes a minute by itself, or needs programs that are built first. */
const LONG_PARTS: ReadonlySet<Part> = new Set(['relist', 'coredns'])

/** The plan that a command line asks for; undefined for help, which is due for mistakes too. */
export function planOf(args: readonly string[]): Plan | undefined {
  const values = valuesOf(args)
  if (values === undefined || values.help) return undefined
  const standard = values.short ? SHORT : WHOLE
  const size = {
    clusters: Number(values.clusters ?? standard.clusters),
    services: Number(values.services ?? standard.services),
    endpoints: Number(values.endpoints ?? standard.endpoints),
    exporters: Number(values.exporters ?? standard.exporters),
    largest: Number(values.largest ?? standard.largest),
  }
  const heapMiB = values.heap === undefined ? null : Number(values.heap)
  const named = values.only ?? PARTS.filter((part) => !values.short || !LONG_PARTS.has(part))
  const parts = new Set(PARTS.filter((part) => named.includes(part)))
  const isKnown = named.every((name) => PARTS.some((part) => part === name))
  if (!isKnown || !isSize(size) || (heapMiB !== null && !isBetween(heapMiB, 64, 65_536))) return undefined
  return { size, parts, heapMiB, isShort: values.short }
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        clusters: { type: 'string' },
        services: { type: 'string' },
        endpoints: { type: 'string' },
        exporters: { type: 'string' },
        largest: { type: 'string' },
        only: { type: 'string', multiple: true },
        heap: { type: 'string' },
        short: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch {
    return undefined
  }
}

const isSize = ({ clusters, services, endpoints, exporters, largest = 0 }: Size): boolean =>
  isBetween(clusters, 1, 500) &&
  isBetween(services, 1, 1_000_000) &&
  isBetween(endpoints, services, 4_000_000) &&
  isBetween(exporters, 1, MOST_EXPORTERS) &&
  isBetween(largest, 0, 1_000_000)

const isBetween = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most
