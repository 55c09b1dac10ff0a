import { DNS_LABEL_PATTERN } from '../../values/dns/index.ts'
import { REACHES } from '../../words/clusterset/index.ts'
import { EXPORT_GROUPS, MOST_SELECTOR, parseSelector, type Selector } from '../../words/kube/index.ts'
import { source } from './schema-sources.ts'
import { clusterIdProblem } from './suffixes.ts'
import {
  address,
  addressOrHostname,
  clusterCidr,
  coordinates,
  dnsLabel,
  duration,
  flag,
  hostPort,
  key,
  labels,
  list,
  locality,
  namespaceGlob,
  networks,
  oneOf,
  section,
  someOf,
  text,
  wholeNumber,
} from './values.ts'

export const clusterId = () =>
  text(
    'a cluster id',
    'write one or two lower-case DNS labels, such as cluster-east or c1.emea',
    (input) => (clusterIdProblem(input) === undefined ? input : undefined),
    `^${DNS_LABEL_PATTERN}(\\.${DNS_LABEL_PATTERN})?$`,
  )

/** A relative share; shares are compared with each other only. */
export const weight = (example: number) => wholeNumber(0, 1_000_000, example)

const probe = section({
  tcp: key(
    someOf(hostPort(), '["10.2.0.1:443"]'),
    'Addresses on its data path; one is connected to per interval, in turn.',
    ['10.2.0.1:443'],
  ),
  interval: key(duration().prefault('5s'), 'Time from one attempt to the next.'),
  timeout: key(duration().prefault('1s'), 'How long an attempt may take; at most `interval`.'),
  failAfter: key(wholeNumber(1, 1000, 3).prefault(3), 'Failures in a row that make the cluster unreachable.'),
  slow: key(duration().prefault('1s'), 'A round-trip time above this counts as slow.'),
  slowFor: key(
    duration().prefault('10m'),
    'Slow for this long, the cluster moves behind its level’s others.',
  ),
})

const gateway = section({
  addresses: key(
    list(addressOrHostname(), '["203.0.113.7"]').prefault([]),
    'Its east-west gateway: IP addresses or host names, which are resolved in the background.',
    ['203.0.113.7', 'gw.east.example.com'],
  ),
  ports: key(
    list(wholeNumber(1, 65535, 443), '[443]').prefault([]),
    'Service ports that the gateway carries for every service. Exports annotated `meridian-dns.io/reach: gateway` need none.',
    [443],
  ),
})

/** What clusters may say for others. */
const ALLOWANCES = ['policies'] as const

/** Whose annotations on Services can be read. */
const ANNOTATIONS = ['cilium'] as const

const labelSelector = (example: string) =>
  text(
    'a label selector',
    `write one as kubectl -l takes it, such as ${example}, of at most ${MOST_SELECTOR} characters`,
    (input): Selector | undefined => parseSelector(input),
  )

const namespaces = section({
  allow: key(
    list(namespaceGlob(), '["shop-*"]').prefault([]),
    'Namespaces that may export, `*` standing for any run of characters; empty: all.',
    ['shop-*'],
  ),
  deny: key(
    list(namespaceGlob(), '["kube-*"]').prefault(['kube-*']),
    'Namespaces that may not; wins over `allow`.',
  ),
  selector: key(
    labelSelector('exports=allowed').nullable().prefault(null),
    'Of those, only namespaces with these labels, as `kubectl -l` takes them: Namespaces are read then, for which a role must allow `namespaces`. null: all.',
    'exports=allowed',
  ),
})

/** What is declared of a cluster, wherever its objects are read. */
const declared = {
  id: key(
    clusterId(),
    'One or two lower-case DNS labels; part of names, so keep it for the cluster’s life. Not equal to, nor a dot-suffix of, another id.',
    'cluster-east',
  ),
  locality: key(
    locality().nullable().prefault(null),
    'Where it stands: `region[/zone[/subzone]]`, in the words of the Kubernetes topology labels.',
    'us-east-1',
  ),
  network: key(
    networks().nullable().prefault(null),
    'The network that it is on, or a list of them: two clusters reach each other’s endpoints iff they share one, for peering of networks is not transitive. null shares none.',
    ['vpc-a', 'vpc-hub'],
  ),
  coordinates: key(
    coordinates().nullable().prefault(null),
    'Where it is on the globe, latitude and longitude in degrees: clients whom `clients.geo` places without a `map` look from the nearest cluster. null: it is nobody’s nearest.',
    [39.0, -77.5],
  ),
  labels: key(
    labels('{tier: gold}').prefault({}),
    'What services may prefer it by (`routing.services.*.prefer`), as labels of Kubernetes. Of a Secret of a registry its own labels count as well.',
    { tier: 'gold', 'example.com/site': 'berlin' },
  ),
  reach: key(
    oneOf(REACHES).prefault('auto'),
    'How other clusters get to its services: `auto` takes endpoints on a shared network, else load balancers, else the gateway; ' +
      '`clusterIP` needs `serviceCIDRs`, `endpoints` a `network`, `gateway` its `gateway.addresses`, `nodePort` its `nodeAddresses`.',
    'loadBalancer',
  ),
  gateway: key(gateway.prefault({}), 'Its east-west gateway.'),
  nodeAddresses: key(
    list(address(), '["10.2.0.11"]').prefault([]),
    'Addresses of its nodes as other clusters reach them, for `reach: nodePort`: SRV records in the global zone carry the node ports, and look-ups of addresses lead there only where a Service’s ports equal them.',
    ['10.2.0.11', '10.2.0.12'],
  ),
  weight: key(
    weight(100).nullable().prefault(null),
    'Its share among clusters of one level; null: by ready endpoints; 0 drains.',
    100,
  ),
  drain: key(flag().prefault(false), 'true: takes no draws unless nothing else can.'),
  podCIDRs: key(
    list(clusterCidr(), '["10.1.0.0/16"]').prefault([]),
    'Its pods’ addresses; endpoints elsewhere are dropped and counted, and so are those of a family of which nothing is written here (`addresses.mode`). Empty: not declared.',
    ['10.1.0.0/16'],
  ),
  serviceCIDRs: key(
    list(clusterCidr(), '["10.101.0.0/16"]').prefault([]),
    'Its ClusterIPs’ addresses. Empty: not declared.',
    ['10.101.0.0/16'],
  ),
  loadBalancerCIDRs: key(
    list(clusterCidr(), '["203.0.113.0/24"]').prefault([]),
    'The addresses of its load balancers and its gateway; others are refused and counted. Empty: not declared, and any address will do that is no other cluster’s.',
    ['203.0.113.0/24'],
  ),
  namespaces: key(
    list(dnsLabel('a namespace', 'shop'), '[shop, data]').prefault([]),
    'The only namespaces whose objects are read, by requests for each of them, so that a Role in each is enough; elsewhere nothing is there. Empty: all, read at once, which needs a ClusterRole.',
    ['shop', 'data'],
  ),
  exports: key(
    section({
      namespaces: key(namespaces.prefault({}), 'Which namespaces may export, by whatever.'),
      groups: key(
        list(oneOf(EXPORT_GROUPS), '[net.gke.io]').prefault([]),
        'Whose ServiceExports are read besides those of multicluster.x-k8s.io, which win where both are there: `net.gke.io` is GKE’s.',
        ['net.gke.io'],
      ),
      annotations: key(
        oneOf(ANNOTATIONS).nullable().prefault(null),
        'By whose annotations Services are exported without a ServiceExport: `cilium` is `service.cilium.io/global: "true"`, unless `service.cilium.io/shared` says otherwise; `service.cilium.io/affinity` then says how near clusters are to clients of this one. Namespaces are read for `clustermesh.cilium.io/global`, for which a role must allow `namespaces`. null: nobody’s.',
        'cilium',
      ),
      defaultGlobalNamespace: key(
        flag().prefault(true),
        'Whether namespaces count that do not say `clustermesh.cilium.io/global`, as `clustermesh-default-global-namespace` in the ConfigMap cilium-config has it. Only with `annotations: cilium`.',
      ),
      all: key(
        flag().prefault(false),
        'true: every Service is exported, as Istio’s auto-export does it. Never `default/kubernetes`, Meridian’s own, Services without a selector and EndpointSlices of their own, nor any in `kube-*`, `openshift*` and `istio-system`.',
        true,
      ),
      services: key(
        labelSelector('team=payments').nullable().prefault(null),
        'Services with these labels, as `kubectl -l` takes them, are exported without a ServiceExport, but for those that `all` leaves out. null: none.',
        'team=payments',
      ),
    }).prefault({}),
    'What the cluster may export.',
  ),
  allow: key(
    list(oneOf(ALLOWANCES), '[policies]').prefault([]),
    'What its objects may say for other clusters: with `policies`, how its ServiceExports are annotated to route a service (`meridian-dns.io/weights`, …) holds for clients of all clusters, first of whom `precedence` has first, and not for its own clients alone.',
    ['policies'],
  ),
  probe: key(
    probe.nullable().prefault(null),
    'A TCP connect per interval that finds its data path dead or slow, whatever its API server says.',
    { tcp: ['10.2.0.1:443'] },
  ),
}

const cluster = section({
  ...declared,
  source: key(source, 'Where its objects are read: exactly one of the keys below.', {
    manifests: './cluster-east',
  }),
})

/** An entry of `clusters` that stands elsewhere, where it is known how the cluster is reached. */
export const declaration = section(declared)

export const clusters = key(
  list(cluster, '[{id: cluster-east, source: {manifests: ./cluster-east}}]').prefault([]),
  'The member clusters.',
  [{ id: 'cluster-east', source: { manifests: './cluster-east' } }],
)
