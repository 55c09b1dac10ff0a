/** Where objects of clusters come from: each kind of source is a row, and nobody else asks which one a cluster has. */
export { readAlone, startAlone } from './alone.ts'
export { SourceConnections } from './connections.ts'
export { readAllOnce, type ToRead } from './once.ts'
export { type SourceDefinition, sourceRow } from './row.ts'
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
  SourceRow,
  WatchedCluster,
} from './types.ts'
