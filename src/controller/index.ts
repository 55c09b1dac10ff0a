/** Writes back what each cluster should be told: conditions, ServiceImports and clusterset IPs (KEP-1645). */
export { type Cleaned, cleanUp } from './cleanup.ts'
export { type Assignment, Controller } from './controller.ts'
export type { Writing } from './look.ts'
export type { Unseen } from './once.ts'
export { type PlannedWrite, planFor, type WritePlan } from './plan.ts'
export { replicaName } from './replica-name.ts'
export type { WriterStatus } from './writer.ts'
