import type { SourceProblem } from './types.ts'

/** A problem as one line: where, and what. */
export const printSourceProblem = ({ place, message }: Pick<SourceProblem, 'place' | 'message'>): string =>
  `${place}: ${message}`

/** The same for problems that say the same, and for no others. */
export const wordsOfProblem = ({ place, message, costs }: SourceProblem): string =>
  JSON.stringify([place, message, costs])

/** Each once, however many say it. */
export const distinctProblems = (problems: readonly SourceProblem[]): readonly SourceProblem[] => [
  ...new Map(problems.map((problem) => [wordsOfProblem(problem), problem])).values(),
]
