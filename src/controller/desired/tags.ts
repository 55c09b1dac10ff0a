import { lastRemembered, rememberedLately } from '../../values/table/index.ts'
import { briefly, DERIVED_ANNOTATIONS, isLabelValue, isQualifiedName, LABEL } from '../../words/kube/index.ts'
import { sortedByKey } from './body.ts'
import type { JsonObject } from './types.ts'

type Tags = Readonly<Record<string, string>>

/** What of an export's labels or annotations an import can have, and what it cannot, as sentences. */
interface Fitting {
  readonly kept: Tags
  readonly refused: readonly string[]
}

// Found out once for as long as the export says these: there may be thousands, of another cluster than the one whose
// change is written.

/** A ServiceExport may say anything, an API server takes labels alone: one bad one would keep the import from every cluster. */
export const fittingLabels = rememberedLately((labels: Tags): Fitting => {
  const size = sizeOf(labels)
  if (size > MOST_BYTES) return tooMany('exportedLabels', size)
  return sift(labels, (key, value) => {
    if (key === LABEL.managedBy) return `exportedLabels: ${key} is Meridian's own on an import`
    return isQualifiedName(key) && isLabelValue(value)
      ? undefined
      : `exportedLabels: "${briefly(`${key}: ${value}`)}" is no label`
  })
})

export const fittingAnnotations = rememberedLately((annotations: Tags): Fitting => {
  const size = sizeOf(annotations)
  if (size > MOST_BYTES) return tooMany('exportedAnnotations', size)
  const sifted = sift(annotations, (key) => {
    if (DERIVED_ANNOTATIONS.includes(key)) return `exportedAnnotations: ${key} is the implementation's own`
    return isQualifiedName(key) ? undefined : `exportedAnnotations: "${briefly(key)}" is no annotation's name`
  })
  return { ...sifted, kept: wellFormed(sifted.kept) }
})

/** What fits of an export's, and Meridian's own, in order: as it is written, and made once too. */
const withOwn = (fittingOf: (tags: Tags) => Fitting): ((tags: Tags, own: Tags) => JsonObject) =>
  lastRemembered(
    (tags, own) => sortedByKey({ ...fittingOf(tags).kept, ...own }),
    (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other),
  )

export const labelsWith = withOwn(fittingLabels)
export const annotationsWith = withOwn(fittingAnnotations)

/** Half a character would stand as another one, and be written again for ever. */
const wellFormed = (tags: Tags): Tags =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, value.toWellFormed()]))

/** What the API server allows an object of annotations, with room for Meridian's own; of labels no store takes much more. */
const MOST_BYTES = 250_000

const tooMany = (what: string, size: number): Fitting => ({
  kept: {},
  refused: [`${what}: ${size} octets, ${MOST_BYTES} are the most`],
})

const sizeOf = (tags: Tags): number =>
  Object.entries(tags).reduce((sum, [key, value]) => sum + bytes(key) + bytes(value), 0)

const bytes = (text: string): number => new TextEncoder().encode(text).length

function sift(tags: Tags, problem: (key: string, value: string) => string | undefined): Fitting {
  const judged = Object.entries(tags).map(([key, value]) => ({ key, value, why: problem(key, value) }))
  return {
    kept: Object.fromEntries(
      judged.filter(({ why }) => why === undefined).map(({ key, value }) => [key, value]),
    ),
    refused: judged.flatMap(({ why }) => why ?? []).sort(),
  }
}
