import {
  branchOf,
  ceilingIn,
  differences,
  entriesIn,
  isKeyAt,
  type KeyChange,
  leafOf,
  lowered,
  type OrderedNode,
  placeIn,
  removed,
  withEntry,
} from './nodes.ts'

/**
 * A persistent map from octets to values that is in order, shorter keys first: every change returns another one that
 * shares all but one path with it, and what follows a key is found without looking at the rest. A B-tree (Bayer and
 * McCreight, "Organization and Maintenance of Large Ordered Indices") whose nodes have their keys as one string: an entry
 * takes some fourteen octets beside its key, where one of a `Table` takes a hundred and more.
 */
export class Ordered<V> implements Iterable<readonly [string, V]> {
  readonly size: number
  /** By how long their keys are. */
  readonly #trees: readonly Tree<V>[]

  private constructor(trees: readonly Tree<V>[], size: number) {
    this.#trees = trees
    this.size = size
  }

  static empty<V>(): Ordered<V> {
    return new Ordered<V>([], 0)
  }

  get(key: string): V | undefined {
    let node = this.#treeOf(key)?.root
    while (node?.kind === 'branch') node = node.children[placeIn(node, key)]
    if (node === undefined) return undefined
    const place = placeIn(node, key)
    return isKeyAt(node, place, key) ? node.values[place] : undefined
  }

  set(key: string, value: V): Ordered<V> {
    const tree = this.#treeOf(key)
    const { length: width } = key
    if (tree === undefined) return this.#with({ width, root: leafOf(width, key, [value]) }, this.size + 1)
    const [first, second] = withEntry(tree.root, key, value)
    if (first === tree.root) return this
    const root = second === undefined ? first : branchOf(width, [first, second])
    return this.#with({ width, root }, this.size + (this.get(key) === undefined ? 1 : 0))
  }

  delete(key: string): Ordered<V> {
    const tree = this.#treeOf(key)
    const root = tree && removed(tree.root, key)
    if (tree === undefined || root === tree.root) return this
    if (root !== undefined) return this.#with({ width: tree.width, root: lowered(root) }, this.size - 1)
    return new Ordered(
      this.#trees.filter((one) => one !== tree),
      this.size - 1,
    )
  }

  /** The first key that is as long, and not before it. */
  ceiling(key: string): string | undefined {
    const root = this.#treeOf(key)?.root
    return root && ceilingIn(root, key)
  }

  *[Symbol.iterator](): Iterator<readonly [string, V]> {
    for (const { root } of this.#trees) yield* entriesIn([root])
  }

  /**
   * Keys whose value is not the one they had in `before`, with their value now (undefined: gone), in order. What the two
   * share is not looked at.
   */
  *changesSince(before: Ordered<V>): Generator<KeyChange<V>> {
    for (const { width, root } of this.#trees) yield* differences(before.#ofWidth(width)?.root, root)
    for (const { width, root } of before.#trees)
      if (this.#ofWidth(width) === undefined) yield* differences(root, undefined)
  }

  /** With such changes: of what it was, and what changed since, what it is. */
  after(changes: Iterable<KeyChange<V>>): Ordered<V> {
    let next: Ordered<V> = this
    for (const [key, value] of changes) next = value === undefined ? next.delete(key) : next.set(key, value)
    return next
  }

  #treeOf({ length }: string): Tree<V> | undefined {
    return this.#ofWidth(length)
  }

  #ofWidth(width: number): Tree<V> | undefined {
    return this.#trees.find((one) => one.width === width)
  }

  #with(tree: Tree<V>, size: number): Ordered<V> {
    const others = this.#trees.filter(({ width }) => width !== tree.width)
    return new Ordered(
      [...others, tree].sort((a, b) => a.width - b.width),
      size,
    )
  }
}

/** Of keys that are as long. */
interface Tree<V> {
  readonly width: number
  readonly root: OrderedNode<V>
}
