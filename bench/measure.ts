import { cpuSeconds, type Pins } from './cpu.ts'
import { dnsperf } from './dnsperf.ts'
import type { Mix } from './queries.ts'
import { printRound, type Round, type Sample } from './report.ts'
import type { Server } from './servers.ts'

/** Two servers to be loaded in turn. */
export interface Contest {
  readonly meridian: Server
  readonly echo: Server
  readonly load: Pins['load']
}

/** Queries and how they are asked: `file` holds the mix's lines. */
export interface Course {
  readonly mix: Mix
  readonly file: string
  readonly rounds: number
  readonly seconds: number
}

/** Rounds of a mix, after one second each that is not counted: it compiles the servers' code and fills their memos. */
export async function measureRounds(contest: Contest, course: Course): Promise<readonly Round[]> {
  for (const server of [contest.meridian, contest.echo])
    await measure(server, contest, { ...course, seconds: 1 })
  const rounds: Round[] = []
  for (let i = 1; i <= course.rounds; i++) {
    const round = await measureRound(contest, course, i % 2 === 0)
    console.log(printRound(String(i), round))
    rounds.push(round)
  }
  return rounds
}

/** Both in turn, the echo first in every second round, so that a drift of the machine favours nobody. */
async function measureRound(contest: Contest, course: Course, echoFirst: boolean): Promise<Round> {
  const early = echoFirst ? await measure(contest.echo, contest, course) : undefined
  const meridian = await measure(contest.meridian, contest, course)
  return { meridian, echo: early ?? (await measure(contest.echo, contest, course)) }
}

async function measure(
  server: Server,
  { load, echo }: Contest,
  { mix, file, seconds }: Course,
): Promise<Sample> {
  const before = cpuSeconds(server.pid)
  const { completed, lost, qps, replyOctets, rcodes, ...run } = await dnsperf(
    server.port,
    file,
    seconds,
    load,
  )
  const used = cpuSeconds(server.pid) - before
  if (completed === 0) throw new Error(`${mix.name}: ${server.name} answered nothing`)
  const wrong = [...rcodes.keys()].filter((rcode) => !mix.rcodes.includes(rcode))
  if (server !== echo && wrong.length > 0)
    throw new Error(`${mix.name}: ${server.name} answered ${wrong.join(', ')}`)
  return { qps, microseconds: (used * 1e6) / completed, lost, busy: used / run.seconds, replyOctets }
}
