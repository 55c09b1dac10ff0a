import { setTimeout as sleep } from 'node:timers/promises'
import { type Credentials, KUBE_SYSTEM, type ReadObject, readObject } from '../../sources/apiserver/index.ts'
import { jittered } from '../../words/threads/index.ts'
import type { RegistryLimits } from './types.ts'

/** Which cluster answers, whatever it is called: the UID of its namespace kube-system, which lives as long as it. */
export interface ClusterIdentity {
  /** It has been asked and has answered, or failed to in time. */
  readonly asked: boolean
  /** As it last was; null as long as nobody knows. */
  readonly uid: string | null
  /** Which it was at first, by the same credentials; null: it has not changed. */
  readonly was: string | null
  /** Why it may not be asked. */
  readonly forbidden: { readonly problem: string; readonly remedy: string } | null
}

/** Nobody has asked yet; `uid`: as it was before this start. */
export const unasked = (uid: string | null): ClusterIdentity => ({
  asked: false,
  uid,
  was: null,
  forbidden: null,
})

type IdentityLimits = Pick<
  RegistryLimits,
  'connectMs' | 'identityMs' | 'askAgainMs' | 'confirmMs' | 'objectBytes'
>

interface IdentitiesOptions {
  readonly limits: IdentityLimits
  readonly random: () => number
  /** One of them is not what it was. */
  readonly changed: () => void
}

/** Whom to ask. */
export interface IdentityTarget {
  readonly credentials: Credentials
  /** Who it was before this start; null: nobody knows. */
  readonly uid: string | null
  /** It may be another since. */
  readonly mayBeAnother: boolean
}

interface Asking {
  readonly credentials: Credentials
  readonly controller: AbortController
  readonly done: Promise<void>
}

/** Asks clusters who they are, each by itself, now and again. */
export class Identities {
  readonly #options: IdentitiesOptions
  readonly #asking = new Map<string, Asking>()
  readonly #known = new Map<string, ClusterIdentity>()
  /** Those that may be another than before: they have other credentials, and have not answered since. */
  readonly #renewed = new Set<string>()

  constructor(options: IdentitiesOptions) {
    this.#options = options
  }

  of(key: string): ClusterIdentity | undefined {
    return this.#known.get(key)
  }

  /** Whether one of them has not been asked yet. */
  get waiting(): boolean {
    return [...this.#known.values()].some(({ asked }) => !asked)
  }

  /** From now on of these alone. With other credentials a cluster is asked anew, and until then is who it was. */
  follow(clusters: ReadonlyMap<string, IdentityTarget>): void {
    for (const [key, { credentials }] of this.#asking) {
      const now = clusters.get(key)
      if (now?.credentials !== credentials) this.#leave(key)
      if (now === undefined) this.#forget(key)
    }
    for (const [key, one] of clusters) if (!this.#asking.has(key)) this.#start(key, one)
  }

  async stop(): Promise<void> {
    const running = [...this.#asking.values()].map(({ done }) => done)
    this.follow(new Map())
    await Promise.all(running)
  }

  #start(key: string, { credentials, uid, mayBeAnother }: IdentityTarget): void {
    if (this.#known.has(key) || mayBeAnother) this.#renewed.add(key)
    if (!this.#known.has(key)) this.#known.set(key, unasked(uid))
    const controller = new AbortController()
    const done = this.#ask(key, credentials, controller.signal)
    this.#asking.set(key, { credentials, controller, done })
  }

  #leave(key: string): void {
    this.#asking.get(key)?.controller.abort(new Error('nobody wants to know any more'))
    this.#asking.delete(key)
  }

  #forget(key: string): void {
    this.#known.delete(key)
    this.#renewed.delete(key)
  }

  async #ask(key: string, credentials: Credentials, signal: AbortSignal): Promise<void> {
    const { limits, random } = this.#options
    const { connectMs, identityMs, objectBytes, askAgainMs, confirmMs } = limits
    while (!signal.aborted) {
      const bounds = { connectMs, requestMs: identityMs, objectBytes }
      const answer = await readObject(credentials, KUBE_SYSTEM, signal, bounds)
      if (signal.aborted) return
      const { was } = this.#learn(key, answer)
      const wait = answer.outcome === 'object' && was === null ? confirmMs : askAgainMs
      await sleep(jittered(wait, random), undefined, { signal }).catch(() => undefined)
    }
  }

  #learn(key: string, answer: ReadObject): ClusterIdentity {
    const before = this.#known.get(key) ?? unasked(null)
    const said = answer.outcome === 'object' ? uidOf(answer.object) : undefined
    const mayBeAnother = said !== undefined && this.#renewed.delete(key)
    const forbidden = refusalIn(answer)
    const uid = said ?? before.uid
    const first = mayBeAnother ? uid : (before.was ?? before.uid ?? uid)
    const now: ClusterIdentity = { asked: true, uid, was: first === uid ? null : first, forbidden }
    this.#known.set(key, now)
    if (JSON.stringify(now) !== JSON.stringify(before)) this.#options.changed()
    return now
  }
}

function refusalIn(answer: ReadObject): ClusterIdentity['forbidden'] {
  if (answer.outcome === 'object' || answer.reason !== 'forbidden') return null
  const { problem, remedy = 'let it be read' } = answer
  return { problem, remedy }
}

function uidOf({ metadata }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof metadata !== 'object' || metadata === null || !('uid' in metadata)) return undefined
  return typeof metadata.uid === 'string' && metadata.uid !== '' ? metadata.uid : undefined
}
