import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type MeridianServer, startMeridian } from '../servers.ts'

const BUILD = fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url))
const COMPILED = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url))

/** As the image starts it. */
const FLAGS = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--expose-gc']
process.env['MALLOC_ARENA_MAX'] = '2'
// As bin/meridian.mjs has it, which in a checkout would run the sources.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache')

/** Compiles what is measured, as it is shipped. */
export const build = (): void => void execFileSync(process.execPath, [BUILD], { cwd: join(BUILD, '../..') })

/** The longest that a start may take: a million endpoints from API servers. */
const PATIENCE_MS = 15 * 60_000

/** `heapMiB`: what main's heap may grow to; null: Node's own limit. */
export const startServer = (configuration: string, heapMiB: number | null): Promise<MeridianServer> =>
  startMeridian(
    configuration,
    [],
    heapMiB === null ? FLAGS : [...FLAGS, `--max-old-space-size=${heapMiB}`],
    PATIENCE_MS,
    COMPILED,
  )

/** What `/metrics` says, by name and labels as printed. */
export async function metricsOf({ admin }: MeridianServer): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`http://${admin}/metrics`, { signal: AbortSignal.timeout(60_000) })
  return parseMetrics(await response.text())
}

export function parseMetrics(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}
