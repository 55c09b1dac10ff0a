import { type Address, familyOf, unusable } from '../../values/dns/index.ts'
import {
  type Clusterset,
  networksOf,
  numbersOf,
  printNetworks,
  type ShareRoute,
  type Site,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import type { NoRoute, Route } from './route-types.ts'

/** How a viewpoint reaches endpoints of a place that objects list: at their own addresses, on a network that it shares. */
export const routeToSite = (site: Site, from: Viewpoint, clusterset: Clusterset): Route =>
  isReached(site, from, clusterset) ? toReached(site, clusterset, 'endpoints') : offNetworks(site.networks)

/** The same of endpoints that are the way to a cluster's share: all that it reaches, at the first ones' numbers. */
export function routeToShare({ parts }: ShareRoute, from: Viewpoint, clusterset: Clusterset): Route {
  const reached = parts.filter((part) => isReached(part, from, clusterset))
  const [first, ...more] = reached
  if (first === undefined) return offNetworks([...new Set(parts.flatMap(({ networks }) => networks ?? []))])
  const alike = more.filter((part) => numbersOf(part) === numbersOf(first))
  return toReached(alike.length === 0 ? first : together(first, alike), clusterset, 'loadBalancer')
}

const together = (first: Site, more: readonly Site[]): Site => ({
  ...first,
  addresses: [...new Set([first, ...more].flatMap(({ addresses }) => addresses))],
  hostnames: [...new Set([first, ...more].flatMap(({ hostnames }) => hostnames))],
})

function offNetworks(networks: Site['networks']): NoRoute {
  const [only, ...more] = networks ?? []
  const brief = printNetworks(only !== undefined && more.length === 0 ? only : networks)
  return { ...none(`endpoints: not on ${brief}`), brief }
}

function toReached(site: Site, clusterset: Clusterset, kind: 'endpoints' | 'loadBalancer'): Route {
  const named = site.hostnames.flatMap((name) => clusterset.resolved.get(name) ?? NOBODY)
  const { nat64 } = clusterset.addresses
  const usable = named.filter((address) => unusable(address, nat64) === undefined)
  const addresses = usable.length === 0 ? site.addresses : [...new Set([...site.addresses, ...usable])]
  if (addresses.length === 0) return unnamed(site, clusterset)
  const families = ([4, 6] as const).filter((one) => addresses.some((each) => familyOf(each) === one))
  if (site.shifted.length === 0) return { kind, addresses, families }
  const other = site.shifted.find(({ port, nodePort }) => port !== nodePort)
  return {
    ...none(`endpoints: port ${other?.port} ≠ target ${other?.nodePort}`),
    byPort: { kind: 'nodePort', addresses, families, nodePorts: site.shifted },
  }
}

const NOBODY: readonly Address[] = []

function isReached({ networks, within }: Site, from: Viewpoint, { members }: Clusterset): boolean {
  if (networks === null || within === from.cluster) return true
  return networksOf(members.get(from.cluster)?.network ?? null).some((one) => networks.includes(one))
}

function unnamed({ hostnames }: Site, { resolved, unresolved, resolving }: Clusterset): NoRoute {
  const pending = hostnames.find(
    (name) => resolving && resolved.get(name) === undefined && unresolved.get(name) === undefined,
  )
  if (pending !== undefined) return { ...none(`${pending} was not looked up yet`), pending }
  const [first] = hostnames
  return first === undefined
    ? none('endpoints: none is well')
    : none(`endpoints: ${first} does not resolve${reasonOf(unresolved.get(first))}`)
}

const reasonOf = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`)

const none = (reason: string): NoRoute => ({ kind: 'none', brief: reason, reasons: [reason] })
