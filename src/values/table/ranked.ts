/**
 * Values in an order, best first, as a persistent tree: a change costs the same among ten and, nearly, among a million,
 * and leaves what was as it was. null: none. Balanced by weight (Adams, "Efficient sets: a balancing act").
 */
export interface Ranked<V> {
  readonly value: V
  readonly size: number
  readonly left: Ranked<V> | null
  readonly right: Ranked<V> | null
}

type Tree<V> = Ranked<V> | null

/** Below 0: the first is better. 0: they are one. */
type Compare<V> = (a: V, b: V) => number

/** With a value; itself if it has it. */
export function withRanked<V>(tree: Tree<V>, value: V, compare: Compare<V>): Ranked<V> {
  if (tree === null) return node(value, null, null)
  const { value: here, left, right } = tree
  const order = compare(value, here)
  if (order === 0) return tree
  if (order < 0) {
    const next = withRanked(left, value, compare)
    return next === left ? tree : balanced(here, next, right)
  }
  const next = withRanked(right, value, compare)
  return next === right ? tree : balanced(here, left, next)
}

/** Without a value; itself if it has none such. */
export function withoutRanked<V>(tree: Tree<V>, value: V, compare: Compare<V>): Tree<V> {
  if (tree === null) return null
  const { value: here, left, right } = tree
  const order = compare(value, here)
  if (order === 0) return joined(left, right)
  if (order < 0) {
    const next = withoutRanked(left, value, compare)
    return next === left ? tree : balanced(here, next, right)
  }
  const next = withoutRanked(right, value, compare)
  return next === right ? tree : balanced(here, left, next)
}

/** The best. */
export const firstRanked = <V>(tree: Ranked<V>): V =>
  tree.left === null ? tree.value : firstRanked(tree.left)

export function* valuesInOrder<V>(tree: Tree<V>): Generator<V> {
  if (tree === null) return
  yield* valuesInOrder(tree.left)
  yield tree.value
  yield* valuesInOrder(tree.right)
}

const sizeOf = (tree: Tree<unknown>): number => tree?.size ?? 0

const node = <V>(value: V, left: Tree<V>, right: Tree<V>): Ranked<V> => ({
  value,
  size: sizeOf(left) + sizeOf(right) + 1,
  left,
  right,
})

/** How many times the other side one may have, and from what share on its inner side is split. */
const [HEAVY, INNER] = [3, 2]

function balanced<V>(value: V, left: Tree<V>, right: Tree<V>): Ranked<V> {
  if (sizeOf(left) + sizeOf(right) > 1) {
    if (right !== null && right.size > HEAVY * sizeOf(left)) return turnedLeft(value, left, right)
    if (left !== null && left.size > HEAVY * sizeOf(right)) return turnedRight(value, left, right)
  }
  return node(value, left, right)
}

function turnedLeft<V>(value: V, left: Tree<V>, right: Ranked<V>): Ranked<V> {
  const inner = right.left
  if (inner === null || inner.size < INNER * sizeOf(right.right))
    return node(right.value, node(value, left, inner), right.right)
  return node(inner.value, node(value, left, inner.left), node(right.value, inner.right, right.right))
}

function turnedRight<V>(value: V, left: Ranked<V>, right: Tree<V>): Ranked<V> {
  const inner = left.right
  if (inner === null || inner.size < INNER * sizeOf(left.left))
    return node(left.value, left.left, node(value, inner, right))
  return node(inner.value, node(left.value, left.left, inner.left), node(value, inner.right, right))
}

/** Of two trees of which all of one is better than all of the other. */
function joined<V>(left: Tree<V>, right: Tree<V>): Tree<V> {
  if (right === null) return left
  const { first, rest } = withoutFirst(right)
  return balanced(first, left, rest)
}

function withoutFirst<V>({ value, left, right }: Ranked<V>): { readonly first: V; readonly rest: Tree<V> } {
  if (left === null) return { first: value, rest: right }
  const { first, rest } = withoutFirst(left)
  return { first, rest: balanced(value, rest, right) }
}
