import { LRUCache } from 'lru-cache'
import type { Asker } from '../answer/index.ts'
import type { Viewpoint } from '../clusterset/index.ts'
import { type Address, contains, type Prefix, parseAddress } from '../dns/index.ts'
import { type ClientMapping, scopeOf, viewpointOf } from '../routing/index.ts'
import type { ClientSubnet, Query } from '../wire/index.ts'
import type { Peer } from './types.ts'

/** Who is who among the clients (`clients`, `dns.explain.allow`, `transfer.allow`). */
export interface ClientRules {
  readonly local: Viewpoint
  readonly map: readonly ClientMapping[]
  readonly trustClientSubnet: boolean
  readonly explainAllow: readonly Prefix[]
  readonly transferAllow: readonly Prefix[]
}

/** An asker, and for how many leading bits of its client subnet the same viewpoint holds. */
export interface Asking {
  readonly asker: Asker
  readonly scope: number
  readonly mayTransfer: boolean
}

/** Finds out who asks; what it found is kept in bounded tables, by client address and by client subnet. */
export function createAskers(rules: ClientRules): (peer: Peer, query: Query) => Asking {
  const byHost = new LRUCache<string, Asking>({ max: 10_000 })
  const bySubnet = new LRUCache<string, { readonly viewpoint: Viewpoint; readonly scope: number }>({
    max: 10_000,
  })

  const known = (host: string): Asking => {
    const hit = byHost.get(host) ?? askingOf(host, rules)
    byHost.set(host, hit)
    return hit
  }
  const placed = ({ address, source }: ClientSubnet) => {
    const key = `${address}/${source}`
    const map = rules.map.filter(
      ({ prefix }) => prefix.length <= source || prefix.base.length !== address.length,
    )
    const hit = bySubnet.get(key) ?? {
      viewpoint: viewpointOf(address, map, rules.local),
      scope: scopeOf(address, rules.map, rules.local),
    }
    bySubnet.set(key, hit)
    return hit
  }
  return (peer, query) => {
    const client = known(peer.host)
    const subnet = rules.trustClientSubnet ? query.edns?.subnet : undefined
    if (!subnet || subnet.source === 0) return client
    const { viewpoint, scope } = placed(subnet)
    return { ...client, asker: { ...client.asker, viewpoint, address: subnet.address }, scope }
  }
}

function askingOf(host: string, { local, map, explainAllow, transferAllow }: ClientRules): Asking {
  const address: Address = parseAddress(host.replace(/%.*$/, '')) ?? ''
  const among = (prefixes: readonly Prefix[]) => prefixes.some((prefix) => contains(prefix, address))
  const asker: Asker = {
    viewpoint: viewpointOf(address, map, local),
    address,
    mayExplain: among(explainAllow),
  }
  return { asker, scope: 0, mayTransfer: among(transferAllow) }
}
