import { type Address, dashAddress, type Family } from '../../values/dns/index.ts'
import { foreign, list, nullable, type Octets, text, unpack } from '../../values/packed/index.ts'
import { numberAt, sums } from './columns.ts'
import type { Endpoint, Endpoints } from './endpoint-types.ts'
import { mayHavePort, PortLists, type PortName, type PortNames, portNamesOf } from './port-lists.ts'

export const zonesCodec = list(nullable(text))

/**
 * The parts, in this order; behind them numbers of 32 bits: where each ends, how many endpoints there are, how many
 * octets each address has, or 0, and whether no address is there twice.
 */
const PART = {
  zones: 0,
  ports: 1,
  lists: 2,
  zone: 3,
  list: 4,
  twin: 5,
  counts: 6,
  lengths: 7,
  addresses: 8,
  names: 9,
} as const

const PARTS = Object.keys(PART).length
const TRAILER = 4 * (PARTS + 3)

/** The ready endpoints, by host name and address; a dual-stack one once for each family. */
export const readyIn = ({ ready }: Pick<Endpoints, 'ready'>): readonly Endpoint[] => {
  const from = new Ready(ready)
  return Array.from({ length: from.length }, (_, i) => from.endpoint(i))
}

/** The ready endpoints of one cluster, each read when it is asked for. */
export class Ready {
  readonly length: number
  readonly #octets: Octets
  readonly #ends: readonly number[]
  /** Octets of each address, if they are all as long; else 0. */
  readonly width: number
  /** No address is there twice. */
  readonly isDistinct: boolean
  #zones: readonly (string | null)[] | undefined
  #ports: PortNames | undefined
  #lists: PortLists | undefined
  #addressEnds: Uint32Array | undefined
  #nameEnds: Uint32Array | undefined
  #counts: Uint32Array | undefined
  #firsts: Uint32Array | undefined

  constructor(octets: Octets) {
    const at = octets.length - TRAILER
    if (at < 0) throw foreign()
    const number = (i: number): number => numberAt(octets, at + 4 * i, 4)
    this.#octets = octets
    const ends: number[] = []
    let last = 0
    for (let i = 0; i < PARTS; i++) {
      const end = number(i)
      if (end < last) throw foreign()
      ends.push(end)
      last = end
    }
    if (last !== at) throw foreign()
    this.#ends = ends
    this.length = number(PARTS)
    this.width = number(PARTS + 1)
    this.isDistinct = number(PARTS + 2) === 1
  }

  /** All zones that endpoints are in. */
  get zones(): readonly (string | null)[] {
    this.#zones ??= unpack(zonesCodec, this.#part(PART.zones))
    return this.#zones
  }

  /** The names of all ports that endpoints have. */
  get ports(): PortNames {
    this.#ports ??= portNamesOf(this.#part(PART.ports))
    return this.#ports
  }

  /** Whether some endpoint has a port of that name. */
  hasPort(name: PortName): boolean {
    return mayHavePort(this.#part(PART.ports), name) && this.ports.placeOf(name) !== undefined
  }

  /** All lists of ports that endpoints have. */
  get lists(): PortLists {
    this.#lists ??= new PortLists(
      this.#part(PART.lists),
      this.ports,
      this.length > 0 && this.#lengthOf(PART.list) === 0,
    )
    return this.#lists
  }

  /** Whether each has one address. */
  get isSingle(): boolean {
    return this.#lengthOf(PART.counts) === 0
  }

  /** Whether some have one host name. */
  get hasTwins(): boolean {
    return this.#lengthOf(PART.twin) > 0
  }

  endpoint(i: number): Endpoint {
    const zone = this.zones[this.zoneOf(i)]
    const ports = this.lists.at(this.listOf(i))
    if (zone === undefined) throw foreign()
    return { hostname: this.hostname(i), addresses: this.addresses(i), zone, ports }
  }

  /** Which of `zones`. */
  zoneOf(i: number): number {
    return this.#choice(PART.zone, i)
  }

  /** Which of `lists`. */
  listOf(i: number): number {
    return this.#choice(PART.list, i)
  }

  /** Whether the endpoint before has the same host name: those of one stand together. */
  isTwin(i: number): boolean {
    return this.hasTwins && this.#octets.charCodeAt(this.#start(PART.twin) + i) === 1
  }

  /** How many addresses all of them have. */
  get addressCount(): number {
    return this.isSingle ? this.length : this.#firstAddress(this.length)
  }

  /** How many host names they have. */
  get hosts(): number {
    let hosts = this.length
    if (this.hasTwins) for (let i = 0; i < this.length; i++) if (this.isTwin(i)) hosts--
    return hosts
  }

  /** The first of those that have the same host name. */
  firstOf(i: number): number {
    if (!this.hasTwins) return i
    this.#firsts ??= this.#findFirsts()
    return this.#firsts[i] ?? i
  }

  #findFirsts(): Uint32Array {
    const firsts = new Uint32Array(this.length)
    for (let i = 1; i < this.length; i++) firsts[i] = this.isTwin(i) ? (firsts[i - 1] ?? 0) : i
    return firsts
  }

  addresses(i: number): readonly Address[] {
    if (this.isSingle) return [this.address(i)]
    const [first, end] = [this.#firstAddress(i), this.#firstAddress(i + 1)]
    return Array.from({ length: end - first }, (_, k) => this.#addressAt(first + k))
  }

  /** How many it has. */
  addressesOf(i: number): number {
    return this.isSingle ? 1 : this.#firstAddress(i + 1) - this.#firstAddress(i)
  }

  /** The first or only one. */
  address(i: number): Address {
    return this.#addressAt(this.isSingle ? i : this.#firstAddress(i))
  }

  hostname(i: number): string {
    return this.givenName(i) ?? hostnameOf([this.address(i)])
  }

  /** The host name; null: it goes by its first address. */
  givenName(i: number): string | null {
    const from = this.#start(PART.names)
    const length = this.#lengthOf(PART.names) === 0 ? 0 : this.#octets.charCodeAt(from + i)
    if (length === 0) return null
    this.#nameEnds ??= sums(this.#octets, from, this.length, 1)
    const end = from + this.length + (this.#nameEnds[i] ?? 0)
    return this.#octets.slice(end - length, end)
  }

  /** Those of one host name, from the first to before the last. */
  named(hostname: string): readonly [first: number, end: number] {
    let [low, high] = [0, this.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.hostname(middle) < hostname) low = middle + 1
      else high = middle
    }
    if (low === this.length || this.hostname(low) !== hostname) return [0, 0]
    let end = low + 1
    while (end < this.length && this.isTwin(end)) end++
    return [low, end]
  }

  /** Those that it has addresses of. */
  get families(): readonly Family[] {
    if (this.width > 0) return [this.width === 4 ? 4 : 6]
    const lengths = this.#part(PART.lengths)
    const [has4, has6] = ['\x04', '\x10'].map((one) => lengths.includes(one))
    return [...(has4 === true ? [4 as const] : []), ...(has6 === true ? [6 as const] : [])]
  }

  /** Of all endpoints, each once. */
  allAddresses(): readonly Address[] {
    const all: Address[] = []
    if (this.width > 0) {
      const end = this.#ends[PART.addresses] ?? 0
      for (let at = this.#start(PART.addresses); at < end; at += this.width)
        all.push(this.#octets.slice(at, at + this.width))
    } else for (let i = 0; i < this.length; i++) all.push(...this.addresses(i))
    return this.isDistinct ? all : [...new Set(all)]
  }

  #firstAddress(i: number): number {
    this.#counts ??= sums(this.#octets, this.#start(PART.counts), this.length, 2)
    return i === 0 ? 0 : (this.#counts[i - 1] ?? 0)
  }

  #addressAt(k: number): Address {
    const from = this.#start(PART.addresses)
    if (this.width > 0) return this.#octets.slice(from + k * this.width, from + (k + 1) * this.width)
    this.#addressEnds ??= sums(this.#octets, this.#start(PART.lengths), this.#lengthOf(PART.lengths), 1)
    const before = k === 0 ? 0 : (this.#addressEnds[k - 1] ?? 0)
    return this.#octets.slice(from + before, from + (this.#addressEnds[k] ?? 0))
  }

  #choice(part: number, i: number): number {
    const length = this.#lengthOf(part)
    if (length === 0) return 0
    const octets = length === this.length ? 1 : 2
    return numberAt(this.#octets, this.#start(part) + octets * i, octets)
  }

  #part(part: number): Octets {
    return this.#octets.slice(this.#start(part), this.#ends[part])
  }

  #start(part: number): number {
    return part === 0 ? 0 : (this.#ends[part - 1] ?? 0)
  }

  #lengthOf(part: number): number {
    return (this.#ends[part] ?? 0) - this.#start(part)
  }
}

export const hostnameOf = ([first = '']: readonly Address[]): string => labelOf(first)

/** Without a host name an endpoint goes by its address, dashed; a label may not begin or end with a dash. */
export function labelOf(address: Address): string {
  const text = dashAddress(address)
  if (address.length === 4) return text
  return `${text.startsWith('-') ? '0' : ''}${text}${text.endsWith('-') ? '0' : ''}`
}
