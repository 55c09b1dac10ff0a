import { KUBE_SYSTEM } from '../../../sources/apiserver/index.ts'
import { KINDS, type KindRow, type Kinds, memberScope } from '../../../words/kube/index.ts'
import type { JoinChoice } from './options.ts'

export type Manifest = Readonly<Record<string, unknown>>

/** Not `meridian`: a cluster that joins may run a Meridian of its own, whose chart has that name. */
export const READER = 'meridian-reader'
export const TOKEN_SECRET = `${READER}-token`

const ruleOf = ({ served: { group, plural }, verbs }: KindRow): Manifest => ({
  apiGroups: [group],
  resources: [plural],
  verbs,
})

const IDENTITY: Manifest = {
  apiGroups: [KUBE_SYSTEM.group],
  resources: [KUBE_SYSTEM.plural],
  resourceNames: [KUBE_SYSTEM.name],
  verbs: KUBE_SYSTEM.verbs,
}

/** Part 2 of docs/examples/rbac.yaml, then what is read where somebody asks for it: parts 7 to 9. */
function rulesFor(asked: readonly string[], kinds: Kinds): readonly Manifest[] {
  const { roles } = memberScope(false, asked)
  const rows = [...kinds.at({ roles: [...roles, 'policy'], asked })]
  const [always, more] = [
    rows.filter(({ askedBy }) => askedBy === null),
    rows.filter(({ askedBy }) => askedBy),
  ]
  return [...always.map(ruleOf), IDENTITY, ...more.map(ruleOf)]
}

const RBAC = 'rbac.authorization.k8s.io'

/** What the cluster that joins needs: somebody who may read, and, for a token without an end, where that is put. */
export function remoteObjects(
  { namespace, lifetime, asked }: JoinChoice,
  kinds: Kinds = KINDS,
): readonly Manifest[] {
  const reader = { name: READER, namespace }
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: reader, automountServiceAccountToken: false },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: READER },
      rules: rulesFor(asked, kinds),
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
