import { SOURCES, type SourceChoice } from '../../sources/kinds/index.ts'
import type { ClusterId, Locality } from '../../words/clusterset/index.ts'
import { CLUSTER_PROFILE, KARMADA, KARMADA_WEIGHTS, KUBEFED, NAMESPACE } from '../../words/kube/index.ts'
import type { RegistryRules } from '../../world/inventory/index.ts'
import type { Config, DeclaredCluster, Registry } from './config.ts'

/** What a registry is called in sentences, in state files and among views: its kind, and where its objects are. */
export function registryName({ server, execs: _execs, ...kinds }: Registry): string {
  const [kind = ''] = Object.keys(kinds)
  if (server?.kind !== 'kubeconfig') return kind
  const { path, context = null } = server
  return `${kind} of ${path}${context === null ? '' : ` (${context})`}`
}

/** The words by which the kinds of a registry are asked for that say something of services; none: it says nothing. */
const askedOfRegistry = ({ karmada, kubefed }: Registry): readonly string[] => [
  ...(karmada === undefined ? [] : [KARMADA]),
  ...(karmada?.weights === true ? [KARMADA_WEIGHTS] : []),
  ...(kubefed === undefined ? [] : [KUBEFED]),
]

/** A registry whose objects say something of services, and whose view has them. */
interface SpeakingRegistry {
  readonly registry: Registry
  readonly view: ClusterId
  /** null: the view is that of a member, which is watched anyhow. */
  readonly source: SourceChoice | null
  readonly asked: readonly string[]
}

type Registered = Pick<Config, 'registries' | 'clusters' | 'local'>

/** Each is watched by itself, unless its objects are those of a cluster of the configuration. */
export const speakingRegistries = ({
  registries,
  clusters,
  local,
}: Registered): readonly SpeakingRegistry[] =>
  registries.flatMap((registry, i): readonly SpeakingRegistry[] => {
    const asked = askedOfRegistry(registry)
    if (asked.length === 0) return []
    const { server } = registry
    const here = clusters.find(({ id }) => id === local.cluster)
    if (server === undefined && here !== undefined) return [{ registry, view: here.id, source: null, asked }]
    return [{ registry, view: `registries[${i}]`, source: server ?? { kind: 'inCluster' }, asked }]
  })

/** The server's own cluster, where registries may have their objects in a directory of its files: these reach no other cluster. */
function filesOf({ registries, clusters, local }: Registered): Registered['clusters'][number] | undefined {
  if (registries.length === 0) return undefined
  const here = clusters.find(({ id }) => id === local.cluster)
  return here !== undefined && SOURCES.of(here.source).access === null ? here : undefined
}

/** What is read of files for a registry that says nothing of services: it is well-formed or told, and means nothing. */
const askedOfFiles = ({ server, clusterProfiles }: Registry): readonly string[] =>
  server === undefined && clusterProfiles !== undefined
    ? [CLUSTER_PROFILE.askedBy ?? '', NAMESPACE.askedBy ?? '']
    : []

/**
 * Those in which clusters are looked for. Where a registry's objects are files of a cluster of the configuration, they
 * say what they say of services; its clusters are those of the configuration, for no file reaches another.
 */
export const searchedRegistries = (config: Registered): readonly Registry[] => {
  const here = filesOf(config)
  if (here === undefined) return config.registries
  const ofFiles = new Set(
    speakingRegistries(config).flatMap(({ registry, source }) => (source === null ? [registry] : [])),
  )
  return config.registries.filter((one) => !ofFiles.has(one) && askedOfFiles(one).length === 0)
}

/** What registries ask for of a cluster of the configuration. */
export const askedByRegistries = (id: ClusterId, config: Registered): readonly string[] => {
  const speaking = speakingRegistries(config).flatMap(({ view, source, asked }) =>
    source === null && view === id ? asked : [],
  )
  const ofFiles = filesOf(config)?.id === id ? config.registries.flatMap(askedOfFiles) : []
  return [...new Set([...speaking, ...ofFiles])]
}

/** A cluster as a registry has it. */
export type KnownAs = Pick<DeclaredCluster, 'id' | 'labels'> & {
  /** Of the registry; absent: the configuration has the cluster. */
  readonly registry?: string | undefined
  /** What that one's objects call it; absent: by its id. */
  readonly name?: string | undefined
}

/** The same with other registries that have it too. */
type Known = KnownAs & Pick<DeclaredCluster, 'locality'> & { readonly also?: readonly KnownAs[] | undefined }

/** As the registry of that name has it; undefined: that one may say nothing of it. */
const asKnownTo = (name: string, { also = [], ...cluster }: Known): KnownAs | undefined =>
  cluster.registry === name
    ? cluster
    : (also.find(({ registry }) => registry === name) ??
      (cluster.registry === undefined ? cluster : undefined))

const localitiesOf = (clusters: readonly Known[]): ReadonlyMap<ClusterId, Locality> =>
  new Map(clusters.flatMap(({ id, locality }) => (locality === null ? [] : [[id, locality] as const])))

/** A registry speaks for the clusters that it found, alone or beside others, and for those of the configuration. */
export const registryRulesOf = (config: Registered, clusters: readonly Known[]): readonly RegistryRules[] =>
  speakingRegistries(config).map(({ registry, view, asked }) => {
    const own = clusters.flatMap((one) => asKnownTo(registryName(registry), one) ?? [])
    const called = own.flatMap(({ id, name }) => (name === undefined ? [] : [[id, name] as const]))
    return {
      view,
      asked,
      namespace: registry.kubefed?.namespace,
      clusters: new Map(own.map(({ id, labels }) => [id, labels])),
      ...(asked.includes(KARMADA_WEIGHTS) && { localities: localitiesOf(clusters) }),
      ...(called.length > 0 && { names: new Map(called) }),
    }
  })
