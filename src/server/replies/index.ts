/** One query in, one reply out: decoding, the answer and its encoding in one synchronous call, with counters and the catch. */
export type { ClientRules } from './asker.ts'
export type { ResponderCounters, ResponderOptions } from './options.ts'
export { createResponder } from './respond.ts'
export type { Expect, Peer, Respond, Transfer, Transport } from './types.ts'
