/** What the API servers of live clusters show of themselves: that they are there, let us in, and hold what is said. */
export { askClusters } from './live.ts'
export { prefixesOf } from './service-cidrs.ts'
export type { LiveReport } from './target.ts'
