import type { Prefix } from '../../values/dns/index.ts'
import type { Networks } from './networks.ts'
import type { ClusterId } from './viewpoint.ts'

/** `observe`: an address that is not the cluster's as declared is answered, counted and told; `enforce`: left out. */
export const ADDRESS_MODES = ['observe', 'enforce'] as const

/** Whose addresses members are believed to name (answers.md 2, "Whose addresses"). */
export interface AddressRules {
  readonly mode: (typeof ADDRESS_MODES)[number]
  /** Prefixes of translators (RFC 6052), besides 64:ff9b::/96. */
  readonly nat64: readonly Prefix[]
  /** What all clusters declare. One value for all that is judged by it. */
  readonly ranges: readonly OwnRange[]
}

/** An address range, and the cluster that declares it. */
export interface Claim {
  readonly id: ClusterId
  readonly prefix: Prefix
}

/** A range that a cluster declares to be its own, and the networks that it is on. */
export interface OwnRange extends Claim {
  readonly network: Networks
}
