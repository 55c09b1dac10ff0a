import { isLabelValue, isQualifiedName } from './forms.ts'

/** A label selector as `kubectl -l` takes it: all of its requirements hold. */
export type Selector = readonly Requirement[]

type Requirement =
  | { readonly kind: 'exists' | 'absent'; readonly key: string }
  | { readonly kind: 'in' | 'notIn'; readonly key: string; readonly values: readonly string[] }

/** Characters of a selector, and requirements in one: far more than anybody writes, and soon held against a label. */
export const MOST_SELECTOR = 4096
const MOST_REQUIREMENTS = 100

const REQUIREMENT =
  /^\s*(?:(?<absent>![ \t]*)(?<without>[^\s,=!()]+)|(?<key>[^\s,=!()]+)(?:\s*(?<sign>==?|!=)\s*(?<value>[^\s,=!()]*)|\s+(?<set>in|notin)\s*\((?<values>[^()]*)\))?)\s*(?:,|$)/

/** The requirements of a selector that holds any; undefined: it is none. */
export function parseSelector(text: string): Selector | undefined {
  if (text.length > MOST_SELECTOR) return undefined
  const found: Requirement[] = []
  let rest = text
  while (rest.trim() !== '' || found.length === 0) {
    const match = REQUIREMENT.exec(rest)
    const requirement = match?.groups && requirementOf(match.groups)
    if (match === null || requirement === undefined || found.length === MOST_REQUIREMENTS) return undefined
    found.push(requirement)
    rest = rest.slice(match[0].length)
    if (match[0].endsWith(',') && rest.trim() === '') return undefined
  }
  return found
}

type Groups = Readonly<Record<string, string | undefined>>

function requirementOf({ absent, without, key, sign, value, set, values }: Groups): Requirement | undefined {
  const name = absent === undefined ? key : without
  if (name === undefined || !isQualifiedName(name)) return undefined
  if (absent !== undefined) return { kind: 'absent', key: name }
  if (sign === undefined && set === undefined) return { kind: 'exists', key: name }
  const list = (set === undefined ? [value ?? ''] : (values ?? '').split(',')).map((one) => one.trim())
  if (!list.every(isLabelValue)) return undefined
  return { kind: sign === '!=' || set === 'notin' ? 'notIn' : 'in', key: name, values: list }
}

/** Whether labels are of those that are selected. Those that lack a key have none of its values. */
export const selects = (selector: Selector, labels: Readonly<Record<string, string>>): boolean =>
  selector.every((one) => isMet(one, Object.hasOwn(labels, one.key) ? labels[one.key] : undefined))

function isMet(one: Requirement, value: string | undefined): boolean {
  switch (one.kind) {
    case 'exists':
      return value !== undefined
    case 'absent':
      return value === undefined
    case 'in':
      return value !== undefined && one.values.includes(value)
    case 'notIn':
      return value === undefined || !one.values.includes(value)
  }
}

/** Whether labels, or what selects by labels, has all of those. */
export const carriesTags = (
  tags: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean =>
  Object.entries(wanted).every(([name, value]) => Object.hasOwn(tags, name) && tags[name] === value)
