import { type Address, unusable } from '../../values/dns/index.ts'
import { policyOf } from './export-policy.ts'
import type { OtherExport, ServiceExport, ServiceImport } from './mcs-types.ts'
import { address, clientPort, dnsLabel, tag } from './meta.ts'
import {
  at,
  type Fields,
  itemsOf,
  type Left,
  NarrowingError,
  objectOf,
  oneOf,
  section,
  texts,
  type Whole,
} from './narrow.ts'
import type { Meta } from './object-types.ts'
import { rowOf } from './row.ts'
import { ANNOTATION, LABEL } from './wellknown.ts'

const weightOf = tag('annotations', ANNOTATION.weight)
const reachOf = tag('annotations', ANNOTATION.reach)

const exportSpec = section((fields, left) => ({
  exportedLabels: at(fields, 'exportedLabels', texts, left),
  exportedAnnotations: at(fields, 'exportedAnnotations', texts, left),
}))

const exported = (meta: Meta, fields: Fields, left: Left): Omit<ServiceExport, 'kind'> => ({
  ...meta,
  weight: weightOf(fields, left),
  reach: reachOf(fields, left),
  ...policyOf(fields, left),
  ...at(fields, 'spec', exportSpec, left),
})

const importTypes = oneOf('ClusterSetIP', 'Headless')
/** Whoever wrote it, it is answered as it stands: not one that leads clients to themselves, or to nobody. */
const clustersetIP: Whole<Address> = (value) => {
  const ip = address(value)
  const why = unusable(ip)
  if (why !== undefined) throw new NarrowingError(value, `an address that somebody can have (${why})`)
  return ip
}
/** One of each family, as the resource's definition has it. */
const MOST_IPS = 2
/** As many as count of a Service. */
const MOST_PORTS = 1000
const ips = itemsOf(clustersetIP, MOST_IPS)
const ports = itemsOf(objectOf(clientPort), MOST_PORTS)
const managedByOf = tag('labels', LABEL.managedBy)

const importSpec = section((fields, left) => ({
  type: at(fields, 'type', importTypes, left),
  ips: at(fields, 'ips', ips, left),
  ports: at(fields, 'ports', ports, left),
}))

// KEP-1645: an export and an import have their Service's name, so theirs is a label too.
const MCS = { group: 'multicluster.x-k8s.io', versions: ['v1beta1', 'v1alpha1'] }

export const EXPORT = rowOf<ServiceExport>({
  kind: 'ServiceExport',
  served: { ...MCS, plural: 'serviceexports' },
  name: dnsLabel,
  parse: (meta, fields, left) => ({ kind: 'ServiceExport', ...exported(meta, fields, left) }),
})

/** GKE's say the same. */
export const GKE_EXPORT = rowOf<OtherExport>({
  kind: 'ServiceExport.net.gke.io',
  served: { kind: 'ServiceExport', group: 'net.gke.io', plural: 'serviceexports', versions: ['v1'] },
  askedBy: 'net.gke.io',
  name: dnsLabel,
  parse: (meta, fields, left) => ({ kind: 'ServiceExport.net.gke.io', ...exported(meta, fields, left) }),
})

export const IMPORT = rowOf<ServiceImport>({
  kind: 'ServiceImport',
  served: { ...MCS, plural: 'serviceimports' },
  where: 'local',
  name: dnsLabel,
  parse: (meta, fields, left) => ({
    kind: 'ServiceImport',
    ...meta,
    ...at(fields, 'spec', importSpec, left),
    managedBy: managedByOf(fields, left),
  }),
})
