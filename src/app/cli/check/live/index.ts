/**
 * What the API servers of live clusters show of themselves: that they are there, let us in, and hold what is said. Each
 * is asked questions, for ten seconds at most (`live.ts`, to open first); most other files are about one question each.
 */

// All of them at the same time, each with its findings; it never rejects.
export { askClusters } from './live.ts'
// Ranges of ClusterIPs as prefixes, out of the texts that a cluster's ServiceCIDRs hold.
export { prefixesOf } from './service-cidrs.ts'
// What was found out about one API server.
export type { LiveReport } from './target.ts'
