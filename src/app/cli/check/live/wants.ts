import { isDeepStrictEqual } from 'node:util'
import { KUBE_SYSTEM, NAMESPACES } from '../../../../sources/apiserver/index.ts'
import {
  EXPORT,
  IMPORT,
  KINDS,
  type KindRow,
  type Kinds,
  SERVICE,
  SLICE,
} from '../../../../words/kube/index.ts'
import { type Config, type Registry, searchedRegistries, speakingRegistries } from '../../../config/index.ts'
import { openRegistry } from '../../../registry/index.ts'
import type { LiveCluster } from '../../live.ts'

/** A permission that Meridian needs (docs/reference/permissions.md). */
export interface Want {
  /** '' is the core group. */
  readonly group: string
  readonly resource: string
  readonly verbs: readonly string[]
  /** null: in all namespaces, or of none. */
  readonly namespace: string | null
  readonly name: string | null
  /** What is amiss without it. */
  readonly level: 'broken' | 'warning'
  readonly without: string
}

const FOLLOW = ['list', 'watch']

const following = (group: string, resource: string, without: string): Want => ({
  group,
  resource,
  verbs: FOLLOW,
  namespace: null,
  name: null,
  level: 'broken',
  without,
})

const UNKNOWN = 'nothing of this cluster is known'

const reading = ({ served: { group, plural }, verbs }: KindRow): Want => ({
  ...following(group, plural, UNKNOWN),
  verbs,
})

/** So that one cluster does not count twice, under two ids. */
const IDENTITY: Want = {
  group: KUBE_SYSTEM.group,
  resource: KUBE_SYSTEM.plural,
  verbs: KUBE_SYSTEM.verbs,
  namespace: null,
  name: KUBE_SYSTEM.name,
  level: 'warning',
  without: 'the same cluster under another id goes unnoticed',
}

const UNWRITTEN = 'the controller does not write to this cluster'

const writing = ({ group, plural }: Written, verbs: readonly string[], subresource = ''): Want => ({
  ...following(group, `${plural}${subresource}`, UNWRITTEN),
  verbs,
})

type Written = Pick<KindRow['served'], 'group' | 'plural'>

const LEASES: Written = { group: 'coordination.k8s.io', plural: 'leases' }

/** Part 6 of docs/examples/rbac.yaml. */
const WRITE: readonly Want[] = [
  writing(NAMESPACES, FOLLOW),
  writing(SERVICE.served, ['get', 'create', 'patch', 'delete']),
  writing(SLICE.served, ['get', 'create', 'patch', 'delete']),
  writing(IMPORT.served, [...FOLLOW, 'get', 'create', 'patch', 'delete']),
  writing(IMPORT.served, ['patch'], '/status'),
  writing(EXPORT.served, ['patch'], '/status'),
]

const leaseWants = ({ controller: { lease } }: Config): readonly Want[] => {
  const leases = { ...writing(LEASES, ['create']), namespace: lease.namespace }
  return [leases, { ...leases, name: lease.name, verbs: ['get', 'update', 'delete'] }]
}

/** What is wanted of a cluster that the controller writes to; none of the others. */
export const writeWants = ({ scope }: Pick<LiveCluster, 'scope'>, config: Config): readonly Want[] => {
  const { enabled, writes } = config.controller
  return enabled && (scope.roles.includes('local') || writes === 'all')
    ? [...WRITE, ...leaseWants(config)]
    : []
}

/** What is wanted of a member cluster. */
export function wantsOf(cluster: LiveCluster, config: Config, kinds: Kinds = KINDS): readonly Want[] {
  return [...readWants(cluster, config, kinds), ...writeWants(cluster, config)]
}

function readWants(
  { scope, namespaces }: LiveCluster,
  { registries }: Config,
  kinds: Kinds,
): readonly Want[] {
  const { rows } = kinds.at(scope)
  const identity = registries.length > 0 ? [IDENTITY] : []
  if (namespaces.length === 0) return [...rows.map(reading), ...identity]
  const inNamespaces = rows.filter(({ served }) => served.namespaced)
  return [
    ...namespaces.flatMap((namespace) => inNamespaces.map((row) => ({ ...reading(row), namespace }))),
    ...rows.filter(({ served }) => !served.namespaced).map(reading),
    // Reading a namespace counts as a request in it, so that a Role there allows it.
    ...identity.map((want) => ({ ...want, namespace: want.name })),
  ]
}

/**
 * What registries want of the cluster that this server runs in; `own`: of this API server, which is theirs. What they
 * want of a cluster of the configuration besides is among what that is read for.
 */
export function registryWants(
  config: Pick<Config, 'registries' | 'clusters' | 'local'>,
  own?: Registry['server'],
): readonly Want[] {
  const registries = searchedRegistries(config).filter(({ server }) => isDeepStrictEqual(server, own))
  const found = registries
    .flatMap((registry) => openRegistry(registry).reads)
    .map(({ row: { served, verbs }, namespace, without }) => ({
      ...following(served.group, served.plural, without),
      verbs,
      namespace,
    }))
  const asked = speakingRegistries(config)
    .filter(({ registry, source }) => source !== null && registries.includes(registry))
    .flatMap((one) => one.asked)
  const said = KINDS.at({ roles: ['registry'], asked }).rows.map((row) => ({
    ...reading(row),
    without: UNSAID,
  }))
  return [...new Map([...found, ...said].map((want) => [`${ruleOf(want)} ${want.namespace}`, want])).values()]
}

const UNSAID = 'nothing is known of what is said there of services'

/** The rule that grants it, as a Role or ClusterRole has it. */
export function ruleOf({ group, resource, verbs, name }: Want): string {
  const names = name === null ? '' : `, resourceNames: ["${name}"]`
  const list = verbs.map((verb) => `"${verb}"`).join(', ')
  return `{apiGroups: ["${group}"], resources: ["${resource}"]${names}, verbs: [${list}]}`
}
