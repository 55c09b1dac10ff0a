import type { DeclaredCluster, KnownAs } from '../config/index.ts'
import type { Found, FoundCluster } from './types.ts'

/** No registry has any. */
export const NONE_FOUND: Found = { found: [], again: [] }

/** All clusters that there are: those configured, then those found. Each that other registries have too knows how. */
export function clustersWith<C extends DeclaredCluster>(
  configured: readonly C[],
  { found, again }: Found,
): readonly (C | FoundCluster)[] {
  const all: readonly (C | FoundCluster)[] = [...configured, ...found]
  const known = Map.groupBy(again.flatMap(knownAs), ({ id }) => id)
  if (known.size === 0) return all
  return all.map((one) => {
    const also = known.get(one.id)
    return also === undefined ? one : { ...one, also }
  })
}

const knownAs = ({ id, registry, name, labels }: FoundCluster): readonly KnownAs[] =>
  registry === undefined ? [] : [{ id, registry, name, labels }]
