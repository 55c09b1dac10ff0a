import type { SourceProblem } from './types.ts'

/** A problem and its remedy as one line, without its place. */
export const sentenceOfProblem = ({ message, remedy }: SourceProblem): string =>
  remedy === undefined ? message : `${message}; ${remedy}`

/** A problem as one line: where, what, and the remedy. */
export const printSourceProblem = (problem: SourceProblem): string =>
  `${problem.place}: ${sentenceOfProblem(problem)}`

/** The same for problems that say the same, and for no others. */
export const wordsOfProblem = ({ place, message, remedy, costs }: SourceProblem): string =>
  JSON.stringify([place, message, remedy, costs])

/** Each once, however many say it. */
export const distinctProblems = (problems: readonly SourceProblem[]): readonly SourceProblem[] => [
  ...new Map(problems.map((problem) => [wordsOfProblem(problem), problem])).values(),
]
