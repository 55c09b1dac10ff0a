import {
  type Codec,
  list,
  type Octets,
  type OctetWriter,
  pack,
  text,
  unpack,
} from '../../values/packed/index.ts'
import { Lookup, rememberedTexts } from '../../values/table/index.ts'
import { protocolCodec } from '../../words/kube/index.ts'
import { numberAt, writeNumbers } from './columns.ts'
import type { Endpoint } from './endpoint-types.ts'

export type Ports = Endpoint['ports']

/** A port's name and protocol: what SRV records are asked for by. */
export type PortName = Pick<Ports[number], 'name' | 'protocol'>

/** Read field by field: a service may have a thousand. */
const portNameCodec: Codec<PortName> = {
  write: ({ name, protocol }, to) => {
    text.write(name, to)
    protocolCodec.write(protocol, to)
  },
  read: (from) => ({ name: text.read(from), protocol: protocolCodec.read(from) }),
}

export const portNamesCodec = list(portNameCodec)

/** Whether some packed names may have this one among them: most that have it not are told without being read. */
export const mayHavePort = (octets: Octets, { name, protocol }: PortName): boolean =>
  octets.includes(pack(portNameCodec, { name, protocol }))

/** Each name of some lists, once, and how a list is written by them. */
export function packLists(lists: readonly Ports[]): {
  readonly names: readonly PortName[]
  readonly write: (to: OctetWriter) => void
} {
  const byKey = new Map<string, number>()
  const names: PortName[] = []
  const placeOf = ({ name, protocol }: PortName): number => {
    const key = keyOf({ name, protocol })
    const place = byKey.get(key) ?? names.push({ name, protocol }) - 1
    byKey.set(key, place)
    return place
  }
  const entries = lists.map((ports) => ports.map((port) => [placeOf(port), port.port] as const))
  return { names, write: (to) => writeLists(entries, names.length, to) }
}

type Entries = readonly (readonly [name: number, port: number])[]

function writeLists(lists: readonly Entries[], names: number, to: OctetWriter): void {
  if (lists.length > 1) {
    const having = Array.from({ length: names }, () => new Set<number>())
    for (const [i, entries] of lists.entries()) for (const [name] of entries) having[name]?.add(i)
    const some = having.map((of) => (of.size === lists.length ? [] : [...of]))
    writeNumbers([lists.length], 2, to)
    writeNumbers(ends(some), 4, to)
    writeNumbers(ends(lists), 4, to)
    writeNumbers(some.flat(), 2, to)
  }
  for (const entries of lists) writeNumbers(entries.flat(), 2, to)
}

function ends(lists: readonly (readonly unknown[])[]): readonly number[] {
  let end = 0
  return lists.map(({ length }) => {
    end += length
    return end
  })
}

const keyOf = ({ name, protocol }: PortName): string => `${protocol} ${name}`

/** The distinct names of an endpoint's ports, by place, and their places. */
export class PortNames {
  readonly all: readonly PortName[]
  readonly #places: Lookup<PortName>

  constructor(octets: Octets) {
    this.all = unpack(portNamesCodec, octets)
    this.#places = new Lookup(this.all, keyOf, (a, b) => a.name === b.name && a.protocol === b.protocol)
  }

  placeOf(name: PortName): number | undefined {
    return this.#places.placesOf(name)[0]
  }
}

/** Clusters name the ports of a service alike, and hardly ever otherwise than before: tables of names by their octets. */
export const portNamesOf = rememberedTexts((octets: Octets) => new PortNames(octets), 2 ** 18)

/** Lists of ports, each read when it is asked for. */
export class PortLists {
  readonly length: number
  readonly #octets: Octets
  readonly #names: PortNames
  /** Where the numbers of their ports begin. */
  readonly #from: number
  readonly #read: (Ports | undefined)[] = []

  /** `isOne`: it is one alone, of which no more is said than its ports. */
  constructor(octets: Octets, names: PortNames, isOne: boolean) {
    this.#octets = octets
    this.#names = names
    this.length = isOne ? 1 : octets.length === 0 ? 0 : numberAt(octets, 0, 2)
    const having = isOne || this.length === 0 ? 0 : this.#havingEnd(names.all.length - 1)
    this.#from = this.length < 2 ? 0 : this.#havingAt + 2 * having
  }

  at(i: number): Ports {
    const known = this.#read[i]
    if (known !== undefined) return known
    const ports = this.#named(i, (place) => this.#names.all[place] !== undefined).map(([place, port]) => ({
      name: this.#names.all[place]?.name ?? '',
      protocol: this.#names.all[place]?.protocol ?? 'TCP',
      port,
    }))
    this.#read[i] = ports
    return ports
  }

  /** The numbers of the ports of a list that have one of some names, by place. */
  numbersOf(i: number, isWanted: (name: number) => boolean): readonly number[] {
    return this.#named(i, isWanted).map(([, port]) => port)
  }

  /** Whether a list has a port of some names, by place. */
  has(i: number, isWanted: (name: number) => boolean): boolean {
    for (let at = this.#start(i), end = this.#start(i + 1); at < end; at += ENTRY)
      if (isWanted(numberAt(this.#octets, at, 2))) return true
    return false
  }

  /** How many ports the longest list has. */
  get longest(): number {
    let longest = 0
    for (let i = 0; i < this.length; i++) longest = Math.max(longest, this.#start(i + 1) - this.#start(i))
    return longest / ENTRY
  }

  /** Every port of every list, in order. */
  each(visit: (list: number, name: number, port: number) => void): void {
    for (let i = 0; i < this.length; i++)
      for (let at = this.#start(i), end = this.#start(i + 1); at < end; at += ENTRY)
        visit(i, numberAt(this.#octets, at, 2), numberAt(this.#octets, at + 2, 2))
  }

  /** Those that have a port of a name, by its place; undefined: all have. */
  having(name: number): ReadonlySet<number> | undefined {
    if (this.length < 2) return undefined
    const [first, end] = [this.#havingEnd(name - 1), this.#havingEnd(name)]
    if (first === end) return undefined
    const at = this.#havingAt
    return new Set(
      Array.from({ length: end - first }, (_, k) => numberAt(this.#octets, at + 2 * (first + k), 2)),
    )
  }

  #named(i: number, isWanted: (name: number) => boolean): readonly (readonly [name: number, port: number])[] {
    const found: (readonly [number, number])[] = []
    for (let at = this.#start(i), end = this.#start(i + 1); at < end; at += ENTRY) {
      const name = numberAt(this.#octets, at, 2)
      if (isWanted(name)) found.push([name, numberAt(this.#octets, at + 2, 2)])
    }
    return found
  }

  #start(i: number): number {
    if (this.length < 2) return i === 0 ? 0 : this.#octets.length
    const ends = 2 + 4 * this.#names.all.length
    return this.#from + (i === 0 ? 0 : ENTRY * numberAt(this.#octets, ends + 4 * (i - 1), 4))
  }

  get #havingAt(): number {
    return 2 + 4 * (this.#names.all.length + this.length)
  }

  #havingEnd(name: number): number {
    return name < 0 ? 0 : numberAt(this.#octets, 2 + 4 * name, 4)
  }
}

/** Octets of a port: the place of its name, and its number. */
const ENTRY = 4
