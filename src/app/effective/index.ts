/** One configuration and the clusters found beside it, as the parts of the server take them; and which is in force. */

export { Clients } from './clients.ts'
export { type EffectiveConfig, effectiveConfigOf } from './effective-config.ts'
export { beginningOf, type First } from './first.ts'
export { InForce } from './in-force.ts'
// Resolvers in the cluster, each in its zone.
export { slicesBehind, withResolvers } from './resolvers.ts'
export { searchIn } from './search.ts'
