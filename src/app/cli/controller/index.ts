/** What the controller would write, and the removal of all it has written. */
export { type CleanupOptions, cleanupText } from './cleanup.ts'
export { type DiffOptions, diffText } from './diff.ts'
