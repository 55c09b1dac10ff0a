import { headlessName, serviceName, WORLD } from './generate.ts'

/** Queries that are measured together: lines of dnsperf's input, and the RCODEs that their replies may have. */
export interface Mix {
  readonly name: string
  readonly title: string
  readonly lines: () => readonly string[]
  readonly rcodes: readonly string[]
}

const LINES = 20_000

/** Each kind asks for every service in turn, so that no answer comes from a warm few. */
const KINDS = {
  A: (i) => `${serviceName(i % WORLD.services)}.svc.clusterset.local A`,
  AAAA: (i) => `${serviceName(i % WORLD.services)}.svc.clusterset.local AAAA`,
  SRV: (i) => `_http._tcp.${serviceName(i % WORLD.services)}.svc.clusterset.local SRV`,
  NXDOMAIN: (i) => `gone-${i}.team-0.svc.clusterset.local A`,
  global: (i) => `_http._tcp.${serviceName(i % WORLD.services)}.global SRV`,
  headless: (i) => `${headlessName(i % WORLD.headless)}.svc.clusterset.local A`,
} as const satisfies Record<string, (i: number) => string>

type Kind = keyof typeof KINDS

/** Of a hundred queries. Pods ask for A most, with AAAA beside it from some resolvers and typing errors from people. */
const SHARES: readonly (readonly [Kind, number])[] = [
  ['A', 70],
  ['AAAA', 15],
  ['SRV', 5],
  ['NXDOMAIN', 10],
]

const alone = (kind: Kind, title: string): Mix => ({
  name: kind,
  title,
  lines: () => shuffled(Array.from({ length: LINES }, (_, i) => KINDS[kind](i))),
  rcodes: [kind === 'NXDOMAIN' ? 'NXDOMAIN' : 'NOERROR'],
})

export const MIXES: readonly Mix[] = [
  {
    name: 'mixed',
    title: `${SHARES.map(([kind, share]) => `${share} % ${kind}`).join(', ')} of ClusterSetIP services`,
    lines: () => shuffled(SHARES.flatMap(([kind, share]) => portion(kind, share))),
    rcodes: ['NOERROR', 'NXDOMAIN'],
  },
  alone('A', 'A of a ClusterSetIP service: one address'),
  alone('AAAA', 'AAAA of an IPv4 service: NODATA with the SOA'),
  alone('SRV', 'SRV of a named port, with its target’s address'),
  alone('NXDOMAIN', 'names that do not exist'),
  alone('global', 'SRV in .global: one RR per cluster, with their addresses'),
  alone('headless', `A of a Headless service: ${WORLD.clusters.length * WORLD.headlessEndpoints} addresses`),
]

const portion = (kind: Kind, share: number): readonly string[] =>
  Array.from({ length: (LINES * share) / 100 }, (_, i) => KINDS[kind](i))

/** The same order in every run: Fisher–Yates over a linear congruential generator (Numerical Recipes' constants). */
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
