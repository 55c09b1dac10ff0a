import type { Address, Name } from '../../values/dns/index.ts'
import type { NodePort, Port } from '../kube/index.ts'
import type { Locality } from './locality.ts'
import type { ClusterId } from './viewpoint.ts'

/** What is said to stand behind a service's name besides what clusters export. */
export interface External {
  /** Whose objects say so. */
  readonly cluster: ClusterId
  /** By which clients ask for it; of a service that clusters export, theirs hold. */
  readonly ports: readonly Port[]
  readonly sites: readonly Site[]
  /** The clusters that are to answer, and no others; null: all do. */
  readonly shares: ReadonlyMap<ClusterId, NamedShare> | null
  /** How others reach a cluster's share, by the cluster. */
  readonly routes: ReadonlyMap<ClusterId, ShareRoute>
}

/** A cluster's share of a service, as objects name it. */
export interface NamedShare {
  /** null: nothing is said of it. */
  readonly weight: number | null
  /** Which objects name it. */
  readonly by: readonly string[]
}

/** Endpoints at which others reach a cluster's share of a service. */
export interface ShareRoute {
  /** Whose share it is. */
  readonly id: ClusterId
  /** Each is called by that id: on one network, at the same numbers. Whoever reaches several has the first's numbers. */
  readonly parts: readonly Site[]
  /** All that they serve. */
  readonly ports: readonly Port[]
  /** Which objects list them. */
  readonly by: readonly string[]
  /** Of the oldest object that says so, Unix milliseconds; 0: it does not say. */
  readonly createdAt: number
}

/** Endpoints outside Kubernetes that stand at one place: they go together as those of a cluster do. */
export interface Site {
  /** A label, no cluster's id. */
  readonly id: ClusterId
  /** Of a host's place that has its numbers in its name: what it would be called without, which is another host or above one. */
  readonly beside: Name | null
  readonly locality: Locality | null
  /** Whoever is on one of these reaches it; null: everybody does. */
  readonly networks: readonly string[] | null
  /** Whose pods they are, after all: its own clients reach them; null: nobody's. */
  readonly within: ClusterId | null
  /** Relative, where one of its service's endpoints has one; null: none has. */
  readonly weight: number | null
  readonly addresses: readonly Address[]
  /** More, which are looked up in the background. */
  readonly hostnames: readonly Name[]
  /** How many endpoints are well, and of how many. */
  readonly count: number
  readonly total: number
  readonly ports: readonly Port[]
  /** Where they serve each of these, if not all have their own numbers; else empty. */
  readonly shifted: readonly NodePort[]
  /** Which objects list them, `ServiceEntry shop/db`. */
  readonly by: readonly string[]
}

/** What tells the numbers at which endpoints serve their ports, and the ports, from those of others. */
export const numbersOf = ({ ports, shifted }: Pick<Site, 'ports' | 'shifted'>): string =>
  JSON.stringify([
    ports.map(({ name, protocol, port }) => `${protocol} ${port} ${name}`).toSorted(),
    shifted.map(({ protocol, port, nodePort }) => `${protocol} ${port} ${nodePort}`).toSorted(),
  ])
