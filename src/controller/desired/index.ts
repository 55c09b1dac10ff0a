/**
 * What each cluster should be told of a service: the objects wanted there, as pure functions of what is known.
 * `types.ts` is the file to open first: what stands in a cluster (`Here`) goes in, what should stand there (`Desired`)
 * comes out.
 */

// The function: a service, what stands in the cluster and the world, in; conditions, ServiceImport, Service and slices,
// out.
export { desire } from './desire.ts'
// What the Service is called that gives an import its clusterset IPs.
export { derivedName } from './names.ts'
// Which objects are Meridian's own: `OWNER_LABEL` says so, by kind, `ownerOf` for which service one was made; `mayGo`:
// whether one that is wanted no more may be deleted now.
export { mayGo, OWNER_LABEL, ownerOf } from './own.ts'
// What stands in a cluster, and what is wanted there.
export * from './types.ts'
