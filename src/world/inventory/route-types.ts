import type { Address, Family } from '../../values/dns/index.ts'
import type { NodePort } from '../../words/kube/index.ts'

/** How a viewpoint reaches a cluster's share of a service (answers.md 4.1). */
export type Route =
  | NodePortRoute
  | {
      readonly kind: 'clusterIP' | 'endpoints' | 'loadBalancer' | 'gateway'
      readonly addresses: readonly Address[]
      /** Those that it has addresses of. */
      readonly families: readonly Family[]
    }
  | NoRoute

/** By nodes' addresses: each port of the Service is at another number, or at none. */
export interface NodePortRoute {
  readonly kind: 'nodePort'
  /** As `nodeAddresses` declares them of the cluster's nodes. */
  readonly addresses: readonly Address[]
  readonly families: readonly Family[]
  /** By protocol and the Service's own number. */
  readonly nodePorts: readonly NodePort[]
}

/** Why somebody is not reached: `brief` is for the asker's EDE text; `reasons` has each way that was tried. */
export interface NoRoute {
  readonly kind: 'none'
  readonly brief: string
  readonly reasons: readonly string[]
  /** A host name that it could lead by is looked up for the first time: whether there is a way is not known yet. */
  readonly pending?: string
  /** There is this way for whoever is told a port's number with the addresses. */
  readonly byPort?: NodePortRoute
}
