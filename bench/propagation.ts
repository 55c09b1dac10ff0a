// `npm run bench:propagation`: from an API server's acknowledgement of an EndpointSlice change to the first right
// answer, beside CoreDNS on the same API server in the same run. Loopback only, ends by itself.
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { build, type Cluster, startCluster, startCoreDns } from '../test/e2e/ground/index.ts'
import { machine } from './cpu.ts'
import { type Change, type Contender, contest } from './propagation/contest.ts'
import { createServices } from './propagation/objects.ts'
import { Poller } from './propagation/poller.ts'
import { figuresOf, HEAD, printFigures, printRatio } from './propagation/report.ts'
import { CLUSTER_ID, corefile, writeConfiguration } from './real-cluster.ts'
import { startMeridian } from './servers.ts'

const USAGE = `npm run bench:propagation -- [options]
  --changes N         changes for each contender at each size (500)
  --services N[,N…]   sizes, ascending (100,10000)
  --profile DIR       Meridian writes CPU profiles there; its figures then include the profiler`

/** All of it. A machine that is slower than that has no figures to give. */
const DEADLINE_MS = 9 * 60_000
const WARM_UP = 30

/** The titles' order is that of the table. */
const TITLES = {
  meridian: 'Meridian, exported service',
  coreDns: 'CoreDNS, imported service',
  imported: 'Meridian, imported service (the same objects)',
} as const

interface Plan {
  readonly sizes: readonly number[]
  readonly changes: number
  /** Node's flags for Meridian. */
  readonly profiler: readonly string[]
}

type Measured = ReadonlyMap<Contender, readonly Change[]>

async function bench({ sizes, ...plan }: Plan): Promise<void> {
  console.log(await setting(plan.changes))
  const cluster = await startCluster(CLUSTER_ID)
  try {
    const measured: Measured[] = []
    for (const [i, size] of sizes.entries()) {
      await grow(cluster, sizes[i - 1] ?? 0, size)
      measured.push(await measure(cluster, size, plan))
    }
    console.log(`\n${compareSizes(sizes, measured)}`)
  } finally {
    await cluster.close()
  }
}

async function setting(changes: number): Promise<string> {
  const version = async (name: Parameters<typeof build>[0], flag: string): Promise<string> =>
    execFileSync(await build(name), [flag], { encoding: 'utf8' }).split('\n')[0] ?? ''
  return `${await version('kube-apiserver', '--version')}, ${await version('etcd', '--version')}, ${await version('coredns', '-version')}, Node ${process.version}
${machine()}; nothing pinned: API server, etcd, both DNS servers and the poller share the cores
${changes} changes each, in turn, of one slice with two endpoints; both servers watch all objects throughout
before ack: right answers that came before the acknowledgement, counted with their negative time
silences: questions without a reply in 250 ms, asked again`
}

async function grow(cluster: Cluster, from: number, to: number): Promise<void> {
  const start = performance.now()
  await createServices(cluster.admin, from, to)
  console.log(
    `\n${to} services exported and ${to} imported; the last ${to - from} took ${since(start)} to create`,
  )
}

/** Both servers are started anew at each size: their lists are part of what they must be good at. */
async function measure(
  cluster: Cluster,
  size: number,
  { changes, profiler }: Omit<Plan, 'sizes'>,
): Promise<Measured> {
  let start = performance.now()
  await using meridian = await startMeridian(writeConfiguration(cluster), [], profiler)
  console.log(`  Meridian was ready after ${since(start)}`)
  start = performance.now()
  const coreDns = await startCoreDns(corefile(cluster))
  console.log(`  CoreDNS was ready after ${since(start)}`)
  const contenders: readonly Contender[] = [
    { title: TITLES.meridian, way: 'exported', poller: new Poller(meridian.port) },
    { title: TITLES.coreDns, way: 'imported', poller: new Poller(coreDns.port) },
    { title: TITLES.imported, way: 'imported', poller: new Poller(meridian.port) },
  ]
  try {
    await contest(cluster.admin, contenders, size, WARM_UP)
    const measured = await contest(cluster.admin, contenders, size, changes)
    console.log(`${HEAD}\n${[...measured].map(([one, its]) => printFigures(one, its)).join('\n')}`)
    console.log(compareServers(measured))
    return measured
  } finally {
    for (const { poller } of contenders) poller.close()
    await coreDns.close()
  }
}

const since = (start: number): string => `${((performance.now() - start) / 1000).toFixed(1)} s`

function compareServers(measured: Measured): string {
  const coreDns = figuresOf(changesOf(measured, TITLES.coreDns))
  return [TITLES.meridian, TITLES.imported]
    .map((title) =>
      printRatio(
        `${title.replace(/,.*(export|import).*/, ', $1ed')} / CoreDNS`,
        figuresOf(changesOf(measured, title)),
        coreDns,
      ),
    )
    .join('\n')
}

function compareSizes(sizes: readonly number[], measured: readonly Measured[]): string {
  const [first, last] = [measured[0], measured.at(-1)]
  if (first === undefined || last === undefined || first === last) return ''
  return [TITLES.meridian, TITLES.coreDns]
    .map((title) =>
      printRatio(
        `${title}: ${sizes.at(-1)} / ${sizes[0]}`,
        figuresOf(changesOf(last, title)),
        figuresOf(changesOf(first, title)),
      ),
    )
    .join('\n')
}

const changesOf = (measured: Measured, title: string): readonly Change[] =>
  [...measured].find(([contender]) => contender.title === title)?.[1] ?? []

function planOf(args: readonly string[]): Plan | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { changes: { type: 'string' }, services: { type: 'string' }, profile: { type: 'string' } },
    })
    const sizes = (values.services ?? '100,10000').split(',').map(Number)
    const changes = Number(values.changes ?? 500)
    const { profile } = values
    const profiler = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
    return isCount(changes) && sizes.every(isCount) ? { sizes, changes, profiler } : undefined
  } catch {
    return undefined
  }
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 50_000

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
const plan = planOf(process.argv.slice(2))
if (plan === undefined) {
  console.error(USAGE)
  process.exitCode = 2
} else {
  const late = setTimeout(() => {
    console.error(`not done in ${DEADLINE_MS / 60_000} minutes`)
    process.exit(1)
  }, DEADLINE_MS)
  await bench(plan)
    .catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error))
      process.exitCode = 1
    })
    .finally(() => clearTimeout(late))
}
