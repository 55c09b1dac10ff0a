/** A cluster's objects from its API server: credentials, and reflectors that never give up. */
export { credentialsFrom } from './credentials.ts'
export { CredentialsError } from './credentials-error.ts'
export type { Access, Credentials, CredentialsChoice, CredentialsOptions } from './credentials-types.ts'
export { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts'
export { follow, type Reflected } from './follow.ts'
export { lookupOnce } from './names.ts'
export { type ReadObject, readObject } from './object.ts'
export { attendRuns, endGroups, followGroups, noteGroup } from './plugin-groups.ts'
export { type Questions, questionsTo, type Replied } from './questions.ts'
export { reflect } from './reflect.ts'
export { KUBE_SYSTEM, NAMESPACES, type Resource, resourceOf } from './resources.ts'
export { watchApiServer, watchSealed } from './source.ts'
export {
  type ApiServerEvent,
  type ApiServerLimits,
  type ApiServerOptions,
  type FailureReason,
  LIMITS,
} from './types.ts'
export { printWriteFailure, type WriteReply, type Writes, writesTo } from './writes.ts'
