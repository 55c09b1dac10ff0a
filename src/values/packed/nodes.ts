// The nodes of `Ordered`: what each change makes of them.

export type KeyChange<V> = readonly [key: string, value: V | undefined]

/** `keys`: one behind the other; of a branch the first of each child. All leaves are as deep. */
export type OrderedNode<V> = Leaf<V> | Branch<V>
interface Leaf<V> {
  readonly kind: 'leaf'
  readonly width: number
  readonly keys: string
  readonly values: readonly V[]
}
interface Branch<V> {
  readonly kind: 'branch'
  readonly width: number
  readonly height: number
  readonly keys: string
  readonly children: readonly OrderedNode<V>[]
}

/** Entries of a leaf, or children of a branch; one that has a quarter of that goes together with the one beside it. */
const MOST = 32
const FEW = MOST / 4

const heightOf = (node: OrderedNode<unknown> | undefined): number =>
  node === undefined ? -1 : node.kind === 'leaf' ? 0 : node.height

const countOf = ({ keys, width }: OrderedNode<unknown>): number => keys.length / width

const keyAt = ({ keys, width }: OrderedNode<unknown>, place: number): string =>
  keys.slice(place * width, (place + 1) * width)

/** The same as a string of its own: one that is cut out of another, or put together of others, keeps those. */
export const flat = (keys: string): string => Buffer.from(keys, 'latin1').toString('latin1')

export const leafOf = <V>(width: number, keys: string, values: readonly V[]): Leaf<V> => ({
  kind: 'leaf',
  width,
  keys: flat(keys),
  values,
})

export function branchOf<V>(width: number, children: readonly OrderedNode<V>[]): Branch<V> {
  const keys = flat(children.map((child) => keyAt(child, 0)).join(''))
  return { kind: 'branch', width, height: heightOf(children[0]) + 1, keys, children }
}

/** With another child in one's place, that begins as it did. */
const withChild = <V>(
  { kind, width, height, keys, children }: Branch<V>,
  at: number,
  child: OrderedNode<V>,
): Branch<V> => ({
  kind,
  width,
  height,
  keys,
  children: children.with(at, child),
})

/** Below 0: the key is before the one at the place. */
function compareAt({ keys, width }: OrderedNode<unknown>, place: number, key: string): number {
  for (let i = 0, at = place * width; i < width; i++, at++) {
    const difference = key.charCodeAt(i) - keys.charCodeAt(at)
    if (difference !== 0) return difference
  }
  return 0
}

/** The last place whose key is not beyond this one; the first one where all are. */
export function placeIn(node: OrderedNode<unknown>, key: string): number {
  let [low, high] = [0, countOf(node) - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (compareAt(node, middle, key) < 0) high = middle - 1
    else low = middle
  }
  return low
}

export const isKeyAt = (node: OrderedNode<unknown>, place: number, key: string): boolean =>
  compareAt(node, place, key) === 0

/** The node with the entry, or two in its place; itself if it has it. */
export function withEntry<V>(
  node: OrderedNode<V>,
  key: string,
  value: V,
): readonly [OrderedNode<V>, OrderedNode<V>?] {
  const place = placeIn(node, key)
  const { width } = node
  if (node.kind === 'branch') {
    const child = node.children[place]
    if (child === undefined) return [node]
    const [first, second] = withEntry(child, key, value)
    if (first === child) return [node]
    if (second === undefined && keyAt(first, 0) === keyAt(child, 0)) return [withChild(node, place, first)]
    const some = second === undefined ? [first] : [first, second]
    return halves(branchOf(width, node.children.toSpliced(place, 1, ...some)))
  }
  if (isKeyAt(node, place, key))
    return node.values[place] === value
      ? [node]
      : [{ kind: 'leaf', width, keys: node.keys, values: node.values.with(place, value) }]
  const at = compareAt(node, place, key) < 0 ? place : place + 1
  const keys = node.keys.slice(0, at * width) + key + node.keys.slice(at * width)
  return halves(leafOf(width, keys, node.values.toSpliced(at, 0, value)))
}

function halves<V>(node: OrderedNode<V>): readonly [OrderedNode<V>, OrderedNode<V>?] {
  const count = countOf(node)
  if (count <= MOST) return [node]
  const half = count >>> 1
  return [part(node, 0, half), part(node, half, count)]
}

function part<V>(node: OrderedNode<V>, from: number, to: number): OrderedNode<V> {
  const { width } = node
  return node.kind === 'leaf'
    ? leafOf(width, node.keys.slice(from * width, to * width), node.values.slice(from, to))
    : branchOf(width, node.children.slice(from, to))
}

/** The node without the key; itself when it does not hold it, undefined when nothing is left. */
export function removed<V>(node: OrderedNode<V>, key: string): OrderedNode<V> | undefined {
  const place = placeIn(node, key)
  const { width, keys } = node
  if (node.kind === 'branch') {
    const child = node.children[place]
    const next = child && removed(child, key)
    if (next === child) return node
    const children = node.children.toSpliced(place, 1, ...(next === undefined ? [] : [next]))
    return children.length === 0 ? undefined : branchOf(width, gathered(children, place))
  }
  if (!isKeyAt(node, place, key)) return node
  if (node.values.length === 1) return undefined
  const left = keys.slice(0, place * width) + keys.slice((place + 1) * width)
  return leafOf(width, left, node.values.toSpliced(place, 1))
}

/** A child that has few goes together with the one beside it, where both are one. */
function gathered<V>(children: readonly OrderedNode<V>[], place: number): readonly OrderedNode<V>[] {
  const at = Math.max(0, Math.min(place, children.length - 2))
  const [one, other] = [children[at], children[at + 1]]
  if (one === undefined || other === undefined) return children
  const [a, b] = [countOf(one), countOf(other)]
  return (a <= FEW || b <= FEW) && a + b <= MOST ? children.toSpliced(at, 2, joinedOf(one, other)) : children
}

function joinedOf<V>(one: OrderedNode<V>, other: OrderedNode<V>): OrderedNode<V> {
  if (one.kind === 'leaf' && other.kind === 'leaf')
    return leafOf(one.width, one.keys + other.keys, [...one.values, ...other.values])
  return branchOf(one.width, [...partsOf(one), ...partsOf(other)])
}

const partsOf = <V>(node: OrderedNode<V>): readonly OrderedNode<V>[] =>
  node.kind === 'leaf' ? [node] : node.children

/** A root of one child is that. */
export const lowered = <V>(node: OrderedNode<V>): OrderedNode<V> => {
  const only = node.kind === 'branch' && node.children.length === 1 ? node.children[0] : undefined
  return only === undefined ? node : lowered(only)
}

export function ceilingIn(node: OrderedNode<unknown>, key: string): string | undefined {
  const count = countOf(node)
  for (let place = placeIn(node, key); place < count; place++) {
    const child = node.kind === 'branch' ? node.children[place] : undefined
    const found =
      child !== undefined
        ? ceilingIn(child, key)
        : compareAt(node, place, key) <= 0
          ? keyAt(node, place)
          : undefined
    if (found !== undefined) return found
  }
  return undefined
}

export function* entriesIn<V>(nodes: readonly OrderedNode<V>[]): Generator<readonly [string, V]> {
  for (const node of nodes)
    if (node.kind === 'branch') yield* entriesIn(node.children)
    else for (const [place, value] of node.values.entries()) yield [keyAt(node, place), value]
}

/** Of two trees, level by level: nodes that both have are left out, and at last entries of leaves are compared. */
export function differences<V>(
  before: OrderedNode<V> | undefined,
  after: OrderedNode<V> | undefined,
): Generator<KeyChange<V>> {
  let [olds, news] = [listOf(before), listOf(after)]
  for (let height = Math.max(heightOf(before), heightOf(after)); ; height--) {
    const [had, has] = [new Set(olds), new Set(news)]
    const [gone, come] = [olds.filter((one) => !has.has(one)), news.filter((one) => !had.has(one))]
    if (height <= 0) return merged(entriesIn(gone), entriesIn(come))
    olds = gone.flatMap((one) => (heightOf(one) === height ? partsOf(one) : [one]))
    news = come.flatMap((one) => (heightOf(one) === height ? partsOf(one) : [one]))
  }
}

const listOf = <V>(node: OrderedNode<V> | undefined): readonly OrderedNode<V>[] =>
  node === undefined ? [] : [node]

function* merged<V>(
  olds: Iterator<readonly [string, V]>,
  news: Iterator<readonly [string, V]>,
): Generator<KeyChange<V>> {
  let [old, now] = [olds.next(), news.next()]
  while (old.done !== true || now.done !== true) {
    const order = old.done === true ? 1 : now.done === true ? -1 : compare(old.value[0], now.value[0])
    if (order < 0 && old.done !== true) yield [old.value[0], undefined]
    else if (now.done !== true && (order > 0 || (old.done !== true && old.value[1] !== now.value[1])))
      yield now.value
    if (order <= 0) old = olds.next()
    if (order >= 0) now = news.next()
  }
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)
