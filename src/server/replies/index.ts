/** One query in, one reply out: decoding, the answer and its encoding in one synchronous call, with counters and the catch. */

export type { Askers, ClientRules } from './asker.ts'
export { clustersCounted } from './counted.ts'
export type { ResponderCounters, ResponderOptions } from './options.ts'
export { createResponder, LONGEST_MESSAGE } from './respond.ts'
export type { AnswerOf, Shortcut, Speed, WorkOut } from './speed.ts'
export type { Expect, Peer, Remember, Respond, Transfer, Transport } from './types.ts'
