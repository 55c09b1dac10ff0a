/**
 * Host names of load balancers and gateways, resolved in the background: a query only ever reads what is known
 * already. Addresses are asked for again when their TTL is over, kept between 5 and 60 s, and while upstreams
 * fail the last good ones stay for an hour; a name that is said twice not to be has none (answers.md 4.1).
 *
 * The flow says which names are wanted, and takes what is found into the world, from turn to turn. `resolver.ts` is the
 * file to open first; `line.ts` and `places.ts` see to it that no cluster's and no namespace's names keep another's from being looked up.
 */

// Runs until it is stopped; what it keeps is bounded for each party.
export { startResolver } from './resolver.ts'
// What is known of names, and what a resolver needs of the world outside.
export type {
  AddressLookup,
  Confirmed,
  FoundAddress,
  Party,
  Resolved,
  Resolver,
  ResolverOptions,
  Unresolved,
} from './types.ts'
// Which names are wanted: those of load balancers in exports, and those of gateways.
export { gatewayNames, type WantedName, WantedNames } from './wanted.ts'
