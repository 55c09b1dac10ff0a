import { hashOf } from './hash.ts'

/**
 * A persistent map with string keys: every change returns a new table that shares all but one path with the old
 * one, so a change costs the same among ten keys and among a million. A change that changes nothing returns the
 * same table. A hash array mapped trie (Bagwell, "Ideal Hash Trees"), five bits of hash to a level.
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
      const bit = bitAt(hash, shift)
      node = (node.bitmap & bit) === 0 ? undefined : node.children[indexOf(node.bitmap, bit)]
    }
    return among(node, key)?.value
  }

  set(key: string, value: V): Table<V> {
    const hash = hashOf(key)
    const root = insert(this.#root, 0, { hash, key, value, more: undefined })
    if (root === this.#root) return this
    return new Table(root, this.size + (this.#find(hash, key) === undefined ? 1 : 0))
  }

  delete(key: string): Table<V> {
    const root = remove(this.#root, hashOf(key), 0, key)
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
/** `more`: another entry whose key has the same hash. */
interface Leaf<V> {
  readonly hash: number
  readonly key: string
  readonly value: V
  readonly more: Leaf<V> | undefined
}

function insert<V>(node: Node<V>, shift: number, added: Leaf<V>): Node<V> {
  if (!('bitmap' in node)) {
    if (node.hash === added.hash) return insertAmong(node, added)
    return insert({ bitmap: bitAt(node.hash, shift), children: [node] }, shift, added)
  }
  const bit = bitAt(added.hash, shift)
  const index = indexOf(node.bitmap, bit)
  const child = node.children[index]
  if ((node.bitmap & bit) === 0 || child === undefined) {
    return { bitmap: node.bitmap | bit, children: node.children.toSpliced(index, 0, added) }
  }
  const next = insert(child, shift + 5, added)
  return next === child ? node : { bitmap: node.bitmap, children: node.children.with(index, next) }
}

/** At the head: whoever names things so that they collide makes a long list, which must not be copied or climbed down. */
function insertAmong<V>(leaf: Leaf<V>, added: Leaf<V>): Leaf<V> {
  const before = among(leaf, added.key)
  if (before === undefined) return { ...added, more: leaf }
  if (before.value === added.value) return leaf
  return { ...added, more: removeAmong(leaf, added.key) }
}

function among<V>(leaf: Leaf<V> | undefined, key: string): Leaf<V> | undefined {
  let one = leaf
  while (one !== undefined && one.key !== key) one = one.more
  return one
}

/** The node without the key; the node itself when it does not hold it, undefined when nothing is left. */
function remove<V>(node: Node<V>, hash: number, shift: number, key: string): Node<V> | undefined {
  if (!('bitmap' in node)) return removeAmong(node, key)
  const bit = bitAt(hash, shift)
  const index = indexOf(node.bitmap, bit)
  const child = node.children[index]
  if ((node.bitmap & bit) === 0 || child === undefined) return node
  const next = remove(child, hash, shift + 5, key)
  if (next === child) return node
  if (next !== undefined) return { bitmap: node.bitmap, children: node.children.with(index, next) }
  return node.children.length === 1
    ? undefined
    : { bitmap: node.bitmap & ~bit, children: node.children.toSpliced(index, 1) }
}

function removeAmong<V>(leaf: Leaf<V>, key: string): Leaf<V> | undefined {
  const removed = among(leaf, key)
  if (removed === undefined) return leaf
  let kept = removed.more
  for (let one: Leaf<V> | undefined = leaf; one !== undefined && one !== removed; one = one.more)
    kept = { ...one, more: kept }
  return kept
}

function* walk<V>(node: Node<V>): Generator<readonly [string, V]> {
  if ('bitmap' in node) for (const child of node.children) yield* walk(child)
  else for (let leaf: Leaf<V> | undefined = node; leaf; leaf = leaf.more) yield [leaf.key, leaf.value]
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
  else for (let leaf: Leaf<V> | undefined = node; leaf; leaf = leaf.more) changes.push([leaf.key, leaf.value])
}

const childAt = <V>({ bitmap, children }: Branch<V>, bit: number): Node<V> | undefined =>
  (bitmap & bit) === 0 ? undefined : children[indexOf(bitmap, bit)]

const bitAt = (hash: number, shift: number): number => 1 << ((hash >>> shift) & 31)

/** Where the child of `bit` stands: the number of children before it. */
function indexOf(bitmap: number, bit: number): number {
  let n = bitmap & (bit - 1)
  n -= (n >>> 1) & 0x55555555
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
