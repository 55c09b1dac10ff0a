import { type Address, isDnsLabel, type Name } from '../../values/dns/index.ts'
import { lastRemembered } from '../../values/table/index.ts'
import {
  type ClusterId,
  type Locality,
  parseLocality,
  printLocality,
  type Site,
} from '../../words/clusterset/index.ts'
import { briefly, type EntryPort, type NodePort, type Port } from '../../words/kube/index.ts'

/** An endpoint that counts, on its way to the site that it belongs to. */
export interface Settled {
  readonly at: { readonly address: Address } | { readonly hostname: Name }
  readonly locality: Locality | null
  readonly networks: readonly string[] | null
  readonly within: ClusterId | null
  readonly weight: number | null
  readonly isWell: boolean
  readonly ports: readonly Port[]
  readonly shifted: readonly NodePort[]
  readonly by: string
}

/** More are no places. */
export const MOST_SITES = 100

/** Of a service without an address in a locality. */
const NOWHERE = 'outside'

/** What places may not be called as. */
interface Called {
  readonly has: (id: ClusterId) => boolean
  /** Of a host's: the name that such a place would have, if that is another host's or stands above one. */
  readonly hostAt?: ((id: ClusterId) => Name | undefined) | undefined
}

interface Sites {
  readonly sites: readonly Site[]
  readonly told: readonly LeftOut[]
}

/** Endpoints that are at no place, and why. */
export interface LeftOut {
  readonly sentence: string
  /** Whose they are. */
  readonly by: readonly string[]
}

/** Endpoints by where they stand; of one place those that are reached alike, at the same numbers. */
export const sitesOf = lastRemembered((endpoints: readonly Settled[], called: Called): Sites => {
  const told: LeftOut[] = []
  const sites = new Map<ClusterId, Site>()
  const isWeighed = endpoints.some(({ weight }) => weight !== null)
  for (const [place, there] of Map.groupBy(endpoints, placeOf)) {
    for (const { suffix, members } of parted(there)) {
      const { id, beside } = freeLabelOf(`${place || NOWHERE}${suffix}`, members, called)
      const why = whyNot(id, sites, called)
      if (why === undefined) sites.set(id, { ...siteOf(id, members, isWeighed), beside })
      else
        told.push({
          sentence: `endpoints ${place === '' ? 'without a locality' : `at ${briefly(place)}`} are left out: ${why}`,
          by: saidBy(members),
        })
    }
  }
  return { sites: [...sites.values()], told }
})

const placeOf = ({ locality }: Settled): string => (locality === null ? '' : printLocality(locality))

function whyNot(id: ClusterId, sites: ReadonlyMap<ClusterId, Site>, called: Called): string | undefined {
  if (!isDnsLabel(id)) return `${briefly(id)}, which they would be called, is no DNS label`
  if (called.has(id)) return `there is a cluster ${id}, and they would be called that too`
  if (sites.has(id)) return `another place is called ${id} already`
  const host = called.hostAt?.(id)
  if (host !== undefined) return `${briefly(host)}, which they would be called, is a host itself or above one`
  return sites.size < MOST_SITES ? undefined : `${MOST_SITES} places of one service are all that count`
}

interface Part {
  readonly suffix: string
  readonly members: readonly Settled[]
}

/** By network, and then by numbers, each named where there are several; at their ports' own numbers the first is not. */
function parted(there: readonly Settled[]): readonly Part[] {
  const byReach = [...Map.groupBy(there, reachOf)]
  return byReach.flatMap(([reach, members]) => {
    const network = byReach.length === 1 || reach === '' ? '' : `-${reach}`
    const byNumbers = [...Map.groupBy(members, numbering()).values()]
    const bare = byNumbers.find(([first]) => first?.shifted.length === 0) ?? byNumbers[0]
    const taken = new Set<string>()
    return byNumbers.map((some) => {
      const suffix = some === bare ? '' : (marksOf(some[0]).find((one) => !taken.has(one)) ?? '')
      taken.add(suffix)
      return { suffix: `${network}${suffix}`, members: some }
    })
  })
}

export const reachOf = ({ networks, within }: Settled): string => networks?.join('-') || (within ?? '')

/** What some are called by beside others, the shortest first: their numbers, and all that tells them apart. */
function marksOf(one: Settled | undefined): readonly string[] {
  const { ports = [], shifted = [] } = one ?? {}
  const numbers = shifted.length > 0 ? shifted.map(({ nodePort }) => nodePort) : ports.map(({ port }) => port)
  const [names, whole] = [
    ports.map(({ name }) => name),
    ports.flatMap(({ name, protocol, port }) => [name, protocol, port]),
  ]
  return [numbers, [...numbers, ...names], [...numbers, ...whole]].map((marks) =>
    marks.map((mark) => `-${mark}`).join(''),
  )
}

/** What tells the numbers of endpoints apart, and their ports: entries of one host need not have the same. */
function numbering(): (one: Settled) => string {
  const places = new Map<Settled['ports'], number>()
  const known = new Map<string, number>()
  const placeOfPorts = (ports: Settled['ports']): number => {
    const key = JSON.stringify(ports)
    const place = known.get(key) ?? known.size
    known.set(key, place)
    return place
  }
  return ({ ports, shifted }) => {
    const place = places.get(ports) ?? placeOfPorts(ports)
    places.set(ports, place)
    return `${place} ${shifted.map(({ nodePort }) => nodePort).join(' ')}`
  }
}

/** Where a host is called so, the numbers stand behind it, as they do where one place has several. */
function freeLabelOf(
  place: string,
  [first]: readonly Settled[],
  { hostAt }: Called,
): Pick<Site, 'id' | 'beside'> {
  const own = labelOf(place)
  const beside = hostAt?.(own)
  if (hostAt === undefined || beside === undefined) return { id: own, beside: null }
  const free = marksOf(first)
    .map((marks) => labelOf(`${place}${marks}`))
    .find((id) => hostAt(id) === undefined)
  return free === undefined ? { id: own, beside: null } : { id: free, beside }
}

/** `us-east-1/us-east-1a` is `us-east-1-us-east-1a`. */
const labelOf = (place: string): ClusterId =>
  place
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')

export function siteOf(id: ClusterId, members: readonly Settled[], isWeighed: boolean): Site {
  const [first] = members
  const well = members.filter(({ isWell }) => isWell)
  return {
    id,
    beside: null,
    locality: first?.locality ?? null,
    networks: first?.networks ?? null,
    within: first?.within ?? null,
    weight: isWeighed ? well.reduce((sum, { weight }) => sum + (weight ?? 1), 0) : null,
    addresses: [...new Set(well.flatMap(({ at }) => ('address' in at ? [at.address] : [])))],
    hostnames: [...new Set(well.flatMap(({ at }) => ('hostname' in at ? [at.hostname] : [])))],
    count: well.length,
    total: members.length,
    ports: first?.ports ?? [],
    shifted: first?.shifted ?? [],
    by: saidBy(members),
  }
}

const saidBy = (members: readonly Settled[]): readonly string[] => [...new Set(members.map(({ by }) => by))]

/** Where an endpoint stands; undefined: what it says is none. */
export const localityAt = (written: string): Locality | null | undefined =>
  written === '' ? null : parseLocality(written)

/** The ports by which clients ask, and at which numbers an endpoint serves them; of one that serves all as they are, none. */
export function numbersAt(
  ports: readonly EntryPort[],
  own: readonly (readonly [string, number])[],
): readonly NodePort[] {
  if (own.length === 0 && ports.every(({ port, target }) => port === target)) return NOT_SHIFTED
  const said = new Map(own)
  const numbers = ports.map(({ name, protocol, port, target }) => ({
    protocol,
    port,
    nodePort: said.get(name) ?? target,
  }))
  return numbers.every(({ port, nodePort }) => port === nodePort) ? NOT_SHIFTED : numbers
}

const NOT_SHIFTED: readonly NodePort[] = []

export const clientPorts = (ports: readonly EntryPort[]): readonly Port[] =>
  ports.map(({ name, protocol, port }) => ({ name, protocol, port, appProtocol: null }))
