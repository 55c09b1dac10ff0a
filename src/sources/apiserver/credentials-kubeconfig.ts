import { dirname, join, resolve } from 'node:path'
import { keepSecret, printUrl } from '../../words/observe/index.ts'
import { homeDirectory, withoutMark } from '../texts/index.ts'
import { type AllowedExec, allowedExec } from './credentials-allowed.ts'
import { CredentialsError } from './credentials-error.ts'
import { ExecPlugin, PLUGIN_MS } from './credentials-exec.ts'
import { readCredentialFile, readToken } from './credentials-files.ts'
import { checkTls, expiresOf } from './credentials-pem.ts'
import { AuthProvider, checkProvider } from './credentials-provider.ts'
import { parseProxy, proxyFromEnv } from './credentials-proxy.ts'
import { keepSecretsOf, refuseLeftOut } from './credentials-secrets.ts'
import { escapes, parseServer, type Server } from './credentials-server.ts'
import type {
  Access,
  CredentialsChoice,
  CredentialsOptions,
  CredentialsOrigin,
  Tls,
} from './credentials-types.ts'
import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts'
import { chooseContext, chooseForeignContext, EMBEDDED, type KubeconfigContext } from './kubeconfig.ts'
import { refuseAmbiguous, refuseMisshapen } from './kubeconfig-shapes.ts'

type KubeconfigChoice = Extract<CredentialsChoice, { readonly kind: 'kubeconfig' | 'text' }>

/** A context of a kubeconfig. The file is read again with all the files that it names. */
export function kubeconfigOrigin(choice: KubeconfigChoice, options: CredentialsOptions): CredentialsOrigin {
  const path = choice.kind === 'kubeconfig' ? expandHome(choice.path) : null
  const place = path === null ? 'the kubeconfig' : `kubeconfig ${path}`
  const more = choice.kind === 'text' ? choice : {}
  const reader = new KubeconfigReader(path === null ? null : dirname(resolve(path)), options, more)
  return {
    place,
    forget: () => reader.forget(),
    read: async (signal) => {
      const text =
        choice.kind === 'text'
          ? choice.kubeconfig
          : await readCredentialFile(expandHome(choice.path), null, MOST_BYTES)
      return reader.read(text, choice.context ?? null, signal)
    },
  }
}

/** Of a file in which a fleet of thousands has its clusters: kubectl takes one of any size. */
const MOST_BYTES = 16 * 2 ** 20

const expandHome = (path: string): string =>
  path.startsWith('~/') ? join(homeDirectory(), path.slice(2)) : path

/** What a user presents. */
interface Presented {
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly authorization: string | undefined
  readonly expires: Access['expires']
  readonly renewed: boolean
}

/** What comes with a kubeconfig that is a text. */
type BesideText = Pick<Extract<CredentialsChoice, { readonly kind: 'text' }>, 'anyName' | 'execs'>

export class KubeconfigReader {
  /** What relative paths are relative to; null when no file may be named. */
  readonly #directory: string | null
  readonly #anyName: boolean
  readonly #options: CredentialsOptions
  /** Which programs a kubeconfig may have run that may name no file. */
  readonly #execs: readonly AllowedExec[]
  readonly #plugin: ExecPlugin
  readonly #provider = new AuthProvider()

  constructor(directory: string | null, options: CredentialsOptions, more: BesideText = {}) {
    this.#directory = directory
    this.#anyName = more.anyName ?? false
    this.#options = options
    this.#execs = more.execs ?? []
    this.#plugin = new ExecPlugin(options, directory !== null)
  }

  forget(): void {
    this.#plugin.forget()
    this.#provider.forget()
  }

  async read(text: string, context: string | null, signal: AbortSignal): Promise<Access> {
    const isForeign = this.#directory === null
    return this.readContext((isForeign ? chooseForeignContext : chooseContext)(text, context), signal)
  }

  async readContext(written: KubeconfigContext, signal: AbortSignal): Promise<Access> {
    refuseLeftOut(written.cluster, written.user)
    keepSecretsOf(written.cluster, written.user)
    refuseMisshapen(written)
    const chosen = this.#directory === null ? withAllowed(written, this.#execs) : written
    const { cluster, user } = chosen
    const server = parseServer(textOf(cluster['server']) ?? '')
    const proxy = this.#proxyIn(cluster, server)
    const { cert, key, authorization, expires, renewed } = await this.#present(chosen, server, signal)
    keepSecret(authorization?.replace(/^\w+ /, ''), key)
    const tls: Tls = {
      ...(await this.#serverTls(cluster)),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    }
    checkTls(tls)
    return {
      server: server.url,
      tls,
      proxy,
      headers: headersOf(authorization, user),
      expires,
      renewed,
    }
  }

  /** As the kubeconfig says; else as this process was told for all that it asks. */
  #proxyIn(cluster: Fields, server: Server): string | null {
    const text = textOf(cluster['proxy-url'])
    if (text === undefined) return proxyFromEnv(server.url, this.#options.env ?? process.env)
    const proxy = parseProxy(text)
    if (proxy !== null) return proxy
    const said = printUrl(text)
    throw new CredentialsError(
      `proxy-url: ${said === null ? '' : `${JSON.stringify(said)} `}is not a URL that can be used`,
      `write it like http://HOST:PORT${escapes(text)}; http, https and socks5 are known`,
    )
  }

  async #serverTls(cluster: Fields): Promise<Tls> {
    const ca = await this.#pem(cluster, 'certificate-authority')
    const isUnverified = cluster['insecure-skip-tls-verify'] === true
    if (ca !== undefined && isUnverified) {
      throw new CredentialsError(
        `a certificate-authority and insecure-skip-tls-verify do not go together, as in kubectl`,
        'take out insecure-skip-tls-verify',
      )
    }
    const servername = textOf(cluster['tls-server-name'])
    return {
      ...(ca !== undefined && { ca }),
      ...(servername !== undefined && { servername }),
      ...(isUnverified && { rejectUnauthorized: false }),
      ...(this.#anyName && { anyName: true }),
    }
  }

  /** As kubectl has it: what is written there; else what a plugin gives, or a provider beside a certificate. */
  async #present(context: KubeconfigContext, server: Server, signal: AbortSignal): Promise<Presented> {
    const { cluster, user, userName } = context
    const { exec, 'auth-provider': provider } = user
    const entry = `user "${userName}"`
    if (provider !== undefined && provider !== null) checkProvider(provider, entry)
    refuseAmbiguous(user, entry)
    const cert = await this.#pem(user, 'client-certificate')
    const key = await this.#pem(user, 'client-key')
    // net/http sets what a URL's user info says before anybody else is asked, and leaves what is set alone.
    const token = server.authorization === undefined ? await this.#tokenOf(user) : undefined
    const written = server.authorization ?? (token === undefined ? basicOf(user) : `Bearer ${token}`)
    if (written === undefined && cert === undefined && isFields(exec))
      return this.#presentPlugin(exec, cluster, signal)
    if (written === undefined && isFields(provider)) {
      const ms = this.#options.pluginMs ?? PLUGIN_MS
      const authorization = await this.#provider.authorization(provider, entry, this.#directory ?? '.', ms)
      const expires = this.#expiresOf(cert, authorization.replace(/^Bearer /, ''))
      return { cert, key, authorization, expires, renewed: true }
    }
    const expires = this.#expiresOf(cert, token)
    return { cert, key, authorization: written, expires, renewed: token !== undefined && 'tokenFile' in user }
  }

  /** As kubectl has it: while the file cannot be read, the token beside it is as good as it was. */
  async #tokenOf(user: Fields): Promise<string | undefined> {
    const [file, token] = [textOf(user['tokenFile']), textOf(user['token'])]
    if (file === undefined) return token
    const read = readToken(this.#pathTo(file))
    return token === undefined ? read : read.catch(() => token)
  }

  async #presentPlugin(exec: Fields, cluster: Fields, signal: AbortSignal): Promise<Presented> {
    if (this.#options.isAsked === false) return NOT_ASKED
    const ca = await this.#pem(cluster, 'certificate-authority')
    const data = ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }
    const status = await this.#plugin.status(exec, { ...cluster, ...data }, this.#directory ?? '.', signal)
    const { token, cert, key, expires } = status
    const authorization = token === undefined ? undefined : `Bearer ${token}`
    return { cert, key, authorization, expires: this.#expiresOf(cert, token, expires), renewed: true }
  }

  #expiresOf(
    cert: string | undefined,
    token: string | undefined,
    reported?: number | null,
  ): Access['expires'] {
    return expiresOf(cert, token, reported)
  }

  /** `client-key-data` in base64, or else the file that `client-key` names. */
  async #pem(fields: Fields, name: string): Promise<string | undefined> {
    const data = textOf(fields[`${name}-data`])
    if (data !== undefined) return withoutMark(Buffer.from(data, 'base64').toString('utf8'))
    const path = textOf(fields[name])
    return path === undefined ? undefined : readCredentialFile(this.#pathTo(path), `${name}`)
  }

  #pathTo(path: string): string {
    return resolve(this.#directory ?? '.', path)
  }
}

/** What nobody was asked for. */
const NOT_ASKED: Presented = {
  cert: undefined,
  key: undefined,
  authorization: undefined,
  expires: { certificate: null, token: null },
  renewed: true,
}

/** Of the key in a kubeconfig out of an object: a signature takes time in proportion to the cube of its length. */
const MOST_KEY = 12_288

/** With other fields a kubeconfig out of an object would run programs here, or send this host's files to its server. */
function withAllowed(written: KubeconfigContext, execs: readonly AllowedExec[]): KubeconfigContext {
  const { cluster, user } = written
  const { exec } = user
  const mayRun = isFields(exec) && execs.length > 0
  const fields = [
    ...['certificate-authority'].filter((name) => cluster[name] !== undefined),
    ...['client-certificate', 'client-key', 'tokenFile', 'exec', 'auth-provider'].filter(
      (name) => name in user && !(name === 'exec' && mayRun),
    ),
  ]
  if (fields.length > 0)
    throw new CredentialsError(
      `${fields.join(', ')}: may be used in a kubeconfig file only: embed the data, or a token`,
      EMBEDDED,
    )
  if ((textOf(user['client-key-data'])?.length ?? 0) > MOST_KEY)
    throw new CredentialsError(
      `client-key-data: has more than ${MOST_KEY} characters, as no key of up to 8192 bits has`,
      'take a key of 256 (EC) or 2048 bits (RSA): a longer one costs everybody time at each connection',
    )
  return mayRun ? { ...written, user: { ...user, exec: allowedExec(exec, cluster, execs) } } : written
}

function headersOf(authorization: string | undefined, user: Fields): Access['headers'] {
  const groups = listOf(user['as-groups']).map(String)
  const extra = Object.entries(fieldsOf(user['as-user-extra'])).map(
    ([name, values]) =>
      [`impersonate-extra-${encodeURIComponent(name)}`, listOf(values).map(String)] as const,
  )
  return {
    ...(authorization !== undefined && { authorization }),
    ...(textOf(user['as']) && { 'impersonate-user': String(user['as']) }),
    ...(textOf(user['as-uid']) && { 'impersonate-uid': String(user['as-uid']) }),
    ...(groups.length > 0 && { 'impersonate-group': groups }),
    ...Object.fromEntries(extra),
  }
}

function basicOf(user: Fields): string | undefined {
  const name = textOf(user['username'])
  if (name === undefined) return undefined
  return `Basic ${Buffer.from(`${name}:${textOf(user['password']) ?? ''}`).toString('base64')}`
}
