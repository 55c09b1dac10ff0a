/** The world as an answering thread has it, and what crosses to keep it so. */
export type { Encoded } from './encoded.ts'
export { Replica } from './replica.ts'
export { SteadyReplica } from './steady.ts'
export type { Onlooker, Parts, Update } from './types.ts'
export { EMPTY_UPDATE, isEmpty, partsOf, updateBetween, wholeUpdate } from './update.ts'
