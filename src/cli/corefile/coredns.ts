import { printAddress } from '../../dns/index.ts'
import { isFrom, type Version } from './options.ts'
import { comment, digAt, type Forwarding } from './zones.ts'

/** The ConfigMap whose key `Corefile` a server block goes into. */
interface Place {
  readonly what: string
  readonly configMap: string
  readonly restart: string
  readonly notes: readonly string[]
  readonly bind: readonly string[]
  readonly tries: readonly string[]
}

export const printCoreDNS = (forwarding: Forwarding): string =>
  printBlock(forwarding, {
    what: 'CoreDNS',
    configMap: 'coredns',
    restart: 'deployment coredns',
    notes: ['NodeLocal DNSCache, where there is one, needs a block too: --for nodelocal.'],
    bind: [],
    tries: [],
  })

export function printNodeLocal(forwarding: Forwarding): string {
  const bind = forwarding.bind.map(printAddress)
  return printBlock(forwarding, {
    what: 'NodeLocal DNSCache',
    configMap: 'node-local-dns',
    restart: 'daemonset node-local-dns',
    notes: [
      "It sends names without a block of their own to the node's resolvers, not to the cluster's CoreDNS, so this one is needed besides CoreDNS's.",
      "bind must list what the other blocks bind: where they bind the cluster DNS's address too (kube-proxy in iptables mode), say --bind with both.",
      'Stub domains in the ConfigMap kube-dns reach it as well (--for kube-dns): use one of the two, or it refuses to start.',
    ],
    bind: [`bind ${bind.join(' ')}`],
    tries: [`dig @${bind[0]} ${versionName(forwarding)} TXT +short   # on a node, through the cache`],
  })
}

const BEGIN = 'meridian: begin'
const END = 'meridian: end'

function printBlock(forwarding: Forwarding, place: Place): string {
  const { zones } = forwarding
  const keys = zones.map((zone) => `${zone}:53`).join(' ')
  const body = [['errors'], place.bind, cacheLines(forwarding), forwardLines(forwarding)].flat()
  const block = `${keys} {\n${body.map((line) => `    ${line}\n`).join('')}}`
  return `${[
    comment([BEGIN, ...introduction(forwarding, place)]),
    zones.length === 0 ? comment(['No zone is left to forward.']) : block,
    comment([END]),
  ].join('\n')}\n`
}

const introduction = (forwarding: Forwarding, place: Place): readonly string[] => [
  `For ${place.what}: the zones that Meridian answers, forwarded to it. Each by name, never a parent of them.`,
  ...[...forwarding.notes, ...failoverNotes(forwarding), ...place.notes].map((note) => `Note: ${note}`),
  '',
  'Apply, as often as you like: what an earlier run put there is replaced. Other blocks for these zones must go first.',
  `  kubectl -n kube-system get configmap ${place.configMap} -o jsonpath='{.data.Corefile}' |`,
  `    awk '/^# ${BEGIN}/{m=1} !m; /^# ${END}/{m=0}' > Corefile`,
  `  ${forwarding.command} >> Corefile`,
  `  kubectl -n kube-system create configmap ${place.configMap} --from-file=Corefile --dry-run=client -o json |`,
  `    kubectl -n kube-system patch configmap ${place.configMap} --type merge --patch-file /dev/stdin`,
  `  kubectl -n kube-system rollout restart ${place.restart}   # only if no block has the plugin reload`,
  'Try:',
  `  ${digAt(forwarding)} ${versionName(forwarding)} TXT +short   # Meridian itself: "1.0.0"`,
  ...place.tries.map((line) => `  ${line}`),
  `  dig ${versionName(forwarding)} TXT +short   # in a pod: the whole way`,
]

/** The one name that exists whatever the clusters hold. */
const versionName = ({ zones }: Forwarding): string => `dns-version.${zones[0] ?? ''}`

/**
 * CoreDNS keeps answers for their TTL, but never shorter than its own minimum of 5 s, a TTL of 0 included. It knows
 * no maximum of 0, so what must not be kept has the minimum alone.
 */
function cacheLines({ ttl, negativeTtl, perClient, version }: Forwarding): readonly string[] {
  if (perClient)
    return [
      '# No cache: clients.trustClientSubnet makes answers depend on the client, and a cache would share them.',
    ]
  const bounds = (seconds: number) => `9984 ${Math.max(1, seconds)} ${Math.min(5, seconds)}`
  return [
    "# Entries, then the longest and the shortest time to keep an answer: Meridian's own TTLs, not CoreDNS's.",
    '# No prefetch and no serve_stale: clients would be sent where answers came from before.',
    'cache {',
    `    success ${bounds(ttl)}`,
    `    denial ${bounds(negativeTtl)}`,
    ...optional(version, CACHE),
    '}',
  ]
}

/** `forward` and its options; without loadbalance beside it, which would shuffle answers that have an order. */
function forwardLines({ to, version }: Forwarding): readonly string[] {
  const several = to.length > 1
  const options = optional(version, FORWARD, several)
  const head = [
    '# No loadbalance: it would undo the order of answers. No force_tcp: clients choose, and UDP costs less.',
  ]
  const line = `forward . ${to.join(' ')}`
  return options.length === 0 ? [...head, line] : [...head, `${line} {`, ...options, '}']
}

/** An option that not every version has. */
interface Option {
  readonly since: Version
  readonly lines: readonly string[]
  /** Only of use with more than one upstream. */
  readonly several?: boolean
}

const CACHE: readonly Option[] = [
  {
    since: [1, 9, 4],
    lines: ['# SERVFAIL is a replica that is still reading its clusters: ask again.', 'servfail 0s'],
  },
]

const FAILOVER_SINCE: Version = [1, 14, 7]

/** A Service leaves out replicas that are not ready; forward asks them all. */
const failoverNotes = ({ to, version }: Forwarding): readonly string[] =>
  to.length > 1 && !isFrom(version, FAILOVER_SINCE)
    ? [
        `A CoreDNS before ${FAILOVER_SINCE.join('.')} hands on the SERVFAIL of a replica that is starting. Forward to one address, a Service's, or say --coredns-version if yours is newer.`,
      ]
    : []

const FORWARD: readonly Option[] = [
  {
    since: [1, 14, 3],
    lines: ['# Sockets that never idle would stay with one replica behind the Service.', 'max_age 30s'],
  },
  {
    // It exists since 1.13.0, but asked the same upstreams again until the query timed out (coredns#8277).
    since: FAILOVER_SINCE,
    several: true,
    lines: ['# A replica that cannot answer yet says so: ask another.', 'failover SERVFAIL REFUSED'],
  },
]

const optional = (version: Version, options: readonly Option[], several = false): readonly string[] =>
  options
    .filter((option) => isFrom(version, option.since) && (several || option.several !== true))
    .flatMap(({ lines }) => lines.map((line) => `    ${line}`))
