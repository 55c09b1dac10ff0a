/** Which clusters there are besides those of the configuration: found by registries, joining, changing and leaving at run time. */
// The clusters of a configuration with those that were found, each with what registries call it.
export { clustersWith } from './clusters-with.ts'
export { type FoundOnce, findOnce } from './once.ts'
export { heldBefore, recall } from './recall.ts'
// The kinds of registries, a row each.
export { openRegistry } from './registries.ts'
export { ClusterSearch, startRegistry } from './registry.ts'
export type { Flaw, OpenRegistry } from './row.ts'
export type {
  Configured,
  Found,
  FoundCluster,
  RegistryOptions,
  RegistryProblem,
  RunningRegistry,
} from './types.ts'
