import type { Name } from '../../values/dns/index.ts'
import { keyOfHost, namesBelow, standsForOthers } from './hosts.ts'
import { nodeAt } from './node-at.ts'
import { publishedIn } from './published.ts'
import { TALLY } from './tally.ts'
import type { Entry, FoundName, HostsZone, Node, Published, Snapshot } from './types.ts'

type Ground = Pick<Snapshot, 'entries' | 'tally'>

/**
 * What a name is in a zone of hosts: one of them, a name below one, or what stands above some; else what the wildcard
 * has right below the closest name above that exists (RFC 4592, 3.3.1). Undefined: it is not there.
 */
export function findHost(snapshot: Ground, zone: HostsZone, name: Name): FoundName | undefined {
  const [itself, ...above] = namesBelow(zone.name, name)
  if (itself !== undefined && hasHosts(snapshot, itself))
    return serviceAt(snapshot, zone, itself) ?? { kind: 'empty', zone }
  const closest = above.find((one) => hasHosts(snapshot, one)) ?? zone.name
  const own = closest === zone.name ? undefined : serviceAt(snapshot, zone, closest)
  if (own !== undefined) {
    const found = below(own, name.slice(0, -closest.length - 1))
    if (found !== undefined) return found
  }
  return serviceAt(snapshot, zone, `*.${closest}`)
}

/** Whether a host has a name, or one below it. */
export const hasHosts = ({ tally }: Pick<Ground, 'tally'>, name: Name): boolean =>
  (tally.get(TALLY.host(name)) ?? 0) > 0

type Service = Extract<FoundName, { kind: 'service' }>

function serviceAt({ entries }: Ground, zone: HostsZone, host: Name): Service | undefined {
  const entry = entries.get(keyOfHost(host))
  const published = entry && publishedIn(zone, entry, '')
  return published && made(zone, entry, published)
}

const made = (
  zone: HostsZone,
  entry: Entry,
  published: Published,
  node: Service['node'] = ITSELF,
): Service => ({
  kind: 'service',
  zone,
  entry,
  published,
  node,
  base: entry.name,
})

const ITSELF: Extract<Node, { kind: 'service' }> = { kind: 'service' }

/** A name below a host: undefined where neither it nor any between them is there, for which a wildcard may stand. */
function below({ zone, entry, published, base }: Service, path: string): FoundName | undefined {
  if (zone.kind !== 'entries' || standsForOthers(base)) return undefined
  const labels = path.split('.')
  for (const [i] of labels.entries()) {
    const node = nodeAt(zone.kind, published, base, labels.slice(i).join('.'))
    if (node === undefined) continue
    if (i > 0)
      return { kind: 'nameError', zone, shape: { clusters: zone.cluster === null ? [] : [zone.cluster] } }
    return node.kind === 'empty' ? { kind: 'empty', zone } : made(zone, entry, published, node)
  }
  return undefined
}
