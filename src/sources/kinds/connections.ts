import type { ClusterId, Freshness } from '../../words/clusterset/index.ts'
import type { SealedChange, SourceListener, SourceProblem, StartSource } from '../changes/index.ts'
import type { ClusterSource, SourceConnection, SourceConnectionListener, WatchedCluster } from './types.ts'

/** The connections that are open on a thread: a cluster joins that of its source, or opens it, and the last one closes it. */
export class SourceConnections {
  readonly #shared = new Map<string, SharedConnection>()

  /** One cluster of a source, as if it were the only one. */
  readonly watch =
    (source: ClusterSource, cluster: WatchedCluster): StartSource<SealedChange> =>
    (listener) => {
      const shared = this.#of(source)
      shared.join(cluster, listener)
      let stopped: Promise<void> | undefined
      return { stop: () => (stopped ??= this.#leave(source, shared, cluster.id)) }
    }

  #of(source: ClusterSource): SharedConnection {
    const shared = this.#shared.get(source.shared ?? '') ?? new SharedConnection(source)
    if (source.shared !== null) this.#shared.set(source.shared, shared)
    return shared
  }

  #leave({ shared: name }: ClusterSource, shared: SharedConnection, id: ClusterId): Promise<void> {
    const left = shared.leave(id)
    // Whoever comes while the last one leaves opens another.
    if (name !== null && shared.isDeserted) this.#shared.delete(name)
    return left
  }
}

/** One connection, and what each cluster behind it is to be told. */
class SharedConnection {
  readonly #connection: SourceConnection
  readonly #listeners = new Map<ClusterId, SourceListener<SealedChange>>()
  readonly #problems = new Map<ClusterId | null, readonly SourceProblem[]>()
  #freshness: Freshness | undefined

  constructor(source: ClusterSource) {
    this.#connection = source.start(this.#listener)
  }

  get isDeserted(): boolean {
    return this.#listeners.size === 0
  }

  join(cluster: WatchedCluster, listener: SourceListener<SealedChange>): void {
    this.#listeners.set(cluster.id, listener)
    this.#connection.join(cluster)
    if (this.#freshness !== undefined) listener.connection?.(this.#freshness)
    if (this.#problems.has(null)) this.#reportProblems(cluster.id)
  }

  leave(id: ClusterId): Promise<void> {
    this.#listeners.delete(id)
    this.#problems.delete(id)
    return this.#connection.leave(id)
  }

  readonly #listener: SourceConnectionListener = {
    changed: (id, changes, taken) => this.#listeners.get(id)?.changed(changes, taken),
    freshness: (id, freshness) => this.#listeners.get(id)?.freshness(freshness),
    connection: (freshness) => {
      this.#freshness = freshness
      for (const listener of this.#listeners.values()) listener.connection?.(freshness)
    },
    problems: (id, problems) => {
      this.#problems.set(id, problems)
      for (const one of id === null ? this.#listeners.keys() : [id]) this.#reportProblems(one)
    },
    room: (id) => this.#listeners.get(id)?.room?.(),
  }

  #reportProblems(id: ClusterId): void {
    const [all, own] = [this.#problems.get(null) ?? [], this.#problems.get(id) ?? []]
    this.#listeners.get(id)?.problems([...all, ...own])
  }
}
