import { z } from 'zod'
import { IGNORED_MANAGERS } from '../../words/kube/index.ts'
import { LOG_LEVELS, UDP_WAYS } from './config.ts'
import { addresses, precedence } from './schema-addresses.ts'
import { budgets } from './schema-budgets.ts'
import { clients } from './schema-clients.ts'
import { clusterId, clusters } from './schema-clusters.ts'
import { controller } from './schema-controller.ts'
import { execs } from './schema-execs.ts'
import { admin, health } from './schema-http.ts'
import { istio } from './schema-istio.ts'
import { listening } from './schema-listen.ts'
import { registries } from './schema-registries.ts'
import { routing } from './schema-routing.ts'
import { zones } from './schema-zones.ts'
import {
  address,
  cidr,
  dnsLabel,
  duration,
  key,
  list,
  locality,
  oneOf,
  plainText,
  section,
  someText,
  upstream,
  wholeNumber,
  zoneName,
} from './values.ts'

const LOOPBACK = ['127.0.0.0/8', '::1/128']

const ttl = () => wholeNumber(0, 3600, 5).prefault(5)

const tcp = section({
  connections: key(
    wholeNumber(1, 1_000_000, 10_000).prefault(10_000),
    'Open connections in all; beyond it the longest idle goes of the client address that has most.',
  ),
  perClient: key(
    wholeNumber(1, 1_000_000, 2000).prefault(2000),
    'Open connections per client address, likewise.',
  ),
  idle: key(duration().prefault('30s'), 'A connection without a query is closed after this.'),
  message: key(duration().prefault('5s'), 'A message must be complete this long after its first octet.'),
})

const WEEK = 604_800

/** RFC 1912, 2.2 has hours and weeks, for zones that change by hand and tell their secondaries (RFC 1996). */
const soa = section({
  refresh: key(
    wholeNumber(1, WEEK, 30).prefault(30),
    'Seconds between two looks of a secondary at the serial: it is behind by as much, since nothing notifies it.',
  ),
  retry: key(wholeNumber(1, WEEK, 10).prefault(10), 'Seconds until it looks again after a look that failed.'),
  expire: key(
    wholeNumber(1, 4 * WEEK, 86_400).prefault(86_400),
    'Seconds that it goes on answering without having reached this server.',
  ),
})

const dns = section({
  ...listening,
  advertise: key(
    list(address(), '["192.0.2.53"]').prefault([]),
    'Addresses of `ns.dns.<clusterset zone>`, the name server’s own name.',
    ['192.0.2.53'],
  ),
  ttl: key(ttl(), 'Seconds that resolvers may keep an answer.'),
  negativeTtl: key(ttl(), 'Seconds that they may keep the absence of one; every SOA’s minimum and TTL.'),
  soa: key(
    soa.prefault({}),
    'What every SOA tells secondaries: servers that copy zones from here (`transfer.allow`).',
  ),
  // RFC 6891, 6.2.5 takes 4096 as the most worth trying: above it replies are all fragments.
  udpSize: key(
    wholeNumber(512, 4096, 1232).prefault(1232),
    'Octets of the longest UDP reply; longer ones are truncated and asked for over TCP.',
  ),
  udp: key(
    oneOf(UDP_WAYS).prefault('batches'),
    'How UDP comes and goes: in `batches`, by an addon in C, where that was built; else, or always, by Node’s `dgram`.',
    'dgram',
  ),
  workers: key(
    wholeNumber(1, 64, 2).nullable().prefault(null),
    'Threads that answer UDP side by side, each with all that is answered from in its memory; null: one for each CPU that the container may use but one, from 1 to 4. With `dgram` it is one.',
    2,
  ),
  id: key(
    plainText('printable ASCII text of at most 255 octets', 'hostname', (id) =>
      /^[ -~]{1,255}$/.test(id),
    ).prefault('hostname'),
    'What `id.server` and NSID answer: `hostname`, any text, or `none` to refuse them.',
    'none',
  ),
  explain: key(
    section({
      allow: key(
        list(cidr(), '["10.0.0.0/8"]').prefault(LOOPBACK),
        'Clients that may ask the `_explain` names.',
        ['10.0.0.0/8'],
      ),
    }).prefault({}),
    'Who may ask why an answer is what it is.',
  ),
  upstreams: key(
    list(upstream(), '["10.0.0.2"]').prefault([]),
    'Resolvers for the host names of load balancers and gateways; empty: those of /etc/resolv.conf.',
    ['10.0.0.2', '[2001:db8::2]:5353'],
  ),
  tcp: key(tcp.prefault({}), 'Limits of TCP.'),
})

const local = section({
  cluster: key(
    clusterId().nullable().prefault(null),
    'The cluster that this server and its clients are in; null: the one with `source.inCluster`, else the first listed.',
    'cluster-east',
  ),
  locality: key(
    locality().nullable().prefault(null),
    'Where they stand; null: where the cluster does.',
    'us-east-1/us-east-1a',
  ),
  clusterDomain: key(
    zoneName('cluster.local').prefault('cluster.local'),
    'The clusters’ own DNS domain, which no zone here may shadow.',
    'prod.example',
  ),
})

const clusterStates = section({
  downAfter: key(
    duration().prefault('5m'),
    'A cluster not heard from for this long is down: used only if no other is usable.',
  ),
  upAfter: key(
    duration(0).prefault('10s'),
    'A cluster takes draws again when it has been back for this long.',
  ),
})

/** meridian.yaml: every key, its default, its meaning. The input form is the editors' JSON Schema. */
export const schema = section({
  zones,
  global: key(
    section({
      defaultNamespace: key(
        dnsLabel('a namespace', 'default').prefault('default'),
        'The namespace of `<service>.<global zone>`.',
      ),
    }).prefault({}),
    'The short names.',
  ),
  dns: key(dns.prefault({}), 'The DNS server.'),
  admin,
  health,
  local: key(local.prefault({}), 'Where this server stands.'),
  clusters,
  registries,
  execs,
  addresses,
  precedence,
  ignoreManagedBy: key(
    list(someText('a managed-by value', 'meridian-dns.io'), '["meridian-dns.io"]').prefault([
      ...IGNORED_MANAGERS,
    ]),
    'EndpointSlices with one of these under `endpointslice.kubernetes.io/managed-by` hold other clusters’ endpoints and are not counted. ' +
      'A list here replaces the default.',
  ),
  clients: key(clients.prefault({}), 'Where clients stand.'),
  routing: key(routing.prefault({}), 'Which clusters answer.'),
  istio,
  controller: key(controller.prefault({}), 'What is written back to clusters; by default nothing is.'),
  clusterStates: key(clusterStates.prefault({}), 'When a cluster counts as gone, and as back.'),
  budgets,
  startup: key(
    section({
      timeout: key(
        duration(0).prefault('30s'),
        'How long answers may wait at start for every cluster’s first view.',
      ),
    }).prefault({}),
    'The start.',
  ),
  state: key(
    section({
      dir: key(
        someText('a path', '/var/lib/meridian').nullable().prefault(null),
        'A directory for the clusters’ last views, read at start; null: they are not kept.',
        '/var/lib/meridian',
      ),
    }).prefault({}),
    'What outlives the process.',
  ),
  transfer: key(
    section({
      allow: key(
        list(cidr(), '["10.0.0.0/8"]').prefault(LOOPBACK),
        'Clients that may transfer zones (AXFR, IXFR).',
        ['10.0.0.0/8'],
      ),
    }).prefault({}),
    'Zone transfers.',
  ),
  log: key(
    section({
      level: key(oneOf(LOG_LEVELS).prefault('info'), 'The least grave lines that are written.', 'debug'),
    }).prefault({}),
    'The log.',
  ),
})

/** The document as read: values parsed, defaults filled in, not yet held against each other. */
export type WrittenConfig = z.output<typeof schema>

export type WrittenCluster = WrittenConfig['clusters'][number]

/** What is declared of a cluster, without where its objects are read. */
export type WrittenDeclaration = Omit<WrittenCluster, 'source'>

/** The schema as editors take it: JSON Schema 2020-12 over what is written, not over what is made of it. */
export const jsonSchema = (): z.core.JSONSchema.BaseSchema => ({
  ...z.toJSONSchema(schema, {
    io: 'input',
    // Zod drops the examples of what it transforms, though ours are of what is written.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema)?.['examples']
      if (Array.isArray(examples)) jsonSchema.examples = examples
    },
  }),
  patternProperties: { '^x-': {} },
})
