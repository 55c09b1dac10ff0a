import type { Address } from '../../values/dns/index.ts'
import type { Octets } from '../../values/packed/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Protocol } from '../../words/kube/index.ts'

/** An endpoint that counts, under the host name that its per-endpoint DNS names carry. */
export interface Endpoint {
  /** A label: its own, or its first address with dashes. It begins those names. */
  readonly hostname: string
  /** Of one family, at least one; each once. A hundred at most: those beyond are ignored. */
  readonly addresses: readonly Address[]
  /** In which its node stands; null: no slice says so. */
  readonly zone: string | null
  /** Of all slices that tell of it, each once: names are those of the Service, numbers its own. */
  readonly ports: readonly EndpointPort[]
}

/** A port at which an endpoint serves. */
export interface EndpointPort {
  /** "" for a Service's only one. */
  readonly name: string
  readonly protocol: Protocol
  /** The endpoint's own number: what its Service calls targetPort may differ from one to another. */
  readonly port: number
}

/** What was left out of a cluster's endpoints, and by which rule. */
export interface Ignored {
  /** One of a fixed set of texts, as the label of a metric: none has in it what an object says. */
  readonly reason: string
  /** Endpoints, or addresses where a rule is about those. */
  readonly count: number
  /** One of them: an address, or the slice. The first that was met. */
  readonly example: string
}

/** Addresses that are not the cluster's, as far as anybody declared. */
export interface StrayAddresses extends Ignored {
  /** false: they are answered as long as `addresses.mode` is observe. true: no answer has them. */
  readonly refused: boolean
}

/** A cluster's endpoints of one service. */
export interface Endpoints {
  /** Those that count as ready, packed: `readyIn` has them. 5,000 of a family at most. */
  readonly ready: Octets
  /** How many those are; a dual-stack one is one. Those beyond 5,000 are counted too. */
  readonly count: number
  /** How many have a usable address, ready or not; a dual-stack one is one. */
  readonly total: number
  /** Why `ready` holds what it holds. */
  readonly basis: 'ready' | 'publishNotReadyAddresses' | 'serving while terminating'
  /** What is left out, by reason: what `explain` tells and a metric counts. */
  readonly ignored: readonly Ignored[]
}

/** One cluster's ready endpoints of a service, packed: `readyIn` has them. */
export interface ClusterEndpoints {
  /** Whose they are, which need be none that is watched: a mirrored one is known by name alone. */
  readonly cluster: ClusterId
  readonly ready: Octets
}
