/**
 * The world as an answering thread has it, and what crosses to keep it so. `types.ts` is the file to open first: an
 * `Update` is what differs between two worlds. `update.ts` makes one on main, `entry.ts` writes and reads one service's
 * entry as octets, and `replica.ts` takes the update in and is the snapshot that queries read.
 */

// Many values in one buffer, which moves between threads and is not copied.
export type { Encoded } from './encoded.ts'
// Entries stay octets until a query asks for them.
export { Replica } from './replica.ts'
// For answers that take many turns: a zone transfer is of one world, however slowly it is read.
export { SteadyReplica } from './steady.ts'
export type { Onlooker, Parts, Update } from './types.ts'
// What changed between two worlds, and the whole of one for a thread that begins.
export { EMPTY_UPDATE, isEmpty, partsOf, updateBetween, wholeUpdate } from './update.ts'
