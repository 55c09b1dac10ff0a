import type { Address } from '../../values/dns/index.ts'
import { lastRemembered } from '../../values/table/index.ts'
import type { Ready } from '../../world/inventory/index.ts'
import {
  areEndpointsMade,
  type ClusterShare,
  type EndpointPlaces,
  hostPath,
  type Published,
  placeOf,
  publishedOf,
  type ServiceNode,
} from '../../world/zone/index.ts'
import { type AnswerContext, mostIn, unionOf } from './place.ts'
import {
  type Draft,
  isMade,
  mostTargets,
  type Nowhere,
  spread,
  type Targets,
  type WantedPort,
} from './targets.ts'

/** One per ready endpoint, at the port that its own slice says; of thousands no more than a message holds are made. */
export function endpointTargets(
  node: ServiceNode,
  wanted: WantedPort,
  context: AnswerContext,
): Targets | Nowhere {
  const numbersOf = numbersByList(wanted)
  const published = having(node.published, wanted)
  if (published === undefined) return { targets: [], more: false }
  const union = unionOf({ ...node, published }, context)
  if (union.kind === 'nowhere') return union
  const gathering = new Gathering(node, numbersOf, context)
  for (const rank of union.ranks) gathering.add(rank)
  return spread(gathering.targets, node, context, union.clusters)
}

type Numbers = (ready: Ready, list: number) => readonly number[]

/** The numbers of the named ports of a list that are wanted, found once: the endpoints of a slice have one list. */
export function numbersByList(wanted: WantedPort): Numbers {
  const known = new Map<Ready, Map<number, readonly number[]>>()
  return (ready, list) => {
    const ofReady = known.get(ready) ?? new Map<number, readonly number[]>()
    known.set(ready, ofReady)
    const hit = ofReady.get(list)
    if (hit !== undefined) return hit
    const found = ready.lists.numbersOf(list, placesOf(ready, wanted))
    const numbers = found.length < 2 ? found : [...new Set(found)]
    ofReady.set(list, numbers)
    return numbers
  }
}

/** Which names are wanted, by their places. */
function placesOf({ ports }: Ready, wanted: WantedPort): (name: number) => boolean {
  if (wanted === null) return (name) => ports.all[name]?.name !== ''
  const place = ports.placeOf(wanted)
  return (name) => name === place
}

const areSame = (one: WantedPort, other: WantedPort): boolean =>
  one?.name === other?.name && one?.protocol === other?.protocol

/** The same if all have it; those alone whose ports do; undefined: nobody. */
export const having = lastRemembered(
  (published: Published, wanted: WantedPort): Published | undefined => {
    const shares = published.shares.map((share): ClusterShare => {
      const lists = listsHaving(share.ready, wanted)
      return lists === undefined ? share : { ...share, lists }
    })
    if (shares.every(({ lists }) => lists === undefined)) return published
    const some = shares.filter(({ lists }) => lists === undefined || lists.size > 0)
    const { type, ports, clusters } = published
    return some.length === 0 ? undefined : publishedOf({ type, ports, clusters, shares: some })
  },
  areSame,
  (some, published) => some !== published,
)

/** Undefined: all. */
function listsHaving(ready: Ready, wanted: WantedPort): ReadonlySet<number> | undefined {
  const { lists, ports } = ready
  if (wanted !== null) {
    const place = ports.placeOf(wanted)
    return place === undefined ? NO_LISTS : lists.having(place)
  }
  const isWanted = placesOf(ready, null)
  const those = new Set<number>()
  for (let i = 0; i < lists.length; i++) if (lists.has(i, isWanted)) those.add(i)
  return those.size === lists.length ? undefined : those
}

const NO_LISTS: ReadonlySet<number> = new Set()

/** Under which numbers a host name that several endpoints have is told already. */
interface ReportedPorts {
  readonly lists: Set<number>
  readonly numbers: Set<number>
}

interface Host extends ReportedPorts {
  readonly addresses: Address[]
}

/** Those of a list of ports that the endpoints before did not have. */
export function newTo(
  { lists, numbers }: ReportedPorts,
  list: number,
  all: readonly number[],
): readonly number[] {
  if (lists.has(list)) return []
  lists.add(list)
  const added = all.filter((port) => !numbers.has(port))
  for (const port of added) numbers.add(port)
  return added
}

/** Targets, as far as they are asked for. */
class Gathering {
  readonly targets: Draft[] = []
  readonly #node: ServiceNode
  readonly #numbersOf: Numbers
  readonly #most: number
  readonly #mostAddresses: number
  readonly #allMade: boolean
  /** By the place of the first that has the name; those of one name stand together. */
  readonly #hosts = new Map<number, Host>()
  #last: Host | undefined
  #lastPlace = -1
  #addresses = 0

  constructor(node: ServiceNode, numbersOf: Numbers, context: AnswerContext) {
    this.#node = node
    this.#numbersOf = numbersOf
    this.#most = mostTargets(node, context)
    this.#mostAddresses = mostIn(context, 16)
    this.#allMade = areEndpointsMade(node.zone.kind, node.published, node.base)
  }

  add(places: EndpointPlaces): void {
    for (let k = 0; k < places.length && this.targets.length < this.#most; k++) {
      const share = places.shares[places.shareAt(k)]
      if (share === undefined) continue
      if (share.ready.hasTwins) this.#addTwin(share, places.shareAt(k), places.indexAt(k))
      else this.#addOne(share, places.indexAt(k))
    }
  }

  #addOne(share: ClusterShare, i: number): void {
    const target = this.#targetOf(share, i)
    if (target !== undefined) this.#push(share, target, this.#portsOf(share, i), this.#addressesOf(share, i))
  }

  /** Of one name there may be thousands: each adds its addresses, and seldom another port. */
  #addTwin(share: ClusterShare, number: number, i: number): void {
    const { ready } = share
    const host = this.#hostAt(placeOf(number, ready.firstOf(i)))
    if (this.#addresses < this.#mostAddresses)
      for (const address of this.#addressesOf(share, i)) host.addresses.push(address)
    const list = ready.listOf(i)
    if (host.lists.has(list)) return
    const target = this.#targetOf(share, i)
    if (target !== undefined)
      this.#push(share, target, newTo(host, list, this.#portsOf(share, i)), host.addresses)
    else host.lists.add(list)
  }

  #hostAt(place: number): Host {
    if (place === this.#lastPlace && this.#last !== undefined) return this.#last
    const host = this.#hosts.get(place) ?? { addresses: [], lists: new Set(), numbers: new Set() }
    this.#hosts.set(place, host)
    this.#lastPlace = place
    this.#last = host
    return host
  }

  #push(
    { cluster }: ClusterShare,
    target: string,
    ports: readonly number[],
    addresses: readonly Address[],
  ): void {
    const clusters = [cluster]
    for (const port of ports) {
      if (this.targets.length >= this.#most) return
      this.targets.push({ port, target, addresses, clusters, isDrawn: false })
    }
  }

  #targetOf({ ready, cluster }: ClusterShare, i: number): string | undefined {
    const path = hostPath(this.#node.zone.kind, ready.hostname(i), cluster)
    return this.#allMade || isMade(path, this.#node) ? `${path}.${this.#node.base}` : undefined
  }

  #portsOf({ ready }: ClusterShare, i: number): readonly number[] {
    return this.#numbersOf(ready, ready.listOf(i))
  }

  #addressesOf({ ready }: ClusterShare, i: number): readonly Address[] {
    if (this.#addresses >= this.#mostAddresses) return []
    const addresses = ready.addresses(i)
    this.#addresses += addresses.length
    return addresses
  }
}
