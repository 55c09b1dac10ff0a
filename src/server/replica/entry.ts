import {
  atEnd,
  type Codec,
  count,
  either,
  flag,
  fraction,
  integer,
  list,
  map,
  nullable,
  type Octets,
  omitted,
  oneOf,
  pack,
  record,
  repeated,
  text,
  unpack,
} from '../../values/packed/index.ts'
import {
  type Distribute,
  type External,
  type Failover,
  type MinHealthy,
  NO_POLICIES,
  PRECEDENCES,
  type SaidPolicy,
  type Standpoint,
  TOPOLOGY,
  type TopologyKey,
} from '../../words/clusterset/index.ts'
import {
  AFFINITIES,
  familiesCodec,
  type Ingress,
  nodePortsCodec,
  portsCodec,
  type ServiceKey,
} from '../../words/kube/index.ts'
import {
  type ClusterEndpoints,
  type Endpoints,
  type Export,
  type ExportRemark,
  type Ignored,
  INVALID_KINDS,
  type LocalImport,
  type StrayAddresses,
  withShareRoutes,
} from '../../world/inventory/index.ts'
import { CONFLICT_REASONS, type Conflict, type Import } from '../../world/synthesis/index.ts'
import type { Entry } from '../../world/zone/index.ts'
import { externalCodec } from './external.ts'

// An entry as it crosses and as a thread keeps it. Its key crosses beside it, and says its namespace and name too.

export const encodeEntry = ({ exports, imports, flaws, import: made, policies, external }: Entry): Octets =>
  pack(content, { exports, imports, flaws, import: made, said: saidOf(policies, external) })

export function decodeEntry(key: ServiceKey, octets: Octets): Entry {
  const [namespace = '', name = ''] = key.split('/')
  const { exports, imports, flaws, import: made, said } = unpack(content, octets)
  const { external } = said
  const policies = said.policies.length === 0 ? NO_POLICIES : said.policies
  const entry = { key, namespace, name, exports, imports, flaws, import: made, policies }
  return external === null ? entry : { ...entry, external, exports: withShareRoutes(exports, external) }
}

/** What is said of a service besides what clusters hold: of nearly all of them nothing. */
interface Said {
  readonly policies: Entry['policies']
  readonly external: External | null
}

const NOTHING: Said = { policies: NO_POLICIES, external: null }

const saidOf = (policies: Entry['policies'], external: Entry['external']): Said =>
  policies === NO_POLICIES && external === undefined ? NOTHING : { policies, external: external ?? null }

type Valid = Extract<Export, { kind: 'valid' }>
type Invalid = Exclude<Export, Valid>

const cluster = repeated(text)

/** Ports, of which their application protocol does not cross: no answer says it, and a service has a thousand. */
const ports = repeated(portsCodec(omitted<string | null>(null)))

type Address = Extract<Ingress, { address: unknown }>

const ingress: Codec<Ingress> = either(
  record<Address>({ address: text }),
  record<Exclude<Ingress, Address>>({ hostname: text }),
  (one): one is Address => 'address' in one,
)

const endpoints = record<Endpoints>({
  ready: text,
  count,
  total: count,
  basis: oneOf('ready', 'publishNotReadyAddresses', 'serving while terminating'),
  ignored: list(record<Ignored>({ reason: text, count, example: text })),
})

const type = oneOf('ClusterSetIP', 'Headless')

/**
 * Labels and annotations, which do not cross: no answer says them, and whoever writes imports reads them where they are.
 * A member may export a megabyte of them, which each thread would keep.
 */
const tags = omitted<Import['labels']>({})

/** What an export and the import that is made of exports both say. */
const terms = {
  type,
  ports,
  ipFamilies: familiesCodec,
  sessionAffinity: oneOf('None', 'ClientIP'),
  sessionAffinityTimeout: nullable(count),
  internalTrafficPolicy: oneOf('Cluster', 'Local'),
  trafficDistribution: nullable(text),
  labels: tags,
  annotations: tags,
} as const

/** By what it is exported crosses to nobody: `explain` is asked of main. */
const head = { cluster, createdAt: integer, by: omitted<string | undefined>(undefined) } as const

const valid = record<Valid>({
  kind: oneOf('valid'),
  ...head,
  ...terms,
  clusterIPs: list(text),
  ingress: list(ingress),
  weight: nullable(count),
  reach: nullable(oneOf('auto', 'clusterIP', 'endpoints', 'loadBalancer', 'gateway', 'nodePort')),
  endpoints,
  nodePorts: nodePortsCodec,
  policy: omitted<Valid['policy']>(undefined),
  route: omitted<Valid['route']>(undefined),
  strays: list(record<StrayAddresses>({ reason: text, count, example: text, refused: flag })),
  remarks: list(record<ExportRemark>({ about: oneOf('annotation', 'ports'), problem: text })),
})

/** What is absent where it is not said. */
const unsaid = <T>({ write, read }: Codec<T | null>): Codec<T | undefined> => ({
  write: (value, to) => write(value ?? null, to),
  read: (from) => read(from) ?? undefined,
})

const invalid = record<Invalid>({
  kind: oneOf(...INVALID_KINDS),
  ...head,
  declined: unsaid(nullable(text)),
})

const share = record<ClusterEndpoints>({ cluster, ready: text })

const localImport = record<LocalImport>({
  type,
  ips: list(text),
  ports,
  foreign: flag,
  endpoints: list(share),
})

const conflict = record<Conflict>({
  reason: oneOf(...CONFLICT_REASONS),
  message: text,
  clusters: list(cluster),
})

const minHealthy: Codec<MinHealthy> = either(
  record<Count>({ count }),
  record<Exclude<MinHealthy, Count>>({ share: fraction }),
  (one): one is Count => 'count' in one,
)

type Count = Extract<MinHealthy, { count: unknown }>

const policy = record<SaidPolicy>({
  by: text,
  viewpoints: nullable(list(cluster)),
  prefer: nullable(map(text, text)),
  weights: nullable(map(cluster, fraction)),
  distribute: nullable(
    list(record<Distribute>({ from: text, to: list(record({ locality: text, weight: fraction })) })),
  ),
  failover: nullable(list(record<Failover>({ from: text, to: text }))),
  minHealthy: nullable(minHealthy),
  affinity: unsaid(nullable(oneOf(...AFFINITIES))),
  places: unsaid(
    nullable(
      list(
        record<Standpoint>({
          clusters: nullable(list(cluster)),
          region: nullable(text),
          zone: nullable(text),
          subzone: nullable(text),
        }),
      ),
    ),
  ),
  order: unsaid(
    nullable(list(record<TopologyKey>({ key: oneOf(...TOPOLOGY), values: nullable(list(text)) }))),
  ),
  isWhole: unsaid(nullable(flag)),
})

const content: Codec<Pick<Entry, 'exports' | 'imports' | 'flaws' | 'import'> & { readonly said: Said }> =
  record({
    exports: list(either(valid, invalid, (one): one is Valid => one.kind === 'valid')),
    imports: map(cluster, localImport),
    flaws: map(cluster, list(text)),
    import: nullable(
      record<Import>({
        ...terms,
        clusters: list(cluster),
        conflicts: list(conflict),
        precedence: oneOf(...PRECEDENCES),
        shares: nullable(list(share)),
      }),
    ),
    said: atEnd(record<Said>({ policies: list(policy), external: nullable(externalCodec(ports)) }), NOTHING),
  })
