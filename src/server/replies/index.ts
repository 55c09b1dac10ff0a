/**
 * One query in, one reply out: decoding, the answer and its encoding in one synchronous call, with counters and the catch.
 * `respond.ts` is the file to open first, and a server in one function; `asker.ts` says who asks.
 */

// Who asks, by address and client subnet, and how many bits of it decided that.
export type { Askers, ClientRules } from './asker.ts'
// Members by name, all others together: labels of metrics are bounded.
export { clustersCounted } from './counted.ts'
// What a responder needs of its thread, and what it counts.
export type { ResponderCounters, ResponderOptions } from './options.ts'
// The one place where a query becomes a reply. It never throws: a bug of ours is SERVFAIL.
export { createResponder, LONGEST_MESSAGE } from './respond.ts'
// The seam for what answers sooner; without it each reply is worked out.
export type { AnswerOf, Shortcut, Speed, WorkOut } from './speed.ts'
export type { Expect, Peer, Remember, Respond, Transfer, Transport } from './types.ts'
