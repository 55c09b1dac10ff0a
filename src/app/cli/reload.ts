import { statSync, unwatchFile, watchFile } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Meridian } from '../../meridian.ts'
import type { Log } from '../../words/observe/index.ts'
import { type Config, LISTEN_KEYS } from '../config/index.ts'

/** How often the configuration's file is looked at. Links are followed, so a ConfigMap that is swapped counts. */
const LOOK_MS = 2000

/**
 * Takes the configuration over again on SIGHUP and when its file changes. A wrong one is logged, and the running one
 * stays. Returns how to stop that.
 */
export function reloadOnChange(first: Config, read: () => Config, meridian: Meridian, log: Log): () => void {
  let running = first
  let reloading = Promise.resolve()
  const take = async (next: Config): Promise<void> => {
    if (isDeepStrictEqual(next, running)) return
    for (const key of fixedKeys(first, next))
      log.warn({ key }, 'this key is read at start only: restart to apply it')
    log.level = next.log.level
    await meridian.reload(next)
    running = next
    log.info({ file: next.file }, 'configuration reloaded')
  }
  const reload = async (): Promise<void> => {
    try {
      refuseEndless(first.file)
      await take(read())
      meridian.reloaded(null)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      meridian.reloaded(reason)
      log.error(`the configuration stays as it was: ${reason}`)
    }
  }
  const request = () => {
    reloading = reloading.then(reload)
  }
  process.on('SIGHUP', request)
  watchFile(first.file, { interval: LOOK_MS }, request)
  // It may have changed since it was read for the start.
  if (statSync(first.file, { throwIfNoEntry: false })?.isFile() === true) request()
  return () => {
    process.off('SIGHUP', request)
    unwatchFile(first.file, request)
  }
}

/** A server that waits for what comes out of a pipe, or never ends, answers nobody meanwhile. */
function refuseEndless(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false)
    throw new Error(`${file}: it is no regular file: write one in its place`)
}

/** What sockets and files were opened with. */
const FIXED: readonly (readonly [key: string, of: (config: Config) => unknown])[] = [
  ...LISTEN_KEYS.map((key) => [`dns.${key}`, ({ dns }: Config) => dns[key]] as const),
  ['dns.tcp', ({ dns }) => dns.tcp],
  ['dns.udpSize', ({ dns }) => dns.udpSize],
  ['dns.udp', ({ dns }) => dns.udp],
  ['dns.workers', ({ dns }) => dns.workers],
  ['dns.upstreams', ({ dns }) => dns.upstreams],
  ['admin.listen', ({ admin }) => admin.listen],
  ['health.listen', ({ health }) => health.listen],
  ['state.dir', ({ state }) => state.dir],
  ['registries', ({ registries }) => registries.map(({ execs: _execs, ...registry }) => registry)],
  ['execs', ({ registries }) => registries.map(({ execs }) => execs)],
]

export const FIXED_KEYS: readonly string[] = FIXED.map(([key]) => key)

/** Those that are not as the process was started with them, whatever other configuration it took over since. */
const fixedKeys = (first: Config, next: Config): readonly string[] =>
  FIXED.filter(([, of]) => !isDeepStrictEqual(of(first), of(next))).map(([key]) => key)
