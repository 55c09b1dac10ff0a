import { headlessName, LARGE_NAME, namespaceOf, serviceName, type World, ZONE } from './world.ts'

/** One kind of query, and what a server must answer to be compared: its RCODE and how many records. */
export interface Mix {
  readonly name: string
  readonly title: string
  /** The i-th query, in dnsperf's form. */
  readonly query: (world: World, i: number) => string
  readonly rcode: 'NOERROR' | 'NXDOMAIN'
  readonly records: (world: World) => number
  /** No name is asked twice of a server in a whole run. */
  readonly fresh: boolean
}

export type Transport = 'udp' | 'tcp'

/** One mix, asked in one way. */
export interface Case {
  readonly mix: Mix
  readonly edns: boolean
  readonly transport: Transport
}

const known = (name: string, title: string, records: Mix['records'], query: Mix['query']): Mix => ({
  name,
  title,
  records,
  query,
  rcode: 'NOERROR',
  fresh: false,
})

export const MIXES: readonly Mix[] = [
  known(
    'A',
    'A of a ClusterSetIP service',
    () => 1,
    (world, i) => `${serviceName(i % world.services)} A`,
  ),
  known(
    'AAAA',
    'AAAA of an IPv4 service: NODATA',
    () => 0,
    (world, i) => `${serviceName(i % world.services)} AAAA`,
  ),
  known(
    'SRV',
    'SRV of a named port',
    () => 1,
    (world, i) => `_http._tcp.${serviceName(i % world.services)} SRV`,
  ),
  {
    name: 'NXDOMAIN',
    title: 'names that do not exist, each asked once',
    query: ({ services }, i) => `${freshLabel()}.${namespaceOf(i % services)}.svc.${ZONE} A`,
    rcode: 'NXDOMAIN',
    records: () => 0,
    fresh: true,
  },
  known(
    'headless',
    'A of a Headless service',
    ({ headlessEndpoints }) => headlessEndpoints,
    (world, i) => `${headlessName(i % world.headless)} A`,
  ),
  known(
    'large',
    'A of a Headless service of a thousand endpoints',
    ({ largeEndpoints }) => largeEndpoints,
    () => `${LARGE_NAME} A`,
  ),
]

let labels = 0

/** Never given before in this process; no resolver and no cache can guess it. */
const freshLabel = (): string =>
  `x${(labels++).toString(36)}-${Math.floor(Math.random() * 2 ** 32).toString(36)}`

export const CASES: readonly Case[] = (['udp', 'tcp'] as const).flatMap((transport) =>
  [false, true].flatMap((edns) => MIXES.map((mix) => ({ mix, edns, transport }))),
)

/** `A udp`, `headless tcp edns`. */
export const caseName = ({ mix, edns, transport }: Case): string =>
  `${mix.name} ${transport}${edns ? ' edns' : ''}`

/** Queries in an order that is the same in every run, but for names that must be fresh. */
export const queriesOf = (mix: Mix, world: World, count: number): readonly string[] =>
  shuffled(Array.from({ length: count }, (_, i) => mix.query(world, i)))

/** Fisher–Yates over a linear congruential generator (Numerical Recipes' constants). */
function shuffled(lines: readonly string[]): readonly string[] {
  const result = [...lines]
  let state = 1
  for (let last = result.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = Math.floor((state / 2 ** 32) * (last + 1))
    const [a = '', b = ''] = [result[last], result[other]]
    result[last] = b
    result[other] = a
  }
  return result
}
