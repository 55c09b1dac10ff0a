import { isWithin, type Name, parseName, printAddress, unusable } from '../../../values/dns/index.ts'
import { zonesOf } from '../../../world/zone/index.ts'
import { type Config, clustersetOf, settingsOf } from '../../config/index.ts'
import { shellQuote } from '../shell.ts'
import { type Brought, broughtNotes } from './brought.ts'
import { type CorefileChoice, printUpstream } from './options.ts'
import { NONE_TAKEN, type Taken, takenNotes } from './taken.ts'

/** All that a stub block is printed from. */
export interface Forwarding extends CorefileChoice {
  readonly zones: readonly Name[]
  /** Where to, as text: addresses, or the one placeholder. */
  readonly to: readonly string[]
  /** Seconds. */
  readonly ttl: number
  readonly negativeTtl: number
  /** Answers depend on which client asks, so nobody between may keep them. */
  readonly perClient: boolean
  /** `meridian corefile …` that prints this again. */
  readonly command: string
  /** What a person should know before applying it, one sentence each. */
  readonly notes: readonly string[]
}

const PLACEHOLDER = '<MERIDIAN-SERVICE-IP>'

/** What was found out of clusters, besides what the configuration says. */
export interface Known {
  /** Of clusters of registries; null: there are no registries. */
  readonly brought: Brought | null
  readonly taken: Taken
}

export const NOTHING_KNOWN: Known = { brought: null, taken: NONE_TAKEN }

/** `kept`: zones of clusters of registries that an earlier run put there. */
export function forwardingOf(
  config: Config,
  chosen: CorefileChoice,
  { brought, taken }: Known = NOTHING_KNOWN,
  kept: readonly Name[] = [],
): Forwarding {
  const { clients, dns, file } = config
  const { zones, skipped } = zonesToForward(config, taken.refused)
  return {
    ...chosen,
    zones: [...zones, ...kept],
    to: chosen.upstreams.length === 0 ? [PLACEHOLDER] : chosen.upstreams.map(printUpstream),
    ttl: dns.ttl,
    negativeTtl: dns.negativeTtl,
    perClient: clients.trustClientSubnet && (clients.map.length > 0 || clients.geo !== null),
    command: `meridian corefile ${['--config', file, ...chosen.given].map(shellQuote).join(' ')}`,
    notes: [
      ...notesOf(config, chosen, skipped),
      ...domainNotes(config),
      ...broughtNotes(brought, config, kept),
      ...takenNotes(taken, config),
    ],
  }
}

/**
 * The zones that are answered here, each by its own name: a common parent such as `local` would take the cluster's
 * own domain along. `skipped` ones hold that domain themselves, so forwarding them would break the cluster. `refused`:
 * federations that are not answered.
 */
export function zonesToForward(
  config: Config,
  refused: Taken['refused'] = NONE_TAKEN.refused,
): {
  readonly zones: readonly Name[]
  readonly skipped: readonly Name[]
} {
  const { local, members } = clustersetOf(config)
  const all = [...zonesOf(settingsOf(config), members, local.cluster, refused).keys()]
  const holdsCluster = (zone: Name) => isWithin(config.local.clusterDomain, zone)
  return { zones: all.filter((zone) => !holdsCluster(zone)), skipped: all.filter(holdsCluster) }
}

function notesOf(config: Config, { upstreams }: CorefileChoice, skipped: readonly Name[]): readonly string[] {
  const notes: readonly (readonly [boolean, string])[] = [
    [
      upstreams.length === 0,
      `${PLACEHOLDER} is the ClusterIP of Meridian's Service (kubectl get services -A | grep meridian): write it into dns.advertise, or say --address IP.`,
    ],
    [
      upstreams.some(({ address }) => unusable(address) === 'loopback'),
      'A loopback address is reached only by a DNS server on the same host.',
    ],
    [
      config.zones.global === 'global',
      'global is a public top-level domain too: its public names stop resolving here. zones.global chooses another suffix.',
    ],
  ]
  const left = skipped.map(
    (zone) =>
      `Left out: ${zone}, which holds ${config.local.clusterDomain}. Forwarding it would take the cluster's own names away.`,
  )
  return [...notes.flatMap(([holds, note]) => (holds ? [note] : [])), ...left]
}

const domainNotes = ({ zones }: Config): readonly string[] =>
  zones.entries
    .filter(isShared)
    .map(
      (zone) =>
        `All of ${zone} goes to Meridian: names that no ServiceEntry has, such as www.${zone}, stop resolving here. A domain below it in zones.entries, such as mesh.${zone}, leaves the others alone.`,
    )

/** Whether others may have names in a domain: all may but in those that are kept for private use. */
export const isShared = (zone: Name): boolean => !PRIVATE.some((one) => isWithin(zone, parseName(one)))

/** ICANN's for private use; RFC 6762, 9476, 6761 and 8375. */
const PRIVATE = ['internal', 'local', 'alt', 'test', 'localhost', 'invalid', 'home.arpa']

/** A question to Meridian itself, at the first of its addresses. */
export function digAt({ upstreams }: CorefileChoice): string {
  const [first] = upstreams
  if (first === undefined) return `dig @${PLACEHOLDER}`
  const port = first.port === 53 ? '' : ` -p ${first.port}`
  return `dig @${printAddress(first.address)}${port}`
}
