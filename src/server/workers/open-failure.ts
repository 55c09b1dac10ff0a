import { ListenError } from '../transport/index.ts'
import type { OpenFailure, Place } from './protocol.ts'

/** What crosses of the error that kept a place from being opened. */
export function openFailureOf(error: unknown, { host, port, service }: Place): OpenFailure {
  const cause = error instanceof ListenError ? error.cause : error
  const code = error instanceof ListenError ? error.code : ''
  const text = cause instanceof Error ? cause.message : String(cause)
  return { service, ...addressOf(cause, { host, port }), code, text }
}

/** A wildcard fails at one of its addresses, which the system's error names. */
function addressOf(cause: unknown, { host, port }: { readonly host: string; readonly port: number }) {
  if (!(cause instanceof Error)) return { host, port }
  return {
    host: 'address' in cause && typeof cause.address === 'string' ? cause.address : host,
    port: 'port' in cause && typeof cause.port === 'number' ? cause.port : port,
  }
}

/** The same error on this side. */
export function listenErrorOf({ service, host, port, code, text }: OpenFailure): ListenError {
  const cause = Object.assign(new Error(text), { code })
  return new ListenError(service.transport, { host, port }, cause, service.key)
}
