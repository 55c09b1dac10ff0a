import { SOURCES } from '../../sources/kinds/index.ts'
import { few } from '../../words/kube/index.ts'
import { type Config, searchedRegistries } from '../config/index.ts'
import { clustersWith, type FoundOnce, findOnce, type RegistryProblem } from '../registry/index.ts'
import { homeChoiceOf, homeOf, liveClustersOf } from './live.ts'

const DEADLINE_MS = 8_000
/** Long enough for a second registry that is well, after a first that is not. */
const WAIT_MS = 2_000

/** Reads a configuration's registries once; null: it has none. */
export function readRegistries(config: Config, deadlineMs = DEADLINE_MS): Promise<FoundOnce | null> {
  const registries = searchedRegistries(config)
  if (registries.length === 0) return Promise.resolve(null)
  const live = liveClustersOf(config)
  return findOnce(registries, {
    credentials: homeOf(config, live).credentials,
    home: homeChoiceOf(config),
    configured: () =>
      config.clusters.map(({ id }) => ({
        id,
        credentials: live.find((one) => one.id === id)?.credentials ?? null,
      })),
    suffixes: () => ({ ...config.zones, clusterDomain: config.local.clusterDomain }),
    deadlineMs,
    waitMs: WAIT_MS,
  })
}

/** The configuration as if the clusters that were found stood in it. */
export function withFound(config: Config, registry: FoundOnce | null): Config {
  if (registry === null) return config
  const found = registry.found.filter(({ source }) => SOURCES.of(source).isKnown)
  return { ...config, clusters: clustersWith(config.clusters, { found, again: registry.again }) }
}

/** What is wrong with registries; one that says nothing is wrong, too. */
export function registryProblems(registry: FoundOnce | null): readonly RegistryProblem[] {
  if (registry === null) return []
  const { problems, isRead } = registry
  const isSilent = !isRead && problems.every(({ about }) => about !== 'registry')
  return isSilent ? [...problems, neverRead(registry)] : problems
}

/** What is said of registries that say nothing. */
export const unreadIn = ({ titles }: FoundOnce): string => `the ${few(titles)} could not be read in time`

export const SEE = 'see whether the API server of the cluster that Meridian runs in answers'

const neverRead = (registry: FoundOnce): RegistryProblem => ({
  about: 'registry',
  place: 'registries',
  message: `${unreadIn(registry)}; ${SEE}`,
})
