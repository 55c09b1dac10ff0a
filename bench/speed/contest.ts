import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCluster } from '../../test/e2e/ground/index.ts'
import { machine, move, pins, residentOctets } from '../cpu.ts'
import { dnsperfVersion } from '../dnsperf.ts'
import { measureLatency } from './latency.ts'
import { type Course, measureCase, type Running } from './measure.ts'
import { CASES, type Case, caseName } from './mixes.ts'
import { createObjects } from './objects.ts'
import type { Plan } from './options.ts'
import type { Results } from './results.ts'
import { CONTENDERS, type Contender, type Ground } from './servers.ts'
import { summary } from './tables.ts'
import { measureWorkers } from './workers.ts'
import { worldOf } from './world.ts'

const SHORT: readonly string[] = ['A udp', 'NXDOMAIN udp edns', 'A tcp']

/** As the image has it. */
const NODE_FLAGS = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--expose-gc'] as const

/** What queries left behind is collected in that time, by whoever does. */
const AT_REST_MS = 20_000

type Say = (line: string) => void

/** Starts everybody, measures everything that the plan asks for, and leaves nothing behind. */
export async function contest(plan: Plan, say: Say): Promise<Results> {
  const { present, versions, missing } = await survey()
  for (const [name, remedy] of Object.entries(missing)) say(`${name} is missing: ${remedy}`)
  const { load } = pins()
  await using servers = new AsyncDisposableStack()
  const ground = await prepare(plan, servers, say)
  const running: Running[] = []
  for (const contender of present) {
    say(`${contender.name}: starting`)
    running.push({ contender, server: servers.use(await contender.start(ground)) })
  }
  const { rounds, seconds, short } = plan
  const measured = await measure(plan, running, { ground, load, rounds, seconds, short }, say)
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    cores: availableParallelism(),
    pinned: load.length > 0,
    short,
    seconds,
    world: ground.world,
    versions,
    missing,
    ...measured,
  }
}

/** An API server with everything in it, and a directory; both go with the stack. */
export async function prepare(
  plan: Pick<Plan, 'services'> & { readonly profile?: string | undefined },
  servers: AsyncDisposableStack,
  say: Say,
): Promise<Ground> {
  const directory = mkdtempSync(join(tmpdir(), 'meridian-bench-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const world = worldOf(plan.services)
  const { server: pin, load } = pins()
  say(`API server: ${plan.services} services`)
  const cluster = await startCluster('cluster-east')
  servers.defer(() => cluster.close())
  await createObjects(cluster.admin, world)
  for (const { pid } of [cluster.etcd, cluster.apiServer]) if (pid !== undefined) move(pid, load)
  const profiler = plan.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${plan.profile}`]
  return { world, cluster, directory, pin, node: [...NODE_FLAGS, ...profiler] }
}

type Measured = Pick<Results, 'cases' | 'latency' | 'workers' | 'memory'>

async function measure(
  plan: Plan,
  running: readonly Running[],
  course: Course & { readonly short: boolean },
  say: Say,
): Promise<Measured> {
  const cases: Results['cases'] = []
  for (const one of casesOf(plan)) {
    const measured = await measureCase(one, running, course)
    say(summary(measured))
    cases.push(measured)
  }
  say('memory')
  await sleep(plan.short ? 0 : AT_REST_MS)
  const memory = Object.fromEntries(
    running
      .filter(({ contender }) => !contender.floor)
      .map(({ contender, server }) => [contender.name, residentOctets(server.pid)]),
  )
  if (plan.only !== undefined) return { cases, latency: null, workers: null, memory }
  say('latency')
  const latency = await measureLatency(running, course)
  say('two workers')
  return { cases, latency, workers: await measureWorkers(course, availableParallelism()), memory }
}

const casesOf = ({ only, short }: Plan): readonly Case[] =>
  CASES.filter((one) => {
    if (only === undefined) return !short || SHORT.includes(caseName(one))
    const words = caseName(one).split(' ')
    return only.split(' ').every((word) => words.includes(word))
  })

/** Who can run here, in which versions, and what the others need. */
async function survey(): Promise<{
  readonly present: readonly Contender[]
  readonly versions: Record<string, string>
  readonly missing: Record<string, string>
}> {
  const dnsperf = dnsperfVersion()
  if (dnsperf === undefined) throw new Error('dnsperf is not installed: apt-get install dnsperf')
  const present: Contender[] = []
  const versions: Record<string, string> = { dnsperf }
  const missing: Record<string, string> = {}
  for (const contender of CONTENDERS) {
    const version = await contender.version().catch(() => undefined)
    if (version === undefined) missing[contender.name] = contender.remedy
    else {
      present.push(contender)
      versions[contender.name] = version
    }
  }
  return { present, versions, missing }
}
