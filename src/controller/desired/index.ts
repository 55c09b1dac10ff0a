/** What each cluster should be told of a service: the objects wanted there, as pure functions of what is known. */
export * from './types.ts'
