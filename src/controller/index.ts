/**
 * Writes back what each cluster should be told: conditions, ServiceImports and clusterset IPs (KEP-1645).
 *
 * `writer.ts` is the file to open first: while it holds a cluster's Lease it makes each service there what it should be.
 * What is wanted, `desired` says, as pure functions; what stands, `observed-state.ts` watches; a pass over one service
 * compares the two and writes the difference (`pass.ts`). What fails is tried again by itself (`queue.ts`), and costs no
 * other service or cluster a write.
 */

// What Meridian wrote to a cluster removed again: its own objects, its conditions on ServiceExports, its Lease.
export { type Cleaned, cleanUp } from './cleanup.ts'
// A writer for each cluster that is written to.
export { type Assignment, Controller } from './controller.ts'
// What is done about one service in one cluster, in sentences: for `explain`.
export type { Writing } from './look.ts'
// What could not be seen of a cluster that is looked at once.
export type { Unseen } from './once.ts'
// What would be written, for a command that writes nothing.
export { type PlannedWrite, planFor, type WritePlan } from './plan.ts'
// What a replica is called in Leases.
export { replicaName } from './replica-name.ts'
// How one writer stands, for metrics and pages.
export type { WriterStatus } from './writer.ts'
