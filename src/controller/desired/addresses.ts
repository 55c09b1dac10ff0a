import { type Address, type Family, familyOf } from '../../values/dns/index.ts'
import type { Import } from '../../world/synthesis/index.ts'
import { contributors } from '../../world/zone/index.ts'
import { familiesAmong, type Scene } from './body.ts'
import { familiesAtEndpoints } from './endpoints.ts'
import { isForeign, printOwner } from './own.ts'
import type { DerivedHere } from './types.ts'

/** Where an import's clusterset IPs come from, and how far that has come. `families`: those that it has here. */
export type Addresses = { readonly families: readonly Family[] } & (
  | { readonly kind: 'headless' | 'none' | 'unsupported' | 'portless' | 'outgrown' | 'waiting' }
  | { readonly kind: 'foreign'; readonly owner: string }
  | { readonly kind: 'given'; readonly ips: readonly Address[] }
)

export function addressesOf(scene: Scene, merged: Import): Addresses {
  const families = wantedFamilies(scene, merged)
  const { rules, here } = scene
  if (families.length === 0) return { kind: 'unsupported', families }
  if (merged.type === 'Headless') return { kind: 'headless', families }
  if (rules.clusterSetIP === 'none') return { kind: 'none', families }
  if (merged.ports.length === 0) return { kind: 'portless', families }
  if (here.derived === null) return { kind: 'waiting', families }
  if (isForeign(here.derived)) return { kind: 'foreign', families, owner: printOwner(here.derived) }
  return given(here.derived, families)
}

/** The first family of a Service never changes: one that has another has to be made anew. */
function given({ clusterIPs }: DerivedHere, families: readonly Family[]): Addresses {
  const [first] = clusterIPs
  if (first === undefined) return { kind: 'waiting', families }
  if (!families.includes(familyOf(first))) return { kind: 'outgrown', families }
  const ips = clusterIPs.filter((ip) => families.includes(familyOf(ip)))
  return { kind: 'given', families: familiesAmong(ips), ips }
}

/** The service's families that this cluster has too, as far as is known: of both, its API server may give one alone. */
export function wantedFamilies({ entry, here }: Scene, merged: Import): readonly Family[] {
  const known = here.families.length > 0 ? here.families : BOTH
  const offered = offeredFamilies(merged, entry)
  return offered.length === 0 ? known : offered.filter((family) => known.includes(family))
}

const BOTH: readonly Family[] = [4, 6]

/** Where no Service says, those of the endpoints. */
export const offeredFamilies = ({ ipFamilies }: Import, entry: Scene['entry']): readonly Family[] =>
  ipFamilies.length > 0 || entry === undefined ? ipFamilies : familiesAtEndpoints(contributors(entry))
