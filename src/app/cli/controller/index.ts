/** `meridian controller`: what the controller would write, and the removal of all it has written. */

// The removal: the objects it made, its conditions, its Leases; `status` 1 where something is left.
export { type CleanupOptions, cleanupText } from './cleanup.ts'
// What would be written to each cluster, as a diff; nothing is written.
export { type DiffOptions, diffText } from './diff.ts'
