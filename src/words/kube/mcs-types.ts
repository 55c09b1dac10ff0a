import type { Address } from '../../values/dns/index.ts'
import type { Meta } from './object-types.ts'
import type { PlainValue } from './plain-yaml.ts'
import type { Port } from './service-types.ts'

/**
 * A multicluster.x-k8s.io ServiceExport, v1alpha1 or v1beta1: the Service of its name is to be seen by all clusters
 * (KEP-1645). Read in `world/inventory/service-export.ts`.
 */
export interface ServiceExport extends Meta {
  readonly kind: 'ServiceExport'
  /** Annotation `meridian-dns.io/weight` as it is written, its share in draws; null: not said. */
  readonly weight: string | null
  /** Annotation `meridian-dns.io/reach` as it is written, how other clusters get to it; null: as `clusters[].reach` says. */
  readonly reach: string | null
  /** `spec.exportedLabels` (KEP-1645): labels for the ServiceImports that are made of it. */
  readonly exportedLabels: Readonly<Record<string, string>>
  /** `spec.exportedAnnotations`, likewise: there may be a megabyte of them. */
  readonly exportedAnnotations: Readonly<Record<string, string>>
  /** What its annotations say of routing (answers.md 4.3); absent: nothing. */
  readonly policy?: PolicyWords
}

/**
 * What annotations of a ServiceExport say of its service's routing, by part: `meridian-dns.io/weights` and the others. The
 * values are as they were written, and are narrowed to a policy in `world/inventory/annotated-policy.ts`.
 */
export type PolicyWords = Readonly<
  Partial<Record<'weights' | 'distribute' | 'failover' | 'minHealthy', WrittenPart>>
>

/** An annotation's text as the value that it stands for, JSON or YAML; or why it stands for none, as a sentence. */
export type WrittenPart = { readonly value: PlainValue } | { readonly problem: string }

/** A ServiceExport of another group that says the same, GKE's; kinds are told apart as kubectl does, by their group. */
export interface OtherExport extends Omit<ServiceExport, 'kind'> {
  readonly kind: 'ServiceExport.net.gke.io'
}

/**
 * A multicluster.x-k8s.io ServiceImport, v1alpha1 or v1beta1: a service of the clusterset as one cluster has it, written by
 * Meridian's controller or by another implementation.
 */
export interface ServiceImport extends Meta {
  readonly kind: 'ServiceImport'
  /** `spec.type`: whether one address stands for all endpoints. */
  readonly type: ImportType
  /** `spec.ips`, at most one of each family: where clients of that cluster reach the service; none of a Headless one. */
  readonly ips: readonly Address[]
  /** `spec.ports` as clients see them, the first thousand. */
  readonly ports: readonly Port[]
  /** Label `app.kubernetes.io/managed-by`, `meridian-dns.io` on Meridian's own; null: not said, so it is another's. */
  readonly managedBy: string | null
}

/**
 * The type of a ServiceImport. ClusterSetIP: one address stands for all endpoints. Headless: clients are told the
 * endpoints (KEP-1645).
 */
export type ImportType = 'ClusterSetIP' | 'Headless'
