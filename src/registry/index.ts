/** Which clusters there are besides those of the configuration: found in Secrets, joining, changing and leaving at run time. */
export { recall } from './recall.ts'
export { startRegistry } from './registry.ts'
export type { Configured, FoundCluster, RegistryOptions, RegistryStatus, RunningRegistry } from './types.ts'
