import { fold } from '../../values/dns/index.ts'
import { trimmed } from '../../values/packed/index.ts'
import { type EntryEndpoint, entryEndpoint, lenientTags, type Tags } from './entry-endpoint.ts'
import {
  istioHost,
  istioNames,
  istioRow,
  servicesOfHosts,
  servicesUnread,
  type Unread,
  unread,
  wholeName,
} from './istio.ts'
import { namespaceKey } from './keys.ts'
import { portNumber } from './meta.ts'
import {
  anyText,
  at,
  type Fields,
  isAbsent,
  isFields,
  itemsOf,
  type Left,
  lenient,
  type Narrower,
  NarrowingError,
  objectOf,
  oneOf,
  or,
  orIfBlank,
  orNull,
  section,
  textUpTo,
  type Whole,
} from './narrow.ts'
import type { KubeObject } from './object-types.ts'
import type { Protocol } from './service-types.ts'

/** Istio's ServiceEntry: what stands behind hosts that are no Services. */
export interface ServiceEntry extends KubeObject {
  readonly kind: 'ServiceEntry'
  readonly hosts: readonly string[]
  readonly exportTo: readonly string[]
  readonly ports: readonly EntryPort[]
  readonly resolution: Resolution
  /** In their places: null one that could not be read. */
  readonly endpoints: readonly (EntryEndpoint | null)[]
  /** `workloadSelector`: its endpoints are those with these labels; null: it has none. */
  readonly selector: Tags | null
  readonly unread: Unread
}

/** A port of a ServiceEntry. */
export interface EntryPort {
  readonly name: string
  readonly protocol: Protocol
  readonly port: number
  /** Where endpoints serve it that say nothing else. */
  readonly target: number
}

const RESOLUTIONS = ['NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'] as const

type Resolution = (typeof RESOLUTIONS)[number]

const MOST_HOSTS = 100
const MOST_PORTS = 100
const MOST_ENDPOINTS = 5000

/** Of Istio's protocols UDP alone is no connection by TCP. */
const protocol: Whole<Protocol> = (value) => (anyText(value).toUpperCase() === 'UDP' ? 'UDP' : 'TCP')
const anyProtocol = orIfBlank(protocol, 'TCP')

/** Istio takes capitals, which DNS knows not: the name of a port is one in names of SRV records. */
const shortText = textUpTo(63)
const portName = or((value) => fold(shortText(value)), '')

const target = orNull((value) => (value === 0 ? null : portNumber(value)))

const port: Narrower<EntryPort> = objectOf((fields, left) => {
  const number = at(fields, 'number', portNumber, left)
  return {
    name: at(fields, 'name', portName, left),
    protocol: at(fields, 'protocol', anyProtocol, left),
    port: number,
    target: at(fields, 'targetPort', target, left) ?? number,
  }
})

const hosts = itemsOf(istioHost, MOST_HOSTS)
const ports = itemsOf(port, MOST_PORTS)
const endpoints = itemsOf(lenient(objectOf(entryEndpoint), null), MOST_ENDPOINTS)
const resolution = orIfBlank(oneOf(...RESOLUTIONS), 'NONE')

/** One that selects by nothing selects nothing: its endpoints are others'. */
const labels = section((fields, left) => at(fields, 'labels', lenientTags, left))
const selector: Narrower<Tags | null> = (value, left) => {
  if (isAbsent(value)) return null
  const found = labels(value, left)
  if (Object.keys(found).length === 0)
    throw new NarrowingError(value, 'a selector whose labels have at least one')
  return found
}

const SPEC: Readonly<Record<string, string>> = {
  addresses: 'is left out: they mean something to sidecars alone, and a name leads to endpoints',
  location: '',
  subjectAltNames: 'is about connections, and a name server makes none',
}
const READ = ['hosts', 'exportTo', 'ports', 'resolution', 'endpoints', 'workloadSelector']

const spec = section((fields: Fields, left: Left) => ({
  hosts: at(fields, 'hosts', hosts, left),
  exportTo: at(fields, 'exportTo', istioNames, left),
  ports: trimmed(at(fields, 'ports', ports, left)),
  resolution: at(fields, 'resolution', resolution, left),
  endpoints: trimmed(at(fields, 'endpoints', lenient(endpoints, NO_ENDPOINTS), left)),
  selector: at(fields, 'workloadSelector', selector, left),
  unread: [...unread(fields, 'spec', SPEC, READ), ...unreadOfEndpoints(fields['endpoints'])],
}))

/** Where an account is said, certificates have it. */
const ENDPOINT: Readonly<Record<string, string>> = { serviceAccount: '' }
const READ_OF_ENDPOINT = ['address', 'ports', 'locality', 'labels', 'weight', 'network']
/** Nobody reads more of one object. */
const MOST_UNREAD = 20

function unreadOfEndpoints(list: unknown): Unread {
  const all: unknown[] = Array.isArray(list) ? list.slice(0, MOST_ENDPOINTS) : []
  return all
    .flatMap((one, i) =>
      isFields(one) ? unread(one, `spec.endpoints[${i}]`, ENDPOINT, READ_OF_ENDPOINT) : [],
    )
    .slice(0, MOST_UNREAD)
}

const NO_ENDPOINTS: ServiceEntry['endpoints'] = []

/** Those that select stand under their namespace too: what they select from may change. */
export const SERVICE_ENTRY = istioRow<ServiceEntry>({
  kind: 'ServiceEntry',
  plural: 'serviceentries',
  parse: (meta, fields, left) => ({ kind: 'ServiceEntry', ...meta, ...at(fields, 'spec', spec, left) }),
  keysOf: ({ hosts: names, namespace, selector: chosen }) => [
    ...servicesOfHosts(names, namespace),
    ...names.map(wholeName),
    ...(chosen === null ? [] : [namespaceKey(namespace)]),
  ],
  servicesIn: servicesUnread,
})
