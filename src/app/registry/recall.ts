import type { SavedCluster } from '../../sources/state/index.ts'
import { parseDeclared, type Suffixes } from '../config/index.ts'
import { membershipOf } from './membership.ts'
import { type CandidateStanding, standingOfRecalled } from './standing.ts'
import type { Configured, FoundCluster } from './types.ts'

/**
 * The clusters that were found before this start: known, though not how to ask them. One that the configuration does
 * not allow any more is left out; why, the registry says when it has read its Secret.
 */
export function recall(
  saved: readonly SavedCluster[],
  configured: readonly Configured[],
  suffixes: Suffixes,
): readonly FoundCluster[] {
  const standings = saved.flatMap((one) => recalled(one, suffixes))
  return membershipOf({ configured, standings, suffixes, identityOf: () => undefined, held: new Map() }).found
}

function recalled(saved: SavedCluster, suffixes: Suffixes): readonly CandidateStanding[] {
  const declared = parseDeclared(saved.fields, suffixes)
  if ('flaws' in declared) return []
  return [standingOfRecalled({ ...declared.cluster, source: { kind: 'none' }, place: saved.place, saved })]
}
