import {
  CONFIGURED,
  decidedFor,
  type PolicyPart,
  policyElsewhere,
  policySources,
  type RoutingPolicy,
  replacedFor,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import { asDecided } from '../../world/inventory/index.ts'
import { type Entry, NEAREST_FIRST } from '../../world/zone/index.ts'
import type { Explanation } from './explanation.ts'

/** What is said of a service's routing, who says it and who wins. */
export function policyIn(
  { policies }: Entry,
  general: RoutingPolicy,
  viewpoint: Viewpoint,
  isHeadless: boolean,
): Pick<Explanation, 'policy' | 'policyElsewhere'> {
  // What holds by a federation's name nobody wrote.
  const said = policySources(policies, viewpoint).filter(({ by }) => by !== NEAREST_FIRST.by)
  const policy = said.map((one) => {
    const withoutEffect = isHeadless && one.decidedBy === null ? inVain(one, policies) : undefined
    return withoutEffect === undefined ? one : { ...one, withoutEffect }
  })
  const replaced = replacedFor(policies, general, viewpoint).filter(
    ({ decidedBy }) => decidedBy !== CONFIGURED,
  )
  const elsewhere = policyElsewhere(policies, viewpoint)
  return {
    ...([...policy, ...replaced].every(({ by, decidedBy }) => by === CONFIGURED && decidedBy === null)
      ? {}
      : { policy: [...policy, ...replaced] }),
    ...(elsewhere.length === 0 ? {} : { policyElsewhere: elsewhere }),
  }
}

/** What divides draws, of which a Headless service has none. */
const OF_DRAWS: ReadonlySet<string> = new Set(['distribute', 'minHealthy'])
const NO_DRAWS = 'a Headless service is not drawn from'

/** Why a part of a policy changes nothing of a Headless service; undefined: it may. Who has weight 0 is drained there too. */
function inVain({ part, by }: PolicyPart, said: Entry['policies']): string | undefined {
  if (OF_DRAWS.has(part)) return NO_DRAWS
  if (part !== 'weights') return undefined
  const weights = said.find((one) => one.by === by && one.weights !== null)?.weights ?? new Map()
  return [...weights.values()].includes(0) ? undefined : `${NO_DRAWS}, and no cluster has weight 0`
}

/** The objects that were read for it, as they look from a viewpoint. */
export function objectsIn(
  { objects, policies }: Entry,
  viewpoint: Viewpoint,
): Pick<Explanation, 'objects' | 'moreObjects'> {
  if (objects === undefined) return {}
  const all = objects.counts.reduce((sum, { count }) => sum + count, 0)
  const here = asDecided(objects.first, (isOf) => decidedFor(policies, isOf, viewpoint))
  return { objects: here, moreObjects: all - objects.first.length }
}
