/** What the chart's objects say, by path. */
import { isFields, type Manifest } from '../ground/index.ts'

/** The value at a path such as `spec.template.spec.containers.0.image`; undefined where there is none. */
export const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return inner[Number(step)]
    return isFields(inner) ? inner[step] : undefined
  }, value)

export const listAt = (value: unknown, path: string): readonly unknown[] => {
  const found = at(value, path)
  return Array.isArray(found) ? found : []
}

export const ofKind = (objects: readonly Manifest[], kind: string): readonly Manifest[] =>
  objects.filter((object) => object.kind === kind)

/** What runs the servers. */
export const serversIn = (objects: readonly Manifest[]): readonly Manifest[] => [
  ...ofKind(objects, 'Deployment'),
  ...ofKind(objects, 'DaemonSet'),
]

/** The only one of a kind. */
export function one(objects: readonly Manifest[], kind: string, name = ''): Manifest {
  const found = ofKind(objects, kind).filter(({ metadata }) => name === '' || metadata.name === name)
  const [first] = found
  if (first === undefined || found.length > 1) throw new Error(`${found.length} ${kind} ${name}`)
  return first
}

export const titlesOf = (objects: readonly Manifest[]): readonly string[] =>
  objects.map(({ kind, metadata: { namespace = '-', name } }) => `${kind} ${namespace}/${name}`).sort()

/** Every permission of some roles, one per verb: `list secrets`, `get namespaces kube-system`. */
export const permissionsOf = (roles: readonly Manifest[]): readonly string[] =>
  [...new Set(roles.flatMap((role) => listAt(role, 'rules').flatMap(permissionsOfRule)))].sort()

const permissionsOfRule = (rule: unknown): readonly string[] => {
  const [groups, resources, names, verbs] = ['apiGroups', 'resources', 'resourceNames', 'verbs'].map((key) =>
    listAt(rule, key).map(String),
  )
  const named = names === undefined || names.length === 0 ? [''] : names
  return (groups ?? []).flatMap((group) =>
    (resources ?? []).flatMap((resource) =>
      (verbs ?? []).flatMap((verb) => named.map((name) => [verb, resource, group, name].join(' ').trimEnd())),
    ),
  )
}
