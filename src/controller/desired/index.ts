/** What each cluster should be told of a service: the objects wanted there, as pure functions of what is known. */
export { desire } from './desire.ts'
export { derivedName } from './names.ts'
export { mayGo, OWNER_LABEL, ownerOf } from './own.ts'
export * from './types.ts'
