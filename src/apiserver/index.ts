/** A cluster's objects from its API server: credentials, and reflectors that never give up. */
export {
  type Access,
  type Credentials,
  type CredentialsChoice,
  type CredentialsOptions,
  credentialsFrom,
} from './credentials.ts'
export { CredentialsError } from './credentials-error.ts'
export { type Questions, questionsTo, type Replied } from './questions.ts'
export { watchApiServer } from './source.ts'
export {
  type ApiServerEvent,
  type ApiServerOptions,
  type FailureReason,
  LIMITS,
  type Limits,
} from './types.ts'
