import type { answer } from '../../answer/records/index.ts'
import type { Askers } from './asker.ts'
import type { ResponderOptions } from './options.ts'
import type { Expect, Peer, Remember, Respond } from './types.ts'

/**
 * The one seam to what is there for speed alone (server/speed): it makes replies sooner and never others, given the same
 * chance. A responder without it is complete, works everything out for each query and keeps nothing.
 */
export interface Speed {
  readonly remember: Remember
  readonly shortcut: (options: ResponderOptions, askers: Askers, workOut: WorkOut) => Shortcut
}

/** Queries whose replies need not be worked out. */
export interface Shortcut {
  /** As `Respond`, but that 0 says that the reply is to be worked out, and that it may throw: then it is, too. */
  readonly respond: Respond
  readonly expect: Expect
}

/** The whole way of a query: decoded, answered, encoded and counted. Where its answer is known already, `answerOf` has it. */
export type WorkOut = (
  view: DataView,
  at: number,
  end: number,
  peer: Peer,
  out: DataView,
  to: number,
  answerOf?: AnswerOf,
) => number

/** `answer`, or what comes to the same sooner. */
export type AnswerOf = typeof answer
