/** Which clusters there are besides those of the configuration: found in Secrets, joining, changing and leaving at run time. */
export { type FoundOnce, findOnce } from './once.ts'
export { heldBefore, recall } from './recall.ts'
export { ClusterSearch, startRegistry } from './registry.ts'
export type { Configured, FoundCluster, RegistryOptions, RegistryProblem, RunningRegistry } from './types.ts'
