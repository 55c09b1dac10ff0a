import { isDeepStrictEqual } from 'node:util'
import { CredentialsError } from './credentials-error.ts'
import { inClusterOrigin } from './credentials-incluster.ts'
import { kubeconfigOrigin } from './credentials-kubeconfig.ts'
import { SingleFlight } from './single-flight.ts'

/** How to reach an API server and what to show it, at one moment. Equal values are the same object. */
export interface Access {
  /** URL without query; a path in it comes before every API path. */
  readonly server: string
  readonly tls: Tls
  /** URL: http, https or socks5. */
  readonly proxy: string | null
  /** Authorization and impersonation. */
  readonly headers: Readonly<Record<string, string | string[]>>
  /** Unix milliseconds; null where nothing expires or nobody says when. */
  readonly expires: { readonly certificate: number | null; readonly token: number | null }
  /** The kubelet, a plugin or whoever writes a file gives new ones before these expire. */
  readonly renewed: boolean
}

/** PEM texts, and how the server's certificate is verified. Without `ca`: by the system's authorities. */
export interface Tls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
}

/** One cluster's credentials. Nothing is read or run before they are asked for. */
export interface Credentials {
  /** What to name in a sentence: the server's URL when it is known, until then where it is looked for. */
  readonly place: string
  /** Those in force now. Rejects with a CredentialsError, or with the signal's reason. */
  readonly access: (signal: AbortSignal) => Promise<Access>
  /** The server answered 401 to these: files are read and plugins run anew for the next access. */
  readonly refuse: (used: Access) => void
  /** The earlier of the two expiries of what was last in force, in Unix milliseconds. */
  readonly expiresAt: () => number | null
  /** Whether somebody gives new ones before those expire. */
  readonly isRenewed: () => boolean
}

export type CredentialsChoice =
  /** `context`: the file's current one by default. */
  | { readonly kind: 'kubeconfig'; readonly path: string; readonly context?: string | null }
  | { readonly kind: 'inCluster' }
  /** Out of a Secret, say. It may name no file and no program: who can write Secrets is not who runs this. */
  | { readonly kind: 'text'; readonly kubeconfig: string; readonly context?: string | null }

export interface CredentialsOptions {
  /** Of this process by default: what plugins inherit, and which proxies there are. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where a pod finds its service account. */
  readonly serviceAccount?: string
  /** Milliseconds until files are read again. Default 60,000. */
  readonly freshMs?: number
  /** Milliseconds a plugin may run. Default 25,000. */
  readonly pluginMs?: number
  /** Milliseconds from one run of a plugin to another that a refusal asks for. Default 10,000. */
  readonly pluginRestMs?: number
  readonly now?: () => number
}

/** Where credentials are read from. */
export interface Origin {
  readonly place: string
  readonly read: (signal: AbortSignal) => Promise<Access>
  /** What was last read was refused. */
  readonly forget: () => void
}

export function credentialsFrom(choice: CredentialsChoice, options: CredentialsOptions = {}): Credentials {
  const origin = choice.kind === 'inCluster' ? inClusterOrigin(options) : kubeconfigOrigin(choice, options)
  return new CachedCredentials(origin, options.freshMs ?? 60_000, options.now ?? Date.now)
}

class CachedCredentials implements Credentials {
  readonly #origin: Origin
  readonly #freshMs: number
  readonly #now: () => number
  readonly #reading: SingleFlight<Access>
  #current: Access | undefined
  #readAt = 0
  #refused = false

  constructor(origin: Origin, freshMs: number, now: () => number) {
    this.#origin = origin
    this.#freshMs = freshMs
    this.#now = now
    this.#reading = new SingleFlight((signal) => this.#read(signal))
  }

  get place(): string {
    return this.#current?.server ?? this.#origin.place
  }

  async access(signal: AbortSignal): Promise<Access> {
    const current = this.#current
    if (current !== undefined && this.#isFresh(current)) return current
    try {
      return await this.#reading.join(signal)
    } catch (error) {
      // Files that are being replaced fail for a moment; what they held is as good as it was.
      if (current !== undefined && this.#isUsable(current) && !signal.aborted) return current
      throw error
    }
  }

  refuse(used: Access): void {
    if (used !== this.#current) return
    this.#refused = true
    this.#origin.forget()
  }

  expiresAt(): number | null {
    const { certificate = null, token = null } = this.#current?.expires ?? {}
    return certificate === null ? token : token === null ? certificate : Math.min(certificate, token)
  }

  isRenewed(): boolean {
    return this.#current?.renewed ?? false
  }

  #isFresh(access: Access): boolean {
    const age = this.#now() - this.#readAt
    return age >= 0 && age < this.#freshMs && this.#isUsable(access)
  }

  #isUsable({ expires: { token } }: Access): boolean {
    return !this.#refused && (token === null || this.#now() < token)
  }

  async #read(signal: AbortSignal): Promise<Access> {
    const access = await this.#origin.read(signal)
    refuseUnsendable(access, this.#origin.place)
    if (this.#current === undefined || !isDeepStrictEqual(this.#current, access)) this.#current = access
    this.#readAt = this.#now()
    this.#refused = false
    return this.#current
  }
}

/** What a header may hold (RFC 9110 5.5). */
const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/

/** As kubectl does: a token that goes on in another line is sent to nobody. */
function refuseUnsendable({ headers }: Access, place: string): void {
  for (const [name, value] of Object.entries(headers)) {
    if ([value].flat().every((text) => SENDABLE.test(text))) continue
    const what = name === 'authorization' ? 'the token or password' : name.replace('impersonate-user', 'as')
    throw new CredentialsError(
      `${place}: ${what} has a line break in it, or another character that cannot be sent`,
      'write it in one line (in YAML, a text that begins with | or > ends with a line break)',
    )
  }
}
