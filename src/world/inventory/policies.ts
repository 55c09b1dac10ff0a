import { NO_POLICIES, type SaidPolicies } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import { POLICY_PROVIDERS } from './policy-providers.ts'
import type { Seen } from './types.ts'

/** All that anybody says of a service's routing, in order of precedence. */
export function policiesOf(key: ServiceKey, seen: Seen): SaidPolicies {
  const said = POLICY_PROVIDERS.flatMap((provider) => provider(key, seen))
  return said.length === 0 ? NO_POLICIES : said
}
