/** Where objects of clusters come from: each kind of source is a row, and nobody else asks which one a cluster has. */
export { readAlone, startAlone } from './alone.ts'
export { Connections } from './connections.ts'
export { readAllOnce, type ToRead } from './once.ts'
export { type SourceDefinition, sourceRow } from './row.ts'
export { SOURCES, Sources } from './sources.ts'
export type {
  ClusterBudget,
  ClusterSource,
  Connection,
  ConnectionListener,
  Reading,
  ReadOnce,
  RestoredCount,
  SourceChoice,
  SourceRow,
  WatchedCluster,
} from './types.ts'
