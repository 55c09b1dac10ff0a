/** The real server over real directories and sockets, in this process or as a command, on ports that the system chooses. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseConfig } from '../../src/app/config/index.ts'
import { type Meridian, startMeridian } from '../../src/meridian.ts'
import { createLog } from '../../src/words/observe/index.ts'
import { buildQuery, type ParsedReply, parseReply, type QuerySpec } from './client.ts'
import { exchangeUdp } from './exchange.ts'
import { meridianYaml, type Written } from './manifests.ts'
import { type Fetched, page } from './pages.ts'
import { PATIENCE_MS, until } from './sockets.ts'
import { type Temporary, temporary } from './temporary.ts'

/** meridian.yaml and a directory for each cluster. */
export async function written(spec: Written): Promise<Temporary> {
  const directory = await temporary()
  await directory.write('meridian.yaml', meridianYaml(spec))
  for (const [id, files] of Object.entries(spec.clusters)) {
    for (const [file, text] of Object.entries(files)) await directory.write(`${id}/${file}`, text)
  }
  return directory
}

export interface Running {
  readonly port: number
  readonly admin: string
  readonly ask: (name: string, type?: string, more?: Partial<QuerySpec>) => Promise<ParsedReply>
  readonly get: (path: string) => Promise<Fetched>
  /** Resolves when /readyz says ready. */
  readonly ready: () => Promise<void>
}

function running(port: number, admin: string): Running {
  const get = (path: string) => page(admin, path)
  return {
    port,
    admin,
    get,
    ask: async (name, type = 'A', more = {}) =>
      parseReply(await exchangeUdp(port, '127.0.0.1', buildQuery({ name, type, edns: {}, ...more }))),
    ready: () => until(async () => (await get('/readyz')).status === 200, 'a server that is ready'),
  }
}

/** A server in this process. */
export interface InProcess extends Running {
  readonly directory: Temporary
  readonly meridian: Meridian
}

export async function startServer(spec: Written | Temporary): Promise<InProcess> {
  const directory = 'path' in spec ? spec : await written(spec)
  const file = directory.at('meridian.yaml')
  const config = parseConfig(await readFile(file, 'utf8'), file)
  const meridian = await startMeridian(config, '1.2.3', createLog('silent'))
  return { ...running(meridian.bound[0]?.port ?? 0, meridian.adminAddress), directory, meridian }
}

const ROOT = new URL('../../', import.meta.url)
export const MERIDIAN = fileURLToPath(new URL('bin/meridian.mjs', ROOT))
export const CHECKOUT = fileURLToPath(ROOT)

/** A command as a shell starts it, and what it has printed so far. */
export interface Command {
  readonly child: ChildProcess
  out: string
  err: string
  /** Its exit status; null when a signal ended it. */
  readonly ended: Promise<number | null>
}

/** The environment without what would configure Meridian; with what halves the time that a command takes to start. */
const ENV = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MERIDIAN_'))),
  NODE_COMPILE_CACHE: join(tmpdir(), 'meridian-test-compile-cache'),
}

/** `files`: how many it may have open. */
export function command(
  args: readonly string[],
  cwd: string = CHECKOUT,
  env: NodeJS.ProcessEnv = {},
  files: number | null = null,
): Command {
  const limited = ['-c', `ulimit -n ${files}; exec "$0" "$@"`, process.execPath, ...args]
  const child = spawn(files === null ? process.execPath : 'sh', files === null ? args : limited, {
    cwd,
    env: { ...ENV, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close').then(([status]) => (typeof status === 'number' ? status : null))
  const started: Command = { child, out: '', err: '', ended }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    started.out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    started.err += text
  })
  return started
}

/** Runs `meridian` to its end. */
export async function meridian(
  args: readonly string[],
  cwd?: string,
): Promise<{ readonly status: number | null; readonly out: string; readonly err: string }> {
  const started = command([MERIDIAN, ...args], cwd)
  const status = await started.ended
  return { status, out: started.out, err: started.err }
}

const ADMIN = /"admin":"([^"]+)"/
const PORT = /"transport":"udp","host":"[^"]*","port":(\d+)/

/** Resolves when a `meridian serve` that logs at level info listens. */
export async function listening(started: Command, patienceMs = PATIENCE_MS): Promise<Running> {
  const isOver = () => started.child.exitCode !== null
  await until(() => ADMIN.test(started.err) || isOver(), 'a server that listens', patienceMs)
  const [admin, port] = [ADMIN, PORT].map((pattern) => pattern.exec(started.err)?.[1])
  if (admin === undefined || port === undefined) throw new Error(`it does not listen: ${started.err}`)
  return running(Number(port), admin)
}

/** Whether a process is there, and not merely waiting to be buried. */
export const isAlive = (pid: string): boolean =>
  existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
