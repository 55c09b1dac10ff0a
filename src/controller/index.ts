/** Writes back what each cluster should be told: conditions, ServiceImports and clusterset IPs (KEP-1645). */
export { type Assignment, Controller, type ControllerOptions } from './controller.ts'
export type { Writing } from './look.ts'
export type { Settings, Target } from './types.ts'
export type { WriterStatus } from './writer.ts'
