/** A place inside the document: keys of mappings and indexes of lists. */
export type Path = readonly (string | number)[]

/** Something wrong, before anyone knows where in which file it stands. */
export interface PathProblem {
  readonly path: Path
  readonly problem: string
  readonly remedy: string
}

/** Something wrong with the configuration, as a person reads it. */
export interface ConfigProblem {
  /** `meridian.yaml:12`, or the environment variable or flag that said it. */
  readonly place: string
  /** `clusters[1].locality`; '' for the document as a whole. */
  readonly path: string
  /** What is wrong, with the value. */
  readonly problem: string
  /** What would be right. */
  readonly remedy: string
}

/** Everything that keeps a configuration from being used; there is at least one problem. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(printProblem).join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Two lines: where and what, then the remedy, indented. */
export function printProblem({ place, path, problem, remedy }: ConfigProblem): string {
  return `${[place, path, problem].filter((part) => part !== '').join(': ')}\n    ${remedy}`
}

/** `clusters[1].locality`, `routing.services["shop/cart"].weights`. */
export const printPath = (path: Path): string =>
  path
    .map((part) =>
      typeof part === 'number'
        ? `[${part}]`
        : /^[\w-]+$/.test(part)
          ? `.${part}`
          : `[${JSON.stringify(part)}]`,
    )
    .join('')
    .replace(/^\./, '')
