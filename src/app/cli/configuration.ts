import { existsSync } from 'node:fs'
import { type Config, ConfigError, type Flags, loadConfig } from '../config/index.ts'
import { CommandFailure } from './failure.ts'

export const DEFAULT_FILE = 'meridian.yaml'

/** The configuration that the command line names; a Failure of status 2 says all that is wrong with it. */
export function configFrom(file: string | undefined, flags: Flags): Config {
  try {
    return loadConfig({ file: file ?? DEFAULT_FILE, env: process.env, flags })
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandFailure(error.message, 2)
    throw error
  }
}

/** Where the running server's admin address is: as said, else as the configuration at hand says, else the default. */
export function serverFrom(server: string | undefined, file: string | undefined, flags: Flags): string {
  if (server !== undefined) return server
  if (file === undefined && !existsSync(DEFAULT_FILE)) return '127.0.0.1:9153'
  const { host, port } = configFrom(file, flags).admin.listen
  // Who listens on every address of both families may have no ::1: many pods have none.
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return reachable.includes(':') ? `[${reachable}]:${port}` : `${reachable}:${port}`
}
