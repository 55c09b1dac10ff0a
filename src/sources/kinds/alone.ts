import type { ClusterId } from '../../words/clusterset/index.ts'
import type { SealedChange, Source, SourceListener, StartSource } from '../changes/index.ts'
import type {
  ClusterReading,
  ClusterSource,
  ReadOnce,
  SourceConnectionListener,
  WatchedCluster,
} from './types.ts'

/** A connection that serves each cluster by itself. */
export const startAlone =
  (watch: (cluster: WatchedCluster) => StartSource<SealedChange>): ClusterSource['start'] =>
  (listener) => {
    const running = new Map<ClusterId, Source>()
    return {
      join: (cluster) => running.set(cluster.id, watch(cluster)(aboutOne(cluster.id, listener))),
      leave: async (id) => {
        const source = running.get(id)
        running.delete(id)
        await source?.stop()
      },
    }
  }

const aboutOne = (id: ClusterId, listener: SourceConnectionListener): SourceListener<SealedChange> => ({
  changed: (changes, taken) => listener.changed(id, changes, taken),
  freshness: (freshness) => listener.freshness(id, freshness),
  problems: (problems) => listener.problems(id, problems),
  room: () => listener.room(id),
})

/** Reads each cluster by itself, all at the same time. */
export const readAlone =
  (read: (cluster: ClusterReading, ms: number | undefined) => Promise<ReadOnce>): ClusterSource['readOnce'] =>
  async (clusters, ms) =>
    new Map(await Promise.all(clusters.map(async (one) => [one.id, await read(one, ms)] as const)))
