/** meridian.yaml, the environment and the flags, read into one frozen Config; or a ConfigError that says what to mend. */
export { askedOf } from './asked.ts'
export type { ClusterConfig, Config, DeclaredCluster, Registry } from './config.ts'
export { parseDeclared } from './declared.ts'
export {
  type AnyCluster,
  assignmentOf,
  budgetOf,
  clientMapOf,
  clientRulesOf,
  clustersetOf,
  planOf,
  settingsOf,
  tcpOf,
  threadsOf,
  watchScopeOf,
  watchSpecsOf,
} from './flow.ts'
export { allKeys, type Key } from './keys.ts'
export { loadConfig, parseConfig, type Surroundings } from './load.ts'
export { type Flags, OVERRIDES } from './overrides.ts'
export { ConfigError, printProblem } from './problems.ts'
export { jsonSchema } from './schema.ts'
export { LISTEN_KEYS } from './schema-listen.ts'
export { type ClusterProblem, clusterProblems, KnownClusters, type Suffixes } from './suffixes.ts'
export { isEndless } from './yaml.ts'
