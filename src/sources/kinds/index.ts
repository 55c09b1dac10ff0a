/**
 * Where objects of clusters come from: each kind of source is a row, and nobody else asks which one a cluster has.
 *
 * `types.ts` is the file to open first. A `SourceChoice` is what configuration or a registry says, a plain value; the
 * table `SOURCES` opens it, and a `ClusterSource` is what can then be done with it: start it, read it once, ask its
 * credentials. The rows are a file each: an API server, a directory of manifests, nowhere. A source of many clusters, as
 * a hub would be, is one connection that clusters join.
 */

// The connections that are open on a thread: clusters with the same source share one, the first opens it and the last
// closes it.
export { SourceConnections } from './connections.ts'
// All that some clusters hold at one moment, for commands that end: `check`, `explain`, `render` without a server.
export { readAllOnce, type ToRead } from './once.ts'
// Makes a row: which choices are of a kind of source, and the source that each of them chooses; the rest is as it is of
// most.
export { sourceRow } from './row.ts'
// The table: a new kind is a row here and a key of the configuration.
export { SOURCES, Sources } from './sources.ts'
// What is read of a cluster and may be kept of it (`ClusterReading`, `ClusterBudget`), who is told of it
// (`WatchedCluster`), and what a connection tells of each cluster on it (`SourceConnectionListener`).
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
