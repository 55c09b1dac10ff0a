import {
  istioHost,
  istioNames,
  istioRow,
  namesOfHosts,
  servicesUnread,
  tellBeyond,
  type Unread,
  unread,
} from './istio.ts'
import {
  at,
  type Fields,
  integer,
  isAbsent,
  isFields,
  itemsOf,
  type Left,
  lenient,
  type Narrower,
  NarrowingError,
  objectOf,
  or,
  orIfBlank,
  section,
  text,
  whole,
} from './narrow.ts'
import type { KubeObject } from './object-types.ts'

/** Istio's VirtualService, as far as it divides the clients of a service among its clusters. */
export interface VirtualService extends KubeObject {
  readonly kind: 'VirtualService'
  readonly hosts: readonly string[]
  /** None: `mesh`. */
  readonly gateways: readonly string[]
  readonly exportTo: readonly string[]
  /** In order: of requests by HTTP, then of connections by TCP. */
  readonly http: readonly TrafficRoute[]
  readonly tcp: readonly TrafficRoute[]
  readonly unread: Unread
}

/** A route: who it is for, and where they go. */
export interface TrafficRoute {
  /** `spec.http[2]`. */
  readonly place: string
  /** One of these must hold; none: it is for all. */
  readonly match: readonly TrafficMatch[]
  /** None: it leads nowhere that a name could. */
  readonly destinations: readonly TrafficDestination[]
  readonly unread: Unread
}

/** All of what it holds must be so. */
export interface TrafficMatch {
  readonly gateways: readonly string[]
  readonly sourceLabels: readonly TextPair[]
  /** null: it is compared in another way than with one text. */
  readonly headers: readonly (readonly [name: string, exact: string | null])[]
  /** null: it says none. */
  readonly port: number | null
  /** Other fields by name. */
  readonly others: readonly string[]
}

type TextPair = readonly [key: string, value: string]

interface TrafficDestination {
  readonly host: string
  readonly subset: string | null
  readonly weight: number
}

/** As many as an object can have of them that a person wrote. */
const MOST_ROUTES = 1000
const MOST_PARTS = 100
const MOST_HOSTS = 100

const pairs = section((fields: Fields, left): readonly TextPair[] =>
  Object.keys(few(fields)).map((key) => [key, at(fields, key, text, left)] as const),
)

const headers = section((fields: Fields): TrafficMatch['headers'] =>
  Object.keys(few(fields)).map((name) => [name.toLowerCase(), exactOf(fields[name])] as const),
)

function few(fields: Fields): Fields {
  if (Object.keys(fields).length <= MOST_PARTS) return fields
  throw new NarrowingError(fields, `a map of at most ${MOST_PARTS}`)
}

/** `{exact: east}` and nothing beside it. */
function exactOf(match: unknown): string | null {
  if (!isFields(match)) return null
  const [[name, value] = [], ...more] = Object.entries(match)
  return name === 'exact' && typeof value === 'string' && more.length === 0 ? value : null
}

const MATCHED = ['gateways', 'sourceLabels', 'headers', 'port']
/** They say nothing of who is meant. */
const NAMING = ['name', 'statPrefix', 'ignoreUriCase']

/** 0 is protojson's nothing. */
const portNumber = integer(0, 65_535)
const port: Narrower<number | null> = (value) => (isAbsent(value) ? null : portNumber(value) || null)

const match = objectOf(
  (fields, left): TrafficMatch => ({
    gateways: at(fields, 'gateways', istioNames, left),
    sourceLabels: at(fields, 'sourceLabels', pairs, left),
    headers: at(fields, 'headers', headers, left),
    port: at(fields, 'port', port, left),
    others: Object.keys(few(fields)).filter(
      (name) => !MATCHED.includes(name) && !NAMING.includes(name) && !isAbsent(fields[name]),
    ),
  }),
)
const matches = whole(match, MOST_PARTS)

const weight = or(integer(0, 2 ** 31 - 1), 0)

/** Some write '' for none. */
const subset = orIfBlank(text, null)

const destination = objectOf((fields, left) => ({
  host: at(fields, 'host', istioHost, left),
  subset: at(fields, 'subset', subset, left),
}))

const destinations = whole(
  objectOf((fields, left) => ({
    ...at(fields, 'destination', destination, left),
    weight: at(fields, 'weight', weight, left),
  })),
  MOST_PARTS,
)

/** Where they cannot be read, nothing is said of those for whom the route is: they are not the next one's. */
const NOWHERE: readonly TrafficDestination[] = []
const lenientDestinations = lenient(destinations, NOWHERE)

const CHANGED = 'is left out: it is for whoever carries requests'

const ROUTE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['fault', 'timeout', 'retries', 'rewrite', 'headers', 'corsPolicy'].map((name) => [name, CHANGED]),
  ),
  mirror: 'is left out: an answer is not given twice',
  mirrors: 'is left out: an answer is not given twice',
  mirrorPercentage: '',
  mirror_percent: '',
  name: '',
  redirect: 'is left out: a name leads to addresses',
  directResponse: 'is left out: a name leads to addresses',
  delegate: 'is left out: the routes of other VirtualServices are not read in its place',
}

const route = (fields: Fields, place: string, left: Left): TrafficRoute => ({
  place,
  match: at(fields, 'match', matches, left),
  destinations: at(fields, 'route', lenientDestinations, left),
  unread: [
    ...unread(fields, place, ROUTE, ['match', 'route']),
    ...(isNowhere(fields) ? [`${place}.route is left out: it has no destination`] : []),
  ],
})

const isNowhere = ({ route: to, redirect, directResponse, delegate }: Fields): boolean =>
  (isAbsent(to) || (Array.isArray(to) && to.length === 0)) &&
  [redirect, directResponse, delegate].every(isAbsent)

/** Each with its place; one that cannot be read is left out whole. */
function routesIn(list: 'http' | 'tcp'): Narrower<readonly TrafficRoute[]> {
  return (value, left) => {
    let i = 0
    const read: Narrower<TrafficRoute> = (one, leftOut) => {
      const place = `spec.${list}[${i++}]`
      return objectOf((fields, more) => route(fields, place, more))(one, leftOut)
    }
    return itemsOf(read, MOST_ROUTES)(value, left)
  }
}

const http = routesIn('http')
const tcp = routesIn('tcp')
const hosts = itemsOf(istioHost, MOST_HOSTS)

const spec = section((fields: Fields, left) => {
  const read = {
    hosts: at(fields, 'hosts', hosts, left),
    gateways: at(fields, 'gateways', istioNames, left),
    exportTo: at(fields, 'exportTo', istioNames, left),
    http: at(fields, 'http', http, left),
    tcp: at(fields, 'tcp', tcp, left),
  }
  tellBeyond(hostsOfRoutes(read), left)
  return { ...read, unread: unread(fields, 'spec', SPEC, ['hosts', 'gateways', 'exportTo', 'http', 'tcp']) }
})

const SPEC: Readonly<Record<string, string>> = {
  tls: 'is left out: it needs the server name of a connection, and a name server sees none',
}

/** The hosts of an object: those of clients, and those that they are led to. */
export const hostsOfRoutes = ({
  hosts,
  http,
  tcp,
}: Pick<VirtualService, 'hosts' | 'http' | 'tcp'>): readonly string[] => [
  ...hosts,
  ...[...http, ...tcp].flatMap(({ destinations }) => destinations.map(({ host }) => host)),
]

export const VIRTUAL_SERVICE = istioRow<VirtualService>({
  kind: 'VirtualService',
  plural: 'virtualservices',
  parse: (meta, fields, left) => ({ kind: 'VirtualService', ...meta, ...at(fields, 'spec', spec, left) }),
  keysOf: (one) => namesOfHosts(hostsOfRoutes(one), one.namespace),
  servicesIn: servicesUnread,
})
