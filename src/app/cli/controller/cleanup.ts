import { type Cleaned, cleanUp } from '../../../controller/index.ts'
import type { Flags } from '../../config/index.ts'
import { type ReadRegistries, unseenText, writingOf } from './targets.ts'

export interface CleanupOptions {
  readonly config?: string
  readonly dryRun?: boolean
}

/** Removes all that Meridian wrote, and lists it. `status` 1: something is left. */
export async function cleanupText(
  options: CleanupOptions,
  flags: Flags,
  read?: ReadRegistries,
): Promise<{ readonly text: string; readonly status: number }> {
  const isDry = options.dryRun === true
  const { assignment, missing } = await writingOf(options.config, flags, read)
  const all = await Promise.all(
    assignment.targets.map((target) => cleanUp(assignment.settings, target, isDry)),
  )
  const parts = all.map((one) => ('removed' in one ? cleanedText(one, isDry) : unseenText(one)))
  const isDone = missing.length === 0 && all.every((one) => 'removed' in one && one.problems.length === 0)
  return { text: [...missing, ...parts].join(''), status: isDone ? 0 : 1 }
}

function cleanedText({ cluster, removed, problems }: Cleaned, isDry: boolean): string {
  const verb = isDry ? 'would remove' : 'removed'
  const lines = removed.map((object) => `cluster ${cluster}: ${verb} ${object}\n`)
  const left = problems.map((problem) => `cluster ${cluster}: ${problem}\n`)
  return lines.length + left.length === 0
    ? `cluster ${cluster}: nothing of Meridian's is there\n`
    : [...lines, ...left].join('')
}
