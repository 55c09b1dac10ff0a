/** The world as an answering thread has it, and what crosses to keep it so. */
export { Replica } from './replica.ts'
export { SteadyReplica } from './steady.ts'
export { isEmpty, type Parts, type Update, updateBetween, wholeUpdate } from './update.ts'
