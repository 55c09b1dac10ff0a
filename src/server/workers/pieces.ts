import { EMPTY_UPDATE, type Encoded, type Update } from '../replica/index.ts'

/** Services in a piece, or of whatever else: about a millisecond's work. */
const SERVICES = 128

/** Of counts, which are little work. */
const COUNTS = 1024

/** From so many octets on a piece has no more: a service may have thousands of endpoints. */
const OCTETS = 256 * 1024

/**
 * An update as small ones that come to the same, for a thread that answers in between. Services come first and what
 * is small last, so that a cluster is not called live before all that it holds is there; and host names before the
 * services whose names they are. Octets are copied: an entry that outlives the others of its update keeps a piece in
 * memory, not all of them. A small update is one piece: an answer and the serial that it belongs to change together.
 */
export function* updatePieces(update: Update): Generator<Update> {
  if (isPiece(update)) {
    yield update
    return
  }
  const { tally, members, serials, parts } = update
  for (const entries of parted(update.entries)) yield { ...EMPTY_UPDATE, entries }
  for (const gone of slices(update.gone, SERVICES)) yield { ...EMPTY_UPDATE, gone }
  for (const pointers of slices(update.pointers, SERVICES)) yield { ...EMPTY_UPDATE, pointers }
  for (const resolved of parted(update.resolved)) yield { ...EMPTY_UPDATE, resolved }
  for (const unresolved of slices(update.unresolved, SERVICES)) yield { ...EMPTY_UPDATE, unresolved }
  for (const renamed of slices(update.renamed, SERVICES)) yield { ...EMPTY_UPDATE, renamed }
  const [manyCounts, many] = [tally.length > COUNTS, members.length > SERVICES]
  if (manyCounts) for (const some of slices(tally, COUNTS)) yield { ...EMPTY_UPDATE, tally: some }
  if (many) for (const some of slices(members, SERVICES)) yield { ...EMPTY_UPDATE, members: some }
  yield { ...EMPTY_UPDATE, tally: manyCounts ? [] : tally, members: many ? [] : members, serials, parts }
}

/** Whether it is small enough to be in force at once. */
function isPiece(update: Update): boolean {
  const count = countOf(update)
  return count <= SERVICES && update.tally.length <= COUNTS && (octetsOf(update) <= OCTETS || count === 1)
}

/** How many services, names and whatever else it tells of, but for counts. */
function countOf({ entries, resolved, ...others }: Update): number {
  const { gone, pointers, unresolved, renamed, members } = others
  const lists = [entries.keys, gone, pointers, resolved.keys, unresolved, renamed, members]
  return lists.reduce((sum, { length }) => sum + length, 0)
}

const octetsOf = ({ entries, resolved }: Update): number => entries.octets.length + resolved.octets.length

/** Which part it is of what an answering thread takes in before it answers: one piece of many is all of that. */
export const shareOf = ({ update, isLast }: UpdatePiece): number =>
  isLast ? Math.max(countOf(update) / SERVICES, octetsOf(update) / OCTETS) : 1

/** An update's pieces, and which is the last of them. */
export interface UpdatePiece {
  readonly update: Update
  readonly isLast: boolean
}

export function* reportedInPieces(update: Update): Generator<UpdatePiece> {
  let before: Update | undefined
  for (const piece of updatePieces(update)) {
    if (before !== undefined) yield { update: before, isLast: false }
    before = piece
  }
  if (before !== undefined) yield { update: before, isLast: true }
}

/** What is moved with a piece instead of copied. */
export const buffersOf = ({ entries, resolved }: Update): readonly ArrayBuffer[] =>
  [entries.octets, resolved.octets].flatMap(({ length, buffer }) => (length === 0 ? [] : [buffer]))

function* slices<T>(list: readonly T[], most: number): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += most) yield list.slice(from, from + most)
}

function* parted({ keys, ends, octets }: Encoded): Generator<Encoded> {
  for (let from = 0, to = 0; from < keys.length; from = to) {
    const begin = from === 0 ? 0 : (ends[from - 1] ?? 0)
    to = from + 1
    while (to < keys.length && to - from < SERVICES && (ends[to] ?? 0) - begin <= OCTETS) to += 1
    yield {
      keys: keys.slice(from, to),
      ends: ends.slice(from, to).map((end) => end - begin),
      octets: octets.slice(begin, ends[to - 1]),
    }
  }
}
