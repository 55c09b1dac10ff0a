/** One Meridian as a process of its own, on ports that stay the same when it is started again. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fetched, page } from '../../support/pages.ts'
import { MERIDIAN } from '../../support/server.ts'
import { Hopeless } from '../ground/deadline.ts'
import { build, eventually, freePort, newDirectory, within } from '../ground/index.ts'

const READY_MS = 30_000
const STOP_MS = 20_000

export class Replica {
  readonly port: number
  readonly admin: string
  readonly #command: readonly string[]
  readonly #log: string
  #child: ChildProcess | undefined

  private constructor(config: string, drain: string, port: number, adminPort: number) {
    this.port = port
    this.admin = `127.0.0.1:${adminPort}`
    this.#log = join(newDirectory('replica'), 'meridian.log')
    const listen = ['--dns-listen', `127.0.0.1:${port}`, '--admin-listen', this.admin, '--log-level', 'info']
    this.#command = [process.execPath, MERIDIAN, 'serve', '--config', config, '--drain', drain, ...listen]
  }

  /** Resolves when it is ready. */
  static async start(config: string, drain = '0s'): Promise<Replica> {
    const replica = new Replica(config, drain, await freePort(), await freePort())
    await replica.start()
    return replica
  }

  async start(): Promise<void> {
    const output = openSync(this.#log, 'a')
    const args = [String(process.pid), ...this.#command]
    this.#child = spawn(await build('tether'), args, { stdio: ['ignore', output, output] })
    closeSync(output)
    await eventually(`Meridian at port ${this.port} is ready`, READY_MS, () => this.#mustBeReady()).catch(
      (error) => {
        throw new Error(`${error}\n${this.logTail()}`)
      },
    )
  }

  /** SIGTERM: it drains. Resolves when the process is gone, with its exit status. */
  async stop(): Promise<number | null> {
    const child = this.#child
    if (child === undefined) return 0
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    if (!(await within(STOP_MS, gone))) await this.kill()
    this.#child = undefined
    return child.exitCode
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await within(STOP_MS, gone)
  }

  async isReady(): Promise<boolean> {
    const reply = await this.#get('/readyz').catch(() => undefined)
    return reply?.status === 200
  }

  /** How many queries it has answered since it was started, of those whose labels these are. */
  async answered(labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const { text } = await this.#get('/metrics')
    const counters = [...text.matchAll(/^meridian_dns_requests_total\{(.*)\} (\d+)$/gm)]
    const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
    const counted = counters.filter(([, found = '']) => wanted.every((one) => found.split(',').includes(one)))
    return counted.reduce((sum, [, , count]) => sum + Number(count), 0)
  }

  logTail(): string {
    const text = existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : ''
    return `── Meridian at port ${this.port}\n${text.trimEnd().split('\n').slice(-20).join('\n')}`
  }

  #get(path: string): Promise<Fetched> {
    return page(this.admin, path)
  }

  async #mustBeReady(): Promise<void> {
    if (this.#child?.exitCode !== null) throw new Hopeless('it ended at once')
    if (!(await this.isReady())) throw new Error('/readyz does not say so')
  }
}
