/** Meridian as its users run it: a process of its own, started by its command with a configuration file. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildQuery, type ParsedReply, parseReply, type QuerySpec } from '../../support/client.ts'
import { exchangeUdp } from '../../support/exchange.ts'
import { type Fetched, page } from '../../support/pages.ts'
import { CHECKOUT, type Command, listening, MERIDIAN, type Running } from '../../support/server.ts'
import { build, type Cluster, eventually, newDirectory, within } from '../ground/index.ts'

const READY_MS = 30_000
const GONE_MS = 15_000

/** Where and what a cluster's API server is asked as Meridian's service account: by a token, or by one in a file. */
export function kubeconfigOf(
  cluster: Cluster,
  user: { readonly token: string } | { readonly tokenFile: string },
  url = cluster.url,
): string {
  const id = cluster.id
  const ca = readFileSync(join(cluster.directory, 'pki', 'ca.crt')).toString('base64')
  const path = join(cluster.directory, 'live.kubeconfig')
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': id,
    contexts: [{ name: id, context: { cluster: id, user: id } }],
    clusters: [{ name: id, cluster: { server: url, 'certificate-authority-data': ca } }],
    users: [{ name: id, user }],
  })
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

/** Resolves when it is ready: every cluster has been heard, or was read back from disk. */
export async function startLive(config: object): Promise<Live> {
  const live = new Live(config)
  await live.start()
  await live.ready()
  return live
}

export class Live {
  readonly file = join(newDirectory('meridian'), 'meridian.yaml')
  #command: Command | undefined
  #running: Running | undefined

  constructor(config: object) {
    this.write(config)
  }

  get port(): number {
    return this.#now.port
  }

  get admin(): string {
    return this.#now.admin
  }

  /** Changes the configuration's file, which a running server notices by itself. */
  write(config: object): void {
    writeFileSync(this.file, JSON.stringify(config))
  }

  /** Starts the process, and resolves when it listens. */
  async start(): Promise<void> {
    this.#command = await command(['serve', '--config', this.file, '--drain', '0s'])
    this.#running = await listening(this.#command)
  }

  signal(signal: NodeJS.Signals): void {
    this.#command?.child.kill(signal)
  }

  /** Resolves when the process is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const { child, ended } = this.#command ?? {}
    if (child === undefined || ended === undefined || child.exitCode !== null) return
    child.kill(signal)
    if (!(await within(GONE_MS, ended))) child.kill('SIGKILL')
    this.#command = undefined
  }

  ready(): Promise<void> {
    return eventually('Meridian is ready', READY_MS, async () => {
      const { status, text } = await this.get('/readyz?verbose')
      if (status !== 200) throw new Error(text)
    })
  }

  get(path: string): Promise<Fetched> {
    return page(this.#now.admin, path)
  }

  ask(name: string, type = 'A', more: Partial<QuerySpec> = {}): Promise<ParsedReply> {
    return askAt(this.port, name, type, more)
  }

  /** The last field of each answer, in order: addresses, or targets. */
  async data(name: string, type = 'A'): Promise<string[]> {
    const { answers } = await this.ask(name, type)
    return answers.map((line) => line.split(' ').at(-1) ?? '').sort()
  }

  /** What `/readyz?verbose` says of a cluster: `live`, `stale`, … */
  async stateOf(id: string): Promise<string> {
    const { text } = await this.get('/readyz?verbose')
    return new RegExp(`cluster ${id}: (\\w+),`).exec(text)?.[1] ?? `unknown:\n${text}`
  }

  /** Resolves when the cluster is in that state. */
  becomes(id: string, state: string, deadlineMs: number): Promise<void> {
    return eventually(`${id} is ${state}`, deadlineMs, async () => {
      const now = await this.stateOf(id)
      if (now !== state) throw new Error(`it is ${now}`)
    })
  }

  /** Resolves when the name has just these data. */
  answers(name: string, data: readonly string[], deadlineMs: number, type = 'A'): Promise<void> {
    const wanted = [...data].sort().join(' ')
    return eventually(`${name} ${type} is ${wanted}`, deadlineMs, async () => {
      const found = (await this.data(name, type)).join(' ')
      if (found !== wanted) throw new Error(`it is ${found}`)
    })
  }

  /** How long the process has had a processor. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.#command?.child.pid}/stat`, 'utf8')
    // After the command's name, which is in parentheses: utime and stime, in ticks of 10 ms.
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number)
    return (user + system) * 10
  }

  /** The end of what it wrote. */
  logTail(lines = 60): string {
    const text = this.#command?.err.trimEnd() ?? ''
    return `── Meridian: ${this.file}\n${text.split('\n').slice(-lines).join('\n')}`
  }

  get #now(): Running {
    if (this.#running === undefined) throw new Error('Meridian has not been started')
    return this.#running
  }
}

async function askAt(
  port: number,
  name: string,
  type = 'A',
  more: Partial<QuerySpec> = {},
): Promise<ParsedReply> {
  return parseReply(await exchangeUdp(port, '127.0.0.1', buildQuery({ name, type, edns: {}, ...more })))
}

/** `meridian …` as a child that ends with this process, however this one ends. */
async function command(args: readonly string[]): Promise<Command> {
  const line = [String(process.pid), process.execPath, MERIDIAN, ...args]
  const child = spawn(await build('tether'), line, { cwd: CHECKOUT, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close').then(([status]) => (typeof status === 'number' ? status : null))
  const started: Command = { child, out: '', err: '', ended }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    started.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    started.err += text
  })
  return started
}
