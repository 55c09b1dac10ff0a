/** Writes MaxMind databases (version 2.0), small ones for tests: right ones, and by options such as nobody should write. */
import { parseAddress } from '../../src/values/dns/index.ts'

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value } | Double

/** A number that is written as a double. */
export class Double {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

export interface MmdbOptions {
  readonly ipVersion?: 4 | 6
  readonly recordSize?: 24 | 28 | 32
  readonly type?: string
  /** Unix seconds. */
  readonly builtAt?: number
  /** IPv4 stands once more under ::ffff:0:0/96 and 2002::/16, as MaxMind writes it. */
  readonly aliased?: boolean
  /** Over what is written of the file itself. */
  readonly metadata?: Readonly<Record<string, Value>>
}

/** A record of a database of cities, as much of it as is read, and a name that is not. */
export const city = (path: string, at?: readonly [latitude: number, longitude: number]): Value => {
  const [continent = '', country, subdivision] = path.split('/')
  return {
    city: { names: { en: 'A city', ru: 'Город' } },
    continent: { code: continent, names: { en: 'A continent' } },
    ...(country !== undefined && { country: { iso_code: country } }),
    ...(subdivision !== undefined && { subdivisions: [{ iso_code: subdivision }, { iso_code: 'ZZZ' }] }),
    ...(at !== undefined && { location: { latitude: new Double(at[0]), longitude: new Double(at[1]) } }),
  }
}

type Tree = [Tree | Leaf | null, Tree | Leaf | null]
interface Leaf {
  readonly record: Value
}

const isLeaf = (node: Tree | Leaf): node is Leaf => 'record' in node

/** A database with a record for each prefix; longer ones stand inside shorter ones. */
export function mmdb(records: Readonly<Record<string, Value>>, options: MmdbOptions = {}): Uint8Array {
  const {
    ipVersion = 6,
    recordSize = 28,
    type = 'Test-City',
    builtAt = 1_790_000_000,
    aliased = false,
  } = options
  const root: Tree = [null, null]
  const sorted = Object.entries(records).sort(([a], [b]) => lengthOf(a, ipVersion) - lengthOf(b, ipVersion))
  for (const [prefix, record] of sorted) insert(root, bitsOf(prefix, ipVersion), { record })
  if (aliased) {
    const v4 = descend(root, '0'.repeat(96))
    for (const bits of [`${'0'.repeat(80)}${'1'.repeat(16)}`, '0010000000000010']) insert(root, bits, v4)
  }
  const nodes = numbered(root)
  const values = new Values()
  const offsets = new Map<Leaf, number>()
  const refer = (side: Tree | Leaf | null): number => {
    if (side === null) return nodes.size
    if (!isLeaf(side)) return nodes.get(side) ?? 0
    const known = offsets.get(side) ?? values.add(side.record)
    offsets.set(side, known)
    return nodes.size + 16 + known
  }
  const tree = [...nodes.keys()].flatMap(([left, right]) => nodeOctets(refer(left), refer(right), recordSize))
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: builtAt,
    database_type: type,
    description: { en: 'For tests' },
    ip_version: ipVersion,
    languages: ['en'],
    node_count: nodes.size,
    record_size: recordSize,
    ...options.metadata,
  }
  const marker = [0xab, 0xcd, 0xef, ...Buffer.from('MaxMind.com')]
  return Uint8Array.from([
    ...tree,
    ...Array<number>(16).fill(0),
    ...values.octets,
    ...marker,
    ...new Values().octetsOf(metadata),
  ])
}

const lengthOf = (prefix: string, ipVersion: number): number => bitsOf(prefix, ipVersion).length

function bitsOf(prefix: string, ipVersion: number): string {
  const [text = '', length] = prefix.split('/')
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`${prefix} is no prefix`)
  const bits = [...address].map((octet) => octet.charCodeAt(0).toString(2).padStart(8, '0')).join('')
  const own = bits.slice(0, length === undefined ? bits.length : Number(length))
  return address.length === 4 && ipVersion === 6 ? '0'.repeat(96) + own : own
}

function insert(root: Tree, bits: string, leaf: Leaf | Tree): void {
  let node = root
  for (const bit of bits.slice(0, -1)) {
    const side = Number(bit) as 0 | 1
    const next = node[side]
    // What stood for all of it stands for either half.
    const deeper: Tree = next === null ? [null, null] : isLeaf(next) ? [next, next] : next
    node[side] = deeper
    node = deeper
  }
  node[Number(bits.at(-1)) as 0 | 1] = leaf
}

function descend(root: Tree, bits: string): Tree {
  let node = root
  for (const bit of bits) {
    const next = node[Number(bit) as 0 | 1]
    if (next === null || isLeaf(next)) throw new Error('there is nothing of IPv4')
    node = next
  }
  return node
}

function numbered(root: Tree): Map<Tree, number> {
  const nodes = new Map<Tree, number>()
  const pending: Tree[] = [root]
  for (let node = pending.shift(); node !== undefined; node = pending.shift()) {
    if (nodes.has(node)) continue
    nodes.set(node, nodes.size)
    for (const side of node) if (side !== null && !isLeaf(side)) pending.push(side)
  }
  return nodes
}

function nodeOctets(left: number, right: number, recordSize: 24 | 28 | 32): readonly number[] {
  const low = (n: number, octets: number) =>
    Array.from({ length: octets }, (_, i) => Math.floor(n / 256 ** (octets - 1 - i)) & 0xff)
  if (recordSize === 24) return [...low(left, 3), ...low(right, 3)]
  if (recordSize === 32) return [...low(left, 4), ...low(right, 4)]
  const middle = (Math.floor(left / 2 ** 24) << 4) | Math.floor(right / 2 ** 24)
  return [...low(left, 3), middle, ...low(right, 3)]
}

/** Values one behind the other; a text that stands there already is pointed to. */
class Values {
  readonly octets: number[] = []
  readonly #texts = new Map<string, number>()

  add(value: Value): number {
    const at = this.octets.length
    this.#write(value)
    return at
  }

  octetsOf(value: Value): readonly number[] {
    this.#write(value)
    return this.octets
  }

  #write(value: Value): void {
    if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'boolean') this.#control(14, value ? 1 : 0)
    else if (typeof value === 'number') this.#whole(value)
    else if (value instanceof Double) this.#double(value.value)
    else if (Array.isArray(value)) {
      this.#control(11, value.length)
      for (const one of value) this.#write(one)
    } else {
      const entries = Object.entries(value)
      this.#control(7, entries.length)
      for (const [key, one] of entries) {
        this.#text(key)
        this.#write(one)
      }
    }
  }

  #text(text: string): void {
    const known = this.#texts.get(text)
    if (known !== undefined && text.length > 2) {
      this.#pointer(known)
      return
    }
    this.#texts.set(text, this.octets.length)
    const octets = Buffer.from(text)
    this.#control(2, octets.length)
    this.octets.push(...octets)
  }

  #pointer(to: number): void {
    if (to < 2048) this.octets.push(0x20 | (to >> 8), to & 0xff)
    else {
      const less = to - 2048
      this.octets.push(0x28 | (less >> 16), (less >> 8) & 0xff, less & 0xff)
    }
  }

  #whole(value: number): void {
    const octets: number[] = []
    for (let left = value; left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256)
    this.#control(octets.length > 4 ? 9 : 6, octets.length)
    this.octets.push(...octets)
  }

  #double(value: number): void {
    const octets = Buffer.alloc(8)
    octets.writeDoubleBE(value)
    this.#control(3, 8)
    this.octets.push(...octets)
  }

  #control(kind: number, size: number): void {
    const [own, more] =
      size < 29 ? [size, []] : size < 285 ? [29, [size - 29]] : [30, [(size - 285) >> 8, (size - 285) & 0xff]]
    this.octets.push(...(kind > 7 ? [own, kind - 7] : [(kind << 5) | own]), ...more)
  }
}
