import { resolve } from 'node:path'
import { keepSecret, redactForeign } from '../../words/observe/index.ts'
import { withoutMark } from '../texts/index.ts'
import { CredentialsError } from './credentials-error.ts'
import { readCredentialFile } from './credentials-files.ts'
import { issuedTo } from './credentials-oidc.ts'
import { expiryOfToken } from './credentials-pem.ts'
import { type Fields, fieldsOf, textOf } from './fields.ts'

/** What took the place of the providers that kubectl no longer has, all of which ran a program. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  gcp: 'use exec with gke-gcloud-auth-plugin, as `gcloud container clusters get-credentials` writes it',
  azure: 'use exec with kubelogin, as `kubelogin convert-kubeconfig` writes it',
}

/** Refuses a user whose provider is none that kubectl has. `place` says which entry of which kubeconfig it is. */
export function checkProvider(provider: unknown, place: string): void {
  const { name } = fieldsOf(provider)
  if (name === 'oidc') return
  const remedy = SUCCESSORS[String(name)] ?? 'use an exec plugin, a token or a client certificate'
  const problem = `auth-provider ${textOf(name) ?? 'without a name'} is not supported, as in kubectl since 1.26`
  throw new CredentialsError(`${place}: ${problem}`, remedy)
}

type Config = Record<string, string | undefined>

/** All that OpenID Connect needs. What else a provider's config may say, such as a command, is not passed on. */
const OIDC = [
  'idp-issuer-url',
  'client-id',
  'client-secret',
  'id-token',
  'refresh-token',
  'idp-certificate-authority-data',
] as const

/** The `auth-provider` oidc of one kubeconfig, with its refresh tokens. */
export class AuthProvider {
  #kept: { readonly key: string; readonly config: Config } | undefined

  /** The value of the Authorization header. */
  async authorization(provider: unknown, place: string, directory: string, ms: number): Promise<string> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms / 1000} s`)), ms)
    try {
      return await Promise.race([this.#ask(fieldsOf(fieldsOf(provider)['config']), directory), late.promise])
    } catch (error) {
      if (error instanceof CredentialsError) throw error
      const reason = error instanceof Error ? redactForeign(error.message) : 'failed'
      throw new CredentialsError(`${place}: auth-provider oidc: ${reason}`, RENEW)
    } finally {
      clearTimeout(timer)
    }
  }

  forget(): void {
    this.#kept = undefined
  }

  async #ask(written: Fields, directory: string): Promise<string> {
    const config = await this.#configOf(written, directory)
    if (isOver(config['id-token'])) await renew(config)
    keepSecret(config['id-token'], config['refresh-token'])
    return `Bearer ${config['id-token']}`
  }

  /** Kept, since the tokens that were refreshed are put into it. */
  async #configOf(written: Fields, directory: string): Promise<Config> {
    const key = JSON.stringify([written, directory])
    if (this.#kept?.key === key) return this.#kept.config
    const config: Config = {}
    for (const name of OIDC) {
      const text = textOf(written[name])
      if (text !== undefined) config[name] = text
    }
    const file = textOf(written[CA])
    if (file !== undefined) config[CA_DATA] = base64(await readCredentialFile(resolve(directory, file), CA))
    if (!JWT.test(config['id-token'] ?? '')) throw new Error('its id-token is missing, or no JWT')
    this.#kept = { key, config }
    return config
  }
}

/** One that does not say when it ends counts as over, as for kubectl. */
const isOver = (token: string | undefined): boolean => Date.now() >= (expiryOfToken(token ?? '') ?? 0)

async function renew(config: Config): Promise<void> {
  const { 'idp-issuer-url': issuer, 'client-id': client, 'refresh-token': refresh } = config
  if (issuer === undefined || client === undefined || refresh === undefined)
    throw new Error('its id-token is over, and idp-issuer-url, client-id or refresh-token is missing')
  const ca = config[CA_DATA]
  const tokens = await issuedTo({
    issuer,
    client,
    refresh,
    secret: config['client-secret'],
    ca: ca === undefined ? undefined : withoutMark(Buffer.from(ca, 'base64').toString()),
  })
  config['id-token'] = tokens.id
  // Not every issuer gives a new one.
  if (tokens.refresh !== undefined) config['refresh-token'] = tokens.refresh
}

const CA = 'idp-certificate-authority'
const CA_DATA = `${CA}-data`
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const RENEW =
  'sign in again to renew the id-token and the refresh-token, or use an exec plugin such as `kubelogin get-token`'
