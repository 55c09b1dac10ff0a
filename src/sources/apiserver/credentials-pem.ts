import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { CredentialsError } from './credentials-error.ts'
import type { Access, Tls } from './credentials-types.ts'
import { fieldsOf } from './fields.ts'

/** Fails with a sentence where TLS would fail with a riddle. */
export function checkTls({ ca, cert, key }: Tls): void {
  if (ca !== undefined) certificateIn(ca, 'the certificate authority')
  if (cert === undefined && key === undefined) return
  if (cert === undefined || key === undefined) {
    const missing = cert === undefined ? 'client-certificate' : 'client-key'
    throw new CredentialsError(
      'a client certificate and its key go together, and one is missing',
      `add ${missing} or ${missing}-data to the user`,
    )
  }
  certificateIn(cert, 'the client certificate')
  try {
    createSecureContext({ cert, key })
  } catch {
    throw new CredentialsError(
      'the client key is not that of the client certificate, or not PEM',
      'take both from where they were issued together',
    )
  }
}

const PEM =
  'its first line says BEGIN CERTIFICATE; fields that end in -data have that in base64, as `kubectl config view --flatten --raw` prints'

function certificateIn(pem: string, what: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new CredentialsError(`${what} is not a PEM certificate`, PEM)
  }
}

/** When a client certificate and a token stop to be valid. `reported`: when a plugin says its token does. */
export function expiresOf(
  cert: string | undefined,
  token: string | undefined,
  reported: number | null = null,
): Access['expires'] {
  const certificate =
    cert === undefined ? null : certificateIn(cert, 'the client certificate').validToDate.getTime()
  return { certificate, token: reported ?? (token === undefined ? null : expiryOfToken(token)) }
}

/** Characters of a token that is looked into: no server takes a longer one in its headers. */
const MOST_TOKEN = 65_536

/** A JWT's `exp` (RFC 7519, 4.1.4); other tokens do not say, and one beyond all dates says nothing. */
export function expiryOfToken(token: string): number | null {
  if (token.length > MOST_TOKEN) return null
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return null
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const { exp } = fieldsOf(claims)
    const until = typeof exp === 'number' ? new Date(exp * 1000).getTime() : Number.NaN
    return Number.isNaN(until) ? null : until
  } catch {
    return null
  }
}
