import type { CredentialsChoice } from '../apiserver/index.ts'
import type { ClusterId } from '../clusterset/index.ts'
import type { Kind, Kinds, Scope } from '../kube/index.ts'
import type { Log } from '../observe/index.ts'
import type { Amount, StartSource } from '../source/index.ts'

/** Where a cluster's objects come from; `none`: nobody knows yet, and its last view is all there is. */
export type SourceChoice =
  | { readonly kind: 'manifests'; readonly path: string }
  | { readonly kind: 'none' }
  | CredentialsChoice

/** What is to be read of a cluster. */
export interface SourceOrder {
  readonly id: ClusterId
  readonly choice: SourceChoice
  /** Where its objects are read; none: everywhere. */
  readonly namespaces: readonly string[]
  /** What of it is read. */
  readonly scope: Scope
  /** What exports carry for others is written somewhere. */
  readonly isWritten: boolean
  readonly budget: ClusterBudget
}

/** What one cluster may cost. */
export interface ClusterBudget {
  /** What is kept of it. */
  readonly kept: Amount
  /** Octets of the longest object that its API server may send. */
  readonly line: number
}

/** How many objects of a kind are held, in one namespace or (null) in all. */
export type RestoredCount = (kind: Kind, namespace: string | null) => number

/** What a source is given beyond its listener. */
export interface SourceHooks {
  /** As held now: asked whenever the source begins. */
  readonly restored: RestoredCount
  /** The cluster said something. */
  readonly word: () => void
  /** A list or a watch of a kind failed, or the reading of all. */
  readonly failed: (kind: Kind | 'all', reason: string) => void
  /** A kind of object in manifests that is not read, once each. */
  readonly skipped: (kind: string, file: string) => void
  readonly bug: (error: unknown) => void
  /** Does work on this thread in the cluster's turns, in order. */
  readonly inTurn: (work: () => void) => void
}

export interface OpenSource {
  readonly start: StartSource
  /** When the credentials end, Unix milliseconds; null: never, or not known. */
  readonly expiresAt: () => number | null
  /** Whether somebody gives new ones before they do. */
  readonly isRenewed: () => boolean
}

/** Whoever reads clusters. */
export interface Reader {
  /** Makes a cluster's source ready to start. */
  readonly open: (order: SourceOrder, hooks: SourceHooks) => OpenSource
  /** How often it was lost with all that it had in hand, and begun anew. */
  readonly losses: () => number
  /** Final, and soon done, whatever a source waits for. */
  readonly stop: () => Promise<void>
}

export interface ReaderOptions {
  /** All that are read anywhere, as its thread has them too. Default: the kinds of the house. */
  readonly kinds?: Kinds
  /** Where what is in hand is noted, if anywhere. */
  readonly state: { readonly dir: string; readonly version: string } | null
  /** The most that the thread's heap may hold; absent: as `heapLimits` has it. */
  readonly heapMb?: number
  readonly log: Pick<Log, 'warn' | 'error'>
  /** The thread was lost, and another starts. */
  readonly lost: () => void
}
