import { expect, test } from 'vitest'
import { type ClusterConfig, type Config, parseConfig } from '../../../src/app/config/index.ts'
import { parsePrefix } from '../../../src/values/dns/index.ts'

const prefixes = (...texts: string[]) => texts.map((text) => parsePrefix(text))

const LOOPBACK = prefixes('127.0.0.0/8', '::1/128')

const IGNORED = [
  'meridian-dns.io',
  'lighthouse-agent.submariner.io',
  'endpointslice-mesh-controller.cilium.io',
  'endpointslice-controller.karmada.io',
  'endpointslice-dispatch-controller.karmada.io',
  'endpointslice.reflection.liqo.io',
]

const CLUSTER: ClusterConfig = {
  id: 'east',
  locality: null,
  coordinates: null,
  network: null,
  labels: new Map(),
  reach: 'auto',
  gateway: { addresses: [], ports: [] },
  nodeAddresses: [],
  weight: null,
  drain: false,
  podCIDRs: [],
  serviceCIDRs: [],
  loadBalancerCIDRs: [],
  namespaces: [],
  exportNamespaces: { allow: [], deny: ['kube-*'] },
  exportGroups: [],
  probe: null,
  source: { kind: 'manifests', path: '/etc/meridian/east' },
}

/** The defaults of a configuration (interface.md, "meridian.yaml"), by hand. */
const DEFAULTS = {
  file: '/etc/meridian/meridian.yaml',
  zones: {
    clusterset: 'clusterset.local',
    global: 'global',
    cluster: '{cluster}.local',
    reverse: false,
    entries: [],
    federations: {},
  },
  global: { defaultNamespace: 'default' },
  dns: {
    listen: [
      { host: '0.0.0.0', port: 53 },
      { host: '::', port: 53 },
    ],
    advertise: [],
    ttl: 5,
    negativeTtl: 5,
    soa: { refresh: 30, retry: 10, expire: 86_400 },
    udpSize: 1232,
    udp: 'batches',
    workers: null,
    id: 'pod-7',
    explain: { allow: LOOPBACK },
    upstreams: [],
    tcp: { connections: 10_000, perClient: 2000, idle: 30_000, message: 5000 },
  },
  admin: { listen: { host: '127.0.0.1', port: 9153 } },
  health: { listen: null },
  local: { cluster: 'east', locality: null, clusterDomain: 'cluster.local' },
  clusters: [CLUSTER],
  registries: [],
  addresses: { mode: 'observe', nat64: [] },
  precedence: 'oldest',
  ignoreManagedBy: IGNORED,
  clients: { trustClientSubnet: false, map: [], geo: null, fromService: null },
  controller: {
    enabled: false,
    clusterSetIP: 'derived',
    writes: 'local',
    namespaces: { allow: [], deny: ['kube-*'] },
    lease: { namespace: 'meridian', name: 'meridian-controller', duration: 15_000 },
    rate: { perSecond: 50, burst: 100 },
  },
  routing: { distribute: [], failover: [], minHealthy: null, services: new Map() },
  istio: {
    cluster: null,
    rootNamespace: 'istio-system',
    trustedNamespaces: [],
    virtualServices: { gateways: ['mesh'] },
    entries: { export: false },
    headers: {},
  },
  clusterStates: { downAfter: 300_000, upAfter: 10_000 },
  budgets: { octets: null, objects: 1_000_000, line: 8_388_608 },
  startup: { timeout: 30_000 },
  state: { dir: null },
  transfer: { allow: LOOPBACK },
  log: { level: 'info' },
  warnings: [],
}

const read = (text: string): Config => parseConfig(text, '/etc/meridian/meridian.yaml', { hostname: 'pod-7' })

const EAST = 'clusters: [{id: east, source: {manifests: ./east}}]\n'

test('a file that names one cluster has every documented default', () => {
  expect(read(EAST)).toEqual(DEFAULTS)
})

/** The example of the interface's page, its placeholder for `ignoreManagedBy` filled in. */
const INTERFACE = `
zones:
  clusterset: clusterset.local
  global: global               # null switches the zone off
  cluster: "{cluster}.local"   # null switches the cluster zones off
  reverse: false
  entries: []
  federations: {}
global: { defaultNamespace: default }
dns:
  listen: ["0.0.0.0:53", "[::]:53"]   # UDP and TCP on each
  advertise: []                # addresses of ns.dns.<clusterset zone>
  ttl: 5                       # 0..3600
  negativeTtl: 5
  soa: { refresh: 30, retry: 10, expire: 86400 }   # seconds
  udpSize: 1232
  udp: batches                 # batches | dgram
  workers: null                # from 1 to 4, by the CPUs
  id: hostname                 # hostname | none | any text
  explain: { allow: ["127.0.0.0/8", "::1/128"] }
  upstreams: []                # for load balancer hostnames; default /etc/resolv.conf
  tcp: { connections: 10000, perClient: 2000, idle: 30s, message: 5s }
admin: { listen: "127.0.0.1:9153" }
health: { listen: null }
local:
  cluster: cluster-east
  locality: us-east-1/us-east-1a
  clusterDomain: cluster.local
clusters:
  - id: cluster-east
    locality: us-east-1        # region[/zone[/subzone]]
    network: vpc-a
    reach: auto
    gateway: { addresses: [], ports: [] }
    weight: null
    drain: false
    podCIDRs: []
    serviceCIDRs: []
    exports: { namespaces: { allow: [], deny: ["kube-*"] } }
    probe: null
    source:
      manifests: ./cluster-east
registries: []
ignoreManagedBy: [${IGNORED.join(', ')}]
clients:
  trustClientSubnet: false
  map: []
routing:
  distribute: []
  failover: []
  minHealthy: null
  services: {}
clusterStates: { downAfter: 5m, upAfter: 10s }
budgets: { octets: null, objects: 1000000, line: 8388608 }
startup: { timeout: 30s }
state: { dir: null }
transfer: { allow: ["127.0.0.0/8", "::1/128"] }
log: { level: info }
`

test('the documented example says the documented defaults', () => {
  const region = { region: 'us-east-1', zone: null, subzone: null }
  const source = { kind: 'manifests', path: '/etc/meridian/cluster-east' }
  expect(read(INTERFACE)).toEqual({
    ...DEFAULTS,
    local: { ...DEFAULTS.local, cluster: 'cluster-east', locality: { ...region, zone: 'us-east-1a' } },
    clusters: [{ ...CLUSTER, id: 'cluster-east', locality: region, network: 'vpc-a', source }],
  })
})
