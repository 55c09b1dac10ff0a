import { lastRemembered } from '../../values/table/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { RegistryRules } from './registry-types.ts'

/** Whom a registry's objects mean by each name: who has another name there is not called by its id. */
export const byNameIn = ({
  clusters,
  names,
}: Pick<RegistryRules, 'clusters' | 'names'>): ReadonlyMap<string, ClusterId> => byName(clusters, names)

const byName = lastRemembered((clusters: RegistryRules['clusters'], names: RegistryRules['names']) => {
  const unnamed = [...clusters.keys()].filter((id) => names?.has(id) !== true)
  const named = [...(names ?? [])].map(([id, name]) => [name, id] as const)
  return new Map<string, ClusterId>([...unnamed.map((id) => [id, id] as const), ...named])
})
