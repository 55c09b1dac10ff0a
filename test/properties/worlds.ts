/** Small clustersets at random: few names, few addresses, few clusters, so that clashes are common. */
import fc from 'fast-check'
import {
  applyChanges,
  type Change,
  type ClusterView,
  EMPTY_VIEW,
  NO_CARE,
} from '../../src/sources/changes/index.ts'
import { type Address, parseAddress, parsePrefix } from '../../src/values/dns/index.ts'
import { Table, valuesInOrder } from '../../src/values/table/index.ts'
import {
  ADDRESS_MODES,
  type Cluster,
  type Clusterset,
  type Freshness,
  type Locality,
  type OwnRange,
  parseLocality,
  type Viewpoint,
} from '../../src/words/clusterset/index.ts'
import {
  type EndpointSlice,
  type EntryEndpoint,
  type EntryPort,
  type KubeObject,
  keyOf,
  type NodePort,
  objectIdOf,
  type Port,
  packEndpoints,
  type Service,
  type ServiceEntry,
  type ServiceExport,
  type ServiceImport,
  type SliceEndpoint,
  type WorkloadEntry,
} from '../../src/words/kube/index.ts'
import type { InventoryRules } from '../../src/world/inventory/index.ts'
import {
  emptyWorld,
  settle,
  step,
  type World,
  type WorldPlan,
  type ZoneSettings,
} from '../../src/world/zone/index.ts'

/** Ordinary objects, as parsers make them; fast-check would make some without a prototype. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true })

export const NOW = Date.parse('2026-11-22T14:05:00Z')

const ip = (text: string): Address => {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(text)
  return address
}

const prefix = (text: string) => {
  const parsed = parsePrefix(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

/** So long that some names below it break a limit of the DNS. */
const LONG = 'x'.repeat(63)
export const CLUSTERS = ['east', 'west', `c1.emea`, `${LONG}.${LONG}`] as const
const NAMESPACES = ['default', 'shop', 'web'] as const
const NAMES = ['web', 'shop', 'y'.repeat(63)] as const

/** Every label that a name could have. */
export const LABELS = [
  ...new Set(
    [CLUSTERS, NAMESPACES, NAMES, ['dns', 'ns', 'svc', 'dns-version', '_explain', 'h0', 'h'.repeat(63)]]
      .flat()
      .flatMap((name) => name.split('.')),
  ),
  ...['_tcp', '_udp', '_http', '_alt', '10-0-0-5', '10-1-0-5', '10-1-0-6', '10-2-0-5', 'fd00--5', 'fd00--0'],
] as const

export const SETTINGS: ZoneSettings = {
  clusterset: 'clusterset.local',
  global: 'global',
  cluster: '{cluster}.local',
  clusterDomain: 'cluster.local',
  federations: new Map([['fed', ['east', 'c1.emea']]]),
  entries: { zones: ['hosts.example'], cluster: 'east' },
  reverse: true,
  defaultNamespace: 'default',
  ttl: 5,
  negativeTtl: 5,
  soa: { refresh: 30, retry: 10, expire: 86_400 },
  advertise: [ip('192.0.2.53')],
}

const LOCALITIES: readonly Locality[] = ['us-east-1/a', 'us-east-1/b', 'us-west-1/a'].flatMap(
  (text) => parseLocality(text) ?? [],
)

/** The first once in ten times. */
const rarely = <T>(seldom: T, mostly: T): fc.Arbitrary<T> =>
  fc.nat(9).map((draw) => (draw === 0 ? seldom : mostly))

const freshness: fc.Arbitrary<Freshness> = fc
  .constantFrom('live', 'stale', 'down', 'unreachable')
  .map((kind) => ({ kind, heard: NOW }) as const)

const cluster = (id: string, i: number): fc.Arbitrary<Cluster> =>
  record({
    id: fc.constant(id),
    locality: fc.constantFrom(null, ...LOCALITIES),
    network: fc.constantFrom('a', 'a', 'a', 'b', ['a', 'b'], ['b', 'c'], null),
    labels: fc.constant(new Map(i % 2 === 0 ? [] : [['tier', 'gold']])),
    reach: fc.constantFrom('auto', 'auto', 'endpoints', 'clusterIP', 'loadBalancer', 'nodePort'),
    nodeAddresses: fc.constantFrom([], [ip('192.0.2.7'), ip('2001:db8::7')]),
    gateway: fc.constantFrom({ addresses: [], ports: [] }, { addresses: [ip('192.0.2.1')], ports: [80] }),
    weight: fc.constantFrom(null, null, 0, 1, 200),
    drain: fc.boolean(),
    podCIDRs: fc.constantFrom([], [], [], [prefix(`10.${i}.0.0/16`)], [prefix('fd00::/16')]),
    serviceCIDRs: fc.constantFrom([], [prefix(`10.96.${i}.0/24`)]),
    loadBalancerCIDRs: fc.constantFrom([], [], [prefix('192.0.2.0/24')]),
    exportNamespaces: fc.constant({ allow: [], deny: ['kube-*'] }),
    freshness,
    slow: fc.boolean(),
  })

export const clusterset: fc.Arbitrary<Clusterset> = fc
  .tuple(fc.constantFrom(...ADDRESS_MODES), fc.tuple(...CLUSTERS.map(cluster)))
  .map(([mode, members]) => ({
    local: viewpointOf(members[0]),
    members: new Map(members.map((one) => [one.id, one])),
    policy: { distribute: [], failover: [], minHealthy: null },
    addresses: { mode, nat64: [], ranges: members.flatMap(rangesOf) },
    resolved: Table.empty<readonly Address[]>(),
    unresolved: Table.empty<string>(),
    resolving: false,
  }))

const rangesOf = ({ id, network, podCIDRs, serviceCIDRs, loadBalancerCIDRs }: Cluster): readonly OwnRange[] =>
  [...podCIDRs, ...serviceCIDRs, ...loadBalancerCIDRs].map((prefix) => ({ id, network, prefix }))

const viewpointOf = (one: Cluster | undefined): Viewpoint => ({
  cluster: one?.id ?? '',
  locality: one?.locality ?? null,
})

export const viewpointsOf = ({ members }: Clusterset): readonly Viewpoint[] =>
  [...members.values()].map(viewpointOf)

const meta = {
  namespace: fc.constantFrom(...NAMESPACES),
  name: fc.constantFrom(...NAMES),
  createdAt: fc.constantFrom(0, 1, 2),
}

const port: fc.Arbitrary<Port> = record({
  name: fc.constantFrom('', 'http', 'alt', 'z'.repeat(63)),
  protocol: fc.constantFrom('TCP', 'UDP'),
  port: fc.constantFrom(80, 81, 443),
  appProtocol: fc.constant(null),
})

const addresses = ['10.0.0.5', '10.1.0.5', '10.1.0.6', '10.2.0.5', 'fd00::5', 'fd00::', '127.0.0.1'].map(ip)

const NODE_PORTS: readonly NodePort[] = [
  { protocol: 'TCP', port: 80, nodePort: 30080 },
  { protocol: 'UDP', port: 81, nodePort: 30081 },
]

const service: fc.Arbitrary<Service> = record<Omit<Service, 'selector'>>({
  kind: fc.constant('Service'),
  ...meta,
  type: rarely<Service['type']>('ExternalName', 'ClusterIP'),
  headless: fc.boolean(),
  clusterIPs: fc.subarray([ip('10.96.0.10'), ip('10.96.1.10'), ip('fd00:96::10')]),
  ipFamilies: fc.constantFrom([], [4] as const, [4, 6] as const),
  ports: fc.array(port, { maxLength: 3 }),
  nodePorts: fc.constantFrom([], [{ protocol: 'TCP', port: 80, nodePort: 80 }], NODE_PORTS),
  ingress: fc.constantFrom([], [], [{ address: ip('198.51.100.7') }]),
  sessionAffinity: fc.constantFrom('None', 'None', 'ClientIP'),
  sessionAffinityTimeout: fc.constantFrom(null, 10),
  internalTrafficPolicy: fc.constantFrom('Cluster', 'Cluster', 'Local'),
  trafficDistribution: fc.constantFrom(null, 'PreferClose'),
  publishNotReadyAddresses: fc.boolean(),
  derived: rarely(true, false),
}).chain((one) =>
  fc.constantFrom(
    one,
    one,
    { ...one, selector: { app: 'x', tier: 'y' } },
    { ...one, selector: { app: 'y' } },
  ),
)

const exported: fc.Arbitrary<ServiceExport> = record({
  kind: fc.constant('ServiceExport'),
  ...meta,
  weight: fc.constantFrom(null, null, '0', '3', 'much'),
  reach: fc.constantFrom(null, null, 'gateway', 'endpoints', 'nodePort', 'rocket'),
  exportedLabels: fc.constantFrom({}, { a: 'b' }),
  exportedAnnotations: fc.constantFrom({}, { a: 'b' }),
})

const condition = fc.constantFrom(null, true, false)

const endpoint: fc.Arbitrary<SliceEndpoint> = record({
  addresses: fc.array(fc.constantFrom(...addresses), { minLength: 1, maxLength: 2 }),
  strays: fc.constantFrom([], [], [], ['web.example.com']),
  hostname: fc.constantFrom(null, 'h0', 'h'.repeat(63)),
  uid: fc.constantFrom(null, null, null, null, 'p0', 'p1', '\x01'.repeat(16)),
  ready: fc.constantFrom(true, true, null, false),
  serving: condition,
  terminating: condition,
  zone: fc.constantFrom(null, 'a', 'b'),
})

const slice: fc.Arbitrary<EndpointSlice> = record({
  kind: fc.constant('EndpointSlice'),
  namespace: meta.namespace,
  createdAt: meta.createdAt,
  name: fc.constantFrom('s1', 's2', 's3'),
  service: fc.constantFrom(null, ...NAMES, ...NAMES),
  importedService: rarely('web', null),
  sourceCluster: rarely('west', null),
  managedBy: rarely('meridian-dns.io', null),
  addressType: fc.constantFrom('IPv4', 'IPv4', 'IPv4', 'IPv4', 'IPv6', 'FQDN'),
  endpoints: fc.array(endpoint, { maxLength: 3 }).map(packEndpoints),
  ports: fc.option(fc.array(port, { maxLength: 2 }), { nil: null }),
  triggeredAt: fc.constant(null),
})

const imported: fc.Arbitrary<ServiceImport> = record({
  kind: fc.constant('ServiceImport'),
  ...meta,
  type: fc.constantFrom('ClusterSetIP', 'Headless'),
  ips: fc.constantFrom([], [ip('10.200.0.1')]),
  ports: fc.array(port, { maxLength: 2 }),
  managedBy: fc.constantFrom(null, 'meridian-dns.io'),
})

const entryEndpoint: fc.Arbitrary<EntryEndpoint> = record({
  at: fc.constantFrom(
    ...addresses.map((address) => ({ address })),
    { hostname: 'db.example.com' },
    { hostname: 'web.shop.svc.west.local' },
    { hostname: 'web.shop.svc.east.local' },
    { none: 'unix:///x' },
  ),
  ports: fc.constantFrom([], [], [['http', 8080] as const]),
  locality: fc.constantFrom('', 'us-east-1/a', 'us-west-1', 'west'),
  weight: fc.constantFrom(null, null, 3),
  network: fc.constantFrom('', '', 'a'),
})

const entryPort: fc.Arbitrary<EntryPort> = port.map(({ name, protocol, port: number }) => ({
  name,
  protocol,
  port: number,
  target: number,
}))

const WHOLE_HOSTS = ['web.shop.global', 'web.default.global', 'shop.web.svc.clusterset.local']
/** Below each other, so that wildcards are between. */
const OWN_HOSTS = ['web', '*', 'shop.web', '*.web', '_tcp.web'].map((one) => `${one}.hosts.example`)
const SHARE_HOSTS = ['web.shop.svc.west.local', 'web.default.svc.east.local']

/** `routes`: some of them are the way to a cluster's share. */
const serviceEntry = (routes: boolean): fc.Arbitrary<ServiceEntry> =>
  record({
    kind: fc.constant('ServiceEntry'),
    ...meta,
    namespace: fc.constantFrom(...NAMESPACES, 'istio-system'),
    hosts: fc.subarray([...WHOLE_HOSTS, ...OWN_HOSTS, ...(routes ? SHARE_HOSTS : [])], { minLength: 1 }),
    exportTo: fc.constantFrom([], [], ['.']),
    ports: fc.array(entryPort, { minLength: 1, maxLength: 2 }),
    resolution: fc.constantFrom('STATIC', 'DNS', 'DNS', 'NONE'),
    endpoints: fc.array(fc.option(entryEndpoint, { freq: 5 }), { maxLength: 3 }),
    selector: fc.constantFrom(null, null, { app: 'x' }, { app: 'y' }),
    unread: fc.constant([]),
  })

const workload: fc.Arbitrary<WorkloadEntry> = fc
  .tuple(
    entryEndpoint,
    record({
      ...meta,
      labels: fc.constantFrom({ app: 'x' }, { app: 'y' }, {}),
      isHealthy: fc.constantFrom(true, true, false),
    }),
  )
  .map(([endpoint, rest]) => ({ kind: 'WorkloadEntry', ...endpoint, ...rest }) as const)

/** One object; or, mostly, all that an exporting cluster has of a service. */
const said = (imports: boolean, routes: boolean): fc.Arbitrary<readonly KubeObject[]> => {
  const whole = fc
    .tuple(record(meta), service, exported, fc.array(slice, { minLength: 1, maxLength: 2 }))
    .map(([{ namespace, name }, one, its, slices]) => [
      { ...one, namespace, name },
      { ...its, namespace, name },
      ...slices.map((each) => ({ ...each, namespace, service: name })),
    ])
  const one = fc
    .oneof(service, exported, slice, serviceEntry(routes), workload, ...(imports ? [imported] : []))
    .map((object) => [object])
  return fc.oneof({ weight: 2, arbitrary: whole }, { weight: 1, arbitrary: one })
}

export interface Event {
  readonly cluster: string
  readonly change: Change
}

const asPut = (object: KubeObject): Change => ({ op: 'put', object })
const asDelete = (object: KubeObject): Change => ({ op: 'delete', kind: object.kind, key: keyOf(object) })

/** Objects that come, change and go. */
export const events = ({
  imports = true,
  deletes = true,
  routes = true,
} = {}): fc.Arbitrary<readonly Event[]> =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom(...CLUSTERS),
        said(imports, routes),
        deletes ? fc.constantFrom(true, true, true, false) : fc.constant(true),
      ),
      { maxLength: 16, size: 'max' },
    )
    .map((list) =>
      list.flatMap(([cluster, objects, put]) =>
        objects.map((object) => ({ cluster, change: put ? asPut(object) : asDelete(object) })),
      ),
    )

const RULES: ReadonlyMap<string, InventoryRules> = new Map()

export const rulesOf = ({ members, addresses }: Clusterset): typeof RULES =>
  new Map(
    [...members.values()].map((member) => [
      member.id,
      { ...member, addresses, rank: null, ignoreManagedBy: ['meridian-dns.io'] },
    ]),
  )

export const planOf = (clusterset: Clusterset, settings = SETTINGS): WorldPlan => ({
  settings,
  clusterset,
  rules: rulesOf(clusterset),
  configured: new Map(),
  istio: {
    cluster: 'east',
    rootNamespace: 'istio-system',
    trustedNamespaces: [],
    gateways: ['mesh'],
    headers: new Map(),
    exportsEntries: true,
    zones: {
      clusterset: settings.clusterset,
      global: settings.global,
      cluster: settings.cluster,
      clusterDomain: settings.clusterDomain,
      entries: settings.entries?.zones,
    },
  },
})

/** What steps hold between them. */
export interface Flow {
  readonly world: World
  readonly views: ReadonlyMap<string, ClusterView>
}

export const beginning = (clusterset: Clusterset): Flow => ({
  world: settle(emptyWorld(planOf(clusterset), NOW)),
  views: new Map([...clusterset.members.keys()].map((id) => [id, EMPTY_VIEW])),
})

/** One turn for some events, which may be of several clusters. */
export function turn({ world, views }: Flow, events: readonly Event[], now = NOW): Flow {
  const told = new Map<string, ClusterView>()
  const dirty = new Set<string>()
  for (const { cluster, change } of events) {
    const applied = applyChanges(told.get(cluster) ?? views.get(cluster) ?? EMPTY_VIEW, [change])
    told.set(cluster, applied.view)
    for (const key of applied.dirty) dirty.add(key)
  }
  const all = new Map([...views, ...told])
  return { world: step(world, all, dirty, now, NO_CARE, told), views: all }
}

/** The events that are left when only each object's last one counts, deletions gone. */
export function standing(events: readonly Event[]): readonly Event[] {
  const last = new Map<string, Event>()
  for (const event of events) {
    const { change, cluster } = event
    const { kind, key } = change.op === 'delete' ? change : objectIdOf(change.object)
    last.set(`${cluster} ${kind} ${key}`, event)
  }
  return [...last.values()].filter(({ change }) => change.op === 'put')
}

/** What of a world its events decide: everything but the serials, which also count turns. */
export const contentOf = ({ entries, tally, gauges, pointers, rivals, zones }: World) => ({
  entries: sorted(entries),
  tally: sorted(tally),
  gauges: sorted(gauges),
  pointers: sorted(pointers),
  rivals: sorted([...rivals].map(([address, all]) => [address, [...valuesInOrder(all)]] as const)),
  zones,
})

const sorted = <V>(table: Iterable<readonly [string, V]>): readonly (readonly [string, V])[] =>
  [...table].sort(([a], [b]) => (a < b ? -1 : 1))
