import { type Interval, intervalOf, median } from '../statistics.ts'
import type { MeasuredCase, Results, Sample } from './results.ts'

/** A target, and what was measured against it; `figure` is why it was not, where it was not. */
export interface Verdict {
  readonly what: string
  readonly bound: 'at most' | 'at least'
  readonly limit: number
  readonly figure: Interval | string
}

/** A target is met when the interval reaches it; undefined where nothing was measured. */
export function isMet({ bound, limit, figure }: Verdict): boolean | undefined {
  if (typeof figure === 'string') return undefined
  return bound === 'at most' ? figure.low <= limit : figure.high >= limit
}

const NEEDED_CORES = 4
const OURS = 'Meridian'
const PEERS = ['NSD', 'Knot'] as const

export const verdictsOf = (results: Results): readonly Verdict[] => [
  ...results.cases.flatMap(cpuVerdicts),
  ...latencyVerdicts(results),
  ...workerVerdicts(results),
  ...memoryVerdicts(results),
]

/** `A udp edns`. */
export const nameOf = ({ mix, transport, edns }: MeasuredCase): string =>
  `${mix} ${transport}${edns ? ' edns' : ''}`

function cpuVerdicts(one: MeasuredCase): readonly Verdict[] {
  const verdict = (what: string, limit: number, peers: readonly string[]): Verdict => ({
    what: `CPU per query, ${nameOf(one)}: ${what}`,
    bound: 'at most',
    limit,
    figure: ratio(one, peers),
  })
  const coreDns = ['CoreDNS']
  if (one.transport === 'tcp') return [verdict('Meridian / CoreDNS', 0.5, coreDns)]
  const floor = one.mix === 'A' ? [verdict('Meridian / C loop', 1.15, ['C loop'])] : []
  return [
    verdict('Meridian / better of NSD and Knot', 1, PEERS),
    verdict('Meridian / CoreDNS', 0.25, coreDns),
    ...floor,
  ]
}

/** Ours over the better of some peers, which is the one with the lower median, in the same round. */
function ratio(one: MeasuredCase, names: readonly string[]): Interval | string {
  const ours = roundsOf(one, OURS)
  if (typeof ours === 'string') return ours
  const peers = names.map((name) => roundsOf(one, name))
  const [best] = peers
    .filter((rounds) => typeof rounds !== 'string')
    .toSorted((a, b) => middle(a) - middle(b))
  if (best === undefined) return peers.join('; ')
  return intervalOf(ours.map(({ micros }, i) => micros / microsOf(best, i)))
}

/** CPU µs per query. */
export const middle = (rounds: readonly Sample[]): number => median(rounds.map(({ micros }) => micros))

const microsOf = (rounds: readonly Sample[], i: number): number => rounds[i]?.micros ?? Number.NaN

function roundsOf(one: MeasuredCase, name: string): readonly Sample[] | string {
  const outcome = one.servers[name]
  if (outcome === undefined) return `${name} did not run`
  return 'unlike' in outcome ? `${name} answers ${outcome.unlike}` : outcome.rounds
}

function latencyVerdicts({ latency }: Results): readonly Verdict[] {
  const what = 'p99 latency at half of CoreDNS’s highest lossless load: Meridian / CoreDNS'
  const [ours, theirs] = [latency?.half[OURS], latency?.half['CoreDNS']]
  const figure =
    ours === undefined || theirs === undefined
      ? 'not measured'
      : intervalOf(ours.map(({ p99 }, i) => p99 / (theirs[i]?.p99 ?? Number.NaN)))
  return [{ what, bound: 'at most', limit: 0.5, figure }]
}

function workerVerdicts({ workers, cores }: Results): readonly Verdict[] {
  const ratios = workers?.two.map(({ micros }, i) => micros / microsOf(workers.one, i)) ?? []
  const few = cores < NEEDED_CORES ? `: ${cores} ${cores === 1 ? 'core' : 'cores'}` : ''
  const title = (what: string): string => `two workers, ${what}`
  return [
    {
      what: title('one flow: share of the busier'),
      bound: 'at most',
      limit: 0.6,
      figure: orNot(workers?.shares),
    },
    {
      what: title('one flow: CPU per query / one worker’s'),
      bound: 'at most',
      limit: 1.3,
      figure: orNot(ratios),
    },
    {
      what: title('many flows: queries a second / one worker’s'),
      bound: 'at least',
      limit: 1.8,
      figure: orNot(workers?.throughput, few),
    },
  ]
}

const orNot = (values: readonly number[] = [], why = ''): Interval | string =>
  values.length > 0 ? intervalOf(values) : `not measured${why}`

function memoryVerdicts({ memory, world }: Results): readonly Verdict[] {
  const what = `resident memory, ${world.services.toLocaleString('en')} services of ${world.endpoints} endpoints: Meridian / CoreDNS`
  const [ours, theirs] = [memory[OURS], memory['CoreDNS']]
  const figure = ours === undefined || theirs === undefined ? 'not measured' : intervalOf([ours / theirs])
  return [{ what, bound: 'at most', limit: 1, figure }]
}
