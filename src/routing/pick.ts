import type { Address } from '../dns/index.ts'
import type { Level, Member, Routing } from './types.ts'

/** What a draw came to: one cluster of one level. */
export interface Drawn {
  readonly level: Level
  readonly member: Member
}

/** One cluster in proportion to levels and shares (answers.md 4.5). `random` in [0, 1) decides. */
export function pick({ levels }: Routing, random: () => number): Drawn | undefined {
  const level = weighted(levels, ({ draws }) => draws, random())
  const member = level && weighted(level.members, ({ share }) => share, random())
  return level && member && { level, member }
}

/**
 * The same, but always the same cluster for the same asker while it stays: weighted rendezvous hashing
 * (Schindelhauer and Schomaker, "Weighted Distributed Hash Tables", 2005), for session affinity.
 */
export function pickFor({ levels }: Routing, asker: Address, service: string): Drawn | undefined {
  let best: { readonly drawn: Drawn; readonly score: number } | undefined
  for (const level of levels) {
    for (const member of level.members) {
      const chance = level.draws * member.share
      const score = -chance / Math.log(fraction(`${asker} ${service} ${member.candidate.cluster.id}`))
      if (chance > 0 && (best === undefined || score > best.score)) best = { drawn: { level, member }, score }
    }
  }
  return best?.drawn
}

/** The item that a number in [0, 1) falls to; weights sum to 1, but for rounding. */
function weighted<T>(items: readonly T[], weight: (item: T) => number, random: number): T | undefined {
  let rest = random
  for (const item of items) {
    rest -= weight(item)
    if (rest < 0) return item
  }
  return items.findLast((item) => weight(item) > 0)
}

/** A string as a number strictly between 0 and 1, evenly spread: FNV-1a and MurmurHash3's finalizer. */
function fraction(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32
}

/** Items in random order, Fisher–Yates. */
export function shuffle<T>(items: readonly T[], random: () => number): readonly T[] {
  if (items.length < 2) return items
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const [a, b] = [shuffled[last], shuffled[other]]
    if (a !== undefined && b !== undefined) {
      shuffled[last] = b
      shuffled[other] = a
    }
  }
  return shuffled
}
