import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { streamEncode } from 'dns-packet'
import { compile } from '../compile.ts'
import type { Course, Running } from './measure.ts'
import { rotated } from './measure.ts'
import { type Latency, type Point, paced } from './results.ts'
import type { Ground } from './servers.ts'
import { serviceName, type World } from './world.ts'

const LOWEST = 2_000
const HIGHEST = 400_000
/** From one load to the next. */
const STEP = 1.3
const SHORT_STEP = 2.5
const BISECTIONS = 4
/** A generator that takes so much longer than it should offers another load than it says. */
const LATE = 1.03

const PUNCTUAL_TRIES = 3

const run = promisify(execFile)

/** Sends to a port at so many queries a second. */
type Pace = (port: number, load: number) => Promise<Point>

/** Of positive A over UDP, by a generator of our own: dnsperf tells no quantiles. */
export async function measureLatency(
  all: readonly Running[],
  course: Course & { readonly short: boolean },
): Promise<Latency> {
  const running = all.filter(({ contender }) => !contender.floor)
  const pace = pacer(course)
  const curves: Record<string, Point[]> = {}
  for (const { contender, server } of running)
    curves[contender.name] = await curve(pace, server.port, course.short ? SHORT_STEP : STEP)
  const coreDns = running.find(({ contender }) => contender.name === 'CoreDNS')
  if (coreDns === undefined) return { curves, lossless: null, half: {} }
  const lossless = await highestLossless(pace, coreDns.server.port, curves['CoreDNS'] ?? [])
  return { curves, lossless, half: await atLoad(pace, running, lossless / 2, course.rounds) }
}

function pacer({ ground, load: pin, seconds }: Course): Pace {
  const program = compile('paced', ground.directory)
  const file = join(ground.directory, 'queries.bin')
  writeFileSync(file, wireQueries(ground.world))
  return async (port, load) => {
    const words = [program, `${port}`, file, `${load}`, `${seconds}`]
    const [command = '', ...rest] = [...pin, ...words]
    const awake = suspend(ground)
    const { stdout } = await run(command, rest, { timeout: (seconds + 20) * 1000 }).finally(awake)
    const said = paced.parse(JSON.parse(stdout))
    return { load, lost: said.lost, p50: said.p50, p99: said.p99, late: said.seconds > seconds * LATE }
  }
}

/** The API server and etcd share the generator's core: what they do of themselves would be in the tail of every server. */
function suspend({ cluster }: Ground): () => void {
  const pids = [cluster.apiServer.pid, cluster.etcd.pid].filter((pid) => pid !== undefined)
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  return () => {
    for (const pid of pids.reverse()) process.kill(pid, 'SIGCONT')
  }
}

const wireQueries = ({ services }: World): Buffer =>
  Buffer.concat(
    Array.from({ length: services }, (_, i) =>
      streamEncode({ type: 'query', questions: [{ type: 'A', name: serviceName(i) }] }),
    ),
  )

/** Rising loads, up to the last that loses nothing; a load that loses something has a second chance. */
async function curve(pace: Pace, port: number, step: number): Promise<Point[]> {
  const points: Point[] = []
  await pace(port, LOWEST)
  for (let load = LOWEST; load <= HIGHEST; load = Math.round(load * step)) {
    const point = await better(pace, port, load)
    if (point.lost > 0 || point.late) break
    points.push(point)
  }
  return points
}

async function better(pace: Pace, port: number, load: number): Promise<Point> {
  const first = await pace(port, load)
  return first.lost > 0 || first.late ? await pace(port, load) : first
}

/** Between the curve's last load and the next, to a few per cent. */
async function highestLossless(pace: Pace, port: number, points: readonly Point[]): Promise<number> {
  let low = points.at(-1)?.load ?? LOWEST
  let high = low * STEP
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = Math.round((low + high) / 2)
    const { lost, late } = await better(pace, port, middle)
    if (lost > 0 || late) high = middle
    else low = middle
  }
  return low
}

/** A point whose load was offered as it should be, if one of three is. */
async function punctual(pace: Pace, port: number, load: number): Promise<Point> {
  for (let tries = 1; ; tries++) {
    const point = await pace(port, load)
    if (!point.late || tries === PUNCTUAL_TRIES) return point
  }
}

async function atLoad(
  pace: Pace,
  running: readonly Running[],
  load: number,
  rounds: number,
): Promise<Record<string, Point[]>> {
  const points = new Map(running.map(({ contender }) => [contender.name, [] as Point[]]))
  for (let round = 0; round < rounds; round++)
    for (const { contender, server } of rotated(running, round))
      points.get(contender.name)?.push(await punctual(pace, server.port, load))
  return Object.fromEntries(points)
}
