import type { Chosen } from './options.ts'

export type Manifest = Readonly<Record<string, unknown>>

/** Not `meridian`: a cluster that joins may run a Meridian of its own, whose chart has that name. */
export const READER = 'meridian-reader'
export const TOKEN_SECRET = `${READER}-token`

/** Part 2 of docs/examples/rbac.yaml; part 7 is added for each group. */
const RULES = [
  { apiGroups: [''], resources: ['services'], verbs: ['list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  { apiGroups: ['multicluster.x-k8s.io'], resources: ['serviceexports'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] },
]

const RBAC = 'rbac.authorization.k8s.io'

/** What the cluster that joins needs: somebody who may read, and, for a token without an end, where that is put. */
export function remoteObjects({ namespace, lifetime, exportGroups }: Chosen): readonly Manifest[] {
  const reader = { name: READER, namespace }
  const others = exportGroups.map((group) => ({
    apiGroups: [group],
    resources: ['serviceexports'],
    verbs: ['list', 'watch'],
  }))
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: reader, automountServiceAccountToken: false },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: READER },
      rules: [...RULES, ...others],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: READER },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: READER },
      subjects: [{ kind: 'ServiceAccount', ...reader }],
    },
    ...(lifetime === null ? [tokenSecret(namespace)] : []),
  ]
}

/** The cluster writes a token into it, which holds for as long as the Secret is there. */
const tokenSecret = (namespace: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: TOKEN_SECRET,
    namespace,
    annotations: { 'kubernetes.io/service-account.name': READER },
  },
  type: 'kubernetes.io/service-account-token',
})
