/**
 * One configuration and the clusters found beside it, as the parts of the server take them; and which is in force.
 * `effective-config.ts` is the file to open first, and `in-force.ts` how another one takes its place: all at once, once
 * everything has been derived under it.
 */

// Who clients are, by configuration, GeoIP database and the Service of resolvers.
export { Clients } from './clients.ts'
// A value that never changes: with other clusters found there is another one.
export { type EffectiveConfig, effectiveConfigOf } from './effective-config.ts'
// What a server begins with: clusters that the last process had found are not waited for.
export { beginningOf, type First } from './first.ts'
// The one in force, and the one that is to be.
export { InForce } from './in-force.ts'
// Resolvers in the cluster, each in its zone.
export { slicesBehind, withResolvers } from './resolvers.ts'
// What registries find is put in force; none is asked for: there is no search.
export { searchIn } from './search.ts'
