import { filesHere } from '../../words/observe/index.ts'
import { CommandFailure } from './failure.ts'

/** A command's own: modules that are loaded for it, and what it reads. */
export const FEW = 4

/** Who runs out of files part of the way is up, and reads nothing or answers nobody. `more`: than there are open now. */
export function expectFiles(more: number, { limit, used } = filesHere()): void {
  if (limit >= used + more) return
  throw new CommandFailure(
    `the limit of open files is ${limit}, and this takes ${used + more} at the least: raise it ` +
      '(ulimit -n; LimitNOFILE= of a systemd unit; the ulimits of the container runtime)',
  )
}
