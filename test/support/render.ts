import { renderZone } from '../../src/answer/records/index.ts'
import type { RR } from '../../src/values/dns/index.ts'

/** What there is, without the places where there was nothing yet. */
export const present = <T>(steps: Iterable<T | undefined>): readonly T[] =>
  [...steps].filter((one) => one !== undefined)

/** The records of a zone. */
export const recordsOfZone = (...of: Parameters<typeof renderZone>): readonly RR[] =>
  present(renderZone(...of))
