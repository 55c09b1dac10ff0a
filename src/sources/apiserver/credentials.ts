import { isDeepStrictEqual } from 'node:util'
import { CredentialsError } from './credentials-error.ts'
import { inClusterOrigin } from './credentials-incluster.ts'
import { kubeconfigOrigin } from './credentials-kubeconfig.ts'
import { secretOrigin } from './credentials-secret.ts'
import type {
  Access,
  Credentials,
  CredentialsChoice,
  CredentialsOptions,
  CredentialsOrigin,
} from './credentials-types.ts'
import { SingleFlight } from './single-flight.ts'

export function credentialsFrom(choice: CredentialsChoice, options: CredentialsOptions = {}): Credentials {
  const origin = originOf(choice, options)
  return new CachedCredentials(origin, options.freshMs ?? 60_000, options.now ?? Date.now)
}

function originOf(choice: CredentialsChoice, options: CredentialsOptions): CredentialsOrigin {
  if (choice.kind === 'inCluster') return inClusterOrigin(options)
  if (choice.kind === 'behind') return behind(sharedFrom(choice.server, options), choice.path)
  if (choice.kind === 'secret') return secretOrigin(choice, sharedFrom(choice.at, options), options)
  return kubeconfigOrigin(choice, options)
}

/** Those by which credentials of many clusters are had: files are read and plugins run once for all of them. */
const shared = new Map<string, Credentials>()
const MOST_SHARED = 16

function sharedFrom(choice: CredentialsChoice, options: CredentialsOptions): Credentials {
  if (Object.keys(options).length > 0) return credentialsFrom(choice, options)
  const key = JSON.stringify(choice)
  const one = shared.get(key) ?? credentialsFrom(choice)
  const [oldest] = shared.keys()
  if (!shared.has(key) && shared.size >= MOST_SHARED && oldest !== undefined) shared.delete(oldest)
  shared.set(key, one)
  return one
}

/** The same credentials, shown to a server behind theirs. */
function behind(front: Credentials, path: string): CredentialsOrigin {
  let shown: Access | undefined
  return {
    get place() {
      return `${front.place}${path}`
    },
    read: async (signal) => {
      shown = await front.access(signal)
      return { ...shown, server: `${shown.server.replace(/\/+$/, '')}${path}` }
    },
    forget: () => {
      if (shown !== undefined) front.refuse(shown)
    },
  }
}

class CachedCredentials implements Credentials {
  readonly #origin: CredentialsOrigin
  readonly #freshMs: number
  readonly #now: () => number
  readonly #reading: SingleFlight<Access>
  #current: Access | undefined
  #readAt = 0
  #refused = false

  constructor(origin: CredentialsOrigin, freshMs: number, now: () => number) {
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

  async #readOrigin(signal: AbortSignal): Promise<Access> {
    try {
      const access = await this.#origin.read(signal)
      refuseUnsendable(access)
      return access
    } catch (error) {
      throw error instanceof CredentialsError ? error.at(this.#origin.place) : error
    }
  }

  async #read(signal: AbortSignal): Promise<Access> {
    const access = await this.#readOrigin(signal)
    if (this.#current === undefined || !isDeepStrictEqual(this.#current, access)) this.#current = access
    this.#readAt = this.#now()
    this.#refused = false
    return this.#current
  }
}

/** What a header may hold (RFC 9110, 5.5). */
const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/

/** As kubectl does: a token that goes on in another line is sent to nobody. */
function refuseUnsendable({ headers }: Access): void {
  for (const [name, value] of Object.entries(headers)) {
    if ([value].flat().every((text) => SENDABLE.test(text))) continue
    const what = name === 'authorization' ? 'the token or password' : name.replace('impersonate-user', 'as')
    throw new CredentialsError(
      `${what} has a line break in it, or another character that cannot be sent`,
      'write it in one line (in YAML, a text that begins with | or > ends with a line break)',
    )
  }
}
