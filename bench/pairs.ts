// `npm run bench:pairs -- DIR`: CPU per query of this tree beside another checkout of Meridian, in turns on one machine.
// DIR has its packages and its addon. Loopback only, ends by itself. A ratio above 1 says that this tree costs more.
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { eventually } from '../test/e2e/ground/index.ts'
import { command } from './command.ts'
import { pins } from './cpu.ts'
import { startMeridian } from './servers.ts'
import { ask, unlike } from './speed/ask.ts'
import { prepare } from './speed/contest.ts'
import { type Course, load, type Running, writeQueries } from './speed/measure.ts'
import { CASES, type Case, caseName } from './speed/mixes.ts'
import { writeConfiguration } from './speed/servers.ts'
import { intervalOf, median } from './statistics.ts'

const USAGE = `npm run bench:pairs -- DIR [options]
  DIR              another checkout of Meridian, with its packages and addon: the ratios are ours to its
  --pairs N        how often both are loaded with each mix (10)
  --seconds N      how long each time (1)
  --services N     ClusterSetIP services (2000)
  --only WORDS     only the mixes that have these words in their name, such as "A udp edns"`

const ANSWER_MS = 20_000
const AT_REST_MS = 30_000

interface Plan {
  readonly against: string
  readonly pairs: number
  readonly seconds: number
  readonly services: number
  readonly only: readonly string[]
}

function planOf(args: readonly string[]): Plan | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        pairs: { type: 'string', default: '10' },
        seconds: { type: 'string', default: '1' },
        services: { type: 'string', default: '2000' },
        only: { type: 'string', default: '' },
      },
    })
    const [against] = positionals
    const [pairs, seconds, services] = [values.pairs, values.seconds, values.services].map(Number)
    if (against === undefined || !pairs || !seconds || !services) return undefined
    return {
      against: resolve(against),
      pairs,
      seconds,
      services,
      only: values.only.split(' ').filter(Boolean),
    }
  } catch {
    return undefined
  }
}

/** Two servers of the same records, and the load that they take in turns. */
interface Pair {
  readonly ours: Running
  readonly theirs: Running
  readonly course: Omit<Course, 'rounds'>
}

async function bench(plan: Plan): Promise<void> {
  await using servers = new AsyncDisposableStack()
  const ground = await prepare(plan, servers, console.error)
  const start = async (name: string, program?: string): Promise<Running> => {
    const file = writeConfiguration(ground, 1)
    const server = servers.use(await startMeridian(file, ground.pin, ground.node, undefined, program))
    return { contender: { name, floor: false }, server }
  }
  const course = { ground, seconds: plan.seconds, load: pins().load }
  const ours = await start('this tree')
  const theirs = await start(plan.against, resolve(plan.against, 'bin/meridian.mjs'))
  // What a start leaves behind is collected first, which is no query's cost.
  await sleep(AT_REST_MS)
  for (const one of CASES.filter(isOf(plan))) console.log(await compare({ ours, theirs, course }, one, plan))
}

const isOf =
  ({ only }: Plan) =>
  (one: Case): boolean =>
    only.every((word) => caseName(one).split(' ').includes(word))

/** `A udp  1.013 (0.998–1.034)  2.41 µs beside 2.38`: what a query costs, as the median of the pairs. */
async function compare({ ours, theirs, course }: Pair, one: Case, { pairs }: Plan): Promise<string> {
  const cost = async (running: Running): Promise<number> => {
    const file = writeQueries(one, course.seconds, course)
    return (await load(running, one, file, course)).micros
  }
  for (const running of [ours, theirs]) {
    await answers(running, one, course)
    await cost(running)
  }
  const [own, others]: [number[], number[]] = [[], []]
  for (let i = 0; i < pairs; i++) {
    // Each begins every other pair, so that a drift of the machine favours nobody.
    if (i % 2 === 0) own.push(await cost(ours))
    others.push(await cost(theirs))
    if (i % 2 === 1) own.push(await cost(ours))
  }
  const { median: middle, low, high } = intervalOf(own.map((micros, i) => micros / (others[i] ?? Number.NaN)))
  const ratio = `${middle.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`
  return `${caseName(one).padEnd(18)} ${ratio}  ${median(own).toFixed(2)} µs beside ${median(others).toFixed(2)}`
}

async function answers({ contender, server }: Running, one: Case, { ground }: Pair['course']): Promise<void> {
  const what = `${contender.name} answers ${caseName(one)}`
  const reply = await eventually(what, ANSWER_MS, () => ask(server.port, one, ground.world))
  const why = unlike(one, ground.world, reply)
  if (why !== undefined) throw new Error(`${what}: ${why}`)
}

await command(planOf(process.argv.slice(2)), USAGE, bench)
