import { type Distribute, meansSame } from '../../words/clusterset/index.ts'
import type { Check } from './check.ts'
import type { Path, PathProblem } from './problems.ts'
import type { WrittenConfig } from './schema.ts'

/** What is wrong between the keys of `routing`. */
export function routes({ routing }: WrittenConfig): readonly Check[] {
  const policies: readonly (readonly [Path, Policy])[] = [
    [['routing'], routing],
    ...Object.entries(routing.services).map(
      ([name, policy]) => [['routing', 'services', name], policy] as const,
    ),
  ]
  return policies.flatMap(([path, { distribute, failover, prefer, weights }]) => [
    ...(distribute ?? []).map((entry, i, all) => ({
      reads: [[...path, 'distribute', i, 'to', '*']],
      find: () => ofDistribute(entry, [...path, 'distribute', i], all.slice(0, i)),
    })),
    ...(failover ?? []).map((entry, i) => ({
      reads: [],
      find: () => ofFailover(entry, [...path, 'failover', i]),
    })),
    { reads: [[...path, 'weights', '*']], find: () => ofListed(weights, [...path, 'weights'], CLUSTERS) },
    { reads: [[...path, 'prefer', '*']], find: () => ofListed(prefer, [...path, 'prefer'], LABELS) },
  ])
}

const CLUSTERS = { problem: 'no cluster is listed', remedy: 'list a cluster and its share, or leave it out' }
const LABELS = { problem: 'no label is listed', remedy: 'list a label and its value, or leave it out' }

const ofListed = (
  written: Readonly<Record<string, unknown>> | null | undefined,
  path: Path,
  none: Omit<PathProblem, 'path'>,
): readonly PathProblem[] =>
  written === null || written === undefined || Object.keys(written).length > 0 ? [] : [{ path, ...none }]

interface Policy {
  readonly distribute: readonly Distribute[] | null
  readonly failover: readonly { readonly from: string; readonly to: string }[] | null
  readonly weights?: Readonly<Record<string, number>> | null
  readonly prefer?: Readonly<Record<string, string>> | null
}

function ofDistribute(
  { from, to }: Distribute,
  path: Path,
  before: readonly Distribute[],
): readonly PathProblem[] {
  const other = before.find((one) => meansSame(one.from, from))
  if (other !== undefined) {
    const remedy = 'merge the two: the first that matches holds'
    const as = other.from === from ? '' : `, as ${other.from}`
    return [{ path: [...path, 'from'], problem: `${from} has an entry already${as}`, remedy }]
  }
  const twice = to.flatMap(({ locality }, i) => {
    const same = to.slice(0, i).find((one) => meansSame(one.locality, locality))
    const problem = `${locality} and ${same?.locality} mean the same`
    return same === undefined
      ? []
      : [{ path: [...path, 'to', locality], problem, remedy: 'keep one of the two' }]
  })
  if (twice.length > 0) return twice
  if (to.some(({ weight }) => weight > 0)) return []
  const remedy = 'give a locality a weight above 0, such as {"us-east-1/*": 80, "us-west-1/*": 20}'
  return [{ path: [...path, 'to'], problem: 'the weights add up to 0', remedy }]
}

function ofFailover(
  { from, to }: { readonly from: string; readonly to: string },
  path: Path,
): readonly PathProblem[] {
  if (from !== to) return []
  return [{ path: [...path, 'to'], problem: `${from} fails over to itself`, remedy: 'name another region' }]
}
