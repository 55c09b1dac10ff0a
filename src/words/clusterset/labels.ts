/** A cluster's labels, in the syntax of Kubernetes' own, by key. */
export type Labels = ReadonlyMap<string, string>

export const NO_LABELS: Labels = new Map()

/** Whether all of those wanted are there. */
export function carries(labels: Labels, wanted: Labels): boolean {
  for (const [key, value] of wanted) if (labels.get(key) !== value) return false
  return true
}

/** `tier=gold,site=a`. */
export const printLabels = (labels: Labels): string =>
  Array.from(labels, ([key, value]) => `${key}=${value}`).join(',')
