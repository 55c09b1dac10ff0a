/** meridian.yaml, the environment and the flags, read into one frozen Config; or a ConfigError that says what to mend. */
export {
  type ClientPlace,
  type ClusterConfig,
  type Config,
  type DeclaredCluster,
  type DnsConfig,
  type HostPort,
  LOG_LEVELS,
  type Local,
  type LogLevel,
  type Probe,
  type Registry,
  type Zones,
} from './config.ts'
export { type Declared, parseDeclared } from './declared.ts'
export {
  type AnyCluster,
  assignmentOf,
  budgetOf,
  clientMapOf,
  clientRulesOf,
  clustersetOf,
  planOf,
  rulesOf,
  scopeOf,
  settingsOf,
  tcpOf,
  threadsOf,
  watchSpecsOf,
} from './flow.ts'
export { allKeys, type Key } from './keys.ts'
export { loadConfig, parseConfig, type Surroundings } from './load.ts'
export { type Env, type Flags, OVERRIDES, type Override } from './overrides.ts'
export { ConfigError, type Problem, printProblem } from './problems.ts'
export { jsonSchema } from './schema.ts'
export { LISTEN_KEYS } from './schema-listen.ts'
export { clusterProblems, type Flaw, KnownClusters, type Suffixes } from './suffixes.ts'
export { isEndless } from './yaml.ts'
