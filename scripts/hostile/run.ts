import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { newDirectory } from '../../test/e2e/ground/index.ts'
import { kubeconfig } from '../../test/support/kubeconfig.ts'
import { randomFrom } from '../soak/chance.ts'
import { clockOf } from '../soak/clock.ts'
import { mebibytes, printGrowth, type ResidentSample } from '../soak/resident.ts'
import { ImageServer } from '../soak/server.ts'
import { firstAnswer, GoodParty, type GoodTally, writeFirst } from './good.ts'
import { writeTenant } from './tenant.ts'

export interface LongPlan {
  readonly minutes: number
  readonly seed: number
  /** Names of what hostile clients do; none: all of it. */
  readonly only: readonly string[]
}

const SAMPLE_MS = 10_000
const MINUTE_MS = 60_000
const MOST_FAILURES_SHOWN = 40
/** The chart's own, of 512 MiB. */
const HEAP_MIB = 256

/** Whether the good party lost nothing, and no bug was logged. */
export async function runLong({ minutes, seed, only }: LongPlan): Promise<boolean> {
  const directory = newDirectory('hostile')
  const at = (id: string): string => join(directory, id)
  for (const id of ['good', 'vandal']) mkdirSync(at(id))
  writeFirst(at('good'))
  writeTenant(at('tenant'))
  const members = program('members.ts', [at('vandal'), String(seed)])
  const lines = linesOf(members)
  const [url] = (await once(lines, 'line')) as [string]
  writeFileSync(at('bad.kubeconfig'), kubeconfig(url))
  const server = await ImageServer.start(directory, configuration(), {
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
  })
  const say = sayer()
  say(
    `the good cluster is answered ${(await firstAnswer(server.port)).toFixed(0)} ms after the server listens`,
  )
  lines.on('line', say)
  const clients = program('clients.ts', [String(server.port), server.admin, String(seed), ...only])
  linesOf(clients).on('line', say)
  console.log(`log: ${server.log}`)
  const good = new GoodParty({
    port: server.port,
    health: `http://${healthOf(server)}/healthz`,
    directory: at('good'),
    random: randomFrom(seed, 'good'),
    failed: atMost(MOST_FAILURES_SHOWN, say),
  })
  const samples = await watch(server, [members, clients], good, minutes, say)
  await good.stop()
  for (const party of [members, clients]) party.kill('SIGKILL')
  const bugs = server.bugs()
  await server.stop()
  console.log(`\n${minutes} minutes, seed ${seed}: ${printTally(good.tally)}`)
  console.log(`bugs in its log: ${bugs.length}${bugs.slice(0, 5).map((line) => `\n  ${line}`)}`)
  const later = samples.slice(Math.floor(samples.length / 3))
  console.log(`resident set after a third of the time: ${printGrowth(later)}`)
  const { wrong, lost, probesLost } = good.tally
  return wrong === 0 && lost === 0 && probesLost === 0 && bugs.length === 0
}

/** Of the resident set. Rejects when the server, or one of the hostile parties, ends. */
async function watch(
  server: ImageServer,
  parties: readonly ChildProcess[],
  good: GoodParty,
  minutes: number,
  say: (text: string) => void,
): Promise<readonly ResidentSample[]> {
  const samples: ResidentSample[] = []
  const end = performance.now() + minutes * MINUTE_MS
  let minute = performance.now() + MINUTE_MS
  while (performance.now() < end) {
    await pause(Math.min(SAMPLE_MS, Math.max(1, end - performance.now())))
    if (server.hasEnded) throw new Error(`Meridian ended: see ${server.log}\n${tailOf(server)}`)
    if (parties.some(({ exitCode }) => exitCode !== null)) throw new Error('a hostile party ended')
    samples.push({ at: performance.now(), octets: server.resident() })
    if (performance.now() < minute) continue
    say(`${printTally(good.tally)}  resident ${mebibytes(server.resident())}`)
    minute += MINUTE_MS
  }
  return samples
}

function program(file: string, args: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill('SIGKILL'))
  return child
}

function linesOf({ stdout }: ChildProcess): Interface {
  if (stdout === null) throw new Error('a program without an output')
  return createInterface(stdout)
}

/** Where probes go. */
function healthOf({ log, admin }: ImageServer): string {
  return /"health":"([^"]+)"/.exec(readFileSync(log, 'utf8'))?.[1] ?? admin
}

const tailOf = ({ log }: ImageServer): string => readFileSync(log, 'utf8').slice(-2_000)

/** Members of one network, but for the vandals, whose load balancers have host names. JSON is YAML. */
const configuration = (): string =>
  JSON.stringify({
    dns: { listen: ['127.0.0.1:0'] },
    admin: { listen: '127.0.0.1:0' },
    health: { listen: '127.0.0.1:0' },
    local: { cluster: 'good' },
    startup: { timeout: '5s' },
    clusters: [
      { id: 'good', network: 'flat', source: { manifests: './good' } },
      { id: 'tenant', network: 'flat', source: { manifests: './tenant' } },
      { id: 'vandal', network: 'other', source: { manifests: './vandal' } },
      { id: 'bad', network: 'flat', source: { kubeconfig: { path: './bad.kubeconfig' } } },
    ],
  })

function sayer(): (text: string) => void {
  const start = performance.now()
  return (text) => console.log(clockOf(start), text)
}

function atMost(count: number, say: (text: string) => void): (text: string) => void {
  let said = 0
  return (text) => {
    if (said++ < count) say(text)
  }
}

const printTally = ({ asked, wrong, lost, again, probed, probesLost, changes, slowest }: GoodTally): string =>
  `asked ${asked}  wrong ${wrong}  lost ${lost}  asked again ${again}  probes ${probed}, lost ${probesLost}  changes ${changes}  slowest ${slowest.toFixed(0)} ms`
