import type { ClusterId, Freshness } from '../../words/clusterset/index.ts'
import type { Kind, Kinds, Reported, Scope } from '../../words/kube/index.ts'
import type { Credentials, CredentialsChoice, CredentialsOptions } from '../apiserver/index.ts'
import type { Amount, Care, Change, Load, SealedChange, SourceProblem } from '../changes/index.ts'

/**
 * Where a cluster's objects come from, as configuration, registries and threads say it: a plain value, which crosses
 * threads and is known again by what it says. `kind` names its row; what else it says, the row knows.
 */
export interface SourceChoice {
  /** `manifests`, `kubeconfig`, …: rows of `sources.ts` know their own. */
  readonly kind: string
  readonly [more: string]: unknown
}

/** What one cluster may cost: `budgets` of the configuration. Beyond it the cluster itself suffers, and no other. */
export interface ClusterBudget {
  /** What is kept of it. Beyond that it stays as it was, and that is told. */
  readonly kept: Amount
  /**
   * Bytes of the longest object that its API server may send. A longer one is told as one that cannot be read, and
   * costs itself alone.
   */
  readonly line: number
}

/** How many objects of a kind are held, in one namespace or (null) in all. */
export type RestoredCount = (kind: Kind, namespace: string | null) => number

/** One cluster, as much of it as is read. */
export interface ClusterReading {
  /** The cluster, under whose id all is told. */
  readonly id: ClusterId
  /** Where its objects are read; none: everywhere. */
  readonly namespaces: readonly string[]
  /** The rows that are read of it. Chosen by its source, of all that there are. */
  readonly kinds: Kinds
  /** What it may cost. */
  readonly budget: ClusterBudget
}

/** One cluster as it is watched: what is read of it, and who is told of what happens meanwhile. */
export interface WatchedCluster extends ClusterReading {
  /** What is kept of an object. */
  readonly kept: (reported: Reported) => Reported
  /** How much is held now, by which a list that is far shorter is doubted: asked whenever the source begins. */
  readonly restored: RestoredCount
  /** Looks on while objects of a kind, or files of manifests, are read. */
  readonly care: (what: string) => Care
  /** Called before anything is worked on that the cluster sent. */
  readonly working?: () => void
  /** Keeps count of what of the cluster is on this thread. */
  readonly load?: Load
  /** Called when the cluster said something, be it nothing new: by that it is known to be there. */
  readonly word: () => void
  /** A list or a watch of a kind failed, or the reading of all. */
  readonly failed: (kind: Kind | 'all', reason: string) => void
  /** A kind of object in manifests that is not read, once each. */
  readonly skipped: (kind: string, file: string) => void
  /** A mistake of ours that reading it brought out: the log's, and no problem of the cluster's. */
  readonly bug: (error: unknown) => void
}

/**
 * What a connection tells whoever started it, of each cluster that has joined it. Calls never overlap; none comes of a
 * cluster after it has left.
 */
export interface SourceConnectionListener {
  /** Changes of a cluster, as a source of one cluster tells them: the first call after it joined carries all there is. */
  readonly changed: (cluster: ClusterId, changes: readonly SealedChange[], taken?: () => void) => void
  /** How fresh a cluster's own word is. */
  readonly freshness: (cluster: ClusterId, freshness: Freshness) => void
  /** How the connection itself stands, where several clusters may share it: that of one alone is that one's own word. */
  readonly connection: (freshness: Freshness) => void
  /**
   * All present problems of a cluster, or (null) of the connection. An empty list: those that there were are
   * gone.
   */
  readonly problems: (cluster: ClusterId | null, problems: readonly SourceProblem[]) => void
  /** Nothing is told of a cluster's changes until this resolves; undefined: there is room for more. */
  readonly room: (cluster: ClusterId) => Promise<void> | undefined
}

/** A running source: clusters join it and leave. One that nobody has joined may have nothing open. */
export interface SourceConnection {
  /** Its listener is told of the cluster from now on, first of all there is. */
  readonly join: (cluster: WatchedCluster) => void
  /** Resolves once nothing of it is open; nothing is told of it from the call on. */
  readonly leave: (cluster: ClusterId) => Promise<void>
}

/** What a source's objects of one cluster were at one moment; null: they could not be read. */
export interface ReadOnce {
  /** All its objects, each as put. */
  readonly changes: readonly Change[] | null
  /** Why it could not be read, or what of it could not. */
  readonly problems: readonly SourceProblem[]
  /** Files of other programs among its manifests. */
  readonly passedOver?: readonly string[]
  /** Kinds of object among its manifests that are not read here, whoever may read them elsewhere. */
  readonly skipped?: readonly Skipped[]
}

/** A kind of object that is not read: `Deployment (apps/v1)`, and the file it was first met in. */
export interface Skipped {
  readonly what: string
  readonly file: string
}

/** A source as it was chosen. Nothing is read, run or connected to before somebody asks for it. */
export interface ClusterSource {
  /** What to call it in a sentence, as long as no more is known of it. */
  readonly place: string
  /** Clusters for which this is the same share one connection; null: it serves one cluster alone. */
  readonly shared: string | null
  /** How the cluster's own API server is reached: to write there, and to ask who it is; null: it has none. */
  readonly access: CredentialsChoice | null
  /** The same, ready to be used. */
  readonly credentials: Credentials | null
  /**
   * false: nobody knows yet where the cluster's objects come from; its last view is all there is. So it is where
   * a registry that holds the cluster was not read since this start.
   */
  readonly isKnown: boolean
  /** Whether it is the cluster that this server runs in. */
  readonly isHere: boolean
  /**
   * It was found at run time: whoever wrote it is not who runs this. It may name no file and no program but those
   * that configuration allows.
   */
  readonly isFound: boolean
  /** The rows that are read there, of all that there are. */
  readonly kinds: (all: Kinds, scope: Scope) => Kinds
  /** How many files it keeps open for a cluster, or, where several share it, for all of them. */
  readonly files: (reading: Pick<ClusterReading, 'kinds' | 'namespaces'>) => number
  /** What to do about one that holds nothing that is read, though every cluster has these. */
  readonly ifEmpty: (usual: string) => string
  /** Begins: its listener is told of each cluster that joins from then on. */
  readonly start: (listener: SourceConnectionListener) => SourceConnection
  /** Reads some of its clusters as a server would, and stops. Never rejects; what lasts longer than `ms` is given up. */
  readonly readOnce: (
    clusters: readonly ClusterReading[],
    ms?: number,
  ) => Promise<ReadonlyMap<ClusterId, ReadOnce>>
}

/** A kind of source. The rows of all kinds are asked in turn; the first that opens a choice has it. */
export interface SourceRow {
  /** undefined: the choice is of another kind. */
  readonly open: (choice: SourceChoice, options: CredentialsOptions) => ClusterSource | undefined
}
