import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Kinds, Scope } from '../../words/kube/index.ts'
import type { Log } from '../../words/observe/index.ts'
import type { Credentials } from '../apiserver/index.ts'
import type { StartSource } from '../changes/index.ts'
import type { ClusterBudget, SourceChoice, Sources, WatchedCluster } from '../kinds/index.ts'

/** What is to be read of a cluster: what crosses to the reading thread when its source is opened. */
export interface SourceOrder {
  /** The cluster, under whose id all is told. */
  readonly id: ClusterId
  /** Which kind of source, and what that needs to know: a path, a kubeconfig. */
  readonly choice: SourceChoice
  /** Where its objects are read; none: everywhere. */
  readonly namespaces: readonly string[]
  /** Which kinds of objects are read of it, by what its API server is for us and by what configuration asks for. */
  readonly scope: Scope
  /**
   * What exports carry for others is written somewhere. false: labels and annotations of exports are kept in
   * short, for nobody reads more of them.
   */
  readonly isWritten: boolean
  /** What the cluster may cost, on this thread and in the view. */
  readonly budget: ClusterBudget
}

/** What a source is given beyond its listener. They are called on main. */
export interface SourceHooks
  extends Pick<WatchedCluster, 'restored' | 'word' | 'failed' | 'skipped' | 'bug'> {
  /** Does work on this thread in the cluster's turns, in order. */
  readonly inTurn: (work: () => void) => void
}

/** A source as main has it, whatever thread reads it: it outlives that thread, and is read on by the next one. */
export interface OpenSource {
  /** Starts it, once. What the listener is told of changes first is all that there is. */
  readonly start: StartSource
  /** When the credentials in use end, and whether somebody renews them; null: the source needs none. */
  readonly credentials: Pick<Credentials, 'expiresAt' | 'isRenewed'> | null
}

/** A reader of clusters, on whatever thread: the server has one, on a thread of its own, and keeps it running. */
export interface Reader {
  /** Makes a cluster's source ready to start. */
  readonly open: (order: SourceOrder, hooks: SourceHooks) => OpenSource
  /** How often it was lost with all that it had in hand, and begun anew. */
  readonly losses: () => number
  /** Final, and soon done, whatever a source waits for. */
  readonly stop: () => Promise<void>
}

/** What a reader's thread is started with. */
export interface ReaderOptions {
  /** All kinds of objects that are read anywhere, as its thread has them too. Default: those of the server. */
  readonly kinds?: Kinds
  /** All kinds of sources, as its thread has them too. Default: those of the server. */
  readonly sources?: Sources
  /** Where what is in hand is noted, so that a next process knows what this one died of; null: nowhere. */
  readonly state: { readonly dir: string; readonly version: string } | null
  /** The most that the thread's heap may hold, in MiB; absent: as `heapLimits` has it. */
  readonly heapMb?: number
  /** Told of what happens to the thread; what happens to a source, its hooks are told. */
  readonly log: Pick<Log, 'warn' | 'error'>
  /**
   * The thread was lost, and another starts. Clusters that it read keep their last views meanwhile. The one whose
   * doing it was is set back.
   */
  readonly lost: () => void
}
