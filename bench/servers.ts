import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cpuSeconds } from './cpu.ts'

/** A server under load, until it is disposed of. */
export interface Server extends AsyncDisposable {
  readonly name: string
  readonly pid: number
  /** UDP, on 127.0.0.1. */
  readonly port: number
}

/** How a server is started: what runs, and as whom. */
export interface Launch {
  readonly name: string
  readonly command: readonly string[]
  /** Where it will listen; without it the server says so itself, in a line of JSON. */
  readonly port?: number
  /** A user and group to run as, where that is not ours. */
  readonly as?: number
}

export interface MeridianServer extends Server {
  /** `127.0.0.1:9153`: its pages. */
  readonly admin: string
  /** From its start to `/readyz` 200, in milliseconds. */
  readonly readyMs: number
  /** The CPU seconds that it took for that. */
  readonly readyCpu: number
}

const MERIDIAN = fileURLToPath(new URL('../bin/meridian.mjs', import.meta.url))
const ECHO = fileURLToPath(new URL('echo.ts', import.meta.url))

const LISTEN_MS = 30_000
const READY_MS = 120_000
const READY_EVERY_MS = 20
const STOP_MS = 10_000

/**
 * Meridian over a configuration, once it has read every cluster. `pin` holds it to its core; `node` are Node's own
 * flags; `program` what is run, if not the sources.
 */
export async function startMeridian(
  config: string,
  pin: readonly string[],
  node: readonly string[],
  patienceMs = READY_MS,
  program = MERIDIAN,
): Promise<MeridianServer> {
  const args = [...node, program, 'serve', '--config', config, '--drain', '0s']
  const command = [...pin, process.execPath, ...args]
  const begun = performance.now()
  const { server, admin } = await start({ name: 'Meridian', command })
  try {
    await ready(`http://${admin}/readyz`, patienceMs)
    const readyMs = performance.now() - begun
    return { ...server, admin, readyMs, readyCpu: cpuSeconds(server.pid) }
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
}

export const startEcho = async (pin: readonly string[]): Promise<Server> =>
  startServer({ name: 'echo', command: [...pin, process.execPath, ECHO] })

/** Resolves when it says that it listens or, where the port is known, at once. */
export const startServer = async (launch: Launch): Promise<Server> => (await start(launch)).server

async function start(launch: Launch): Promise<{ readonly server: Server; readonly admin: string }> {
  const { name } = launch
  const [command = '', ...args] = launch.command
  const user = launch.as === undefined ? {} : { uid: launch.as, gid: launch.as }
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...user })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  try {
    const { port, admin } = await listening(launch, child)
    const server: Server = {
      name,
      pid: child.pid ?? 0,
      port,
      [Symbol.asyncDispose]: () => end(child),
    }
    return { server, admin }
  } catch (error) {
    await end(child)
    throw error
  }
}

/** `admin` is '' for the echo, which has none. */
interface Listening {
  readonly port: number
  readonly admin: string
}

const parseListening = (line: string): Listening => ({
  port: Number(/"port":(\d+)/.exec(line)?.[1]),
  admin: /"admin":"([^"]+)"/.exec(line)?.[1] ?? '',
})

/** A line of JSON says where: Meridian's is its log's, on standard error. */
function listening({ name, port }: Launch, child: ChildProcess): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} did not listen in ${LISTEN_MS} ms`)), LISTEN_MS)
    const said: string[] = []
    const hear = (line: string): void => {
      if (line.includes('"bound"')) {
        clearTimeout(late)
        resolve(parseListening(line))
      } else if (said.length < 20) said.push(line)
    }
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null) createInterface({ input: stream }).on('line', hear)
    if (port !== undefined) {
      clearTimeout(late)
      resolve({ port, admin: '' })
    }
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(late)
      const error = new Error(`${name} ended with status ${code}:\n${said.join('\n')}`)
      // Who knows the port waits for an answer, and would not hear why none comes.
      if (port !== undefined && code !== null && code !== 0) console.error(error.message)
      reject(error)
    })
  })
}

async function ready(url: string, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (Date.now() < deadline) {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok) return
    await sleep(READY_EVERY_MS)
  }
  throw new Error(`${url} was not ready in ${patienceMs} ms`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await gone
  clearTimeout(late)
}
