import type { Update } from '../replica/index.ts'

/** Services in a piece: about a millisecond's work. */
const SERVICES = 128

/**
 * An update as small ones that come to the same, for a thread that answers in between. Services come first and what
 * is small last, so that a cluster is not called live before all that it holds is there. Octets are copied: an entry
 * that outlives the others of its update keeps a piece in memory, not all of them. A small update is one piece: an
 * answer and the serial that it belongs to change together.
 */
export function* piecesOf(update: Update): Generator<Update> {
  const { entries, gone, tally, pointers, parts } = update
  const { keys, ends, octets } = entries
  if (isPiece(update)) {
    yield update
    return
  }
  for (let from = 0; from < keys.length; from += SERVICES) {
    const to = Math.min(from + SERVICES, keys.length)
    const begin = from === 0 ? 0 : (ends[from - 1] ?? 0)
    const piece = {
      keys: keys.slice(from, to),
      ends: ends.slice(from, to).map((end) => end - begin),
      octets: octets.slice(begin, ends[to - 1]),
    }
    yield { ...NOTHING, entries: piece }
  }
  for (let from = 0; from < gone.length; from += SERVICES)
    yield { ...NOTHING, gone: gone.slice(from, from + SERVICES) }
  for (let from = 0; from < pointers.length; from += SERVICES)
    yield { ...NOTHING, pointers: pointers.slice(from, from + SERVICES) }
  yield { ...NOTHING, tally, parts }
}

/** Whether it is small enough to be in force at once. */
export const isPiece = ({ entries, gone, pointers }: Update): boolean =>
  entries.keys.length + gone.length + pointers.length <= SERVICES

const NOTHING: Update = {
  entries: { keys: [], ends: [], octets: new Uint8Array() },
  gone: [],
  tally: [],
  pointers: [],
  parts: {},
}
