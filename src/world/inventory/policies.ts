import { NO_POLICIES, type SaidPolicies } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import { MOST_LISTED, OUTCOMES } from '../istio/index.ts'
import { ISTIO_OBJECTS } from './istio-policy.ts'
import { POLICY_PROVIDERS } from './policy-providers.ts'
import type { Export, ObjectReader, ObjectsRead, Seen } from './types.ts'

/** All that anybody says of a service's routing, in order of precedence. */
export function policiesOf(key: ServiceKey, seen: Seen, exports: readonly Export[]): SaidPolicies {
  const said = POLICY_PROVIDERS.flatMap((provider) => provider(key, seen, exports))
  return said.length === 0 ? NO_POLICIES : said
}

/** Who tells of the objects that are read for services. */
const OBJECT_READERS: readonly ObjectReader[] = [ISTIO_OBJECTS]

/** What was read for a service, and what became of it; undefined: nothing was. */
export function objectsRead(key: ServiceKey, seen: Seen): ObjectsRead | undefined {
  const read = OBJECT_READERS.flatMap((reader) => reader(key, seen)).filter(({ counts }) => counts.length > 0)
  if (read.length === 0) return undefined
  const all = read.flatMap(({ first }) => first)
  const ranked = OUTCOMES.flatMap((outcome) => all.filter((one) => one.outcome === outcome))
  return { first: ranked.slice(0, MOST_LISTED), counts: read.flatMap(({ counts }) => counts) }
}
