/** meridian.yaml, the environment and the flags, read into one frozen Config; or a ConfigError that says what to mend. */

// Which kinds are read besides those that always are.
export { askedOf } from './asked.ts'
// What configuration comes to, checked and with every default in it.
export type { ClusterConfig, Config, DeclaredCluster, ProfilesConfig, Registry } from './config.ts'
// One cluster as a Secret declares it, by the same rules as in the file.
export { parseDeclared } from './declared.ts'
// What parts of the server are told of it: the plan of a world, who clients are, what is watched.
export {
  type AnyCluster,
  assignmentOf,
  clientRulesOf,
  clustersetOf,
  planOf,
  settingsOf,
  tcpOf,
  threadsOf,
} from './flow.ts'
// Where a GeoIP database says that clients stand.
export { geoWorkOf, withGeo } from './geo.ts'
// Every key that there is, for the reference and for `check`.
export { allKeys, type Key } from './keys.ts'
// From the file, then the environment, then flags: the later ones count.
export { loadConfig, parseConfig, type Surroundings } from './load.ts'
// An environment variable that is set but empty says nothing.
export { type Flags, OVERRIDES } from './overrides.ts'
// All that is wrong is told at once, each with its place and its remedy.
export { ConfigError, printProblem } from './problems.ts'
// What registries are called, and those whose objects say something of services.
export { type KnownAs, registryName, searchedRegistries, speakingRegistries } from './registries.ts'
// For editors: what may be written, not what is made of it.
export { jsonSchema } from './schema.ts'
// The keys of `dns` that name addresses, one for each transport.
export { LISTEN_KEYS } from './schema-listen.ts'
// Names of zones that lie in one another, and which clusters may therefore not be called so.
export { clusterProblems, KnownClusters, type Suffixes } from './suffixes.ts'
// What is watched of clusters and of registries, and what it may cost.
export { budgetOf, watchScopeOf, watchSpecsOf } from './watched.ts'
// Whether a value holds itself, by an alias inside of its own anchor.
export { isEndless } from './yaml.ts'
