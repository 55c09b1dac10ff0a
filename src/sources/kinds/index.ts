/** Where objects of clusters come from: each kind of source is a row, and nobody else asks which one a cluster has. */

// What is open on a thread: clusters with the same source share it.
export { SourceConnections } from './connections.ts'
// All that there is at one moment, for commands that end.
export { readAllOnce, type ToRead } from './once.ts'
// Which choices are of a kind of source, and the source that each of them chooses.
export { sourceRow } from './row.ts'
// The table: a new kind is a row here and a key of the configuration.
export { SOURCES, Sources } from './sources.ts'
// What is read of a cluster, who is told of it, and what it may cost.
export type {
  ClusterBudget,
  ClusterReading,
  ClusterSource,
  ReadOnce,
  RestoredCount,
  SourceChoice,
  SourceConnection,
  SourceConnectionListener,
  WatchedCluster,
} from './types.ts'
