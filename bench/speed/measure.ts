import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../../test/e2e/ground/index.ts'
import { cpuSeconds } from '../cpu.ts'
import { dnsperf, type Run } from '../dnsperf.ts'
import type { Server } from '../servers.ts'
import { ask, unlike } from './ask.ts'
import { type Case, caseName, queriesOf } from './mixes.ts'
import type { MeasuredCase, Outcome, Sample } from './results.ts'
import type { Contender, Ground } from './servers.ts'

/** A server that runs, and whose it is. */
export interface Running {
  readonly contender: Pick<Contender, 'name' | 'floor'>
  readonly server: Server
}

/** How long, how often and from where servers are loaded. */
export interface Course {
  readonly ground: Ground
  readonly rounds: number
  readonly seconds: number
  /** The command that holds the load to its core. */
  readonly load: readonly string[]
}

const ANSWER_MS = 20_000
const LINES = 20_000
/** More than any server here answers in a second, so that no fresh name comes again. */
const FRESH_A_SECOND = 250_000

/** Every round of one case. A second each that is not counted comes first: it compiles and fills what servers keep. */
export async function measureCase(
  one: Case,
  running: readonly Running[],
  course: Course,
): Promise<MeasuredCase> {
  const servers: Record<string, Outcome> = {}
  const racing: Running[] = []
  for (const each of running.filter(({ contender }) => !contender.floor || isForFloors(one))) {
    const why = await whyNot(one, each, course)
    if (why === undefined) racing.push(each)
    else servers[each.contender.name] = { unlike: why }
  }
  for (const [name, samples] of await race(one, racing, course)) servers[name] = { rounds: samples }
  return { mix: one.mix.name, transport: one.transport, edns: one.edns, servers }
}

/** Floors take part where their work is the others': one record, over UDP. */
const isForFloors = ({ mix, transport }: Case): boolean => transport === 'udp' && mix.name === 'A'

async function whyNot(one: Case, { contender, server }: Running, { ground: { world } }: Course) {
  if (contender.floor) return undefined
  const what = `${contender.name} answers ${caseName(one)}`
  return unlike(one, world, await eventually(what, ANSWER_MS, () => ask(server.port, one, world)))
}

async function race(
  one: Case,
  racing: readonly Running[],
  course: Course,
): Promise<ReadonlyMap<string, Sample[]>> {
  const samples = new Map(racing.map(({ contender }) => [contender.name, [] as Sample[]]))
  const warm = writeQueries(one, 1, course)
  for (const each of racing) await load(each, one, warm, { ...course, seconds: 1 })
  for (let round = 0; round < course.rounds; round++) {
    const file = one.mix.fresh ? writeQueries(one, course.seconds, course) : warm
    for (const each of rotated(racing, round))
      samples.get(each.contender.name)?.push(await load(each, one, file, course))
  }
  return samples
}

/** Another one begins each round, so that a drift of the machine favours nobody. */
export const rotated = (running: readonly Running[], by: number): readonly Running[] =>
  running.map((_, i) => running[(i + by) % running.length]).filter((one) => one !== undefined)

export function writeQueries({ mix }: Case, seconds: number, { ground }: Pick<Course, 'ground'>): string {
  const file = join(ground.directory, 'queries.txt')
  const lines = queriesOf(mix, ground.world, mix.fresh ? FRESH_A_SECOND * seconds : LINES)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

/** Of a run in which the server used so many seconds of CPU. */
export const sampleOf = (run: Run, used: number): Sample => ({
  micros: Math.round((used * 1e9) / run.completed) / 1e3,
  qps: Math.round(run.qps),
  lost: run.lost,
  octets: run.replyOctets,
})

/** What it costs a server to be loaded once. */
export async function load(
  { server, contender }: Running,
  one: Case,
  file: string,
  course: Omit<Course, 'rounds'>,
): Promise<Sample> {
  const options = [...(one.edns ? ['-e'] : []), ...(one.transport === 'tcp' ? ['-m', 'tcp'] : [])]
  if (one.mix.fresh) options.push('-n', '1')
  const before = cpuSeconds(server.pid)
  const run = await dnsperf({ port: server.port, file, seconds: course.seconds, pin: course.load, options })
  const used = cpuSeconds(server.pid) - before
  if (run.completed === 0) throw new Error(`${caseName(one)}: ${contender.name} answered nothing`)
  const wrong = [...run.rcodes.keys()].filter((rcode) => rcode !== one.mix.rcode)
  if (!contender.floor && wrong.length > 0)
    throw new Error(`${caseName(one)}: ${contender.name} answered ${wrong.join(', ')}`)
  return sampleOf(run, used)
}
