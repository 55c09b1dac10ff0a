/**
 * A cluster's objects from its API server: credentials, and reflectors that never give up.
 *
 * `reflector.ts` is the file to open first: the objects of one kind are listed page by page, then watched line by line,
 * over any failure. `source.ts` puts all kinds of one cluster together, and `types.ts` has every wait and every bound:
 * whatever an API server sends is bounded before it is parsed. What it is shown are credentials (`credentials-types.ts`,
 * and a `credentials-….ts` for each place they may be in). The controller reads and writes single objects by the same
 * connections.
 */

// From a kubeconfig, a pod's service account or a text, for whoever asks an API server; read again before they end.
export { credentialsFrom } from './credentials.ts'
// Programs that objects may have run, which the configuration names.
export { type AllowedExec, execWith } from './credentials-allowed.ts'
// A sentence with its place and its remedy, for the log and for `check`.
export { CredentialsError } from './credentials-error.ts'
// Where credentials are looked for, and what they come to at one moment.
export type { Access, Credentials, CredentialsChoice, CredentialsOptions } from './credentials-types.ts'
// Fields of JSON that others wrote, one at a time.
export { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts'
// Objects of one kind, over any failure: for registries, and for the controller, which writes what it reads.
export { follow, type Reflected } from './follow.ts'
// Host names of API servers: once for all that ask at a time, and no name that hangs holds the others up.
export { lookupOnce } from './names.ts'
// One object, read by its path.
export { type ReadObject, readObject } from './object.ts'
// Programs that give credentials: none outlives this process.
export { attendRuns, endGroups, followGroups, noteGroup } from './plugin-groups.ts'
// Single requests, each with an end.
export { type Questions, questionsTo, type Replied } from './questions.ts'
// Paths of resources, by the rows of kinds.
export { KUBE_SYSTEM, NAMESPACES, type Resource, resourceOf } from './resources.ts'
// All kinds of one cluster together, as a source.
export { watchApiServer, watchSealed } from './source.ts'
// Every wait and every bound, with what a server has for it.
export {
  type ApiServerEvent,
  type ApiServerLimits,
  type ApiServerOptions,
  type FailureReason,
  LIMITS,
} from './types.ts'
// Server-side apply, deletion, and what became of either.
export { printWriteFailure, type WriteReply, type Writes, writesTo } from './writes.ts'
