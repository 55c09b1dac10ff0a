/** Where objects of clusters come from: each kind of source is a row, and nobody else asks which one a cluster has. */
export { SourceConnections } from './connections.ts'
export { readAllOnce, type ToRead } from './once.ts'
export { sourceRow } from './row.ts'
export { SOURCES, Sources } from './sources.ts'
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
