/** The world as an answering thread has it, and what crosses to keep it so. */
export type { Encoded } from './encoded.ts'
export { Replica } from './replica.ts'
export { SteadyReplica } from './steady.ts'
export { isEmpty, NOTHING, type Parts, partsOf, type Update, updateBetween, wholeUpdate } from './update.ts'
