/**
 * Looks on while things of one sort are worked on: objects that are read, services that are derived. A mistake of ours
 * that one of them brings out, an exception or a loop, must cost that one alone: whoever looks on knows which was in
 * hand, and may set it aside.
 */
export interface Care {
  /** Does the work on a thing, and returns what it returns. */
  readonly hold: <T>(thing: string, work: () => T) => T
  /** Why a thing is not to be worked on, as a sentence; undefined: it is. */
  readonly setAside: (thing: string) => string | undefined
}

/** Nobody looks on. */
export const NO_CARE: Care = { hold: (_thing, work) => work(), setAside: () => undefined }
