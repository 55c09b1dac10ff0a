import type { CountSheet } from '../observe/index.ts'
import type { MakeUdp } from '../transport/index.ts'
import type { World } from '../zone/index.ts'
import type { Settings } from './protocol.ts'

export interface AnsweringOptions extends Settings {
  /** What the thread answers from at first. */
  readonly world: World
  /** Octets of the longest UDP reply. */
  readonly udpSize: number
  /** One line about something that was survived. */
  readonly warning: (text: string) => void
  /** A bug that queries met and got SERVFAIL for: counted in the thread's sheet, told once per kind and thread. */
  readonly bug: (error: Error) => void
  /** The thread is gone, and a new one starts in `pauseMs`. Until then nobody answers. */
  readonly crashed: (reason: Error, pauseMs: number) => void
}

/**
 * A thread that answers. One that dies, or says nothing any more, is replaced by one that has the last world and the
 * same addresses, after ever longer pauses while that keeps happening.
 */
export interface Answering {
  /** UDP that the thread answers. An address that was opened stays wanted, over any crash, until it is closed. */
  readonly makeUdp: MakeUdp
  /**
   * The thread answers from `world` as soon as it is told what changed: at once, or, while it has yet to take in
   * what it was told before, together with what else changes until then.
   */
  readonly follow: (world: World) => void
  /** Who clients are and what the server calls itself, from now on. */
  readonly reconfigure: (settings: Settings) => void
  /** Fetches the thread's counts; when it does not hand them over within a second, the last ones stand. Never rejects. */
  readonly refresh: () => Promise<void>
  /** Counts as last fetched, those of threads that crashed included: they never go back. */
  readonly sheets: () => readonly CountSheet[]
  /** Whether the thread answers from a settled world by now: until it does, main's being ready is not enough. */
  readonly isSettled: () => boolean
  /** How many threads were lost so far. */
  readonly crashes: () => number
  /** Final: closes what is open and ends the thread. May be called again. */
  readonly stop: () => Promise<void>
}
