import type { Assignment, Unseen } from '../../../controller/index.ts'
import { printSourceProblem, type SourceProblem } from '../../../sources/changes/index.ts'
import type { ClusterId } from '../../../words/clusterset/index.ts'
import { assignmentOf, type Config, type Flags } from '../../config/index.ts'
import { readRegistries, withFound } from '../check/index.ts'
import { configFrom } from '../configuration.ts'
import { CommandFailure } from '../failure.ts'

/** The configuration with the clusters of its registries, and what is written where if the controller is enabled. */
export async function writingOf(
  file: string | undefined,
  flags: Flags,
): Promise<{ readonly config: Config; readonly assignment: Assignment }> {
  const written = configFrom(file, flags)
  const config = withFound(written, await readRegistries(written))
  const enabled = { ...config, controller: { ...config.controller, enabled: true } }
  const assignment = assignmentOf(enabled, config.clusters)
  if (assignment === null || assignment.targets.length === 0)
    throw new CommandFailure(
      'no cluster that the controller writes to has an API server: see controller.writes',
      2,
    )
  return { config, assignment }
}

/** Clusters that could not be seen end the command, once the others have been told of. */
export const unseenText = ({ cluster, problems }: Unseen): string =>
  problems.map((problem) => problemLine(cluster, problem)).join('')

export const problemLine = (cluster: ClusterId, problem: SourceProblem): string =>
  `cluster ${cluster}: ${printSourceProblem(problem)}\n`
