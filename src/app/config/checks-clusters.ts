import { isWithin, liesInAny, printAddress } from '../../values/dns/index.ts'
import type { Check } from './check.ts'
import type { Path, PathProblem } from './problems.ts'
import type { WrittenDeclaration } from './schema.ts'
import type { Suffixes } from './suffixes.ts'
import { printDuration } from './text.ts'

export const SUFFIXES: readonly Path[] = [
  ...['clusterset', 'global', 'cluster'].map((zone) => ['zones', zone]),
  ['zones', 'entries', '*'],
  ['local', 'clusterDomain'],
]

/** What a reach cannot do without. */
const NEEDS: Readonly<Record<string, (cluster: WrittenDeclaration) => string | undefined>> = {
  clusterIP: ({ serviceCIDRs }) => (serviceCIDRs.length === 0 ? 'serviceCIDRs' : undefined),
  endpoints: ({ network }) => (network === null ? 'network' : undefined),
  nodePort: ({ nodeAddresses }) => (nodeAddresses.length === 0 ? 'nodeAddresses' : undefined),
  gateway: ({ gateway }) => (gateway.addresses.length === 0 ? 'gateway.addresses' : undefined),
}

/** What is wrong between the keys of one cluster, which stands at `path`. */
export const clusterChecks = (
  cluster: WrittenDeclaration,
  zones: Pick<Suffixes, 'clusterset' | 'global' | 'entries'>,
  path: Path,
): readonly Check[] => [
  { reads: REACH.map((part) => [...path, ...part]), find: () => reaching(cluster, path) },
  { reads: PROBE.map((part) => [...path, 'probe', part]), find: () => probing(cluster, path) },
  { reads: [], find: () => repeatedNamespaces(cluster, path) },
  { reads: SUFFIXES, find: () => gatewayNames(cluster, zones, path) },
  {
    reads: [
      [...path, 'gateway', 'addresses', '*'],
      [...path, 'loadBalancerCIDRs', '*'],
    ],
    find: () => strayGateways(cluster, path),
  },
]

const REACH: readonly Path[] = [
  ['reach'],
  ['network'],
  ['serviceCIDRs', '*'],
  ['nodeAddresses', '*'],
  ['gateway', 'addresses', '*'],
]
const PROBE = ['interval', 'timeout'] as const

function reaching(cluster: WrittenDeclaration, path: Path): readonly PathProblem[] {
  const { reach } = cluster
  const missing = NEEDS[reach]?.(cluster)
  if (missing === undefined) return []
  const remedy = `give the cluster its ${missing}, or write reach: auto`
  return [{ path: [...path, 'reach'], problem: `${reach} needs ${missing}, which is not set`, remedy }]
}

function probing({ probe }: WrittenDeclaration, path: Path): readonly PathProblem[] {
  if (probe === null || probe.timeout <= probe.interval) return []
  const [timeout, interval] = [printDuration(probe.timeout), printDuration(probe.interval)]
  const remedy = `write at most ${interval}, or lengthen the interval`
  const problem = `${timeout} is longer than the interval, ${interval}`
  return [{ path: [...path, 'probe', 'timeout'], problem, remedy }]
}

const repeatedNamespaces = ({ namespaces }: WrittenDeclaration, path: Path): readonly PathProblem[] => {
  const firsts = firstOf(namespaces)
  return namespaces.flatMap((name, i) =>
    firsts.get(name) === i
      ? []
      : [
          {
            path: [...path, 'namespaces', i],
            problem: `${name} is listed twice`,
            remedy: 'keep one of the two',
          },
        ],
  )
}

/** Where each value stands first. */
export function firstOf(values: readonly string[]): ReadonlyMap<string, number> {
  const firsts = new Map<string, number>()
  for (const [i, value] of values.entries()) if (!firsts.has(value)) firsts.set(value, i)
  return firsts
}

/** A gateway's name inside our own zones would be resolved by asking ourselves. */
function gatewayNames(
  { gateway }: WrittenDeclaration,
  { clusterset, global, entries = [] }: Pick<Suffixes, 'clusterset' | 'global' | 'entries'>,
  path: Path,
): readonly PathProblem[] {
  return gateway.addresses.flatMap((gate, i) => {
    if (typeof gate === 'string') return []
    const zone = [clusterset, global, ...entries].find((z) => z !== null && isWithin(gate.hostname, z))
    if (zone === undefined) return []
    const problem = `${gate.hostname} lies in ${zone}, which is answered here from clusters`
    const remedy = 'write a name outside, or the address'
    return [{ path: [...path, 'gateway', 'addresses', i], problem, remedy }]
  })
}

/** What of the cluster's own gateway its own declaration would refuse. */
const strayGateways = (
  { gateway, loadBalancerCIDRs }: WrittenDeclaration,
  path: Path,
): readonly PathProblem[] =>
  loadBalancerCIDRs.length === 0
    ? []
    : gateway.addresses.flatMap((gate, i) => {
        if (typeof gate !== 'string' || liesInAny(gate, loadBalancerCIDRs)) return []
        const problem = `${printAddress(gate)} is outside loadBalancerCIDRs, and would be refused`
        const remedy = 'add its range to loadBalancerCIDRs, or correct the address'
        return [{ path: [...path, 'gateway', 'addresses', i], problem, remedy }]
      })
