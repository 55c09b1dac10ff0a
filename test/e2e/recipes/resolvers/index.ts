/** Resolvers, each as a distribution starts it, validating from our root, with what its page adds. */

import type { Recipe } from '../recipe.ts'
import { BIND } from './bind.ts'
import { DNSDIST } from './dnsdist.ts'
import { DNSMASQ } from './dnsmasq.ts'
import { KNOT_RESOLVER } from './knot-resolver.ts'
import { POWERDNS } from './powerdns.ts'
import { RESOLVED } from './systemd-resolved.ts'
import { UNBOUND } from './unbound.ts'

export { startUpstream } from './unbound.ts'

export const RESOLVERS: readonly Recipe[] = [
  UNBOUND,
  BIND,
  POWERDNS,
  DNSMASQ,
  KNOT_RESOLVER,
  RESOLVED,
  DNSDIST,
]
