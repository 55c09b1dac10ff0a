/** `meridian check`: what is wrong with the configuration, the clusters and the ways between them, with remedies. */
export { type CheckOptions, checkConfigured } from './check.ts'
export { withHostNamesResolved } from './hostnames.ts'
export { readRegistries, registryProblems, withFound } from './registry.ts'
