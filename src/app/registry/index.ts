/**
 * Which clusters there are besides those of the configuration: found by registries, joining, changing and leaving at run
 * time.
 *
 * `row.ts` is the file to open first: a kind of registry says what is read at its API server, and which clusters those
 * objects make; the rows are a file each (`secrets.ts`, `karmada.ts`, …). `registry.ts` runs all of them, and tells of
 * the clusters found as one list: one joins whose id clashes with none before it and who is no other cluster's twin
 * (`membership.ts`, `identity.ts`).
 */

// The clusters of a configuration with those that were found, each with what registries call it.
export { clustersWith, NONE_FOUND } from './clusters-with.ts'
// Clusters as registries hold them at one moment, for commands that end.
export { type FoundOnce, findOnce } from './once.ts'
// Clusters that were found before this start, and whose they were: known, though not how to ask them.
export { heldBefore, recall } from './recall.ts'
// The kinds of registries, a row each.
export { openRegistry } from './registries.ts'
// Registries at work: `startRegistry` begins at once, a `ClusterSearch` when it is told to.
export { ClusterSearch, startRegistry } from './registry.ts'
// What a registry reads and makes of it, and what is wrong with a cluster as it is written there.
export type { Flaw, OpenRegistry } from './row.ts'
// A cluster that was found, what a registry is started with, and what it tells.
export type {
  Configured,
  Found,
  FoundCluster,
  RegistryOptions,
  RegistryProblem,
  RunningRegistry,
} from './types.ts'
