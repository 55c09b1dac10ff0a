import type { SavedCluster, SavedFound } from '../../sources/state/index.ts'
import { parseDeclared, type Suffixes } from '../config/index.ts'
import { keyOfConfigured, membershipOf } from './membership.ts'
import { type CandidateStanding, standingOfRecalled } from './standing.ts'
import type { Configured, FoundCluster } from './types.ts'

/**
 * The clusters that were found before this start: known, though not how to ask them. One that the configuration does
 * not allow any more is left out; why, the registry says when it has read its Secret.
 */
export function recall(
  saved: SavedFound,
  configured: readonly Configured[],
  suffixes: Suffixes,
): readonly FoundCluster[] {
  const standings = saved.flatMap((one) => ('key' in one ? recalled(one, suffixes) : []))
  return membershipOf({ configured, standings, suffixes, identityOf: () => undefined, held: new Map() }).found
}

function recalled(saved: SavedCluster, suffixes: Suffixes): readonly CandidateStanding[] {
  const declared = parseDeclared(saved.fields, suffixes)
  if ('flaws' in declared) return []
  const { place, registry, name } = saved
  return [standingOfRecalled({ ...declared.cluster, source: { kind: 'none' }, place, saved, registry, name })]
}

/** Whose the UIDs of clusters of the configuration were before this start, by the keys of their identities. */
export const heldBefore = (saved: SavedFound): ReadonlyMap<string, string> =>
  new Map(saved.flatMap((one) => ('configured' in one ? [[one.uid, keyOfConfigured(one.configured)]] : [])))
