import { DERIVED_ANNOTATIONS, LABEL } from '../../kube/index.ts'

type Tags = Readonly<Record<string, string>>

/** What of an export's labels or annotations an import can have, and what it cannot, as sentences. */
export interface Fitting {
  readonly kept: Tags
  readonly refused: readonly string[]
}

/** A ServiceExport may say anything, an API server takes labels alone: one bad one would keep the import from every cluster. */
export const fittingLabels = (labels: Tags): Fitting =>
  sift(labels, (key, value) => {
    if (key === LABEL.managedBy) return `exportedLabels: ${key} is Meridian's own on an import`
    return isKey(key) && (value === '' || isName(value))
      ? undefined
      : `exportedLabels: "${key}: ${value}" is no label`
  })

export function fittingAnnotations(annotations: Tags): Fitting {
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + octets(key) + octets(value), 0)
  if (size > MOST_OCTETS)
    return { kept: {}, refused: [`exportedAnnotations: ${size} octets, ${MOST_OCTETS} are the most`] }
  return sift(annotations, (key) => {
    if (DERIVED_ANNOTATIONS.includes(key)) return `exportedAnnotations: ${key} is the implementation's own`
    return isKey(key) ? undefined : `exportedAnnotations: "${key}" is no annotation's name`
  })
}

/** What the API server allows an object, with room for Meridian's own. */
const MOST_OCTETS = 250_000

const octets = (text: string): number => new TextEncoder().encode(text).length

function sift(tags: Tags, objection: (key: string, value: string) => string | undefined): Fitting {
  const judged = Object.entries(tags).map(([key, value]) => ({ key, value, why: objection(key, value) }))
  return {
    kept: Object.fromEntries(
      judged.filter(({ why }) => why === undefined).map(({ key, value }) => [key, value]),
    ),
    refused: judged.flatMap(({ why }) => why ?? []).sort(),
  }
}

const isName = (text: string): boolean => /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/.test(text)

const isPrefix = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(text)

function isKey(key: string): boolean {
  const [prefix = '', name, ...more] = key.split('/')
  if (name === undefined) return isName(prefix)
  return more.length === 0 && isPrefix(prefix) && isName(name)
}
