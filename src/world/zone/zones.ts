import { type Address, joinNames, type Name, type Prefix } from '../../values/dns/index.ts'
import { Ordered } from '../../values/packed/index.ts'
import { remembered } from '../../values/table/index.ts'
import { Claims, type Cluster, type ClusterId, claimsOf } from '../../words/clusterset/index.ts'
import { grammarOf } from './grammar.ts'
import { hostsZones } from './hosts.ts'
import type { Entry, FederationZone, Snapshot, Zone, ZoneSettings } from './types.ts'

/** The zones of a clusterset, by name (answers.md 1). `refused`: federations whose names are taken. */
export function zonesOf(
  settings: ZoneSettings,
  members: ReadonlyMap<ClusterId, Cluster>,
  local: ClusterId,
  refused: ReadonlySet<string> = NONE,
): ReadonlyMap<Name, Zone> {
  const zones: Zone[] = [{ kind: 'clusterset', name: settings.clusterset }]
  if (settings.global !== null) zones.push({ kind: 'global', name: settings.global })
  for (const cluster of members.keys()) {
    const name = clusterZone(settings, cluster)
    if (name !== undefined) zones.push({ kind: 'cluster', name, cluster })
  }
  zones.push(...federationZones(settings).filter(({ federation }) => !refused.has(federation)))
  zones.push(...hostsZones(settings))
  if (settings.reverse) zones.push(...reverseZones(members, local))
  return new Map(zones.map((zone) => [zone.name, zone]))
}

const NONE: ReadonlySet<string> = new Set()

/** Those of all federations that are configured. */
export const federationZones = remembered(
  ({ federations = NO_FEDERATIONS, clusterDomain }: ZoneSettings): readonly FederationZone[] =>
    Array.from(federations, ([federation, clusters]) => ({
      kind: 'federation',
      name: joinNames(federation, 'svc', clusterDomain),
      federation,
      clusters,
    })),
)

const NO_FEDERATIONS: NonNullable<ZoneSettings['federations']> = new Map()

/** The zone of a cluster, if it has one. */
export function zoneOfCluster(
  { settings, zones }: Pick<Snapshot, 'settings' | 'zones'>,
  cluster: ClusterId,
): Name | undefined {
  const name = clusterZone(settings, cluster)
  const zone = name === undefined ? undefined : zones.get(name)
  return zone?.kind === 'cluster' && zone.cluster === cluster ? name : undefined
}

/** What a cluster's zone is called, where they are on. */
export const clusterZone = (settings: ZoneSettings, cluster: ClusterId): Name | undefined =>
  settings.cluster?.replace('{cluster}', () => cluster)

/** A service's own name in a zone. */
export const baseOf = (
  { name, namespace }: Pick<Entry, 'name' | 'namespace'>,
  zone: Pick<Zone, 'kind' | 'name'>,
): Name =>
  zone.kind === 'entries' ? name : joinNames(name, namespace, grammarOf(zone.kind).below, zone.name)

/** Zones over the other clusters' declared CIDRs that overlap nobody's, cut on label boundaries (answers.md 6). */
function reverseZones(members: ReadonlyMap<ClusterId, Cluster>, local: ClusterId): readonly Zone[] {
  const declared = [...members.values()].flatMap(claimsOf)
  const claims = new Claims(declared)
  const own = declared.filter((one) => one.id !== local && claims.rivalOf(one) === undefined)
  const names = new Set(own.flatMap(({ prefix }) => prefixZones(prefix)))
  return [...names].filter((name) => !isBelowOne(name, names)).map((name) => ({ kind: 'reverse', name }))
}

function isBelowOne(name: Name, names: ReadonlySet<Name>): boolean {
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1))
    if (names.has(name.slice(dot + 1))) return true
  return false
}

/** The reverse names that cover a prefix exactly: octets for IPv4 (RFC 1035, 3.5), nibbles for IPv6 (RFC 3596, 2.5). */
export function prefixZones({ base, length }: Prefix): readonly Name[] {
  const step = base.length === 4 ? 8 : 4
  const labels = Math.ceil(length / step)
  const name = reverseName(base).split('.')
  const suffix = name.slice((base.length * 8) / step - labels)
  if (labels === 0) return [suffix.join('.')]
  const [first = ''] = suffix
  const radix = step === 8 ? 10 : 16
  return Array.from({ length: 2 ** (labels * step - length) }, (_, i) =>
    [(Number.parseInt(first, radix) + i).toString(radix), ...suffix.slice(1)].join('.'),
  )
}

/** `4.3.2.1.in-addr.arpa`, or 32 nibbles and `ip6.arpa`. */
export function reverseName(address: Address): Name {
  const octets = Array.from(address, (char) => char.charCodeAt(0))
  if (octets.length === 4) return `${octets.reverse().join('.')}.in-addr.arpa`
  const nibbles = octets.flatMap((octet) => [octet >> 4, octet & 15]).reverse()
  return `${nibbles.map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa`
}

/** The address that a complete reverse name stands for. */
export function reversedAddress(name: Name): Address | undefined {
  const labels = name.split('.')
  const numbers = (radix: number) => labels.slice(0, -2).map((label) => Number.parseInt(label, radix))
  const address =
    labels.length === 6
      ? String.fromCharCode(...numbers(10).reverse())
      : labels.length === 34
        ? fromNibbles(numbers(16).reverse())
        : ''
  return address !== '' && reverseName(address) === name ? address : undefined
}

const fromNibbles = (nibbles: readonly number[]): Address =>
  String.fromCharCode(
    ...Array.from({ length: 16 }, (_, i) => ((nibbles[2 * i] ?? 0) << 4) | (nibbles[2 * i + 1] ?? 0)),
  )

/** The reverse zone that an address has its name in; undefined: none. */
export function reverseZoneOf(zones: ReadonlyMap<Name, Zone>, address: Address): Name | undefined {
  const byLast = reverseZonesByLast(zones)
  const last = byLast.ceiling(address)
  const found = last === undefined ? undefined : byLast.get(last)
  return found !== undefined && found.first <= address ? found.name : undefined
}

const reverseZonesByLast = remembered((zones: ReadonlyMap<Name, Zone>) => {
  let byLast = Ordered.empty<{ readonly first: Address; readonly name: Name }>()
  for (const zone of zones.values()) {
    const bounds = zone.kind === 'reverse' ? reversedBounds(zone.name) : undefined
    if (bounds === undefined || zoneOf(zones, zone.name) !== zone) continue
    byLast = byLast.set(bounds.last, { first: bounds.first, name: zone.name })
  }
  return byLast
})

/** The first and the last of the addresses whose names are below a reverse name, or it; undefined: it is none. */
export function reversedBounds(name: Name): { readonly first: Address; readonly last: Address } | undefined {
  const [ending = '', family = '', ...labels] = name.split('.').reverse()
  const form = ending === 'arpa' ? FORMS.get(family) : undefined
  if (form === undefined || labels.length > form.labels || !labels.every((label) => form.label.test(label)))
    return undefined
  const numbers = labels.map((label) => Number.parseInt(label, form.radix))
  const [first, last] = [0, form.radix === 16 ? 15 : 255].map((rest) =>
    form.addressOf([...numbers, ...Array<number>(form.labels - labels.length).fill(rest)]),
  )
  return first === undefined || last === undefined ? undefined : { first, last }
}

/** How reverse names of a family are made (RFC 1035, 3.5; RFC 3596, 2.5). */
const FORMS = new Map([
  [
    'in-addr',
    {
      label: /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/,
      labels: 4,
      radix: 10,
      addressOf: (octets: readonly number[]): Address => String.fromCharCode(...octets),
    },
  ],
  ['ip6', { label: /^[\da-f]$/, labels: 32, radix: 16, addressOf: fromNibbles }],
])

/** The zone that a name is in. No zone lies in another, so the shortest ending that is a zone's name is it. */
export function zoneOf(zones: ReadonlyMap<Name, Zone>, name: Name): Zone | undefined {
  for (let dot = name.lastIndexOf('.'); ; dot = name.lastIndexOf('.', dot - 1)) {
    const zone = zones.get(name.slice(dot + 1))
    if (zone !== undefined || dot <= 0) return zone
  }
}
