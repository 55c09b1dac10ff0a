/** One server process: started, killed, frozen, stopped and started again, with its output in a file. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { build } from './build.ts'
import { eventually, Hopeless, within } from './deadline.ts'
import type { ProgramName } from './programs.ts'
import { atExit } from './scene.ts'

const STOP_MS = 20_000
const KILL_MS = 10_000
const FREEZE_MS = 1_000
const TAIL_LINES = 40

export interface ServerOptions {
  /** In error messages: `kube-apiserver of cluster-east`. */
  readonly title: string
  /** One of the ground's own, or a path of the machine's. */
  readonly program: ProgramName | { readonly path: string }
  readonly arguments: readonly string[]
  /** The network namespace that it runs in; the machine's own if there is none. */
  readonly netns?: string
  /** Where its output goes; a server that is started again writes on. */
  readonly log: string
  /** Throws while it does not serve. */
  readonly ready: () => Promise<void>
  readonly readyMs: number
}

export class Server {
  readonly title: string
  readonly log: string
  readonly #options: ServerOptions
  #child: ChildProcess | undefined
  #forget: () => void = () => {}

  constructor(options: ServerOptions) {
    this.title = options.title
    this.log = options.log
    this.#options = options
  }

  /** Undefined while it is not running. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`${this.title} is running already`)
    const { program, netns } = this.#options
    const inside = netns === undefined ? [] : ['/usr/bin/env', 'nsenter', `--net=/run/netns/${netns}`]
    const command = [String(process.pid), ...inside, await pathOf(program), ...this.#options.arguments]
    this.#adopt(this.#spawn(await build('tether'), command))
    await this.waitUntilReady()
  }

  async waitUntilReady(deadlineMs = this.#options.readyMs): Promise<void> {
    try {
      await eventually(`${this.title} serves`, deadlineMs, () => this.#probe())
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${this.logTail()}`)
    }
  }

  /** kill -9: no goodbye to anyone. Resolves when the process is gone. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    if (!(await within(KILL_MS, gone)))
      throw new Error(`${this.title} survived kill -9 for ${KILL_MS / 1000} s`)
  }

  /** SIGSTOP: the kernel still accepts connections to its port, and nobody answers them. */
  freeze(): void {
    this.#signal('SIGSTOP')
    // The signal is under way for a moment, in which a thread may still answer.
    const late = Date.now() + FREEZE_MS
    while (!isStopped(this.pid) && Date.now() < late);
  }

  thaw(): void {
    this.#signal('SIGCONT')
  }

  /** SIGTERM, and SIGKILL for one that does not listen. Resolves when the process is gone. */
  async stop(): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    const gone = once(child, 'exit')
    child.kill('SIGCONT')
    child.kill('SIGTERM')
    if (!(await within(STOP_MS, gone))) await this.kill()
  }

  /** The end of what it wrote, for a person who looks for a cause. */
  logTail(lines = TAIL_LINES): string {
    const text = existsSync(this.log) ? readFileSync(this.log, 'utf8').trimEnd() : ''
    return `── ${this.title}: ${this.log}\n${text.split('\n').slice(-lines).join('\n')}`
  }

  #spawn(program: string, command: readonly string[]): ChildProcess {
    const output = openSync(this.log, 'a')
    try {
      return spawn(program, command, { stdio: ['ignore', output, output] })
    } finally {
      closeSync(output)
    }
  }

  #adopt(child: ChildProcess): void {
    this.#child = child
    this.#forget = atExit(() => child.kill('SIGKILL'))
    child.once('error', () => this.#lose(child))
    child.once('exit', () => this.#lose(child))
  }

  #lose(child: ChildProcess): void {
    if (this.#child !== child) return
    this.#child = undefined
    this.#forget()
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child?.kill(signal) !== true) throw new Error(`${this.title} is not running`)
  }

  async #probe(): Promise<void> {
    if (this.#child === undefined) throw new Hopeless(`${this.title} ended at once`)
    await this.#options.ready()
  }
}

const pathOf = async (program: ServerOptions['program']): Promise<string> =>
  typeof program === 'string' ? build(program) : program.path

/** Every thread of it: `T` after the name, which is in parentheses. */
const isStopped = (pid: number | undefined): boolean =>
  readdirSync(`/proc/${pid}/task`).every((thread) =>
    / T [^)]*$/.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')),
  )
