import { NO_POLICIES, type SaidPolicies } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import { ISTIO_OBJECTS } from './istio-policy.ts'
import { POLICY_PROVIDERS } from './policy-providers.ts'
import type { Export, ObjectInCluster, ObjectReader, ObjectsRead, Seen } from './types.ts'

/** All that anybody says of a service's routing, in order of precedence. */
export function policiesOf(key: ServiceKey, seen: Seen, exports: readonly Export[]): SaidPolicies {
  const said = POLICY_PROVIDERS.flatMap((provider) => provider(key, seen, exports))
  return said.length === 0 ? NO_POLICIES : said
}

/** Who tells of the objects that are read for services. */
const OBJECT_READERS: readonly ObjectReader[] = [ISTIO_OBJECTS]

/** Of one service that are listed: nobody reads more of them at a time. */
const MOST_LISTED = 20

const OUTCOMES: readonly ObjectInCluster['outcome'][] = ['inForce', 'overridden', 'leftOut']

/** What was read for a service, and what became of it; undefined: nothing was. */
export function objectsRead(key: ServiceKey, seen: Seen): ObjectsRead | undefined {
  const all = OBJECT_READERS.flatMap((read) => read(key, seen))
  if (all.length === 0) return undefined
  const ranked = OUTCOMES.flatMap((outcome) => all.filter((one) => one.outcome === outcome))
  const groups = Map.groupBy(all, ({ kind, outcome }) => `${kind} ${outcome}`)
  return {
    first: ranked.slice(0, MOST_LISTED),
    counts: [...groups.values()].flatMap(([one, ...more]) =>
      one === undefined ? [] : [{ kind: one.kind, outcome: one.outcome, count: 1 + more.length }],
    ),
  }
}
