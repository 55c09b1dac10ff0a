import type { Address, Prefix } from '../../values/dns/index.ts'
import type { Table } from '../../values/table/index.ts'
import { remembered } from '../../values/table/index.ts'
import type { Selector } from '../kube/index.ts'
import type { AddressRules } from './addresses.ts'
import type { Freshness } from './freshness.ts'
import type { Labels } from './labels.ts'
import type { Locality } from './locality.ts'
import type { Networks } from './networks.ts'
import type { RoutingPolicy } from './policy.ts'
import type { ClusterId, Viewpoint } from './viewpoint.ts'

/** How clients in other clusters get to a cluster's services (answers.md 4.1). */
export type Reach = 'auto' | 'clusterIP' | 'endpoints' | 'loadBalancer' | 'gateway' | 'nodePort'

export const REACHES: readonly Reach[] = [
  'auto',
  'clusterIP',
  'endpoints',
  'loadBalancer',
  'gateway',
  'nodePort',
]

export const isReach = (text: string): text is Reach => (REACHES as readonly string[]).includes(text)

/** Whose export comes first: the oldest; or that of the first cluster in the configuration. */
export const PRECEDENCES = ['oldest', 'declared'] as const

export type Precedence = (typeof PRECEDENCES)[number]

/** A member cluster: what its operator declared of it, and how fresh our view of it is. */
export interface Cluster {
  readonly id: ClusterId
  readonly locality: Locality | null
  /** Clusters that share one reach each other's endpoints. */
  readonly network: Networks
  readonly labels: Labels
  readonly reach: Reach
  readonly gateway: Gateway
  /** Of its nodes, by which others get to the node ports of its Services. */
  readonly nodeAddresses: readonly Address[]
  /** Relative share of draws; null: no opinion. 0 drains. */
  readonly weight: number | null
  readonly drain: boolean
  readonly podCIDRs: readonly Prefix[]
  readonly serviceCIDRs: readonly Prefix[]
  /** Of its load balancers and its gateway; none: not declared. */
  readonly loadBalancerCIDRs: readonly Prefix[]
  readonly exportNamespaces: NamespaceFilter
  readonly freshness: Freshness
  /** Its round-trip time has been above `probe.slow` for `probe.slowFor`. */
  readonly slow: boolean
}

/** A cluster's east-west gateway: addresses and host names, and the service ports it carries. */
interface Gateway {
  readonly addresses: readonly (Address | { readonly hostname: string })[]
  readonly ports: readonly number[]
}

/** Glob lists over namespaces; an empty `allow` admits all, `deny` wins. */
export interface NamespaceFilter {
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

/** By what a cluster exports besides ServiceExports. */
export interface ExportingRules {
  /** By Cilium's annotations on Services. */
  readonly annotations: 'cilium' | null
  /** Namespaces that do not say by Cilium's annotation whether they are global. */
  readonly defaultGlobalNamespace: boolean
  readonly all: boolean
  /** By labels of Services. */
  readonly services: Selector | null
  /** Only namespaces with these labels export, by whatever. */
  readonly namespaces: Selector | null
}

/**
 * Everything routing reads besides the service itself. A new value whenever any of it changes,
 * and the same one while nothing does.
 */
export interface Clusterset {
  /** Where this server stands. */
  readonly local: Viewpoint
  readonly members: ReadonlyMap<ClusterId, Cluster>
  /** For services of which nobody says anything else. */
  readonly policy: RoutingPolicy
  readonly addresses: AddressRules
  /** Host names of load balancers and gateways, resolved in the background. */
  readonly resolved: Table<readonly Address[]>
  /** Why some of them have no addresses, or keep old ones. */
  readonly unresolved: Table<string>
  /** A resolver is at work: what is neither resolved nor unresolved is looked up for the first time, and soon is one of them. */
  readonly resolving: boolean
  /**
   * The same in clustersets that differ in nothing but host names of load balancers, where services whose names those are
   * are others too; undefined: nothing is said of that.
   */
  readonly ground?: object
}

/** What follows from a service and a clusterset holds while the service is the same, and this. */
export const groundOf = (clusterset: Clusterset): object => clusterset.ground ?? clusterset

/** Whether a namespace may export, by globs in which `*` stands for any run of characters. */
export const admits = (filter: NamespaceFilter, namespace: string): boolean => {
  const { allow, deny } = compiled(filter)
  const matches = (globs: readonly RegExp[]) => globs.some((glob) => glob.test(namespace))
  return !matches(deny) && (allow.length === 0 || matches(allow))
}

/** Filters are few and services many: each filter is compiled once. */
const compiled = remembered(({ allow, deny }: NamespaceFilter) => ({
  allow: allow.map(globOf),
  deny: deny.map(globOf),
}))

const globOf = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split('*')
      .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
      .join('.*')}$`,
  )
