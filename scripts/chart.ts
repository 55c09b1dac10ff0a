// What the chart has of the project: the schema of its values and the reference of them. Written by scripts/schema.ts.
import { isMap, isNode, isScalar, parseDocument, type YAMLMap } from 'yaml'
import { z } from 'zod'
import { jsonSchema } from '../src/app/config/index.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

const record = () => z.record(z.string(), z.unknown())
const objects = () => z.array(record())
const texts = () => z.record(z.string(), z.string())
const CIDR = '^[0-9a-fA-F.:]+/[0-9]{1,3}$'
const cidrs = () => z.array(z.string().regex(new RegExp(CIDR)))
const ports = () => z.array(z.int().min(1).max(65535)).min(1)
const label = () => z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/)
const orEmpty = (pattern: string) => z.string().regex(new RegExp(`^(${pattern})?$`))
const monitor = () =>
  z.strictObject({ enabled: z.boolean(), interval: z.string().regex(/^[0-9]+(ms|s|m)$/), labels: texts() })

/** The values besides `config`, whose schema is the configuration's own. */
const VALUES = z.strictObject({
  local: z.strictObject({
    cluster: orEmpty('[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)?'),
    locality: orEmpty('[^\\s*/]+(/[^\\s*/]+){0,2}'),
  }),
  config: z.unknown(),
  image: z.strictObject({
    repository: z.string().min(1),
    tag: z.string(),
    digest: orEmpty('sha256:[0-9a-f]{64}'),
    pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']),
    pullSecrets: objects(),
  }),
  replicas: z.int().min(1),
  zones: z.array(label()),
  daemonSet: z.boolean(),
  service: z.strictObject({
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']),
    clusterIP: orEmpty('[0-9a-fA-F.:]+'),
    trafficDistribution: z.enum(['', 'PreferClose', 'PreferSameZone', 'PreferSameNode']),
    internalTrafficPolicy: z.enum(['', 'Cluster', 'Local']),
    ipFamilyPolicy: z.enum(['', 'SingleStack', 'PreferDualStack', 'RequireDualStack']),
    ipFamilies: z.array(z.enum(['IPv4', 'IPv6'])).max(2),
    annotations: texts(),
  }),
  drainSeconds: z.int().min(0).max(3600),
  resources: record(),
  heapPercent: z.int().min(10).max(90),
  state: z.strictObject({ volume: record(), perNode: z.boolean() }),
  rbac: z.strictObject({
    create: z.boolean(),
    clusterWide: z.boolean(),
    namespaces: z.array(z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)),
    check: z.boolean(),
  }),
  controller: z.strictObject({ enabled: z.boolean() }),
  admissionPolicy: z.strictObject({
    enabled: z.boolean(),
    actions: z.array(z.enum(['Deny', 'Warn', 'Audit'])).min(1),
  }),
  serviceAccount: z.strictObject({ create: z.boolean(), name: z.string(), annotations: texts() }),
  // More than a thousand million is Kubernetes' own.
  priorityClass: z.strictObject({
    create: z.boolean(),
    value: z.int().min(-2_147_483_648).max(1_000_000_000),
    name: z.string(),
  }),
  podDisruptionBudget: z.strictObject({
    enabled: z.boolean(),
    maxUnavailable: z.union([z.int().min(0), z.string().regex(/^[0-9]+%$/)]),
  }),
  nodeSelector: texts(),
  tolerations: objects(),
  affinity: record(),
  topologySpreadConstraints: objects(),
  podAnnotations: texts(),
  podLabels: texts(),
  extraEnv: objects(),
  extraInitContainers: objects(),
  extraContainers: objects(),
  extraVolumes: objects(),
  extraVolumeMounts: objects(),
  networkPolicy: z.strictObject({
    enabled: z.boolean(),
    kind: z.enum(['NetworkPolicy', 'CiliumNetworkPolicy']),
    monitoring: objects(),
    kubeletCIDRs: cidrs(),
    apiServers: z.strictObject({ cidrs: cidrs(), ports: ports() }),
    dns: z.strictObject({ cidrs: cidrs(), ports: ports() }),
    extraEgress: objects(),
  }),
  monitoring: z.strictObject({
    serviceMonitor: monitor(),
    podMonitor: monitor(),
    rules: z.strictObject({ enabled: z.boolean(), labels: texts() }),
    dashboard: z.strictObject({ enabled: z.boolean(), labels: texts(), annotations: texts() }),
  }),
  test: z.strictObject({
    names: z.array(z.string().regex(/^[^\s]+( [A-Z]+)?$/)),
    wait: z.string().regex(/^[0-9]+(ms|s|m)$/),
  }),
  nameOverride: z.string(),
  fullnameOverride: z.string(),
  // What Helm adds for a chart that others depend on.
  global: record().optional(),
})

/** values.schema.json. Nothing is required: Helm checks what is there once defaults are filled in. */
export function valuesSchema(): object {
  const { $schema, ...values } = z.toJSONSchema(VALUES, { io: 'input' })
  const head = {
    $schema,
    $id: 'https://meridian-dns.io/schema/chart-values.json',
    title: 'Values of the chart meridian',
  }
  return { ...head, ...values, properties: { ...values.properties, config: configSchema() } }
}

/** What is wrong with values that shall be whole, a path and a problem each. */
export const valuesProblems = (values: unknown): readonly string[] =>
  (VALUES.safeParse(values).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)

/** The configuration's schema, which does not ask for what the chart fills in. */
function configSchema(): JsonSchema {
  const { $schema: _, ...schema } = jsonSchema()
  return optional(
    optional(schema, ['clusters', '[]'], 'source'),
    ['registries', '[]', 'secrets'],
    'namespace',
  )
}

/** A schema in which a key may be left out of the mapping at `path`, `[]` being an entry of a list. */
function optional(schema: JsonSchema, path: readonly string[], key: string): JsonSchema {
  const [step, ...rest] = path
  if (step === undefined) return { ...schema, required: schema.required?.filter((one) => one !== key) ?? [] }
  const child = step === '[]' ? schema.items : schema.properties?.[step]
  if (!isSchema(child)) throw new Error(`the configuration's schema has no ${path.join('.')}`)
  const changed = optional(child, rest, key)
  return step === '[]'
    ? { ...schema, items: changed }
    : { ...schema, properties: { ...schema.properties, [step]: changed } }
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** One value of values.yaml: where it is, what it is by default, and the comment above it. */
export interface Value {
  readonly path: string
  readonly standard: unknown
  readonly meaning: string
}

/** A value at the top, and those below it where it is a mapping over several lines. */
export interface ValueGroup {
  readonly top: Value
  readonly below: readonly Value[]
}

export function valueGroups(yaml: string): readonly ValueGroup[] {
  const { contents } = parseDocument(yaml)
  if (!isMap(contents)) throw new Error('values.yaml is no mapping')
  return entriesOf(contents).map(({ key, value, comment }) => ({
    top: toldOf(key, value, comment),
    below: isBlock(value) ? valuesBelow(key, value) : [],
  }))
}

function valuesBelow(path: string, map: YAMLMap): readonly Value[] {
  return entriesOf(map).flatMap(({ key, value, comment }) => {
    const own = `${path}.${key}`
    return isBlock(value) ? valuesBelow(own, value) : [toldOf(own, value, comment)]
  })
}

/** The comment above a mapping's first key is the mapping's own. */
const entriesOf = (map: YAMLMap) =>
  map.items.map(({ key, value }, i) => ({
    key: isScalar(key) ? String(key.value) : '',
    value,
    comment: (isScalar(key) ? key.commentBefore : undefined) ?? (i === 0 ? map.commentBefore : undefined),
  }))

const isBlock = (value: unknown): value is YAMLMap => isMap(value) && value.flow !== true

const toldOf = (path: string, value: unknown, comment: string | null | undefined): Value => ({
  path,
  standard: isNode(value) && !isBlock(value) ? value.toJSON() : undefined,
  meaning: (comment ?? '').replaceAll(/\s*\n\s*/g, ' ').trim(),
})
