import type { Name } from '../../values/dns/index.ts'
import type { ClusterId, Locality } from '../../words/clusterset/index.ts'

/** Whose objects are read, and what of them counts. */
export interface IstioRules {
  /** The cluster whose objects these are. */
  readonly cluster: ClusterId
  readonly rootNamespace: string
  /** Besides that one: their objects speak for services of all namespaces. */
  readonly trustedNamespaces: readonly string[]
  /** `mesh`, and gateways by their name or as `namespace/name`. */
  readonly gateways: readonly string[]
  /** By header in lower case and its value: where those stand whom it means. */
  readonly headers: ReadonlyMap<string, ReadonlyMap<string, Locality>>
  /** A ServiceEntry that is the way to a cluster's share makes it an export. */
  readonly exportsEntries: boolean
  readonly zones: ServiceZones
}

/** The zones by whose names hosts are names of services. */
export interface ServiceZones {
  readonly clusterset: Name
  readonly global: Name | null
  /** `{cluster}.local`. */
  readonly cluster: string | null
  readonly clusterDomain: Name
  /** Below them hosts are names as they are. Absent: there are none. */
  readonly entries?: readonly Name[] | undefined
}
