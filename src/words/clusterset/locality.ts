/** Where something stands: `region[/zone[/subzone]]`, in Istio's and the Kubernetes topology labels' sense. */
export interface Locality {
  readonly region: string
  readonly zone: string | null
  readonly subzone: string | null
}

/** A locality from `region[/zone[/subzone]]`, or undefined. */
export function parseLocality(text: string): Locality | undefined {
  const [region, zone = null, subzone = null, ...more] = text.split('/')
  if (region === undefined || more.length > 0) return undefined
  return [region, zone, subzone].every((part) => part === null || isLocalityPart(part))
    ? { region, zone, subzone }
    : undefined
}

/** Whether a text can be a region, a zone or a subzone: no space in it, nothing unprintable, and what stands for a byte that is no text. */
export const isLocalityPart = (text: string): boolean => /^[^\s*/\p{Cc}\ufffd]+$/u.test(text)

export const printLocality = ({ region, zone, subzone }: Locality): string =>
  [region, zone, subzone].filter((part) => part !== null).join('/')

/** A pattern over localities as Istio's localityLbSetting has it: `region/*`, `region/zone/*`, `*`, or a prefix. */
export type LocalityPattern = string

/** Whether a locality matches; a pattern with fewer parts than the locality matches everything below it. */
export function matchesLocality(pattern: LocalityPattern, locality: Locality | null): boolean {
  if (pattern === '*') return true
  if (locality === null) return false
  const parts = [locality.region, locality.zone, locality.subzone]
  return pattern.split('/').every((want, i) => want === '*' || want === parts[i])
}

/** Whether two patterns match the same: `us-east-1` is `us-east-1/*`. */
export const meansSame = (a: LocalityPattern, b: LocalityPattern): boolean => namedBy(a) === namedBy(b)

/** Whether the first matches all that the second does. */
export const covers = (wide: LocalityPattern, narrow: LocalityPattern): boolean =>
  matchesLocality(wide, parseLocality(namedBy(narrow)) ?? null)

/** The more parts a pattern names, the further ahead it comes; of two that name as many, by text. */
export const bySpecificity = (a: LocalityPattern, b: LocalityPattern): number =>
  countParts(b) - countParts(a) || (a < b ? -1 : 1)

const namedBy = (pattern: LocalityPattern): string => pattern.replace(/(^|\/)\*$/, '')

const countParts = (pattern: LocalityPattern): number =>
  namedBy(pattern)
    .split('/')
    .filter((part) => part !== '').length

/** `*`, `region/*`, `region/zone/*`, or a locality that stands for itself and all below it. */
export function parsePattern(text: string): LocalityPattern | undefined {
  if (text === '*') return text
  const base = text.endsWith('/*') ? text.slice(0, -2) : text
  return parseLocality(base) === undefined || text.split('/').length > 3 ? undefined : text
}
