import type { Address, Family } from '../../values/dns/index.ts'
import type { NodePort } from '../../words/kube/index.ts'

/**
 * How a viewpoint reaches a cluster's share of a service, or why it does not (answers.md 4.1). `routeTo` finds it; its
 * addresses are what A and AAAA answer once the cluster is drawn.
 */
export type Route =
  | NodePortRoute
  | {
      /**
       * The way: `clusterIP` and `endpoints` need a network in common (or are at home), `loadBalancer` and `gateway` lead
       * in from outside.
       */
      readonly kind: 'clusterIP' | 'endpoints' | 'loadBalancer' | 'gateway'
      /** Where it leads, each once, at least one. Of endpoints they are read when somebody first asks for them. */
      readonly addresses: readonly Address[]
      /** The families that those are of, 4 before 6. They are known without reading the addresses. */
      readonly families: readonly Family[]
    }
  | NoRoute

/**
 * A way by the addresses of a cluster's nodes: each port of the Service is there at another number, or not at all. A client
 * must be told that number, which SRV can and a look-up of addresses cannot, unless all numbers are the same.
 */
export interface NodePortRoute {
  readonly kind: 'nodePort'
  /** The nodes' addresses, as `clusters[].nodeAddresses` declares them. */
  readonly addresses: readonly Address[]
  /** The families that those are of, 4 before 6. */
  readonly families: readonly Family[]
  /** Which number each port of the Service has there, found by its protocol and its own number; see `numberBy`. */
  readonly nodePorts: readonly NodePort[]
}

/** No way: why nobody at this viewpoint reaches the cluster's share. */
export interface NoRoute {
  readonly kind: 'none'
  /** One reason, short enough for the EDE text of a reply: `network b`. */
  readonly brief: string
  /** Every way that was tried with why it leads nowhere, for `explain`: `load balancer: its Service has no ingress address`. */
  readonly reasons: readonly string[]
  /**
   * A host name by which there could be a way, whose first look-up has not ended: whether there is one is not known yet,
   * and the answer is SERVFAIL in place of NODATA (answers.md 3). Absent: nothing is waited for.
   */
  readonly pending?: string
  /** The way by node ports, for whoever is told a port's number beside the addresses; absent: there is none either. */
  readonly byPort?: NodePortRoute
}
