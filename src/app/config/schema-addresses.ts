import { ADDRESS_MODES, PRECEDENCES } from '../../words/clusterset/index.ts'
import { key, list, nat64Prefix, oneOf, section } from './values.ts'

const believed = section({
  mode: key(
    oneOf(ADDRESS_MODES).prefault('observe'),
    'What becomes of addresses that are another cluster’s as declared, or of a family that `podCIDRs` do not name: `observe` answers them, counts them and lets `check` tell them; `enforce` leaves them out. The next minor version begins with `enforce`.',
    'enforce',
  ),
  nat64: key(
    list(nat64Prefix(), '["2001:db8:64::/96"]').prefault([]),
    'Prefixes under which a translator reaches IPv4 (RFC 6052), besides 64:ff9b::/96: an IPv6 address in one is judged by the IPv4 address inside.',
    ['2001:db8:64::/96'],
  ),
})

export const addresses = key(believed.prefault({}), 'Which addresses clusters are believed to name.')

export const precedence = key(
  oneOf(PRECEDENCES).prefault('oldest'),
  'Whose export decides what exports of one service disagree on: the `oldest` (KEP-1645), by times that each cluster says itself; or, `declared`, that of the cluster that stands first in `clusters`, those found at run time last.',
  'declared',
)
