import { address, clientPort, tag } from './meta.ts'
import { at, type Fields, listOf, objectOf, oneOf, section, texts } from './narrow.ts'
import type { Meta, ServiceExport, ServiceImport } from './types.ts'
import { ANNOTATION, LABEL } from './wellknown.ts'

const weightOf = tag('annotations', ANNOTATION.weight)
const reachOf = tag('annotations', ANNOTATION.reach)

const exportSpec = section((fields) => ({
  exportedLabels: at(fields, 'exportedLabels', texts),
  exportedAnnotations: at(fields, 'exportedAnnotations', texts),
}))

export const parseServiceExport = (meta: Meta, fields: Fields): ServiceExport => ({
  kind: 'ServiceExport',
  ...meta,
  weight: weightOf(fields),
  reach: reachOf(fields),
  ...at(fields, 'spec', exportSpec),
})

const importTypes = oneOf('ClusterSetIP', 'Headless')
const ips = listOf(address)
const ports = listOf(objectOf(clientPort))
const managedByOf = tag('labels', LABEL.managedBy)

const importSpec = section((fields) => ({
  type: at(fields, 'type', importTypes),
  ips: at(fields, 'ips', ips),
  ports: at(fields, 'ports', ports),
}))

export const parseServiceImport = (meta: Meta, fields: Fields): ServiceImport => ({
  kind: 'ServiceImport',
  ...meta,
  ...at(fields, 'spec', importSpec),
  managedBy: managedByOf(fields),
})
