import { isLabelValue, isQualifiedName } from './forms.ts'
import { at, type Narrower, NarrowingError, objectOf, oneOf, section, type Whole, whole } from './narrow.ts'
import type { Selector } from './selector.ts'

type Requirement = Selector[number]

/** Nobody writes more; each is held against the labels of every object that may be meant. */
const MOST_REQUIREMENTS = 100
const MOST_VALUES = 1000

const labelKey: Whole<string> = (value) => {
  if (typeof value === 'string' && isQualifiedName(value)) return value
  throw new NarrowingError(value, "a label's key")
}
const labelValue: Whole<string> = (value) => {
  if (typeof value === 'string' && isLabelValue(value)) return value
  throw new NarrowingError(value, "a label's value")
}

const operator = oneOf('In', 'NotIn', 'Exists', 'DoesNotExist')
const values = whole(labelValue, MOST_VALUES)

const expression = objectOf((fields, left): Requirement => {
  const key = at(fields, 'key', labelKey, left)
  const word = at(fields, 'operator', operator, left)
  const listed = at(fields, 'values', values, left)
  const isOfValues = word === 'In' || word === 'NotIn'
  if (isOfValues !== listed.length > 0)
    throw new NarrowingError(
      fields['values'],
      isOfValues ? 'a list with a value' : `absent, with ${word}`,
    ).within('.values')
  if (isOfValues) return { kind: word === 'In' ? 'in' : 'notIn', key, values: listed }
  return { kind: word === 'Exists' ? 'exists' : 'absent', key }
})
const expressions = whole(expression, MOST_REQUIREMENTS)

const matchLabels = section((fields, left): readonly Requirement[] =>
  Object.keys(fields).map((key) => ({
    kind: 'in',
    key: labelKey(key),
    values: [at(fields, key, labelValue, left)],
  })),
)

/**
 * A LabelSelector of Kubernetes' own types: all of its requirements hold, and one that has none is met by all. It is
 * read whole or not at all: without one of its requirements it would select more.
 */
export const labelSelector: Narrower<Selector> = objectOf((fields, left) => [
  ...at(fields, 'matchLabels', matchLabels, left),
  ...at(fields, 'matchExpressions', expressions, left),
])
