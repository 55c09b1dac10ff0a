// `npm run bench`: CPU per UDP query, beside a bare `dgram` echo in the same run. Loopback only, ends by itself.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machine, pins } from './cpu.ts'
import { dnsperfVersion, LOAD } from './dnsperf.ts'
import { WORLD, writeWorld } from './generate.ts'
import { type Contest, measureRounds } from './measure.ts'
import { type Plan, planOf, USAGE } from './options.ts'
import type { Mix } from './queries.ts'
import { printSummary, ROUND_HEAD, SUMMARY_HEAD, summarize } from './report.ts'
import { startEcho, startMeridian } from './servers.ts'

async function bench(plan: Plan): Promise<void> {
  const version = dnsperfVersion()
  if (version === undefined) throw new Error('dnsperf is not installed: apt-get install dnsperf')
  const dir = mkdtempSync(join(tmpdir(), 'meridian-bench-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  const { server: pin, load } = pins()
  const profiler = plan.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${plan.profile}`]
  await using meridian = await startMeridian(writeWorld(dir), pin, profiler)
  await using echo = await startEcho(pin)
  console.log(setting(version, load.length > 0))
  await measureMixes(plan, { meridian, echo, load }, dir)
}

function setting(version: string, pinned: boolean): string {
  const { services, clusters, endpoints, headless, headlessEndpoints } = WORLD
  return `${services} ClusterSetIP services of ${endpoints} endpoints and ${headless} Headless ones of ${headlessEndpoints} in each of ${clusters.length} clusters
Node ${process.version}; ${machine()}; ${pinned ? 'servers on CPU 0, dnsperf on CPU 1' : 'nothing pinned'}
dnsperf ${version} ${LOAD.join(' ')} over UDP on 127.0.0.1; CPU is user and system time of the whole process
Compare µs per query: qps is the load generator's limit too, or that of a machine that does other work`
}

async function measureMixes(plan: Plan, contest: Contest, dir: string): Promise<void> {
  const summaries: string[] = []
  for (const [i, mix] of plan.mixes.entries()) {
    console.log(`\n${mix.name}: ${mix.title}\n${ROUND_HEAD}`)
    const file = writeQueries(mix, dir)
    const length = i === 0 ? plan : { rounds: Math.min(plan.rounds, 3), seconds: 1 }
    const rounds = await measureRounds(contest, { ...length, mix, file })
    summaries.push(printSummary(mix.name, summarize(rounds)))
  }
  console.log(`\n${SUMMARY_HEAD}\n${summaries.join('\n')}`)
}

function writeQueries(mix: Mix, dir: string): string {
  const file = join(dir, `${mix.name}.txt`)
  writeFileSync(file, `${mix.lines().join('\n')}\n`)
  return file
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
const plan = planOf(process.argv.slice(2))
if (plan === undefined) {
  console.error(USAGE)
  process.exitCode = 2
} else {
  await bench(plan).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  })
}
