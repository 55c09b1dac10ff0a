import {
  CONFIGURED,
  decidedFor,
  policyElsewhere,
  policySources,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import { asDecided } from '../../world/inventory/index.ts'
import type { Entry } from '../../world/zone/index.ts'
import type { Explanation } from './explanation.ts'

/** What is said of a service's routing, who says it and who wins. */
export function policyIn(
  { policies }: Entry,
  viewpoint: Viewpoint,
  isHeadless: boolean,
): Pick<Explanation, 'policy' | 'policyElsewhere'> {
  const policy = policySources(policies, viewpoint).map((one) =>
    isHeadless && OF_DRAWS.has(one.part) && one.decidedBy === null
      ? { ...one, withoutEffect: NO_DRAWS }
      : one,
  )
  const elsewhere = policyElsewhere(policies, viewpoint)
  return {
    ...(policy.every(({ by }) => by === CONFIGURED) ? {} : { policy }),
    ...(elsewhere.length === 0 ? {} : { policyElsewhere: elsewhere }),
  }
}

/** What divides draws, of which a Headless service has none. */
const OF_DRAWS: ReadonlySet<string> = new Set(['distribute', 'minHealthy'])
const NO_DRAWS = 'a Headless service is not drawn from'

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
