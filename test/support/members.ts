import { type FlowFollower, Members } from '../../src/app/flow/index.ts'

type Options = ConstructorParameters<typeof Members>[0]

const nothing = (): void => undefined

/** Whom a flow tells, where nobody listens. */
export const NOBODY: FlowFollower = { world: nothing, names: nothing, fault: nothing }

/** Clusters at work, of which a test is told what it asks for. */
export const membersOf = (
  options: Omit<Options, 'programmed' | 'failed' | 'bug'> & Partial<Options>,
): Members => new Members({ programmed: nothing, failed: nothing, bug: nothing, ...options })
