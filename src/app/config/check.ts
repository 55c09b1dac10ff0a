import type { Path, PathProblem } from './problems.ts'
import type { Salvaged } from './salvage.ts'

/** Holds keys against each other. */
export interface Check {
  /** What may not be missing for it to be right, `*` standing for any one part: nothing of that, nor around it. */
  readonly reads: readonly Path[]
  readonly find: () => readonly PathProblem[]
}

/** What the checks find out; of what could be salvaged, those that read nothing of what was lost. */
export function found(checks: readonly Check[], salvaged?: Salvaged<unknown>): readonly PathProblem[] {
  if (salvaged === undefined) return checks.flatMap(({ find }) => find())
  const { lost, original } = salvaged
  const tree = treeOf(lost)
  const isWhole = ({ reads }: Check) => !reads.map(original).some((read) => covers(tree, read))
  return checks
    .filter(isWhole)
    .flatMap(({ find }) => find())
    .map((finding) => ({ ...finding, path: original(finding.path) }))
}

/** Paths by their parts: `ends` where one is whole. */
interface Tree {
  ends: boolean
  readonly below: Map<string | number, Tree>
}

function treeOf(paths: readonly Path[]): Tree {
  const root: Tree = { ends: false, below: new Map() }
  for (const path of paths) {
    let at = root
    for (const part of path) {
      const next = at.below.get(part) ?? { ends: false, below: new Map() }
      at.below.set(part, next)
      at = next
    }
    at.ends = true
  }
  return root
}

/** Whether one of the paths is that one, or around it. */
function covers({ ends, below }: Tree, [part, ...rest]: Path): boolean {
  if (ends || part === undefined) return ends
  const next = part === '*' ? [...below.values()] : [below.get(part)]
  return next.some((tree) => tree !== undefined && covers(tree, rest))
}
