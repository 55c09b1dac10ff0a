import { type Prefix, parsePrefix } from '../../values/dns/index.ts'
import { GeoFormatError, type GeoMetadata, GeoValues, metadataOf } from './format.ts'

/** Zeros between the tree and the records. */
const SEPARATOR = 16

/** A run of addresses begins: where (of IPv4 the first word, of IPv6 all four), and its record; null: there is none. */
type Run = (start: Uint32Array, record: number | null) => void

/** A file as a tree of addresses whose leaves are records. */
export class GeoTree {
  readonly metadata: GeoMetadata
  readonly values: GeoValues
  readonly #octets: Uint8Array
  readonly #nodeSize: number

  constructor(octets: Uint8Array) {
    const { metadata, at } = metadataOf(octets)
    const { nodes, recordSize } = metadata
    this.metadata = metadata
    this.#nodeSize = recordSize / 4
    const size = nodes * this.#nodeSize
    if (nodes === 0 || size + SEPARATOR > at) throw new GeoFormatError('its tree is longer than the file')
    this.#octets = octets.subarray(0, size)
    this.values = new GeoValues(octets.subarray(size + SEPARATOR, at))
  }

  /** Every address of a family, in order; gives way between steps of a few thousand nodes or values. */
  *runs(family: 4 | 6, found: Run): Generator<void> {
    const { ipVersion, nodes } = this.metadata
    const below = ipVersion === 6 ? this.#belowZeros() : 0
    if (family === 4) return yield* this.#walk(below, 32, HOLES_4, null, found)
    // IPv4 stands in it once more under each prefix that means IPv4: those are looked up as what they mean.
    const alias = below < nodes ? below : null
    return yield* this.#walk(ipVersion === 6 ? 0 : nodes, 128, HOLES_6, alias, found)
  }

  *#walk(
    root: number,
    bits: number,
    holes: readonly Hole[],
    alias: number | null,
    found: Run,
  ): Generator<void> {
    const { nodes } = this.metadata
    const at = new Uint32Array(4)
    const pending: Step[] = [{ to: root, depth: 0, side: 0, isNearHole: true }]
    let visited = 0
    let rested = this.values.looks
    for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
      const { to, depth } = step
      turn(at, depth, step.side)
      const hole = step.isNearHole ? relationTo(holes, at, depth) : 'apart'
      const isLeaf = to >= nodes || to === alias
      if (hole === 'in' || to === nodes || to === alias) found(at, null)
      else if (isLeaf && hole === 'apart') found(at, this.#recordAt(to))
      else if (depth === bits) throw new GeoFormatError('its tree is deeper than addresses are long')
      else {
        // A record around a hole is looked at as if it stood on both sides.
        if (!isLeaf && ++visited > nodes) throw new GeoFormatError('its tree leads to one node twice')
        const isNearHole = hole === 'around'
        pending.push({ to: isLeaf ? to : this.#side(to, 1), depth: depth + 1, side: 1, isNearHole })
        pending.push({ to: isLeaf ? to : this.#side(to, 0), depth: depth + 1, side: 0, isNearHole })
      }
      const worked = visited + this.values.looks
      if (worked - rested >= STEP) {
        rested = worked
        yield
      }
    }
  }

  /** Where IPv4 begins in a tree of IPv6. */
  #belowZeros(): number {
    let node = 0
    for (let depth = 0; depth < 96 && node < this.metadata.nodes; depth++) node = this.#side(node, 0)
    return node
  }

  #recordAt(to: number): number {
    const record = to - this.metadata.nodes - SEPARATOR
    if (record < 0 || record >= this.values.length) throw new GeoFormatError('its tree leads beyond the file')
    return record
  }

  #side(node: number, side: 0 | 1): number {
    const at = node * this.#nodeSize
    const octet = (i: number): number => this.#octets[at + i] ?? 0
    const three = (i: number): number => (octet(i) << 16) | (octet(i + 1) << 8) | octet(i + 2)
    switch (this.metadata.recordSize) {
      case 24:
        return three(3 * side)
      case 28:
        return (side === 0 ? octet(3) >> 4 : octet(3) & 0x0f) * 2 ** 24 + three(4 * side)
      default:
        return octet(4 * side) * 2 ** 24 + three(4 * side + 1)
    }
  }
}

/** Nodes and values between two looks at the clock. */
const STEP = 1024

interface Step {
  readonly to: number
  readonly depth: number
  /** The last bit of the way. */
  readonly side: 0 | 1
  readonly isNearHole: boolean
}

/** Where nobody is by any database: these are many networks' own. */
interface Hole {
  readonly words: readonly number[]
  readonly length: number
}

const holesOf = (texts: readonly string[]): readonly Hole[] =>
  texts.flatMap((text) => {
    const prefix = parsePrefix(text)
    return prefix === undefined ? [] : [{ words: wordsOf(prefix), length: prefix.length }]
  })

const wordsOf = ({ base }: Prefix): readonly number[] =>
  Array.from({ length: 4 }, (_, word) =>
    [0, 1, 2, 3].reduce((sum, i) => sum * 256 + (base.charCodeAt(4 * word + i) || 0), 0),
  )

const HOLES_4 = holesOf([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
])
const HOLES_6 = holesOf(['fc00::/7', 'fe80::/10'])

/** How a prefix lies to the holes, none of which is in another. */
function relationTo(holes: readonly Hole[], at: Uint32Array, depth: number): 'in' | 'around' | 'apart' {
  for (const { words, length } of holes)
    if (isAlike(words, at, Math.min(length, depth))) return depth >= length ? 'in' : 'around'
  return 'apart'
}

function isAlike(words: readonly number[], at: Uint32Array, bits: number): boolean {
  for (let word = 0, left = bits; left > 0; word++, left -= 32) {
    const mask = left >= 32 ? 0xffff_ffff : ~(0xffff_ffff >>> left)
    if ((((words[word] ?? 0) ^ (at[word] ?? 0)) & mask) !== 0) return false
  }
  return true
}

/** Turns to a side at a depth: bits behind it are zero. */
function turn(at: Uint32Array, depth: number, side: 0 | 1): void {
  if (depth === 0) return
  const [word, bit] = [(depth - 1) >> 5, (depth - 1) & 31]
  const above = bit === 0 ? 0 : ~(0xffff_ffff >>> bit)
  at[word] = (((at[word] ?? 0) & above) | (side === 1 ? 0x8000_0000 >>> bit : 0)) >>> 0
  at.fill(0, word + 1)
}
