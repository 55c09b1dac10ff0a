/**
 * All that is there for speed alone: what replies are kept, and twins of decoding, encoding, drawing and finding that make
 * nothing of what most queries do not need. What a reply is, is decided without it (replies, wire, answer).
 */
import type { Speed } from '../replies/index.ts'
import { remember } from './remember.ts'
import { KeptReplies } from './shortcut.ts'

/** What an answering thread's responder is given. */
export const speed: Speed = {
  remember,
  shortcut: (options, askers, workOut) => new KeptReplies(options, askers, workOut),
}
