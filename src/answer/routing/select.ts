import {
  type Distribute,
  type FreshnessKind,
  type Policy,
  takesDraws,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import { nearnessTo } from './nearness.ts'
import { printObstacle } from './obstacle.ts'
import { distributeIn, shareOfPlace } from './policy.ts'
import type { Candidate, Placed, Selection, Standby } from './types.ts'

/** What routing needs to know of a service. */
export interface Routable<C extends Candidate = Candidate> {
  readonly candidates: readonly C[]
  readonly policy: Policy
  /** Only the viewpoint's own cluster may answer. */
  readonly isLocalOnly: boolean
}

/** Every candidate under every rule, in one pass. */
export function select<C extends Candidate>(
  service: Routable<C>,
  from: Viewpoint,
  nearness = nearnessTo(from, service.policy),
): Selection<C> {
  const { policy, isLocalOnly } = service
  const distribute = distributeIn(policy, from)
  const asked = isLocalOnly ? service.candidates.filter(({ id }) => id === from.cluster) : service.candidates
  const candidates = asked
    .map((candidate): Placed<C> => {
      const weight = policy.weights?.get(candidate.id) ?? candidate.weight
      const { standby, why } = standingOf(candidate, weight, distribute)
      return { candidate, distance: nearness(candidate), weight, standby, why }
    })
    .sort(byDistance)
  const routable = candidates.filter(({ candidate }) => candidate.route.kind !== 'none')
  const isReached = routable.length > 0
  return {
    candidates,
    routable,
    standby: ORDER.find((which) => routable.some((one) => one.standby === which)) ?? 'usable',
    excluded: isLocalOnly ? abroad(service.candidates, from) : [],
    obstacle: isReached ? null : obstacleIn(candidates, isLocalOnly, from),
    pending: !isReached && candidates.some(isPending),
  }
}

const abroad = (candidates: readonly Candidate[], from: Viewpoint): Selection['excluded'] =>
  candidates.flatMap(({ id }) =>
    id === from.cluster ? [] : [{ cluster: id, reason: 'internalTrafficPolicy is Local' }],
  )

const byDistance = (a: Placed, b: Placed): number =>
  a.distance.rank - b.distance.rank || (a.candidate.id < b.candidate.id ? -1 : 1)

const ORDER: readonly Standby[] = ['usable', 'down', 'drained', 'notReady']

type Standing = Pick<Placed, 'standby' | 'why'>

/** `weight`: as all that have a say made it; `distribute`: the one in force. */
type Rule = (
  candidate: Candidate,
  weight: number | null,
  distribute: Distribute | undefined,
) => Standing | null

/** What makes a candidate no more than a stand-in. The first that has a say decides. */
const RULES: readonly Rule[] = [
  ({ endpoints }) => (endpoints.count === 0 ? { standby: 'notReady', why: 'no ready endpoint' } : null),
  ({ drain }) => (drain ? { standby: 'drained', why: 'draining' } : null),
  (_, weight) => (weight === 0 ? { standby: 'drained', why: 'weight 0' } : null),
  ({ locality }, _, distribute) =>
    distribute !== undefined && shareOfPlace(distribute, locality) === 0
      ? { standby: 'drained', why: 'its share of the distribution is 0' }
      : null,
  ({ freshness }) => (takesDraws(freshness) ? null : downAs(freshness.kind)),
]

const downAs = (kind: FreshnessKind): Standing => ({ standby: 'down', why: `the cluster is ${kind}` })

const USABLE: Standing = { standby: 'usable', why: 'others answer' }

function standingOf(...facts: Parameters<Rule>): Standing {
  for (const rule of RULES) {
    const standing = rule(...facts)
    if (standing !== null) return standing
  }
  return USABLE
}

/** Whether nobody is reached but by whoever is told a port's number with the addresses. */
export const isReachedByPort = ({ candidates, routable }: Selection): boolean =>
  routable.length === 0 &&
  candidates.some(({ candidate: { route } }) => route.kind === 'none' && route.byPort !== undefined)

const isPending = ({ candidate: { route } }: Placed): boolean =>
  route.kind === 'none' && route.pending !== undefined

/** Why nobody can be reached; while a host name is looked up, that. */
function obstacleIn(candidates: readonly Placed[], isLocalOnly: boolean, from: Viewpoint): string {
  if (isLocalOnly && candidates.length === 0)
    return `internalTrafficPolicy is Local and ${from.cluster} does not export it`
  const pending = candidates.filter(isPending)
  return printObstacle(
    (pending.length > 0 ? pending : candidates).map(
      ({ candidate: { id, route } }) => [id, route.kind === 'none' ? route.brief : ''] as const,
    ),
  )
}
