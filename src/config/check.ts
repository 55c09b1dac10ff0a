import type { Finding, Path } from './problems.ts'
import type { Salvaged } from './salvage.ts'

/** Holds keys against each other. */
export interface Check {
  /** What may not be missing for it to be right, `*` standing for any one part: nothing of that, nor around it. */
  readonly reads: readonly Path[]
  readonly find: () => readonly Finding[]
}

/** What the checks find out; of what could be salvaged, those that read nothing of what was lost. */
export function found(checks: readonly Check[], salvaged?: Salvaged<unknown>): readonly Finding[] {
  if (salvaged === undefined) return checks.flatMap(({ find }) => find())
  const { lost, original } = salvaged
  const isWhole = ({ reads }: Check) =>
    !reads.map(original).some((read) => lost.some((path) => covers(path, read)))
  return checks
    .filter(isWhole)
    .flatMap(({ find }) => find())
    .map((finding) => ({ ...finding, path: original(finding.path) }))
}

const covers = (path: Path, read: Path): boolean =>
  path.length <= read.length && path.every((part, i) => read[i] === '*' || part === read[i])
