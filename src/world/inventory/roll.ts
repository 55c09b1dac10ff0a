import { type Address, type Family, familyOf } from '../../values/dns/index.ts'
import type { Endpoint, EndpointPort } from './endpoint-types.ts'
import { isFull } from './limits.ts'
import { labelOf } from './ready.ts'
import type { SlicePorts } from './slice-ports.ts'

/** An endpoint as one slice tells of it. Its addresses are of one family, as those of a slice are. */
export interface HeardEndpoint {
  readonly uid: string | null
  readonly hostname: string | null
  readonly family: Family
  readonly addresses: readonly Address[]
  readonly zone: string | null
  readonly ports: readonly EndpointPort[]
  readonly ready: boolean
  /** It serves until it is gone. */
  readonly draining: boolean
}

/** An endpoint as all slices together tell of it, once for each family. */
export interface ReportedEndpoint {
  /** By its target's UID: without one, the two families of an endpoint cannot be known for one. */
  readonly byUid: boolean
  /** The other family of one that is there already. */
  readonly isAgain: boolean
  readonly endpoint: Endpoint
  readonly ready: boolean
  readonly draining: boolean
}

/** One who is on the roll. */
interface Soul {
  readonly uid: string | null
  hostname: string | null
  zone: string | null
  ready: boolean
  draining: boolean
  /** One, or two, for each family. */
  readonly parts: Part[]
}

/** What slices of one family tell of somebody. */
class Part {
  readonly family: Family
  readonly addresses: Address[]
  /** Of all slices that tell of it. */
  ports: readonly EndpointPort[] = []
  /** The same addresses, once they are several: nearly all have one, and there are thousands. */
  #several: Set<Address> | undefined

  constructor(family: Family, first: Address) {
    this.family = family
    this.addresses = [first]
  }

  /** false: it has as many as it may. */
  add(address: Address): boolean {
    if (this.#has(address)) return true
    if (isFull(this.addresses)) return false
    this.addresses.push(address)
    if (this.addresses.length > 1) this.#several = (this.#several ?? new Set(this.addresses)).add(address)
    return true
  }

  #has(address: Address): boolean {
    return this.#several?.has(address) ?? this.addresses[0] === address
  }
}

interface Called {
  readonly reported: readonly ReportedEndpoint[]
  readonly aliases: ReadonlySet<string>
  readonly beyond: ReadonlySet<Address>
}

/**
 * The endpoints of several slices, each once: it is told by its target's UID, else by its address (answers.md 2, "Which
 * endpoints"). What one slice says of it and another does not is so: its host name, its zone, that it is ready.
 */
export class Roll {
  readonly #byUid = new Map<string, Soul>()
  readonly #named: HeardEndpoint[] = []
  /** Their addresses are looked up when all are known that have a UID. */
  readonly #nameless: HeardEndpoint[] = []
  readonly #byAddress = new Map<Address, Soul>()
  readonly #souls: Soul[] = []
  readonly #aliases = new Set<string>()
  readonly #beyond = new Set<Address>()
  readonly #lists: SlicePorts

  constructor(lists: SlicePorts) {
    this.#lists = lists
  }

  add(one: HeardEndpoint): void {
    const those = one.uid === null ? this.#nameless : this.#named
    those.push(one)
  }

  /**
   * All of them, and what was left out: host names because an endpoint has another, addresses because it has too many.
   */
  call(): Called {
    const nameless = this.#nameless.splice(0)
    // Nobody is looked up by address where all have UIDs, which nearly all pods do.
    const isLookedUp = nameless.length > 0
    for (const one of this.#named.splice(0)) this.#enter(one, this.#byUid.get(one.uid ?? ''), isLookedUp)
    // Whoever is told by one address is known before who might be two of them.
    for (const one of nameless.sort((a, b) => a.addresses.length - b.addresses.length))
      this.#enterByAddress(one)
    return { reported: reportedOf(this.#souls), aliases: this.#aliases, beyond: this.#beyond }
  }

  /** Each address is that of whoever has it; what nobody has goes with the first. */
  #enterByAddress(one: HeardEndpoint): void {
    const owners = Map.groupBy(one.addresses, (address) => this.#byAddress.get(address))
    const nobodys = owners.get(undefined) ?? []
    owners.delete(undefined)
    const [first] = owners.keys()
    if (first === undefined) this.#enter(one, undefined)
    for (const [soul, own] of owners)
      this.#enter({ ...one, addresses: soul === first ? [...own, ...nobodys] : own }, soul)
  }

  #enter(one: HeardEndpoint, known: Soul | undefined, isLookedUp = true): void {
    const soul = known ?? this.#admit(one.uid)
    if (one.hostname !== null && soul.hostname !== null && one.hostname !== soul.hostname)
      this.#aliases.add(one.hostname)
    soul.hostname ??= one.hostname
    soul.zone ??= one.zone
    soul.ready ||= one.ready
    soul.draining ||= one.draining
    const part = partOf(soul, one)
    part.ports = this.#lists.union(part.ports, one.ports)
    for (const address of one.addresses) {
      if (!part.add(address)) this.#beyond.add(address)
      else if (isLookedUp && !this.#byAddress.has(address)) this.#byAddress.set(address, soul)
    }
  }

  #admit(uid: string | null): Soul {
    const soul = { uid, hostname: null, zone: null, ready: false, draining: false, parts: [] }
    this.#souls.push(soul)
    if (uid !== null) this.#byUid.set(uid, soul)
    return soul
  }
}

function partOf({ parts }: Soul, { family, addresses: [first = ''] }: HeardEndpoint): Part {
  for (const part of parts) if (part.family === family) return part
  const part = new Part(family, first)
  parts.push(part)
  return part
}

function reportedOf(souls: readonly Soul[]): readonly ReportedEndpoint[] {
  const reported: ReportedEndpoint[] = []
  for (const { uid, hostname, zone, ready, draining, parts } of souls)
    for (const { addresses, ports } of parts)
      reported.push({
        byUid: uid !== null,
        isAgain: addresses !== parts[0]?.addresses,
        endpoint: { hostname: hostname ?? labelOf(addresses[0] ?? ''), addresses, zone, ports },
        ready,
        draining,
      })
  return reported
}

/**
 * How many endpoints these are: of each, both families or none are among them. Slices hold one family each: where no UID
 * says who is who, as many as are in the family that has more.
 */
export function countReported(reported: readonly ReportedEndpoint[]): number {
  let [named, fours, sixes] = [0, 0, 0]
  for (const { byUid, isAgain, endpoint } of reported) {
    if (byUid) named += isAgain ? 0 : 1
    else if (familyOf(endpoint.addresses[0] ?? '') === 4) fours++
    else sixes++
  }
  return named + Math.max(fours, sixes)
}
