// `npm run bench:subnets`: what a client subnet adds to the CPU of a query, from a resolver whose word on that counts. Each
// mix is asked with and without, in turns, of the same server: by a map of clients, then by a GeoIP database too. Loopback
// only, needs dnsperf, ends by itself.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildQuery } from '../test/support/client.ts'
import { exported } from '../test/support/manifests.ts'
import { city, mmdb } from '../test/support/mmdb.ts'
import { command } from './command.ts'
import { cpuSeconds, pins } from './cpu.ts'
import { dnsperf } from './dnsperf.ts'
import { startMeridian } from './servers.ts'
import { intervalOf, median } from './statistics.ts'

const USAGE = `npm run bench:subnets -- [options]
  --pairs N        how often each mix is asked with and without (10)
  --seconds N      how long each time (1)
  --services N     ClusterSetIP services (2000)
  --subnets N      subnets of 24 bits that clients are in (256)`

interface Plan {
  readonly pairs: number
  readonly seconds: number
  readonly services: number
  readonly subnets: number
}

function planOf(args: readonly string[]): Plan | undefined {
  const options = {
    pairs: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '1' },
    services: { type: 'string', default: '2000' },
    subnets: { type: 'string', default: '256' },
  } as const
  try {
    const { values } = parseArgs({ args: [...args], options })
    const { pairs, seconds, services, subnets } = values
    const plan = {
      pairs: Number(pairs),
      seconds: Number(seconds),
      services: Number(services),
      subnets: Number(subnets),
    }
    return Object.values(plan).every((value) => Number.isInteger(value) && value > 0) ? plan : undefined
  } catch {
    return undefined
  }
}

const nameOf = (i: number): string => `s${i}.default.svc.clusterset.local`

/** Of the i-th query. */
const MIXES: readonly (readonly [title: string, type: string, name: (i: number) => string])[] = [
  ['A', 'A', nameOf],
  ['AAAA', 'AAAA', nameOf],
  ['SRV', 'SRV', (i) => `_http._tcp.${nameOf(i)}`],
  ['NXDOMAIN', 'A', (i) => `x${i}.nothing.svc.clusterset.local`],
]

/** Half of the subnets look from another cluster than the server's; by the database all of them from some country. */
const MAP = [{ cidr: '10.0.0.0/17', cluster: 'west' }]
const GEO = { database: './city.mmdb', map: { EU: 'eu-west', AS: 'asia', NA: 'us-east' } }

async function bench(plan: Plan): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'meridian-bench-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  prepare(directory, plan)
  for (const [title, clients] of [
    ['clients.map', { map: MAP }],
    ['clients.map and clients.geo', { map: MAP, geo: GEO }],
  ] as const) {
    const config = join(directory, 'meridian.yaml')
    writeFileSync(config, JSON.stringify(configuration(clients)))
    await using server = await startMeridian(config, pins().server, [])
    console.log(title)
    for (const mix of MIXES) console.log(`  ${await compare(server, mix, directory, plan)}`)
  }
}

function prepare(directory: string, { services }: Plan): void {
  for (const id of ['east', 'west']) {
    mkdirSync(join(directory, id))
    for (let i = 0; i < services; i++) {
      const clusterIP = `10.${id === 'east' ? 97 : 98}.${i >> 8}.${i & 255}`
      const text = exported({ name: `s${i}`, clusterIP, pods: [clusterIP] })
      writeFileSync(join(directory, id, `s${i}.json`), text)
    }
  }
  const places = ['EU/DE', 'AS/JP', 'NA/US', 'EU/FR']
  const records = Array.from(
    { length: 256 },
    (_, i) => [`10.0.${i}.0/24`, city(places[i % 4] ?? '')] as const,
  )
  writeFileSync(join(directory, 'city.mmdb'), mmdb(Object.fromEntries(records)))
}

const configuration = (clients: object) => ({
  dns: { listen: ['127.0.0.1:0'], workers: 1 },
  admin: { listen: '127.0.0.1:0' },
  local: { cluster: 'east' },
  clusters: ['east', 'west'].map((id) => ({
    id,
    locality: id === 'east' ? 'us-east' : 'eu-west',
    network: 'flat',
    source: { manifests: `./${id}` },
  })),
  clients: { trustClientSubnet: true, ...clients },
})

/** `A  1.043 (1.021–1.062)  2.51 µs beside 2.41`: with a subnet beside without, as the median of the pairs. */
async function compare(
  { pid, port }: { readonly pid: number; readonly port: number },
  mix: (typeof MIXES)[number],
  directory: string,
  { pairs, seconds, services, subnets }: Plan,
): Promise<string> {
  const files = [true, false].map((isSubnet) => {
    const file = join(directory, isSubnet ? 'with' : 'without')
    writeFileSync(file, queriesOf(mix, services, isSubnet ? subnets : 0))
    return file
  })
  const cost = async (file: string): Promise<number> => {
    const before = cpuSeconds(pid)
    const { completed, rcodes } = await dnsperf({ port, file, seconds, pin: pins().load, options: ['-B'] })
    const wrong = [...rcodes.keys()].filter((rcode) => (rcode === 'NXDOMAIN') !== (mix[0] === 'NXDOMAIN'))
    if (completed === 0 || wrong.length > 0)
      throw new Error(`${mix[0]}: answered ${wrong.join() || 'nothing'}`)
    return ((cpuSeconds(pid) - before) * 1e6) / completed
  }
  const [own, others]: [number[], number[]] = [[], []]
  const [subnet = '', none = ''] = files
  await cost(subnet)
  await cost(none)
  for (let i = 0; i < pairs; i++) {
    // Each begins every other pair, so that a drift of the machine favours neither.
    if (i % 2 === 0) own.push(await cost(subnet))
    others.push(await cost(none))
    if (i % 2 === 1) own.push(await cost(subnet))
  }
  const { median: middle, low, high } = intervalOf(own.map((micros, i) => micros / (others[i] ?? Number.NaN)))
  const ratio = `${middle.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`
  return `${mix[0].padEnd(9)} ${ratio}  ${median(own).toFixed(2)} µs beside ${median(others).toFixed(2)}`
}

const LINES = 20_000

/** As a stream has them: each behind its length. `subnets` 0: with an OPT record, and none in it. */
function queriesOf([, type, name]: (typeof MIXES)[number], services: number, subnets: number): Uint8Array {
  const messages = Array.from({ length: LINES }, (_, i) => {
    const place = (Math.imul(i, 0x9e3779b1) >>> 8) % Math.max(1, subnets)
    const edns = subnets === 0 ? {} : { subnet: `10.${place >> 8}.${place & 255}.0/24` }
    const query = buildQuery({ name: name((Math.imul(i, 0x85ebca6b) >>> 4) % services), type, edns })
    return Buffer.concat([Uint8Array.of(query.length >> 8, query.length & 255), query])
  })
  return Buffer.concat(messages)
}

await command(planOf(process.argv.slice(2)), USAGE, bench)
