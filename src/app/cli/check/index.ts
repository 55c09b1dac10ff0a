/**
 * `meridian check`: what is wrong with the configuration, the clusters and the ways between them, with remedies.
 * `check.ts` is the file to open first: it makes the world as a server would, and asks each of the other files for its
 * findings.
 */

// The whole check of a configuration: reads all its sources, asks their API servers, and gives the text and the exit status.
export { type CheckOptions, checkConfigured } from './check.ts'
// The world with host names of load balancers and gateways looked up once, as a server would have it after a while.
export { withHostNamesResolved } from './hostnames.ts'
