import {
  type ClusterId,
  type Locality,
  type Networks,
  networksOf,
  type Standpoint,
} from '../../words/clusterset/index.ts'
import { briefly, few, type TrafficMatch } from '../../words/kube/index.ts'
import type { IstioRules } from './rules.ts'
import { topologyPart } from './topology.ts'

/** The networks of each cluster: a label may say one. */
export type NetworksOf = ReadonlyMap<ClusterId, { readonly network: Networks }>

/** What routes are looked at against. `ports`: the numbers of the service's; empty: it is not known. */
export interface RoutingGround {
  readonly networks: NetworksOf
  readonly ports: readonly number[]
}

/** Whom a route is for. `places` null: all; empty: nobody who could be told from others. `unseen`: what is not looked at. */
interface Meant {
  readonly places: readonly Standpoint[] | null
  readonly unseen: readonly string[]
}

const ANYWHERE: Standpoint = { clusters: null, region: null, zone: null, subzone: null }

/** The same for the routes of an object of a namespace. */
type MatchGround = RoutingGround & { readonly namespace: string }

/** Any of its matches may hold. */
export function meantBy(match: readonly TrafficMatch[], rules: IstioRules, ground: MatchGround): Meant {
  if (match.length === 0) return { places: null, unseen: [] }
  const places: Standpoint[] = []
  const unseen: string[] = []
  let isForAll = false
  for (const [i, one] of match.entries()) {
    const found = placeOf(one, rules, ground)
    if (typeof found === 'string') unseen.push(`match[${i}]: ${found}`)
    else if (found === ANYWHERE) isForAll = true
    else places.push(found)
  }
  return { places: isForAll ? null : places, unseen }
}

/** Where those stand whom it is for, or why that is not known. */
function placeOf(
  one: TrafficMatch,
  rules: IstioRules,
  { networks, ports, namespace }: MatchGround,
): Standpoint | string {
  const { gateways, sourceLabels, headers, port, others } = one
  if (gateways.length > 0 && !gateways.some((gateway) => isWatchedGateway(gateway, namespace, rules)))
    return `its gateways are not in istio.virtualServices.gateways`
  if (others.length > 0) return `${few(others.map((name) => briefly(name)))}: a name server does not see it`
  const why = port === null ? undefined : whyNotPort(port, ports)
  if (why !== undefined) return why
  if (headers.length === 0) return placeOfLabels(sourceLabels, networks)
  if (sourceLabels.length > 0 || gateways.length > 0 || port !== null)
    return 'headers: they count where a match holds nothing beside them'
  return placeOfHeaders(headers, rules)
}

/** Of a service's only port it is for all. */
function whyNotPort(port: number, ports: readonly number[]): string | undefined {
  if (ports.every((one) => one === port)) return undefined
  return ports.includes(port)
    ? `port: a look-up of addresses knows no port, and the service has others than ${port}`
    : `port: the service has no port ${port}`
}

/**
 * `mesh`, a gateway's name wherever it is, or its namespace and name. An object says a short one of its own namespace,
 * or `./` before it.
 */
export function isWatchedGateway(
  gateway: string,
  namespace: string,
  { gateways }: Pick<IstioRules, 'gateways'>,
): boolean {
  if (gateway === MESH) return gateways.includes(MESH)
  const slash = gateway.indexOf('/')
  const name = gateway.slice(slash + 1)
  const own = slash === -1 || gateway.startsWith('./')
  const whole = own ? `${namespace}/${name}` : gateway
  return gateways.includes(whole) || (name !== MESH && gateways.includes(name))
}

/** No gateway: all sidecars. */
export const MESH = 'mesh'

function placeOfLabels(labels: TrafficMatch['sourceLabels'], networks: NetworksOf): Standpoint | string {
  let place = ANYWHERE
  for (const [label, value] of labels) {
    const part = topologyPart(label)
    if (part === undefined)
      return `sourceLabels: ${briefly(label)} is no label of a place, and a name server does not see pods`
    const next = narrowed(place, { ...ANYWHERE, ...partOf(part, value, networks) })
    if (next === undefined) return `sourceLabels: ${briefly(label)} says otherwise than another one`
    place = next
  }
  return place
}

function partOf(
  part: NonNullable<ReturnType<typeof topologyPart>>,
  value: string,
  networks: NetworksOf,
): Partial<Standpoint> {
  if (part === 'cluster') return { clusters: [value] }
  if (part !== 'network') return { [part]: value }
  return {
    clusters: [...networks]
      .filter(([, { network }]) => networksOf(network).includes(value))
      .map(([id]) => id),
  }
}

function placeOfHeaders(headers: TrafficMatch['headers'], rules: IstioRules): Standpoint | string {
  let place = ANYWHERE
  for (const [name, exact] of headers) {
    const locality = exact === null ? undefined : rules.headers.get(name)?.get(exact)
    if (locality === undefined)
      return exact === null || !rules.headers.has(name)
        ? `headers: ${briefly(name)}: a name server does not see it${rules.headers.has(name) ? ', and istio.headers says what exact values mean' : '; istio.headers may say what it means'}`
        : `headers: ${briefly(name)}: istio.headers does not say what ${briefly(exact)} means`
    const next = narrowed(place, placeAt(locality))
    if (next === undefined) return `headers: ${briefly(name)} means another place than another one`
    place = next
  }
  return place
}

const placeAt = (locality: Locality): Standpoint => ({ ...ANYWHERE, ...locality })

/** Both at once; undefined: nobody stands in both. */
function narrowed(one: Standpoint, other: Standpoint): Standpoint | undefined {
  const clusters =
    one.clusters === null || other.clusters === null
      ? (one.clusters ?? other.clusters)
      : one.clusters.filter((id) => other.clusters?.includes(id))
  const parts = {
    region: one.region ?? other.region,
    zone: one.zone ?? other.zone,
    subzone: one.subzone ?? other.subzone,
  }
  const agree = PARTS.every((part) => other[part] === null || other[part] === parts[part])
  return agree ? { clusters, ...parts } : undefined
}

const PARTS = ['region', 'zone', 'subzone'] as const
