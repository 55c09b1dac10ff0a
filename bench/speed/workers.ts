import { cpuSeconds, threadSeconds } from '../cpu.ts'
import { dnsperf } from '../dnsperf.ts'
import { type Server, startMeridian } from '../servers.ts'
import { type Course, sampleOf, writeQueries } from './measure.ts'
import { CASES } from './mixes.ts'
import type { Sample, Workers } from './results.ts'
import { writeConfiguration } from './servers.ts'

/** With fewer, the load would take the second worker's core. */
const THROUGHPUT_CORES = 4

const ONE_FLOW = ['-c', '1'] as const
const MANY_FLOWS = ['-c', '32', '-T', '2', '-q', '800'] as const

interface Load {
  readonly sample: Sample
  /** Of the busiest thread in the CPU of the two busiest. */
  readonly share: number
}

/** Two answering threads beside one, over one flow: one socket that asks. Nothing is pinned. */
export async function measureWorkers(course: Course, cores: number): Promise<Workers> {
  const { ground } = course
  const start = (workers: number): Promise<Server> =>
    startMeridian(writeConfiguration(ground, workers), [], ground.node)
  await using single = await start(1)
  await using double = await start(2)
  const [first] = CASES
  if (first === undefined) throw new RangeError('no case')
  const file = writeQueries(first, 1, course)
  const workers: Workers = { shares: [], one: [], two: [], throughput: [] }
  for (const server of [single, double]) await load(server, file, ONE_FLOW, course.seconds)
  for (let round = 0; round < course.rounds; round++) {
    const early = round % 2 === 0 ? await load(single, file, ONE_FLOW, course.seconds) : undefined
    const two = await load(double, file, ONE_FLOW, course.seconds)
    const one = early ?? (await load(single, file, ONE_FLOW, course.seconds))
    workers.one.push(one.sample)
    workers.two.push(two.sample)
    workers.shares.push(two.share)
    if (cores >= THROUGHPUT_CORES)
      workers.throughput.push(await throughput(single, double, file, course.seconds))
  }
  return workers
}

async function throughput(single: Server, double: Server, file: string, seconds: number): Promise<number> {
  const one = await load(single, file, MANY_FLOWS, seconds)
  const two = await load(double, file, MANY_FLOWS, seconds)
  return two.sample.qps / one.sample.qps
}

async function load(
  server: Server,
  file: string,
  options: readonly string[],
  seconds: number,
): Promise<Load> {
  const threads = threadSeconds(server.pid)
  const before = cpuSeconds(server.pid)
  const run = await dnsperf({ port: server.port, file, seconds, pin: [], options })
  const used = cpuSeconds(server.pid) - before
  const [busiest = 0, next = 0] = [...threadSeconds(server.pid)]
    .map(([thread, after]) => after - (threads.get(thread) ?? 0))
    .sort((a, b) => b - a)
  return { sample: sampleOf(run, used), share: busiest / (busiest + next) }
}
