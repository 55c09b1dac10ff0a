import type { ClientAuth, CustomFetch } from 'openid-client'
import { readBody, TOO_LONG } from './list.ts'

/** Who asks an issuer for a new token, by what. `ca`: whom it is believed by, instead of the usual ones. */
interface Renewal {
  readonly issuer: string
  readonly client: string
  readonly secret: string | undefined
  readonly refresh: string
  readonly ca: string | undefined
}

/** Tokens for a refresh token (OpenID Connect Core 12). Loaded only where a kubeconfig's token is over. */
export async function issuedTo({ issuer, client, secret, refresh, ca }: Renewal) {
  const [oidc, { Agent, request }] = await Promise.all([import('openid-client'), import('undici')])
  const dispatcher = new Agent({ connect: ca === undefined ? {} : { ca } })
  const fetch: CustomFetch = async (url, { method, headers, body, signal = null }) => {
    const message = { method: methodOf(method), headers, body: textOf(body) }
    const reply = await request(url, { ...message, dispatcher, signal })
    const text = await readBody(reply, MOST_BYTES)
    if (text === TOO_LONG) throw new Error(`the issuer answers with more than ${MOST_BYTES} octets`)
    return new Response(text, { status: reply.statusCode, headers: typesOf(reply.headers) })
  }
  const byEither: ClientAuth = (server, ...rest) => {
    const isPosted = server.token_endpoint_auth_methods_supported?.includes('client_secret_post') === true
    const by = isPosted ? oidc.ClientSecretPost : oidc.ClientSecretBasic
    by(secret ?? '')(server, ...rest)
  }
  const auth = secret === undefined ? oidc.None() : byEither
  try {
    const found = await oidc.discovery(new URL(issuer), client, undefined, auth, {
      [oidc.customFetch]: fetch,
    })
    const tokens = await oidc.refreshTokenGrant(found, refresh)
    if (tokens.id_token === undefined) throw new Error('the issuer gave no id-token')
    return { id: tokens.id_token, refresh: tokens.refresh_token }
  } finally {
    await dispatcher.destroy()
  }
}

const MOST_BYTES = 2 ** 20

/** Discovery is a GET, a grant a POST. */
const methodOf = (method: string): 'GET' | 'POST' => (method === 'POST' ? 'POST' : 'GET')

const textOf = (body: unknown): string | null =>
  body instanceof URLSearchParams || typeof body === 'string' ? String(body) : null

const typesOf = ({ 'content-type': type }: Readonly<Record<string, unknown>>): Record<string, string> =>
  typeof type === 'string' ? { 'content-type': type } : {}
