import type { SavedCluster, SavedFound } from '../../sources/state/index.ts'
import { parseDeclared, type Suffixes } from '../config/index.ts'
import { keyOfConfigured, membershipOf } from './membership.ts'
import { type CandidateStanding, standingOfRecalled } from './standing.ts'
import type { Configured, Found } from './types.ts'

/**
 * The clusters that were found before this start: known, though not how to ask them. One that the configuration does
 * not allow any more is left out; why, the registry says when it has read its Secret. One that was in already, and is
 * yet, is who it was.
 */
export function recall(saved: SavedFound, configured: readonly Configured[], suffixes: Suffixes): Found {
  const all = saved.flatMap((one) => ('key' in one ? recalled(one, suffixes) : []))
  const isAgain = ({ good }: CandidateStanding): boolean => good?.cluster.saved.again === true
  const standings = all.filter((one) => !isAgain(one))
  const of = { configured, standings, suffixes, identityOf: () => undefined, held: new Map() }
  const { found } = membershipOf(of)
  const ids = new Set([...configured, ...found].map(({ id }) => id))
  const again = all.filter(isAgain).flatMap(({ good }) => (good === null ? [] : [good.cluster]))
  return { found, again: again.filter(({ id }) => ids.has(id)) }
}

function recalled(saved: SavedCluster, suffixes: Suffixes): readonly CandidateStanding[] {
  const declared = parseDeclared(saved.fields, suffixes)
  if ('flaws' in declared) return []
  const { place, registry, name, again } = saved
  const mayBeIn = again === true ? { mayBeIn: true } : {}
  const source = { kind: 'none' } as const
  return [standingOfRecalled({ ...declared.cluster, source, place, saved, registry, name, ...mayBeIn })]
}

/** Whose the UIDs of clusters of the configuration were before this start, by the keys of their identities. */
export const heldBefore = (saved: SavedFound): ReadonlyMap<string, string> =>
  new Map(saved.flatMap((one) => ('configured' in one ? [[one.uid, keyOfConfigured(one.configured)]] : [])))
