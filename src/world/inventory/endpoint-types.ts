import type { Address } from '../../values/dns/index.ts'
import type { Octets } from '../../values/packed/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Protocol } from '../../words/kube/index.ts'

/**
 * An endpoint that counts, as all slices of its service together tell of it: `roll.ts` puts it together. One that has
 * addresses of both families is two of these, one for each.
 */
export interface Endpoint {
  /**
   * The label that its own DNS name begins with (answers.md 2, row 3): the `hostname` that a slice gives it, `db-0`; where
   * none does, its first address, `10-244-0-5`.
   */
  readonly hostname: string
  /** Its addresses, of one family: each once, at least one and at most a hundred. Those beyond are ignored. */
  readonly addresses: readonly Address[]
  /** The zone that its node stands in, `us-east-1a`; null: no slice says so. */
  readonly zone: string | null
  /** Its ports, of all slices that tell of it, each once. */
  readonly ports: readonly EndpointPort[]
}

/** A port at which an endpoint serves: the name is that of the Service's port, the number is the endpoint's own. */
export interface EndpointPort {
  /** The port's name, `http`; "" for the only port of a Service that gives it none. */
  readonly name: string
  /** What the port speaks. Two ports may have one number if this differs. */
  readonly protocol: Protocol
  /** The number that the endpoint listens on: what a Service calls targetPort, which may differ between its endpoints. */
  readonly port: number
}

/** What was left out of a cluster's endpoints, and by which rule. `explain` tells it and a metric counts it. */
export interface Ignored {
  /** The rule, as one of a fixed set of texts, since it is the label of a metric: no text of an object is in it. */
  readonly reason: string
  /** How many were left out by it: endpoints, or addresses where the rule is about addresses. */
  readonly count: number
  /** The first that was met: an address such as `10.244.0.5`, or `EndpointSlice web-x2x7d`. */
  readonly example: string
}

/**
 * Addresses that are not the cluster's own, as far as anybody declared whose they are (answers.md 2, "Whose addresses"):
 * how many, and by which rule.
 */
export interface StrayAddresses extends Ignored {
  /** true: no answer has them. false: they are answered for as long as `addresses.mode` is `observe`. */
  readonly refused: boolean
}

/**
 * A cluster's own endpoints of one service (answers.md 2, "Which endpoints"): made by `endpoints.ts` out of all its
 * EndpointSlices, read by routing for who is usable and how draws are divided.
 */
export interface Endpoints {
  /**
   * The endpoints that count as ready, packed as columns (`pack-ready.ts`); `readyIn` reads them. At most 5,000 of a
   * family.
   */
  readonly ready: Octets
  /**
   * How many count as ready. One that has both families counts once, and those beyond the 5,000 count too: shares of draws
   * follow what a cluster has, not what an answer holds.
   */
  readonly count: number
  /** How many have an address that can be used, ready or not; one that has both families counts once. */
  readonly total: number
  /**
   * By what endpoints count as ready. `ready`: they say so. `publishNotReadyAddresses`: their Service counts all of them.
   * `serving while terminating`: none is ready, so those count that still serve while they end (KEP-1669).
   */
  readonly basis: 'ready' | 'publishNotReadyAddresses' | 'serving while terminating'
  /** What was left out, one for each reason, sorted by that; empty: nothing was. */
  readonly ignored: readonly Ignored[]
}

/** The ready endpoints of one cluster, where several clusters have a part in one list. */
export interface ClusterEndpoints {
  /** Whose they are. It need be no member: one whose endpoints somebody mirrored here is known by this name alone. */
  readonly cluster: ClusterId
  /** Packed as in `Endpoints`; `readyIn` reads them. */
  readonly ready: Octets
}
