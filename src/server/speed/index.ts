/**
 * All that is there for speed alone: what replies are kept, and twins of decoding, encoding, drawing and finding that make
 * nothing of what most queries do not need. What a reply is, is decided without it (replies, wire, answer).
 *
 * `shortcut.ts` is the file to open first: was this answered before, and is that still true? `marks.ts` says the latter, by
 * counts that move when something of a service changes. `../replies/speed.ts` is the seam; whoever reads the rest of the
 * server for the first time may pass this folder over.
 */
import type { Speed } from '../replies/index.ts'
import type { Marks } from './marks.ts'
import { rememberUpTo } from './remember.ts'
import { ROOM_OF_A_SERVER } from './room.ts'
import { KeptReplies } from './shortcut.ts'

export { Marks } from './marks.ts'

/** What a responder is given. `marks`: of the services of the snapshots that it reads, kept up by whoever makes them. */
export const speedBy = (marks: Marks, room = ROOM_OF_A_SERVER): Speed => ({
  remember: rememberUpTo(room.clients),
  shortcut: (options, askers, workOut) => new KeptReplies(marks, options, askers, workOut, room),
})
