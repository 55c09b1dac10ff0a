import type { Address } from '../dns/index.ts'
import { drawsOf, pick, pickFor, shuffle } from '../routing/index.ts'
import { type Choose, isSticky } from './place.ts'
import type { Answer } from './types.ts'

/** One cluster per query, in proportion; the same one for the same client where the service wants it so (answers.md 4.5). */
export const chooseFor =
  (asker: Address, random: () => number): Choose =>
  (routing, entry) => {
    const draws = drawsOf(routing)
    if (draws.length < 2) return draws
    const drawn = isSticky(entry) ? pickFor(draws, asker, entry.key) : pick(draws, random())
    return drawn === undefined ? [] : [drawn]
  }

/** Equals in random order. */
export function inAnyOrder(answer: Answer, random: () => number): Answer {
  if (answer.kind !== 'records' || answer.runs.every((length) => length < 2)) return answer
  let from = 0
  const answers = answer.runs.flatMap((length) => {
    from += length
    return shuffle(answer.answers.slice(from - length, from), random)
  })
  return { ...answer, answers }
}
