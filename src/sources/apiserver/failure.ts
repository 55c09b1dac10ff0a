import { redactForeign, sentence } from '../../words/observe/index.ts'
import { hasMoreValues } from '../texts/index.ts'
import { CredentialsError } from './credentials-error.ts'
import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts'
import { grantOf, type Resource } from './resources.ts'
import type { FailureReason } from './types.ts'

/**
 * Why a list or a watch did not go on, and all that decides what is done next. None is ever final. The message is one
 * line without secrets.
 */
export class RequestFailure extends Error {
  readonly reason: FailureReason
  /** Milliseconds that the server asks to be left alone for. */
  readonly retryAfterMs: number | undefined
  /** What was held can no longer be continued by a watch: everything is listed again. */
  readonly relist: boolean
  /** What to name in a sentence, if that is another place than the API server. */
  readonly place: string | null

  /** The message without its remedy. */
  readonly problem: string
  readonly remedy: string | undefined

  constructor(reason: FailureReason, problem: string, more: FailureMore = {}) {
    const { remedy } = more
    const said = sentence(problem)
    super(remedy === undefined ? said : `${said}; ${remedy}`)
    this.problem = said
    this.remedy = remedy
    this.reason = reason
    this.retryAfterMs = more.retryAfterMs
    this.relist = more.relist ?? RELISTED.has(reason)
    this.place = more.place ?? null
  }
}

interface FailureMore {
  readonly retryAfterMs?: number | undefined
  readonly relist?: boolean
  readonly place?: string | null
  readonly remedy?: string | undefined
}

const RELISTED: ReadonlySet<FailureReason> = new Set([
  'expired',
  'notFound',
  'malformed',
  'budget',
  'shrunk',
  'bug',
])

/** Reasons that a person must see to; the others are told of only when they last. */
const URGENT: ReadonlySet<FailureReason> = new Set([
  'credentials',
  'certificate',
  'forbidden',
  'budget',
  'shrunk',
  'bug',
])

export const isUrgent = ({ reason }: RequestFailure): boolean => URGENT.has(reason)

/** Reasons for which no API server need be there. */
const UNANSWERED: ReadonlySet<FailureReason> = new Set([
  'credentials',
  'certificate',
  'connection',
  'deadline',
  'bug',
])

/** Whether it is the API server's own word. */
export const isAnswer = ({ reason }: RequestFailure): boolean => !UNANSWERED.has(reason)

/** What a reply other than 200 means. */
export function failureOf(
  reply: { readonly status: number; readonly retryAfter: string | undefined },
  text: string,
  resource: Resource,
  verb: string,
  grant = grantOf(resource),
): RequestFailure {
  const said = sentenceIn(text)
  const what = `${verb} ${resource.plural}: status ${reply.status}${said === '' ? '' : `: ${said}`}`
  const more = { retryAfterMs: retryAfterOf(reply.retryAfter) }
  switch (reply.status) {
    case 401:
      return new RequestFailure('unauthorized', what, {
        ...more,
        remedy: "renew this cluster's token or certificate",
      })
    case 403:
      return isTerminating(text)
        ? new RequestFailure('terminating', what, more)
        : new RequestFailure('forbidden', what, { ...more, remedy: `add to ${grant}` })
    case 404:
      return new RequestFailure('notFound', what, more)
    case 409:
      return new RequestFailure('conflict', what, more)
    case 410:
      return new RequestFailure('expired', what, more)
    case 422:
      return new RequestFailure('invalid', what, more)
    case 429:
      return new RequestFailure('throttled', what, more)
    default:
      return new RequestFailure(reply.status >= 500 ? 'server' : 'malformed', what, more)
  }
}

/** What an ERROR event in a watch means: its object is a Status. */
export function failureOfEvent(status: unknown, resource: Resource): RequestFailure {
  const { code, message, details } = fieldsOf(status)
  const what = `watch ${resource.plural}: ${sentence(textOf(message) ?? 'an ERROR event').slice(0, 300)}`
  const seconds = fieldsOf(details)['retryAfterSeconds']
  const retryAfterMs = typeof seconds === 'number' ? retryAfterOf(String(seconds)) : undefined
  if (code === 410) return new RequestFailure('expired', what)
  // The server does not say what went wrong with the stream, so nothing is continued from it.
  return new RequestFailure(code === 429 ? 'throttled' : 'server', what, { retryAfterMs, relist: true })
}

/** What was thrown on the way. */
export function asFailure(error: unknown, what: string): RequestFailure {
  if (error instanceof RequestFailure) return error
  if (error instanceof CredentialsError) return new RequestFailure('credentials', error.problem, error)
  if (error instanceof ProxyError) return asFailure(error.cause, `${what}: through the proxy ${error.proxy}`)
  if (!(error instanceof Error)) return new RequestFailure('bug', `${what}: ${String(error)}`)
  const code = codeOf(error)
  const remedy = certificateRemedy(code, error.message)
  if (remedy !== undefined) return new RequestFailure('certificate', `${what}: ${remedy}`)
  if (/^UND_ERR_(CONNECT|HEADERS)_TIMEOUT$/.test(code))
    return new RequestFailure('deadline', `${what}: no connection in time`)
  if (code !== '') return new RequestFailure('connection', `${what}: ${reasonIn(error)}`)
  return new RequestFailure('bug', `${what}: ${error.message}`)
}

export function unlessNotFound(error: unknown): undefined {
  if (error instanceof RequestFailure && error.reason === 'notFound') return undefined
  throw error
}

/** What went wrong on the way through a proxy, or beyond it. */
export class ProxyError extends Error {
  /** Without who asks. */
  readonly proxy: string

  constructor(proxy: string, cause: unknown) {
    super(`through the proxy ${proxy}`, { cause })
    this.proxy = proxy
  }
}

/** A failure to answer in time, by what was waited for. */
export const lateBy = (late: RequestFailure, error: unknown): RequestFailure =>
  error instanceof ProxyError
    ? new RequestFailure(late.reason, `${late.problem} (asked through the proxy ${error.proxy})`, late)
    : late

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

/** Several addresses that all failed are one error with an empty message. */
function reasonIn(error: Error): string {
  const [first] = error instanceof AggregateError ? error.errors : []
  return first instanceof Error ? first.message : error.message || codeOf(error)
}

const REMEDIES: readonly (readonly [code: RegExp, remedy: string])[] = [
  [/^CERT_HAS_EXPIRED$/, 'the API server’s certificate has expired: renew it'],
  [/^CERT_NOT_YET_VALID$/, 'the API server’s certificate is not valid yet: compare the clocks'],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_.*|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED)$/,
    'the API server’s certificate is not signed by the certificate-authority in use: correct that (without one in the kubeconfig, this host’s count)',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'the API server’s certificate is for other names: correct the server’s URL or set tls-server-name',
  ],
  [
    /^ERR_SSL_.*(ALERT|CERTIFICATE)/,
    'the API server refuses the TLS handshake: renew the client certificate',
  ],
]

/** OpenSSL's own words for these say where in its sources it was. */
const PLAIN = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/

function certificateRemedy(code: string, message: string): string | undefined {
  if (PLAIN.test(code))
    return 'the API server does not speak TLS there: correct the URL, whose port is one of plain HTTP'
  const remedy = REMEDIES.find(([pattern]) => pattern.test(code))?.[1]
  return remedy === undefined
    ? undefined
    : `${remedy} (${sentence(message.replace(NODES_ADVICE, '')).slice(0, 200)})`
}

/** How to run Node.js, which is nobody's to do here. */
const NODES_ADVICE = /; if the root CA is installed locally.*$/s

/** Seconds, or an HTTP date, which nothing that speaks for an API server sends. */
function retryAfterOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1000 : undefined
}

/** No permission lets anybody create in a namespace that is being deleted: that status is the same, and its cause tells. */
function isTerminating(text: string): boolean {
  const causes = listOf(fieldsOf(statusIn(text)['details'])['causes'])
  return causes.some((cause) => fieldsOf(cause)['reason'] === 'NamespaceTerminating')
}

/** The message of a Status, or plain text. */
function sentenceIn(text: string): string {
  const status = statusIn(text)
  if (status !== NO_STATUS) return sentence(textOf(status['message']) ?? '').slice(0, 300)
  if (SPEAKS_TLS.test(text)) return 'it speaks TLS there: write https:// in its URL'
  return text.startsWith('<') ? '' : redactForeign(text).trim().slice(0, 100)
}

/** Go's words to who speaks plain HTTP to it. */
const SPEAKS_TLS = /HTTP request to an HTTPS server/

const NO_STATUS: Fields = {}

/** Of a Status, which has some ten. */
const MOST_VALUES = 2_000

function statusIn(text: string): Fields {
  if (hasMoreValues(text, MOST_VALUES)) return NO_STATUS
  try {
    const status: unknown = JSON.parse(text)
    return isFields(status) ? status : NO_STATUS
  } catch {
    // Proxies and missing paths answer in plain text or HTML.
    return NO_STATUS
  }
}
