import type { Name } from '../../../values/dns/index.ts'
import type { ClusterId } from '../../../words/clusterset/index.ts'
import { few } from '../../../words/kube/index.ts'
import { type Config, KnownClusters } from '../../config/index.ts'
import type { FoundOnce } from '../../registry/index.ts'
import { registryProblems } from '../registries.ts'

/** Clusters that registries bring, as far as they are known. Their zones are among those of the configuration then. */
export interface Brought {
  readonly found: readonly ClusterId[]
  /** Why more than those may be in force elsewhere, a sentence each; empty: those are all. */
  readonly unknown: readonly string[]
}

/** What registries held, for whoever prints zones; null: there are none that are read. */
export function broughtBy(registry: FoundOnce | null): Brought | null {
  if (registry === null) return null
  const found = registry.found.map(({ id }) => id)
  if (registry.isWhole) return { found, unknown: [] }
  const unknown = registryProblems(registry)
    .filter(({ about }) => about === 'registry' || about === 'cluster')
    .map(({ place, message }) => `${place}: ${message}`)
  return { found, unknown }
}

/** What is told of them beside the zones. `kept`: zones that an earlier run put there. */
export function broughtNotes(
  brought: Brought | null,
  { zones }: Pick<Config, 'zones'>,
  kept: readonly Name[] = [],
): readonly string[] {
  const template = zones.cluster
  if (brought === null || template === null) return []
  const { found, unknown } = brought
  if (unknown.length > 0)
    return [
      `Not all clusters of registries are known here (${few(unknown)}), and zones of those that are not are not listed: run this where the registries can be read, or add each such cluster's zone by hand.`,
      ...(kept.length === 0 ? [] : [`What an earlier run put there for them stays: ${few(kept)}.`]),
    ]
  const own = found.map((id) => template.replace('{cluster}', () => id))
  return own.length === 0
    ? ['Registries have no cluster now. One that joins has a zone of its own: run this again then.']
    : [
        `${few(own)}: of clusters that registries have now. One that joins later has its own: run this again then.`,
      ]
}

/** Zones that were there, and may be of clusters that are not known now. `before` and `without`: texts with them, and without. */
export function zonesKept(
  before: string,
  without: string,
  { zones, local, clusters }: Config,
): readonly Name[] {
  const [prefix = '', suffix = ''] = zones.cluster?.split('{cluster}') ?? []
  if (zones.cluster === null || prefix + suffix === '') return []
  const others = new Set(namesIn(without))
  const known = new KnownClusters(
    { ...zones, clusterDomain: local.clusterDomain },
    clusters.map(({ id }) => id),
  )
  return [...new Set(namesIn(before))].filter((name) => {
    if (others.has(name) || !name.startsWith(prefix) || !name.endsWith(suffix)) return false
    const id = name.slice(prefix.length, name.length - suffix.length)
    return id !== '' && known.problemsOf(id).length === 0
  })
}

const namesIn = (text: string): readonly Name[] =>
  text.toLowerCase().match(/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/g) ?? []
