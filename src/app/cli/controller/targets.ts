import type { Assignment, Unseen } from '../../../controller/index.ts'
import { printSourceProblem, type SourceProblem } from '../../../sources/changes/index.ts'
import type { ClusterId } from '../../../words/clusterset/index.ts'
import { assignmentOf, type Config, type Flags } from '../../config/index.ts'
import { configFrom } from '../configuration.ts'
import { CommandFailure } from '../failure.ts'
import { readRegistries, registryProblems, withFound } from '../registries.ts'

/** What a command about the controller begins with. */
interface CommandGround {
  /** With the clusters of its registries. */
  readonly config: Config
  /** What is written where if the controller is enabled. */
  readonly assignment: Assignment
  /** Lines on why clusters of registries are not among them. */
  readonly missing: readonly string[]
  /** Whether all clusters of registries are known, those included that are left out of the clusterset. */
  readonly isWhole: boolean
}

export type ReadRegistries = (config: Config) => ReturnType<typeof readRegistries>

export async function writingOf(
  file: string | undefined,
  flags: Flags,
  read: ReadRegistries = readRegistries,
): Promise<CommandGround> {
  const written = configFrom(file, flags)
  const registry = await read(written)
  const config = withFound(written, registry)
  const missing = registryProblems(registry)
    .filter(({ about }) => about === 'cluster' || about === 'registry')
    .map((problem) => `${printSourceProblem(problem)}\n`)
  const enabled = { ...config, controller: { ...config.controller, enabled: true } }
  const assignment = assignmentOf(enabled, config.clusters)
  if (assignment === null || (assignment.targets.length === 0 && missing.length === 0))
    throw new CommandFailure(
      'no cluster that the controller writes to has an API server: see controller.writes',
      2,
    )
  return { config, assignment, missing, isWhole: registry?.isWhole ?? true }
}

/** Clusters that could not be seen end the command, once the others have been told of. */
export const unseenText = ({ cluster, problems }: Unseen): string =>
  problems.map((problem) => problemLine(cluster, problem)).join('')

export const problemLine = (cluster: ClusterId, problem: SourceProblem): string =>
  `cluster ${cluster}: ${printSourceProblem(problem)}\n`
