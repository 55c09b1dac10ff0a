import { type Address, parseAddress } from '../../values/dns/index.ts'
import type { ServiceKey } from './keys.ts'
import { dnsLabel, label, millisecondsOf, portNumber, portWord, subdomain, tag } from './meta.ts'
import {
  at,
  type Fields,
  flag,
  isFields,
  itemsOf,
  type Left,
  lenient,
  listUpTo,
  MOST_TEXT,
  type Narrower,
  objectOf,
  oneOf,
  or,
  orIfBlank,
  orNull,
  section,
  show,
  text,
} from './narrow.ts'
import type { Meta } from './object-types.ts'
import { shareSlicePorts } from './ports.ts'
import { briefly } from './printable.ts'
import { rowOf } from './row.ts'
import { packEndpoints, uidOf } from './slice-endpoints.ts'
import type { EndpointSlice, SliceEndpoint, SlicePort } from './slice-types.ts'
import { ANNOTATION, LABEL, MANAGED_BY } from './wellknown.ts'

const parse = (meta: Meta, fields: Fields, left: Left): EndpointSlice => ({
  kind: 'EndpointSlice',
  ...meta,
  service: serviceOf(fields, left),
  importedService: importedServiceOf(fields, left),
  sourceCluster: sourceClusterOf(fields, left),
  managedBy: managedByOf(fields, left),
  addressType: at(fields, 'addressType', addressTypes, left),
  endpoints: packEndpoints(at(fields, 'endpoints', endpoints, left)),
  ports: at(fields, 'ports', ports, left),
  triggeredAt: millisecondsOf(triggeredAtOf(fields, left)),
})

const serviceOf = label(LABEL.service)
const importedServiceOf = label(LABEL.importedService)
const sourceClusterOf = label(LABEL.sourceCluster)
const managedByOf = tag('labels', LABEL.sliceManagedBy)
const triggeredAtOf = tag('annotations', ANNOTATION.triggeredAt)

const addressTypes = oneOf('IPv4', 'IPv6', 'FQDN')
/** As the API server admits them (validation of discovery.k8s.io); nobody else who writes slices is held to it. */
const MOST = { endpoints: 1000, addresses: 100, ports: 20_000 } as const
const values = listUpTo(MOST.addresses)
const zone = lenient(orIfBlank(text, null), null)
const optionalFlag = orNull(flag)
/** Kubernetes prints '' for an endpoint without a host name in old objects. */
const hostname = orIfBlank(dnsLabel, null)

const conditions = section((fields, left) => ({
  ready: at(fields, 'ready', optionalFlag, left),
  serving: at(fields, 'serving', optionalFlag, left),
  terminating: at(fields, 'terminating', optionalFlag, left),
}))

const addresses: Narrower<Pick<SliceEndpoint, 'addresses' | 'strays'>> = (value, left) => {
  const [addresses, strays]: [Address[], string[]] = [[], []]
  for (const written of values(value, left)) {
    const address = typeof written === 'string' ? parseAddress(written) : undefined
    if (address === undefined) strays.push(typeof written === 'string' ? briefly(written) : show(written))
    else addresses.push(address)
  }
  return { addresses, strays }
}

/** Whatever else stands there: an endpoint without one goes by its address. */
const uidIn = (target: unknown): string | null => {
  const uid = isFields(target) ? target['uid'] : null
  return typeof uid === 'string' && uid.length <= MOST_TEXT ? uidOf(uid) : null
}

const endpoint = (fields: Fields, left: Left): SliceEndpoint => ({
  ...at(fields, 'addresses', addresses, left),
  hostname: at(fields, 'hostname', hostname, left),
  uid: uidIn(fields['targetRef']),
  ...at(fields, 'conditions', conditions, left),
  zone: at(fields, 'zone', zone, left),
})
/** Each may cost itself: by a host name that is no label, for example. */
const endpoints = itemsOf(objectOf(endpoint), MOST.endpoints)

const optionalNumber = orNull(portNumber)
const port = (fields: Fields, left: Left): SlicePort => ({
  ...portWord(fields, left),
  port: at(fields, 'port', optionalNumber, left),
})
const portList = itemsOf(objectOf(port), MOST.ports)
const ports = or((value, left) => shareSlicePorts(portList(value, left)), null)

/** The services whose endpoints a slice holds: its own cluster's, an imported one, or both. */
function keysOf({ namespace, service, importedService }: EndpointSlice): readonly ServiceKey[] {
  const [one, other] = [service ?? importedService, importedService]
  if (one === null) return []
  return other === null || other === one
    ? [`${namespace}/${one}`]
    : [`${namespace}/${one}`, `${namespace}/${other}`]
}

export const SLICE = rowOf<EndpointSlice>({
  kind: 'EndpointSlice',
  served: {
    group: 'discovery.k8s.io',
    plural: 'endpointslices',
    versions: ['v1'],
    custom: false,
    // What the controller wrote holds endpoints that are read where they come from.
    selector: `${LABEL.sliceManagedBy}!=${MANAGED_BY}`,
  },
  name: subdomain,
  parse,
  keysOf,
  servicesIn: (fields, { namespace }, left) => {
    const service = serviceOf(fields, left)
    return service === null ? [] : [`${namespace}/${service}`]
  },
  shared: (slice) => ({ ...slice, ports: slice.ports && shareSlicePorts(slice.ports) }),
})
