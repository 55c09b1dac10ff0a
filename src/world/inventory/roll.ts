import { type Address, type Family, familyOf } from '../../values/dns/index.ts'
import { isFull } from './limits.ts'
import { labelOf } from './ready.ts'
import type { SlicePorts } from './slice-ports.ts'
import type { Endpoint, EndpointPort } from './types.ts'

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

/** An endpoint as all slices together tell of it, once for each family; `who` is the same for both. */
export interface ReportedEndpoint {
  readonly who: object
  /** By its target's UID: without one, the two families of an endpoint cannot be known for one. */
  readonly byUid: boolean
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
  readonly parts: Map<Family, Part>
}

interface Part {
  readonly addresses: Set<Address>
  /** Of all slices that tell of it. */
  ports: readonly EndpointPort[]
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
  readonly #byAddress = new Map<Address, Soul>()
  /** Their addresses are looked up when all are known that have a UID. */
  readonly #nameless: HeardEndpoint[] = []
  readonly #souls: Soul[] = []
  readonly #aliases = new Set<string>()
  readonly #beyond = new Set<Address>()
  readonly #lists: SlicePorts

  constructor(lists: SlicePorts) {
    this.#lists = lists
  }

  add(one: HeardEndpoint): void {
    if (one.uid === null) this.#nameless.push(one)
    else this.#enter(one, this.#byUid.get(one.uid))
  }

  /**
   * All of them, and what was left out: host names because an endpoint has another, addresses because it has too many.
   */
  call(): Called {
    const nameless = this.#nameless.splice(0)
    // Whoever is told by one address is known before who might be two of them.
    for (const one of nameless.sort((a, b) => a.addresses.length - b.addresses.length))
      this.#enterByAddress(one)
    return { reported: this.#souls.flatMap(reportedOf), aliases: this.#aliases, beyond: this.#beyond }
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

  #enter(one: HeardEndpoint, known: Soul | undefined): void {
    const soul = known ?? this.#admit(one.uid)
    if (one.hostname !== null && soul.hostname !== null && one.hostname !== soul.hostname)
      this.#aliases.add(one.hostname)
    soul.hostname ??= one.hostname
    soul.zone ??= one.zone
    soul.ready ||= one.ready
    soul.draining ||= one.draining
    const part = soul.parts.get(one.family) ?? { addresses: new Set(), ports: [] }
    soul.parts.set(one.family, part)
    part.ports = this.#lists.union(part.ports, one.ports)
    for (const address of one.addresses) {
      if (isFull(part.addresses) && !part.addresses.has(address)) this.#beyond.add(address)
      else {
        part.addresses.add(address)
        if (!this.#byAddress.has(address)) this.#byAddress.set(address, soul)
      }
    }
  }

  #admit(uid: string | null): Soul {
    const soul = { uid, hostname: null, zone: null, ready: false, draining: false, parts: new Map() }
    this.#souls.push(soul)
    if (uid !== null) this.#byUid.set(uid, soul)
    return soul
  }
}

const reportedOf = (soul: Soul): readonly ReportedEndpoint[] =>
  Array.from(soul.parts.values(), ({ addresses, ports }) => ({
    who: soul,
    byUid: soul.uid !== null,
    endpoint: {
      hostname: soul.hostname ?? labelOf(firstOf(addresses)),
      addresses: [...addresses],
      zone: soul.zone,
      ports,
    },
    ready: soul.ready,
    draining: soul.draining,
  }))

const firstOf = ([first = '']: Iterable<Address>): Address => first

/**
 * How many endpoints these are. Slices hold one family each: where no UID says who is who, as many as are in the
 * family that has more.
 */
export function countReported(reported: readonly ReportedEndpoint[]): number {
  const named = new Set(reported.filter(({ byUid }) => byUid).map(({ who }) => who))
  const rest = reported.filter(({ byUid }) => !byUid)
  const sixes = rest.filter(({ endpoint: { addresses } }) => familyOf(firstOf(addresses)) === 6).length
  return named.size + Math.max(sixes, rest.length - sixes)
}
