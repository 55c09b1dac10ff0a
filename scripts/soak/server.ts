import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../test/e2e/ground/index.ts'
import { dockerfile } from '../../test/image/dockerfile.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/meridian.mjs', import.meta.url))
const READY_MS = 120_000
const STOP_MS = 20_000

/** Meridian as the image runs it, with its log in a file. */
export class ImageServer {
  readonly #child: ChildProcess
  readonly directory: string
  readonly port: number
  /** `host:port`. */
  readonly admin: string

  private constructor(child: ChildProcess, directory: string, port: number, admin: string) {
    this.#child = child
    this.directory = directory
    this.port = port
    this.admin = admin
  }

  /** Resolves when it has read every cluster, or waited for them for as long as its configuration says. */
  static async start(
    directory: string,
    configuration: string,
    environmentToo: NodeJS.ProcessEnv = {},
  ): Promise<ImageServer> {
    const config = configFile(directory)
    writeFileSync(config, configuration)
    const log = openSync(logFile(directory), 'a')
    const { entrypoint, environment } = dockerfile()
    const flags = entrypoint.filter((word) => word.startsWith('--'))
    const args = [...flags, PROGRAM, 'serve', '--config', config, '--drain', '0s']
    const env = { ...process.env, ...environment, ...environmentToo }
    const child = spawn(process.execPath, args, { stdio: ['ignore', log, log], env })
    closeSync(log)
    process.once('exit', () => child.kill('SIGKILL'))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
    const { port, admin } = await eventually('Meridian listens', READY_MS, () => listening(directory))
    await eventually('Meridian is ready', READY_MS, async () => {
      const { status } = await fetch(`http://${admin}/readyz`, { signal: AbortSignal.timeout(2_000) })
      if (status !== 200) throw new Error(`/readyz: ${status}`)
    })
    return new ImageServer(child, directory, port, admin)
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  get log(): string {
    return logFile(this.directory)
  }

  /** Of all its threads, in octets. */
  resident(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
  }

  /** As editors do it: a new file in place of the old one. */
  configure(text: string): void {
    const file = configFile(this.directory)
    writeFileSync(`${file}.new`, text)
    renameSync(`${file}.new`, file)
  }

  hangUp(): void {
    this.#child.kill('SIGHUP')
  }

  /** Lines of the log about bugs of its own. */
  bugs(): readonly string[] {
    const lines = readFileSync(this.log, 'utf8').split('\n')
    return lines.filter((line) => line.includes('"msg":"bug') || line.includes('Uncaught'))
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(late)
  }
}

const configFile = (directory: string): string => join(directory, 'meridian.yaml')
const logFile = (directory: string): string => join(directory, 'meridian.log')

function listening(directory: string): { readonly port: number; readonly admin: string } {
  const text = readFileSync(logFile(directory), 'utf8')
  const port = /"port":(\d+)/.exec(text)?.[1]
  const admin = /"admin":"([^"]+)"/.exec(text)?.[1]
  if (port === undefined || admin === undefined) throw new Error(text.slice(-2000))
  return { port: Number(port), admin }
}
