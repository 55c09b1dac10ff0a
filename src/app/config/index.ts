/**
 * meridian.yaml, the environment and the flags, read into one frozen Config; or a ConfigError that says what to mend.
 *
 * `config.ts` is the file to open first: what it comes to, key by key. `load.ts` is the way there: a text becomes YAML,
 * over which the environment and flags are laid; the schema parses it (`schema.ts`, with a `schema-….ts` for each
 * section); keys are held against each other (`checks….ts`); and all is put together (`assemble.ts`). All that is wrong
 * is told at once. No other part of the server knows of meridian.yaml: `flow.ts`, `geo.ts` and `watched.ts` make of a
 * Config what each part takes.
 */

// Which kinds of objects are read of a cluster besides those that always are, as words of their rows.
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
// From the file, then the environment, then flags: the later ones count. `Surroundings`: what is looked at besides the
// text.
export { loadConfig, parseConfig, type Surroundings } from './load.ts'
// Environment variables and flags that stand in for keys of the file. A variable that is set but empty says nothing.
export { type Flags, OVERRIDES } from './overrides.ts'
// All that is wrong is told at once, each with its place and its remedy.
export { ConfigError, printProblem } from './problems.ts'
// What registries are called, and those whose objects say something of services.
export { type KnownAs, registryName, searchedRegistries, speakingRegistries } from './registries.ts'
// The JSON Schema for editors: what may be written, not what is made of it.
export { jsonSchema } from './schema.ts'
// The keys of `dns` that name addresses, one for each transport.
export { LISTEN_KEYS } from './schema-listen.ts'
// Names of zones that lie in one another, and which clusters may therefore not be called so.
export { clusterProblems, KnownClusters, type Suffixes } from './suffixes.ts'
// What is watched of clusters and of registries, and what it may cost.
export { budgetOf, watchScopeOf, watchSpecsOf } from './watched.ts'
// Whether a value holds itself, by an alias inside of its own anchor.
export { isEndless } from './yaml.ts'
