import { SOURCES } from '../../../sources/kinds/index.ts'
import { few } from '../../../words/kube/index.ts'
import { type Config, searchedRegistries } from '../../config/index.ts'
import {
  clustersWith,
  type Flaw,
  type FoundOnce,
  findOnce,
  type OpenRegistry,
  openRegistry,
  type RegistryProblem,
} from '../../registry/index.ts'
import { homeChoiceOf, homeOf, liveClustersOf } from '../live.ts'
import { type CheckResult, counted } from './check-result.ts'
import type { LiveReport } from './live/index.ts'

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

/** Which clusters registries hold, and what keeps others out. `live` may have said why they cannot be read. */
export function checkRegistries(
  config: Pick<Config, 'registries' | 'clusters' | 'local'>,
  registry: FoundOnce | null,
  live: readonly LiveReport[],
): readonly CheckResult[] {
  if (registry === null) return []
  const open = searchedRegistries(config).map((one) => openRegistry(one))
  const isExplained = live.some(
    ({ isHome, isMember, found }) => (isHome || !isMember) && found.some(({ level }) => level === 'broken'),
  )
  const problems = registry.problems.filter(({ about }) => about === 'cluster' || !isExplained)
  // Permissions say what is wrong with identities, for each cluster by itself.
  const reported = problems.filter(({ about }) => about === 'cluster' || about === 'registry').map(broken)
  const isSilent = !registry.isRead && !isExplained && reported.every(({ subject }) => subject !== REGISTRIES)
  return [
    ...reported,
    ...(isSilent ? [silent(registry)] : []),
    ...open.flatMap(({ warnings }) => warnings).map((flaw) => remark('warning', flaw)),
    ...registry.problems.filter(({ about }) => about === 'remark').map(remarked),
    ...foundIn(registry, open),
  ]
}

const REGISTRIES = 'registries'

const HEAD = { kind: 'registry', cluster: null, subject: REGISTRIES } as const

function broken({ about, place, message, remedy }: RegistryProblem): CheckResult {
  const head = { ...HEAD, level: 'broken', remedy: remedy ?? null } as const
  return about === 'cluster'
    ? { ...head, subject: place, finding: message }
    : { ...head, finding: `${place}: ${message}` }
}

const remark = (level: 'warning' | 'advice', { problem, remedy }: Flaw): CheckResult => ({
  ...HEAD,
  level,
  finding: problem,
  remedy: remedy ?? null,
})

const remarked = ({ place, message, remedy }: RegistryProblem): CheckResult => ({
  ...HEAD,
  level: 'advice',
  subject: place,
  finding: message,
  remedy: remedy ?? null,
})

const silent = (registry: FoundOnce): CheckResult => ({
  ...HEAD,
  level: 'broken',
  finding: unreadIn(registry),
  remedy: SEE,
})

const unreadIn = ({ titles }: FoundOnce): string => `the ${few(titles)} could not be read in time`

const SEE = 'see whether the API server of the cluster that Meridian runs in answers'

const neverRead = (registry: FoundOnce): RegistryProblem => ({
  about: 'registry',
  place: REGISTRIES,
  message: `${unreadIn(registry)}; ${SEE}`,
})

function foundIn({ found, again, isRead }: FoundOnce, open: readonly OpenRegistry[]): readonly CheckResult[] {
  const told = [...listed(found, 'found'), ...listed(again, 'in already, by the same id')]
  if (told.length > 0) return told
  return isRead ? open.map(({ ifNone }) => remark('advice', ifNone)) : []
}

function listed(clusters: FoundOnce['found'], what: string): readonly CheckResult[] {
  if (clusters.length === 0) return []
  const names = clusters.map(({ id, place }) => `${id} (${place})`)
  const finding = `${counted(clusters.length, 'cluster')} ${what}: ${few(names)}`
  return [{ ...HEAD, level: 'ok', finding, remedy: null }]
}
