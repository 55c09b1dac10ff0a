import { type ClusterId, numbersOf, type ShareRoute, type Site } from '../../words/clusterset/index.ts'
import type { NodePort, Port } from '../../words/kube/index.ts'
import { type LeftOut, MOST_SITES, reachOf, type Settled, siteOf } from './sites.ts'

interface WayFound {
  readonly route: Omit<ShareRoute, 'createdAt'> | undefined
  readonly told: readonly LeftOut[]
}

/**
 * The way to a cluster's share. Whoever reaches several parts of it goes by the first, and by those with its numbers:
 * well ones, then ports at their own numbers, then most ports, then the oldest come first.
 */
export function routeAt(id: ClusterId, endpoints: readonly Settled[]): WayFound {
  const groups = Map.groupBy(withAllPorts(endpoints), (one) => `${reachOf(one)} ${numbersOf(one)}`)
  const ranked = [...groups.values()].map((members) => partOf(id, members)).toSorted(byPrecedence)
  const kept: Part[] = []
  const told: LeftOut[] = []
  for (const part of ranked) {
    const why = whyNoPart(part, kept)
    if (why === undefined) kept.push(part)
    else
      told.push({
        sentence: `${spoken(part.site)} of the way to ${id} are left out: ${why}`,
        by: part.site.by,
      })
  }
  const parts = kept.map(({ site }) => site)
  if (parts.length === 0) return { route: undefined, told }
  const ports = portsUnited(parts.flatMap((part) => part.ports))
  const by = [...new Set(parts.flatMap((part) => part.by))]
  return { route: { id, parts, ports, by }, told }
}

const spoken = ({ networks }: Site): string =>
  networks === null ? 'endpoints' : `endpoints on ${networks.join(', ')}`

/** Those of one network, and what tells their numbers from others'. */
interface Part {
  readonly site: Site
  readonly numbers: string
}

/** Who is listed by several entries is one endpoint. */
function partOf(id: ClusterId, members: readonly Settled[]): Part {
  const site = siteOf(id, members, false)
  const [count, total] = [site.addresses.length + site.hostnames.length, new Set(members.map(nameOf)).size]
  return { site: { ...site, count, total }, numbers: numbersOf(site) }
}

const byPrecedence = ({ site: a }: Part, { site: b }: Part): number =>
  Number(b.count > 0) - Number(a.count > 0) ||
  Number(a.shifted.length > 0) - Number(b.shifted.length > 0) ||
  b.ports.length - a.ports.length

/** Entries of a port each may list one endpoint, which serves the ports of them all. */
function withAllPorts(endpoints: readonly Settled[]): readonly Settled[] {
  const all = Map.groupBy(endpoints, (one) => `${one.shifted.length > 0} ${reachOf(one)} ${nameOf(one)}`)
  if (all.size === endpoints.length) return endpoints
  return [...all.values()].flatMap((same) => {
    const ports = portsUnited(same.flatMap((one) => one.ports))
    const shifted = numbersUnited(same)
    return same.map((one) => ({ ...one, ports, shifted }))
  })
}

const nameOf = ({ at }: Settled): string => ('address' in at ? at.address : at.hostname)

/** The first of each name, and of each protocol and number. */
export function portsUnited(all: readonly Port[]): readonly Port[] {
  const [ports, known]: [Port[], Set<string>] = [[], new Set()]
  for (const port of all) {
    const marks = [`name ${port.name}`, `number ${port.protocol} ${port.port}`]
    if (marks.some((mark) => known.has(mark))) continue
    for (const mark of marks) known.add(mark)
    ports.push(port)
  }
  return ports
}

function numbersUnited(those: readonly Settled[]): readonly NodePort[] {
  const all = new Map<string, NodePort>()
  for (const one of those.flatMap(({ shifted }) => shifted)) {
    const key = `${one.protocol} ${one.port}`
    if (!all.has(key)) all.set(key, one)
  }
  return [...all.values()]
}

/** Why nobody goes by a part beside those that come before it. */
function whyNoPart({ site, numbers }: Part, before: readonly Part[]): string | undefined {
  const other = before.find((one) => one.numbers !== numbers && isWider(one.site, site))
  if (other === undefined)
    return before.length < MOST_SITES ? undefined : `${MOST_SITES} networks and numbers are all that count`
  if (site.count === 0) return 'none of them is well'
  return site.shifted.length > 0 && other.site.shifted.length === 0
    ? 'whoever reaches them reaches others that serve the ports at their own numbers'
    : 'whoever reaches them reaches others, with other ports, which come first'
}

/** Whether all that reach one reach the other. */
const isWider = (wide: Site, narrow: Site): boolean =>
  wide.networks === null ||
  (narrow.networks !== null &&
    narrow.within === wide.within &&
    narrow.networks.every((one) => wide.networks?.includes(one)))
