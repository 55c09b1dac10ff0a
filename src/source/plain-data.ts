import type { Document } from 'yaml'

/** What aliases may unfold to: far more than any file of manifests or configuration says, and soon walked through. */
const MOST_VALUES = 1_000_000

/**
 * A YAML document as plain data, in which an alias is the very value that its anchor marks. Throws where aliases go
 * nowhere or stand for too much. How often one is used is nobody's business: writers of YAML alias what repeats itself.
 */
export function plainData(document: Document): unknown {
  let isAliased = false
  const data: unknown = document.toJS({
    maxAliasCount: Number.POSITIVE_INFINITY,
    // An anchor counts itself.
    onAnchor: (_value, count) => {
      isAliased ||= count > 1
    },
  })
  if (isAliased && valuesIn(data, new Map()) > MOST_VALUES)
    throw new RangeError(`Excessive alias count: they stand for more than ${MOST_VALUES} values`)
  return data
}

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
