import type { CredentialsChoice, Fields } from '../../sources/apiserver/index.ts'
import { CLUSTER_PROFILE, type ClusterProfile, keyOf, NAMESPACE } from '../../words/kube/index.ts'
import { byAge } from '../../world/inventory/index.ts'
import type { ProfilesConfig, Registry } from '../config/index.ts'
import { annotatedWith, preparing, withLabels } from './fields.ts'
import { type AccessRules, profileAccess } from './profile-access.ts'
import {
  BY_ITSELF,
  type Flaw,
  type RegisteredCluster,
  type RegistryObjects,
  type RegistryRow,
} from './row.ts'

/** Clusters that ClusterProfiles of one clusterset describe (cluster-inventory-api). */
export const CLUSTER_PROFILES: RegistryRow = {
  open: (registry) => {
    const { clusterProfiles: rules } = registry
    if (rules === undefined) return undefined
    const { clusterset } = rules
    const without = 'no cluster is found through the registry'
    return {
      title: 'ClusterProfiles',
      reads: [
        { row: CLUSTER_PROFILE, namespace: null, without },
        { row: NAMESPACE, namespace: null, selector: `${CLUSTERSET}=${clusterset}`, without },
      ],
      prepare: preparing(CLUSTER_PROFILE, annotated),
      clustersOf: (objects, server) => clustersOf(objects, rules, accessRules(registry, rules, server)),
      mayHold: (key) => key.startsWith(keyOfId('', rules)),
      ifNone: {
        problem: `no ClusterProfile of clusterset ${clusterset} is a cluster that can join`,
        remedy: `label their namespaces ${CLUSTERSET}: ${clusterset}`,
      },
      warnings: [],
    }
  },
}

/** Of namespaces: which clusterset their profiles are of. */
const CLUSTERSET = 'multicluster.x-k8s.io/clusterset'

const accessRules = (
  { execs = [] }: Registry,
  { secrets, managedServiceAccount }: ProfilesConfig,
  server: CredentialsChoice,
): AccessRules => ({ secrets, managedServiceAccount, execs, server })

const keyOfId = (id: string, { clusterset }: ProfilesConfig): string => `clusterProfiles ${clusterset} ${id}`

/** The profiles of the clusterset: of each cluster one, however many namespaces have it. */
function clustersOf(
  objects: RegistryObjects,
  rules: ProfilesConfig,
  access: AccessRules,
): readonly RegisteredCluster[] {
  const namespaces = objects
    .of(NAMESPACE)
    .filter(({ labels }) => labels[CLUSTERSET] === rules.clusterset)
    .map(({ name }) => name)
  const members = new Set(namespaces)
  const read = objects
    .of(CLUSTER_PROFILE)
    .filter(({ namespace }) => members.has(namespace))
    .toSorted((a, b) => byAge(a, b) || (keyOf(a) < keyOf(b) ? -1 : 1))
    .map((profile) => readProfile(profile, rules, access))
  const byId = Map.groupBy(read, ({ id }) => id)
  return [...byId].flatMap(([id, some]) => (id === null ? some.map(({ written }) => written) : oneOf(some)))
}

interface ReadProfile {
  readonly id: string | null
  /** Whose API server it is; null: it does not say. */
  readonly server: string | null
  readonly written: RegisteredCluster
}

/** The oldest that says an id has it, through whichever of those of its server can be read. Others are others. */
function oneOf(read: readonly ReadProfile[]): readonly RegisteredCluster[] {
  const [oldest] = read
  if (oldest === undefined) return []
  const same = read.filter((one) => one === oldest || (one.server !== null && one.server === oldest.server))
  const taken = same.find(({ written }) => written.flaws.length === 0) ?? oldest
  const others = read
    .filter((one) => !same.includes(one))
    .map(({ id, written }) => ({
      ...written,
      key: `${written.key} of ${written.place}`,
      access: null,
      flaws: [...written.flaws, isTaken(id, oldest)],
    }))
  return [taken.written, ...others]
}

const isTaken = (id: string | null, { written: { place } }: ReadProfile): Flaw => ({
  problem: `id: ${place} is older, and says ${id} of another API server`,
  remedy: 'correct the property of one of the two, or take it away',
})

/** The properties that the API itself gives a meaning (KEP-2149). */
const ID = 'cluster.clusterset.k8s.io'
const SET = 'clusterset.k8s.io'

const annotated = annotatedWith('is what the profile says of access')

function readProfile(profile: ClusterProfile, rules: ProfilesConfig, access: AccessRules): ReadProfile {
  const properties = new Map(profile.properties.map(({ name, value }) => [name, value]))
  const { values, flaws: misread } = annotated(profile.annotations)
  const id = typeof values['id'] === 'string' ? values['id'] : (properties.get(ID) ?? null)
  const labels = new Map(Object.entries(profile.labels).filter(([name]) => !MARKS.test(name)))
  const reached = profileAccess(profile, access)
  const place = `ClusterProfile ${keyOf(profile)}`
  const flaws = [
    ...misread,
    ...(id === null ? [NO_ID] : []),
    ...otherSet(properties.get(SET), rules),
    ...('flaw' in reached ? [reached.flaw] : []),
  ]
  const locality = localityIn(properties, rules)
  const written: RegisteredCluster = {
    key: id === null ? place : keyOfId(id, rules),
    place,
    createdAt: profile.createdAt,
    fields: withLabels(
      { ...(id !== null && { id }), ...(locality !== null && { locality }), ...values },
      labels,
    ),
    access: 'flaw' in reached ? null : reached.access,
    accessField: 'status.accessProviders',
    mayBeIn: true,
    remarks: profile.conditions.filter(({ status }) => status !== 'True').map(remarkOn),
    flaws,
  }
  return { id, server: 'flaw' in reached ? null : serverOf(reached.cluster), written }
}

const serverOf = (cluster: Fields): string =>
  JSON.stringify([cluster['server'], cluster['certificate-authority-data']])

const NO_ID: Flaw = {
  problem: `status.properties: there is no ${ID}`,
  remedy:
    'have the cluster manager write it, by a ClusterProperty of that name in the cluster, or annotate the profile with meridian-dns.io/id',
}

const otherSet = (said: string | undefined, { clusterset }: ProfilesConfig): readonly Flaw[] =>
  said === undefined || said === clusterset
    ? []
    : [
        {
          problem: `status.properties: ${SET} is ${said}, and its namespace is labelled ${clusterset}`,
          remedy: 'correct one of the two',
        },
      ]

/** By the first entry of which the cluster has a property: region, zone and subzone, as far as it has them. */
function localityIn(properties: ReadonlyMap<string, string>, { locality }: ProfilesConfig): string | null {
  for (const names of locality) {
    const values = names.map((name) => properties.get(name) ?? '')
    const end = values.indexOf('')
    const parts = end < 0 ? values : values.slice(0, end)
    if (parts.length > 0) return parts.join('/')
  }
  return null
}

/** Whose labels say what a profile is, not what its cluster is. */
const MARKS =
  /^([\w.-]+\.)?(x-k8s\.io|open-cluster-management\.io|meridian-dns\.io|app\.kubernetes\.io|helm\.sh)\//

const remarkOn = ({ type, status, reason }: ClusterProfile['conditions'][number]): string =>
  `its profile says: ${type} is ${status}${reason === '' ? '' : ` (${reason})`}; ${BY_ITSELF}`
