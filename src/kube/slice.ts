import { type Address, parseAddress } from '../dns/index.ts'
import { label, millisecondsOf, portNumber, portWord, tag } from './meta.ts'
import {
  at,
  type Fields,
  flag,
  isFields,
  listOf,
  objectOf,
  oneOf,
  or,
  orNull,
  section,
  text,
} from './narrow.ts'
import { shareSlicePorts } from './ports.ts'
import { packEndpoints, uidOf } from './slice-endpoints.ts'
import type { EndpointSlice, Meta, SliceEndpoint, SlicePort } from './types.ts'
import { ANNOTATION, LABEL } from './wellknown.ts'

export const parseEndpointSlice = (meta: Meta, fields: Fields): EndpointSlice => ({
  kind: 'EndpointSlice',
  ...meta,
  service: serviceOf(fields),
  importedService: importedServiceOf(fields),
  sourceCluster: sourceClusterOf(fields),
  managedBy: managedByOf(fields),
  addressType: at(fields, 'addressType', addressTypes),
  endpoints: packEndpoints(at(fields, 'endpoints', endpoints)),
  ports: at(fields, 'ports', ports),
  triggeredAt: millisecondsOf(triggeredAtOf(fields)),
})

const serviceOf = tag('labels', LABEL.service)
const importedServiceOf = tag('labels', LABEL.importedService)
const sourceClusterOf = tag('labels', LABEL.sourceCluster)
const managedByOf = tag('labels', LABEL.sliceManagedBy)
const triggeredAtOf = tag('annotations', ANNOTATION.triggeredAt)

const addressTypes = oneOf('IPv4', 'IPv6', 'FQDN')
const texts = listOf(text)
const optionalText = orNull(text)
const optionalFlag = orNull(flag)
/** Kubernetes prints '' for an endpoint without a host name in old objects. */
const hostname = (value: unknown): string | null => (value === '' ? null : optionalLabel(value))
const optionalLabel = orNull(label)

const conditions = section((fields) => ({
  ready: at(fields, 'ready', optionalFlag),
  serving: at(fields, 'serving', optionalFlag),
  terminating: at(fields, 'terminating', optionalFlag),
}))

const addresses = (value: unknown): Pick<SliceEndpoint, 'addresses' | 'strays'> => {
  const [addresses, strays]: [Address[], string[]] = [[], []]
  for (const written of texts(value)) {
    const address = parseAddress(written)
    if (address === undefined) strays.push(written)
    else addresses.push(address)
  }
  return { addresses, strays }
}

/** Whatever else stands there: an endpoint without one goes by its address. */
const uidIn = (target: unknown): string | null =>
  isFields(target) && typeof target['uid'] === 'string' ? uidOf(target['uid']) : null

const endpoint = (fields: Fields): SliceEndpoint => ({
  ...at(fields, 'addresses', addresses),
  hostname: at(fields, 'hostname', hostname),
  uid: uidIn(fields['targetRef']),
  ...at(fields, 'conditions', conditions),
  zone: at(fields, 'zone', optionalText),
})
const endpoints = listOf(objectOf(endpoint))

const optionalNumber = orNull(portNumber)
const port = (fields: Fields): SlicePort => ({
  ...portWord(fields),
  port: at(fields, 'port', optionalNumber),
})
const portList = listOf(objectOf(port))
const ports = or((value) => shareSlicePorts(portList(value)), null)
