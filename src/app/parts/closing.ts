import type { Log } from '../../words/observe/index.ts'
import { Stage } from './stage.ts'

/** The open parts of a server, by when they are closed. All together end before Kubernetes' grace period does. */
export interface Closing {
  /** What begins new work. */
  readonly first: Stage
  /** What speaks to clusters and clients. */
  readonly second: Stage
  /** What the others stand on. */
  readonly last: Stage
}

/** The stages of a stack, which closes them in reverse. */
export function closingIn(parts: AsyncDisposableStack, log: Pick<Log, 'error' | 'warn'>): Closing {
  const last = parts.use(new Stage(9000, log))
  const second = parts.use(new Stage(5000, log))
  const first = parts.use(new Stage(1000, log))
  return { first, second, last }
}
