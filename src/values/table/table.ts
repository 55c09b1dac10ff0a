import { hash as digestOf } from 'node:crypto'
import { hashOf } from './hash.ts'

/**
 * A persistent map with string keys: every change returns a new table that shares all but one path with the old
 * one, so a change costs the same among ten keys and among a million. A change that changes nothing returns the
 * same table. A hash array mapped trie (Bagwell, "Ideal Hash Trees"), five bits of hash to a level. Whoever names things
 * so that their hashes are equal finds them apart a few levels further down, by bits that nobody makes equal.
 */
export class Table<V> implements Iterable<readonly [string, V]> {
  readonly size: number
  readonly #root: Node<V>

  private constructor(root: Node<V>, size: number) {
    this.#root = root
    this.size = size
  }

  static empty<V>(): Table<V> {
    return new Table<V>({ bitmap: 0, children: [] }, 0)
  }

  static from<V>(entries: Iterable<readonly [string, V]>): Table<V> {
    let table = Table.empty<V>()
    for (const [key, value] of entries) table = table.set(key, value)
    return table
  }

  get(key: string): V | undefined {
    return this.#find(hashOf(key), key)
  }

  #find(hash: number, key: string): V | undefined {
    let node: Node<V> | undefined = this.#root
    for (let shift = 0; node !== undefined && 'bitmap' in node; shift += 5) {
      const bit = bitAt(shift < HASH_BITS ? hash >>> shift : bitsBeyond(key, shift))
      node = (node.bitmap & bit) === 0 ? undefined : node.children[indexOf(node.bitmap, bit)]
    }
    return node?.key === key ? node.value : undefined
  }

  set(key: string, value: V): Table<V> {
    const hash = hashOf(key)
    const root = insert(this.#root, 0, { hash, key, value })
    if (root === this.#root) return this
    return new Table(root, this.size + (this.#find(hash, key) === undefined ? 1 : 0))
  }

  delete(key: string): Table<V> {
    const root = remove(this.#root, 0, { hash: hashOf(key), key })
    if (root === this.#root) return this
    return new Table<V>(root ?? { bitmap: 0, children: [] }, this.size - 1)
  }

  [Symbol.iterator](): Iterator<readonly [string, V]> {
    return walk(this.#root)
  }

  *values(): Iterable<V> {
    for (const [, value] of this) yield value
  }

  /**
   * Keys whose value is not the one they had in `before`, with their value now (undefined: gone). What the two
   * tables share is not looked at, so the work is that of the changes between them.
   */
  changesSince(before: Table<V>): readonly Change<V>[] {
    const changes: Change<V>[] = []
    collectDifferences(before.#root, this.#root, changes)
    return changes
  }

  /** With such changes: of what it was, and what changed since, what it is. */
  after(changes: Iterable<Change<V>>): Table<V> {
    let table: Table<V> = this
    for (const [key, value] of changes)
      table = value === undefined ? table.delete(key) : table.set(key, value)
    return table
  }
}

type Change<V> = readonly [key: string, value: V | undefined]

/** A branch of up to 32 children, those present marked in its bitmap, or one entry. */
type Node<V> = Branch<V> | Leaf<V>
interface Branch<V> {
  readonly bitmap: number
  readonly children: readonly Node<V>[]
}
interface Leaf<V> {
  readonly hash: number
  readonly key: string
  readonly value: V
}

function insert<V>(node: Node<V>, shift: number, added: Leaf<V>): Node<V> {
  if (!('bitmap' in node)) {
    if (node.key === added.key) return node.value === added.value ? node : added
    return insert({ bitmap: bitOf(node, shift), children: [node] }, shift, added)
  }
  const bit = bitOf(added, shift)
  const index = indexOf(node.bitmap, bit)
  const child = node.children[index]
  if ((node.bitmap & bit) === 0 || child === undefined) {
    return { bitmap: node.bitmap | bit, children: node.children.toSpliced(index, 0, added) }
  }
  const next = insert(child, shift + 5, added)
  return next === child ? node : { bitmap: node.bitmap, children: node.children.with(index, next) }
}

/** The node without the key; the node itself when it does not hold it, undefined when nothing is left. */
function remove<V>(node: Node<V>, shift: number, of: Key): Node<V> | undefined {
  if (!('bitmap' in node)) return node.key === of.key ? undefined : node
  const bit = bitOf(of, shift)
  const index = indexOf(node.bitmap, bit)
  const child = node.children[index]
  if ((node.bitmap & bit) === 0 || child === undefined) return node
  const next = remove(child, shift + 5, of)
  if (next === child) return node
  if (next !== undefined) return { bitmap: node.bitmap, children: node.children.with(index, next) }
  return node.children.length === 1
    ? undefined
    : { bitmap: node.bitmap & ~bit, children: node.children.toSpliced(index, 1) }
}

function* walk<V>(node: Node<V>): Generator<readonly [string, V]> {
  if ('bitmap' in node) for (const child of node.children) yield* walk(child)
  else yield [node.key, node.value]
}

function collectDifferences<V>(
  before: Node<V> | undefined,
  after: Node<V> | undefined,
  changes: Change<V>[],
): void {
  if (before === after) return
  if (before !== undefined && after !== undefined && 'bitmap' in before && 'bitmap' in after) {
    for (let bits = before.bitmap | after.bitmap; bits !== 0; bits &= bits - 1) {
      const bit = bits & -bits
      collectDifferences(childAt(before, bit), childAt(after, bit), changes)
    }
    return
  }
  if (before === undefined) {
    collect(after, changes)
    return
  }
  const old = new Map(walk(before))
  for (const [key, value] of after === undefined ? [] : walk(after)) {
    if (!old.has(key) || old.get(key) !== value) changes.push([key, value])
    old.delete(key)
  }
  for (const key of old.keys()) changes.push([key, undefined])
}

/** All of a node, as it is when the other table has nothing there. */
function collect<V>(node: Node<V> | undefined, changes: Change<V>[]): void {
  if (node === undefined) return
  if ('bitmap' in node) for (const child of node.children) collect(child, changes)
  else changes.push([node.key, node.value])
}

const childAt = <V>({ bitmap, children }: Branch<V>, bit: number): Node<V> | undefined =>
  (bitmap & bit) === 0 ? undefined : children[indexOf(bitmap, bit)]

const HASH_BITS = 32
/** The levels that those take. */
const HASH_SHIFTS = 35
const WORD_BYTES = 4

type Key = Pick<Leaf<unknown>, 'hash' | 'key'>

const bitOf = ({ hash, key }: Key, shift: number): number =>
  bitAt(shift < HASH_BITS ? hash >>> shift : bitsBeyond(key, shift))

const bitAt = (bits: number): number => 1 << (bits & 31)

/** Of a key whose hash is another's: words of its SHA-256, each used up as the hash was. */
function bitsBeyond(key: string, shift: number): number {
  const word = Math.floor(shift / HASH_SHIFTS) - 1
  const digest = digestOf('sha256', Buffer.from(key, 'utf16le'), 'buffer')
  return digest.readUInt32BE(word * WORD_BYTES) >>> (shift % HASH_SHIFTS)
}

/** Where the child of `bit` stands: the number of children before it. */
function indexOf(bitmap: number, bit: number): number {
  let n = bitmap & (bit - 1)
  n -= (n >>> 1) & 0x55555555
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
