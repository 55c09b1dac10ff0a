import type { Address } from '../../values/dns/index.ts'
import type { Meta } from './object-types.ts'
import type { PlainValue } from './plain-yaml.ts'
import type { Port } from './service-types.ts'

/** A multicluster.x-k8s.io ServiceExport, v1alpha1 or v1beta1. */
export interface ServiceExport extends Meta {
  readonly kind: 'ServiceExport'
  /** Annotations `meridian-dns.io/weight` and `meridian-dns.io/reach`, as written. */
  readonly weight: string | null
  /** How other clusters reach this export, before what `clusters[].reach` says; null: as that says. */
  readonly reach: string | null
  /** `spec.exportedLabels` (KEP-1645): for the ServiceImports that are made of it. */
  readonly exportedLabels: Readonly<Record<string, string>>
  /** The same of annotations: it may be a megabyte of them. */
  readonly exportedAnnotations: Readonly<Record<string, string>>
  /** What its annotations say of routing; absent: nothing. */
  readonly policy?: PolicyWords
}

/** What annotations say of a service's routing, by part: as values, of which nothing is known yet. */
export type PolicyWords = Readonly<
  Partial<Record<'weights' | 'distribute' | 'failover' | 'minHealthy', WrittenPart>>
>

/** The value of a text, or why it has none. */
export type WrittenPart = { readonly value: PlainValue } | { readonly problem: string }

/** A ServiceExport of another group that says the same; kinds are told apart as kubectl does. */
export interface OtherExport extends Omit<ServiceExport, 'kind'> {
  readonly kind: 'ServiceExport.net.gke.io'
}

/** A multicluster.x-k8s.io ServiceImport, v1alpha1 or v1beta1. */
export interface ServiceImport extends Meta {
  readonly kind: 'ServiceImport'
  readonly type: ImportType
  /** `spec.ips`, where clients of that cluster reach the service; none of a Headless one. */
  readonly ips: readonly Address[]
  /** `spec.ports`, as clients see them. */
  readonly ports: readonly Port[]
  /** Label `app.kubernetes.io/managed-by`. null: not said, so that it is not Meridian's. */
  readonly managedBy: string | null
}

/**
 * The type of a ServiceImport. ClusterSetIP: one address stands for all endpoints. Headless: clients are told the
 * endpoints (KEP-1645).
 */
export type ImportType = 'ClusterSetIP' | 'Headless'
