import { type Address, familyOf, unusable } from '../../values/dns/index.ts'
import {
  type Clusterset,
  networksOf,
  printNetworks,
  type Site,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import type { NoRoute, Route } from './types.ts'

/**
 * How a viewpoint reaches endpoints that objects list: at their own addresses, on a network that it shares. `kind`: what
 * they are, those of a place or the way to a cluster's share.
 */
export function routeToSite(
  site: Site,
  from: Viewpoint,
  clusterset: Clusterset,
  kind: 'endpoints' | 'loadBalancer' = 'endpoints',
): Route {
  if (!isReached(site, from, clusterset)) {
    const [only, ...more] = site.networks ?? []
    const brief = printNetworks(only !== undefined && more.length === 0 ? only : site.networks)
    return { ...none(`endpoints: not on ${brief}`), brief }
  }
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
