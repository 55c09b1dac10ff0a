/** One query in, one reply out: decoding, the answer and its encoding in one synchronous call, with counters and the catch. */
export type { ClientRules } from './asker.ts'
export { createResponder, type ResponderCounters, type ResponderOptions } from './respond.ts'
export type { Expect, Peer, Respond, Transfer, Transport } from './types.ts'
