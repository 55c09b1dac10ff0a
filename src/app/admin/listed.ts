import type { Cut } from '../../answer/records/index.ts'
import { printRecord, type RR } from '../../values/dns/index.ts'

/** Records that an explanation lists, in each zone and of each name and type. */
export const MOST_RECORDS = 1000
export const MOST_OF_NAME = 100

/** Bytes of more records than are listed of a name and type, however long they are. */
export const ROOM = MOST_OF_NAME * 512

/** The first of them, a name and type at a time. */
export function* listRecords(
  zones: readonly Iterable<Iterable<RR>>[],
): Generator<void, { readonly records: readonly string[]; readonly more: boolean }> {
  const records: string[] = []
  let more = false
  for (const zone of zones) {
    const until = records.length + MOST_RECORDS
    for (const rrset of zone) {
      const most = Math.min(records.length + MOST_OF_NAME, until)
      for (const rr of rrset) {
        more ||= records.length >= most
        if (records.length >= most) break
        records.push(printRecord(rr))
      }
      if (records.length >= until && more) break
      yield
    }
  }
  return { records, more }
}

/** Names that an explanation lists of which no reply holds all records. */
export const MOST_CUT = 100

/** The first of them, and no others are looked for. */
export function* listCuts(
  found: Iterable<Cut | undefined>,
): Generator<void, { readonly cut: readonly Cut[]; readonly moreCut: boolean }> {
  const cut: Cut[] = []
  for (const one of found) {
    yield
    if (one === undefined) continue
    if (cut.length >= MOST_CUT) return { cut, moreCut: true }
    cut.push(one)
  }
  return { cut, moreCut: false }
}
