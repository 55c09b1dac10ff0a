import { type Address, type Family, familyOf } from '../../values/dns/index.ts'
import type { EndpointPort } from './endpoint-types.ts'
import type { ValidExport } from './export-types.ts'
import type { NodePortRoute, NoRoute, Route } from './route-types.ts'

/**
 * By the addresses of a cluster's nodes, to the node ports of its Services. Whoever looks up addresses goes on to the
 * Service's own ports: that leads somewhere only where these are the node ports.
 */
export function routeByNodePort(nodes: readonly Address[], exported: ValidExport): Route {
  const route = routeTranslated(nodes, exported)
  if (route.kind === 'none') return route
  const other = exported.ports.find((port) => numberBy(route, port) !== port.port)
  if (other === undefined) return route
  const number = numberBy(route, other)
  const reason =
    number === undefined
      ? `nodePort: port ${other.port} has no nodePort`
      : `nodePort: port ${other.port} ≠ nodePort ${number}`
  return { ...none(reason), byPort: route }
}

/** The same for whoever minds the numbers: a proxy behind a clusterset IP, and a client that looks up SRV. */
export function routeTranslated(
  nodes: readonly Address[],
  { nodePorts }: ValidExport,
): NodePortRoute | NoRoute {
  if (nodes.length === 0) return none('nodePort: the cluster declares no nodeAddresses')
  if (nodePorts.length === 0) return none('nodePort: its Service has no node ports')
  const families = FAMILIES.filter((one) => nodes.some((address) => familyOf(address) === one))
  return { kind: 'nodePort', addresses: nodes, families, nodePorts }
}

/** The number at which a port of the Service is found by a route; undefined: it is not. */
export function numberBy(
  route: Route,
  { protocol, port }: Pick<EndpointPort, 'protocol' | 'port'>,
): number | undefined {
  if (route.kind !== 'nodePort') return port
  return route.nodePorts.find((one) => one.port === port && one.protocol === protocol)?.nodePort
}

/** The way of whoever minds the numbers, where there is one. */
export const routeByPort = (route: Route): Route => (route.kind === 'none' ? (route.byPort ?? route) : route)

const FAMILIES: readonly Family[] = [4, 6]

const none = (reason: string): NoRoute => ({ kind: 'none', brief: reason, reasons: [reason] })
