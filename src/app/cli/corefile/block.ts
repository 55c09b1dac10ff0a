import { comment } from '../shell.ts'
import { isFrom, type Version } from './options.ts'
import { type BlockAddress, keysFor } from './server-blocks.ts'
import type { Forwarding } from './zones.ts'

/** Server blocks that forward every zone, one for each place where they listen, without a newline at the end; or a comment that there is none. */
export function printBlocks(forwarding: Forwarding, places: readonly BlockAddress[]): string {
  if (forwarding.zones.length === 0) return comment(['No zone is left to forward.'])
  return places.map((place) => printBlock(forwarding, place)).join('\n')
}

function printBlock(forwarding: Forwarding, { ports, bind }: BlockAddress): string {
  const keys = forwarding.zones.flatMap((zone) => keysFor(zone, ports))
  const body = [['errors'], bind, cacheLines(forwarding), forwardLines(forwarding)].flat()
  return `${keys.join(' ')} {\n${body.map((line) => `    ${line}\n`).join('')}}`
}

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
export const failoverNotes = ({ to, version }: Forwarding): readonly string[] =>
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
