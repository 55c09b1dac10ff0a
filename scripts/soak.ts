// `npm run soak`: three clusters that change all the time, faults at random, and a prober that accepts no wrong
// answer. Loopback only; ends by itself, with status 1 if an answer was wrong or missing.
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { build, newDirectory, startCluster } from '../test/e2e/ground/index.ts'
import { randomFrom } from './soak/chance.ts'
import { churn } from './soak/churn.ts'
import { clockOf } from './soak/clock.ts'
import { configuration } from './soak/configuration.ts'
import { FIRST_SETTINGS, reload, rotateTokens, wreck } from './soak/faults.ts'
import {
  churnLarge,
  type LargeService,
  largeManifestsOf,
  largeQuestion,
  newLargeServices,
} from './soak/large.ts'
import { newTally, Prober, type Tally } from './soak/prober.ts'
import { nextQuestion } from './soak/questions.ts'
import { mebibytes, printGrowth, type ResidentSample } from './soak/resident.ts'
import {
  CLUSTERS,
  type Member,
  manifestsOf,
  newMember,
  newServices,
  type Part,
  type Service,
} from './soak/scene.ts'
import { ImageServer } from './soak/server.ts'

const USAGE = `npm run soak -- [options]
  --minutes N    how long (60)
  --seed N       of all that is left to chance: what changes, what breaks, what is asked (by the clock)
  --services N   of each kind, Headless and ClusterSetIP (12)
  --most N       endpoints of a large Headless service in a cluster; 0: there are none (5000)`

const SAMPLE_MS = 10_000
const MINUTE_MS = 60_000
/** The most that is waited for clusters which are still coming back at the end. */
const END_MS = 240_000
const MOST_FAILURES_SHOWN = 40

interface Plan {
  readonly minutes: number
  readonly seed: number
  readonly services: number
  /** Endpoints. */
  readonly most: number
}

/** One run and what came of it so far. */
class Soak {
  readonly #plan: Plan
  readonly #start = performance.now()
  readonly #total = newTally()
  readonly #resident: ResidentSample[] = []
  #changes = 0
  #faults = 0
  #failures = 0

  constructor(plan: Plan) {
    this.#plan = plan
  }

  /** Whether no answer was wrong or lost, and no bug was logged. */
  async run(): Promise<boolean> {
    const members = (await Promise.all(CLUSTERS.map(startOne))).map(newMember)
    const services = newServices(members, this.#plan.services)
    const large = newLargeServices(members, this.#plan.most)
    for (const member of members)
      await member.cluster.apply([
        ...partsOf(member, services).flatMap(manifestsOf),
        ...largePartsOf(member, large).flatMap(largeManifestsOf),
      ])
    const directory = newDirectory('soak')
    const server = await ImageServer.start(directory, configuration(directory, members, FIRST_SETTINGS))
    console.log(
      `${2 * this.#plan.services} services in each of ${members.length} clusters, ${large.length} large ones; log: ${server.log}`,
    )
    const random = randomFrom(this.#plan.seed, 'questions')
    const prober = new Prober({
      port: server.port,
      next: () =>
        large.length > 0 && random() < LARGE_SHARE
          ? largeQuestion(large, random)
          : nextQuestion(services, random),
      failed: (text) => this.#fail(text),
    })
    const ending = new AbortController()
    const running = this.#disturb(members, services, large, server, ending.signal)
    try {
      await Promise.race([this.#watch(server, prober, services, large), running])
    } finally {
      ending.abort()
      // Whoever is repairing a cluster finishes first.
      await Promise.race([running, pause(END_MS, undefined, { ref: false })]).catch(() => undefined)
    }
    await prober.stop()
    this.#add(prober.take())
    const bugs = server.bugs()
    await server.stop()
    await Promise.all(members.map(({ cluster }) => cluster.close()))
    return this.#summarize(bugs)
  }

  /** Resolves after the signal; rejects if the ground itself fails. */
  async #disturb(
    members: readonly Member[],
    services: readonly Service[],
    large: readonly LargeService[],
    server: ImageServer,
    signal: AbortSignal,
  ): Promise<void> {
    const { seed } = this.#plan
    const chaos = (name: string) => ({ server, random: randomFrom(seed, name), signal, say: this.#broke })
    const changed = () => {
      this.#changes++
    }
    await Promise.all([
      wreck(members, chaos('faults')),
      reload(members, chaos('configuration')),
      ...members.map((member) => rotateTokens(member, chaos(`tokens ${member.id}`))),
      ...members.map((member) =>
        churn(member, partsOf(member, services), randomFrom(seed, member.id), changed, signal),
      ),
      ...members.map((member) =>
        churnLarge(member, large, randomFrom(seed, `large ${member.id}`), changed, signal),
      ),
    ])
  }

  async #watch(
    server: ImageServer,
    prober: Prober,
    services: readonly Service[],
    large: readonly LargeService[],
  ): Promise<void> {
    const end = performance.now() + this.#plan.minutes * MINUTE_MS
    let minute = performance.now() + MINUTE_MS
    let tally = newTally()
    while (performance.now() < end) {
      await pause(Math.min(SAMPLE_MS, Math.max(1, end - performance.now())))
      if (server.hasEnded) throw new Error(`Meridian ended: see ${server.log} (MERIDIAN_E2E_KEEP=1 keeps it)`)
      this.#resident.push({ at: performance.now(), octets: server.resident() })
      const asked = performance.now() - MINUTE_MS
      for (const { parts } of services) for (const part of parts) forget(part, asked)
      for (const { parts } of large)
        for (const { slices } of parts) for (const one of slices) one.forget(asked)
      const recent = prober.take()
      this.#add(recent)
      tally = sum(tally, recent)
      if (performance.now() < minute) continue
      console.log(`${this.#clock()}  ${printTally(tally)}  resident ${mebibytes(server.resident())}`)
      minute += MINUTE_MS
      tally = newTally()
    }
  }

  #add(tally: Tally): void {
    Object.assign(this.#total, sum(this.#total, tally))
  }

  #fail(text: string): void {
    if (this.#failures++ < MOST_FAILURES_SHOWN) console.log(`${this.#clock()}  ${text}`)
  }

  readonly #broke = (what: string): void => {
    this.#faults++
    console.log(`${this.#clock()}  ${what}`)
  }

  #clock(): string {
    return clockOf(this.#start)
  }

  #summarize(bugs: readonly string[]): boolean {
    const { minutes, seed } = this.#plan
    const begun = this.#resident[0]?.at ?? 0
    const since = (ms: number): string => {
      const samples = this.#resident.filter(({ at }) => at - begun >= ms)
      return printGrowth(samples)
    }
    console.log(`
${minutes} minutes, seed ${seed}: ${this.#changes} changes, ${this.#faults} faults and reloads
${printTally(this.#total)}
bugs in its log: ${bugs.length}${bugs
      .slice(0, 5)
      .map((line) => `\n  ${line}`)
      .join('')}
resident set after ${Math.round(warmUpMs(minutes) / 6000) / 10} minutes of warm-up: ${since(warmUpMs(minutes))}
in the second half: ${since((minutes / 2) * MINUTE_MS)}`)
    return this.#total.wrong === 0 && this.#total.lost === 0 && bugs.length === 0
  }
}

const startOne = (id: string, i: number) =>
  startCluster(id, { serviceCIDRs: [`10.${101 + i}.0.0/16`, `fd00:10:${101 + i}::/112`] })

const forget = ({ serviceObject, exportObject, slice }: Part, asked: number): void => {
  for (const facts of [serviceObject, exportObject, slice]) facts.forget(asked)
}

const partsOf = (member: Member, services: readonly Service[]) =>
  services.flatMap(({ parts }) => parts.filter((part) => part.member === member))

const largePartsOf = (member: Member, large: readonly LargeService[]) =>
  large.flatMap(({ parts }) => parts.filter((part) => part.member === member))

/** Of the questions those about large services: each is as much work for the prober as a hundred others. */
const LARGE_SHARE = 0.03

/** Code that is compiled, memos that fill: ten minutes, or a third of a short run. */
const warmUpMs = (minutes: number): number => Math.min(10, minutes / 3) * MINUTE_MS

const sum = (a: Tally, b: Tally): Tally => ({
  asked: a.asked + b.asked,
  wrong: a.wrong + b.wrong,
  lost: a.lost + b.lost,
  slowest: Math.max(a.slowest, b.slowest),
  late: Math.max(a.late, b.late),
  lateAfterFault: Math.max(a.lateAfterFault, b.lateAfterFault),
})

const printTally = ({ asked, wrong, lost, slowest, late, lateAfterFault }: Tally): string =>
  `asked ${asked}  wrong ${wrong}  lost ${lost}  slowest ${slowest.toFixed(0)} ms  late ${late.toFixed(0)} ms  after faults ${lateAfterFault.toFixed(0)} ms`

function planOf(args: readonly string[]): Plan | undefined {
  try {
    const options = {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      services: { type: 'string' },
      most: { type: 'string' },
    } as const
    const { values } = parseArgs({ args: [...args], options })
    const plan = {
      minutes: Number(values.minutes ?? 60),
      seed: Number(values.seed ?? Date.now() % 1_000_000),
      services: Number(values.services ?? 12),
      most: Number(values.most ?? 5000),
    }
    const { minutes, seed, services, most } = plan
    if (!(minutes > 0 && minutes <= 24 * 60 && Number.isInteger(seed))) return undefined
    if (!(Number.isInteger(most) && (most === 0 || (most >= 300 && most <= 20_000)))) return undefined
    return Number.isInteger(services) && services >= 1 && services <= 50 ? plan : undefined
  } catch {
    return undefined
  }
}

const plan = planOf(process.argv.slice(2))
if (plan === undefined) {
  console.error(USAGE)
  process.exit(2)
}
console.log(
  `seed ${plan.seed}, ${plan.minutes} minutes\nlate: how long after its acknowledgement an older answer was still given; after faults: how long after their end`,
)
for (const name of ['tether', 'credentials', 'mcs-crds', 'etcd', 'kube-apiserver'] as const)
  await build(name, () => undefined)
const clean = await new Soak(plan).run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.stack : String(error))
  return false
})
process.exit(clean ? 0 : 1)
