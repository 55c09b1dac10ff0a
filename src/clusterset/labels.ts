/** A cluster's labels, in the syntax of Kubernetes' own, by key. */
export type Labels = ReadonlyMap<string, string>

export const NO_LABELS: Labels = new Map()

/** Whether all of those wanted are there. */
export function carries(labels: Labels, wanted: Labels): boolean {
  for (const [key, value] of wanted) if (labels.get(key) !== value) return false
  return true
}

/** `tier`, `example.com/tier`: a name of at most 63 characters, and maybe a DNS subdomain of at most 253 before it. */
export function isLabelKey(text: string): boolean {
  const [name = '', prefix, ...more] = text.split('/').toReversed()
  const isPrefixed = prefix === undefined || (prefix.length <= 253 && SUBDOMAIN.test(prefix))
  return more.length === 0 && isPrefixed && NAME.test(name)
}

export const isLabelValue = (text: string): boolean => text === '' || NAME.test(text)

const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/

const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

/** `tier=gold,site=a`. */
export const printLabels = (labels: Labels): string =>
  Array.from(labels, ([key, value]) => `${key}=${value}`).join(',')
