import type { Address, Family } from '../../values/dns/index.ts'
import { HASH_OF_NOTHING, hashFurther } from '../../values/table/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Draws, Level, LevelMember, Routing } from './types.ts'

/** What a draw can come to, and how likely that is: chances sum to 1. */
export interface Draw {
  readonly cluster: ClusterId
  readonly chance: number
}

/** One cluster of one level. */
export interface Drawn extends Draw {
  readonly level: Level
  readonly member: LevelMember
}

/** All that a draw can come to: members of levels that take draws, with a share (answers.md 4.5). */
export const drawsOf = ({ levels }: Draws): readonly Drawn[] =>
  levels
    .flatMap((level) => level.members.map((member) => drawn(level, member)))
    .filter(({ chance }) => chance > 0)

/** What a look-up of a family draws from. */
export const drawsFor = (routing: Routing, family: Family): Draws =>
  routing.apart === null ? routing : routing.apart[family]

/**
 * The whole policy, in order of use: those that draws come to, by their chances; then level by level who would be next,
 * by their shares.
 */
export function turnsOf({ levels }: Draws): readonly (readonly Drawn[])[] {
  const idle = levels.filter(({ draws }) => draws === 0).map((level) => ({ ...level, draws: 1 }))
  return [drawsOf({ levels }), ...idle.map((level) => drawsOf({ levels: [level] }))]
}

const drawn = (level: Level, member: LevelMember): Drawn => ({
  cluster: member.candidate.id,
  chance: level.draws * member.share,
  level,
  member,
})

/** The draw that a number in [0, 1) falls to. */
export function pick<T extends Draw>(draws: readonly T[], random: number): T | undefined {
  let rest = random
  for (const draw of draws) {
    rest -= draw.chance
    if (rest < 0) return draw
  }
  // Chances sum to 1, but for rounding.
  return draws.at(-1)
}

/**
 * The same, but always the same cluster for the same asker while it stays: weighted rendezvous hashing
 * (Schindelhauer and Schomaker, "Weighted Distributed Hash Tables", 2005), for session affinity.
 */
export function pickFor<T extends Draw>(draws: readonly T[], asker: Address, service: string): T | undefined {
  let best: { readonly draw: T; readonly score: number } | undefined
  for (const draw of draws) {
    const score = -draw.chance / Math.log(fraction(`${asker} ${service} ${draw.cluster}`))
    if (best === undefined || score > best.score) best = { draw, score }
  }
  return best?.draw
}

/** A string as a number strictly between 0 and 1, evenly spread: FNV-1a and MurmurHash3's finalizer. */
function fraction(text: string): number {
  let hash = HASH_OF_NOTHING
  for (let i = 0; i < text.length; i++) hash = hashFurther(hash, text.charCodeAt(i))
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32
}

/** Items in random order. */
export function shuffle<T>(items: readonly T[], random: () => number): readonly T[] {
  if (items.length < 2) return items
  const shuffled = [...items]
  shuffleRun(shuffled, 0, shuffled.length, random)
  return shuffled
}

/**
 * Puts the `length` items from `from` in random order, Fisher–Yates from the first on: once so many are in place, the rest
 * changes nothing of them.
 */
export function shuffleRun<T>(
  items: { [at: number]: T },
  from: number,
  length: number,
  random: () => number,
): void {
  const end = from + length
  for (let first = from; first < end - 1; first++) {
    const other = first + Math.floor(random() * (end - first))
    const [a, b] = [items[first], items[other]]
    if (a !== undefined && b !== undefined) {
      items[first] = b
      items[other] = a
    }
  }
}

/** The order that `shuffle` gives to so many items, number by number as it is asked for. */
export function* inRandomOrder(length: number, random: () => number): Generator<number> {
  const order = new Uint32Array(length)
  for (let i = 0; i < length; i++) order[i] = i
  for (let first = 0; first < length; first++) {
    const other = first < length - 1 ? first + Math.floor(random() * (length - first)) : first
    const chosen = order[other] ?? 0
    order[other] = order[first] ?? 0
    yield chosen
  }
}
