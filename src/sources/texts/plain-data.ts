import { type Document, isAlias, isCollection, isPair, isScalar, isSeq } from 'yaml'

/** What aliases may unfold to: far more than any file of manifests or configuration says, and soon walked through. */
const MOST_VALUES = 1_000_000

/**
 * A YAML document as plain data, in which an alias is the very value that its anchor marks. Throws where aliases go
 * nowhere or stand for too much. How often one is used is nobody's business: writers of YAML alias what repeats itself.
 */
export function plainData(document: Document, most = MOST_VALUES): unknown {
  if (new Merges().valuesIn(document.contents) > most) throw excessive(most)
  let isAliased = false
  const data: unknown = document.toJS({
    maxAliasCount: Number.POSITIVE_INFINITY,
    // An anchor counts itself.
    onAnchor: (_value, count) => {
      isAliased ||= count > 1
    },
  })
  if (isAliased && valuesIn(data, new Map()) > most) throw excessive(most)
  return data
}

const excessive = (most: number): RangeError =>
  new RangeError(`Excessive alias count: they stand for more than ${most} values`)

/** How many values one holds, itself included; what holds itself is counted once there. */
function valuesIn(value: unknown, known: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1
  const before = known.get(value)
  if (before !== undefined) return before
  known.set(value, 0)
  let sum = 1
  for (const part of Object.values(value)) sum += valuesIn(part, known)
  known.set(value, sum)
  return sum
}

/** The values that `<<` brings: whoever makes data of a document makes them anew each time, and those that they bring. */
class Merges {
  /** Of what an anchor marks: the values in it, and those merged among them. */
  readonly #marked = new Map<string, Weight>()

  /** Those that are merged. */
  valuesIn(node: unknown): number {
    return this.#weigh(node).merged
  }

  #weigh(node: unknown): Weight {
    let [all, merged] = [1, 0]
    for (const item of isCollection(node) ? node.items : []) {
      const brought = isPair(item) && isMerge(item.key) ? this.#brought(item.value) : 0
      const own = this.#weigh(isPair(item) ? item.value : item)
      all += own.all + brought
      merged += own.merged + brought
    }
    const weight = { all, merged }
    if ((isCollection(node) || isScalar(node)) && node.anchor !== undefined)
      this.#marked.set(node.anchor, weight)
    return weight
  }

  #brought(sources: unknown): number {
    const list = isSeq(sources) ? sources.items : [sources]
    return list.reduce<number>(
      (sum, one) => sum + (isAlias(one) ? (this.#marked.get(one.source)?.all ?? 0) : 0),
      0,
    )
  }
}

interface Weight {
  readonly all: number
  readonly merged: number
}

/** `<<` as the parser has it. */
const isMerge = (key: unknown): boolean =>
  isScalar(key) && (typeof key.value === 'symbol' || key.value === '<<')
