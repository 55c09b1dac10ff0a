import type { Address, RR } from '../../values/dns/index.ts'
import { type Drawn, drawsOf, pick, pickFor, shuffle } from '../routing/index.ts'
import { type Choose, isSticky } from './place.ts'
import type { Answer } from './types.ts'

/**
 * One cluster per query, in proportion; the same one for the same client where the service wants it so (answers.md 4.5).
 * A query that draws several times, for ports that not all clusters have, does so by one chance.
 */
export function chooseFor(asker: Address, random: () => number): Choose {
  let chance: number | undefined
  return (from, entry) => {
    const draws = drawsOf(from)
    if (draws.length < 2) return draws
    if (isSticky(entry)) return found(pickFor(draws, asker, entry.key))
    chance ??= random()
    return found(pick(draws, chance))
  }
}

const found = (drawn: Drawn | undefined): readonly Drawn[] => (drawn === undefined ? [] : [drawn])

/** Equals in random order. */
export function inAnyOrder(answer: Answer, random: () => number): Answer {
  if (answer.kind !== 'records' || answer.runs.every((length) => length < 2)) return answer
  return { ...answer, answers: inRuns(answer, (run) => shuffle(run, random)) }
}

/** The records of an answer, equals in another order. */
export function inRuns(
  { answers, runs }: Pick<Extract<Answer, { kind: 'records' }>, 'answers' | 'runs'>,
  order: (run: readonly RR[]) => readonly RR[],
): readonly RR[] {
  let from = 0
  const ordered = runs.flatMap((length) => {
    from += length
    return order(answers.slice(from - length, from))
  })
  return from === answers.length ? ordered : [...ordered, ...answers.slice(from)]
}
