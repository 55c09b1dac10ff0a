import {
  type Credentials,
  CredentialsError,
  credentialsFrom,
  type Writes,
  writesTo,
} from '../sources/apiserver/index.ts'
import type { SourceProblem } from '../sources/changes/index.ts'
import type { ClusterId } from '../words/clusterset/index.ts'
import { type ObservedState, watchHeld } from './observed-state.ts'
import type { WriteTarget } from './types.ts'

/** A cluster as it is looked at for once. */
export interface Once {
  readonly credentials: Credentials
  readonly observed: ObservedState
  readonly writes: Writes
  /** Aborted when it has taken too long. */
  readonly signal: AbortSignal
}

/** A cluster that could not be seen whole, and why. */
export interface Unseen {
  readonly cluster: ClusterId
  readonly problems: readonly SourceProblem[]
}

/** What no waiting mends: without credentials nothing is asked. */
async function refusalOf(credentials: Credentials, signal: AbortSignal): Promise<SourceProblem | null> {
  try {
    await credentials.access(signal)
    return null
  } catch (error) {
    if (!(error instanceof CredentialsError)) return null
    const { place, problem, remedy } = error
    return { place: place ?? credentials.place, message: problem, remedy }
  }
}

/** Does something with a whole view of a cluster, and leaves nothing running. */
export async function seenOnce<T>(
  { id, source }: WriteTarget,
  deadlineMs: number,
  use: (once: Once) => Promise<T>,
): Promise<T | Unseen> {
  const credentials = credentialsFrom(source)
  const signal = AbortSignal.timeout(deadlineMs)
  const refused = await refusalOf(credentials, signal)
  if (refused !== null) return { cluster: id, problems: [refused] }
  const writes = writesTo(credentials)
  const whole = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => whole.resolve())
  const observed = watchHeld({
    credentials,
    changed: () => whole.resolve(),
    namespaces: () => undefined,
    problem: () => undefined,
  })
  try {
    await whole.promise
    if (observed.isWhole()) return await use({ credentials, observed, writes, signal })
    const late = { place: credentials.place, message: `not read within ${deadlineMs / 1000} s` }
    const problems = observed.problems()
    return { cluster: id, problems: problems.length > 0 ? problems : [late] }
  } finally {
    await observed.stop()
    await writes.close()
  }
}
