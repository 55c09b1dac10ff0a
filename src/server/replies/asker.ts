import type { Asker, Follows } from '../../answer/records/index.ts'
import { type Places, scopeAround, standpointOf } from '../../answer/routing/index.ts'
import { type Address, liesInAny, type Prefix, parseAddress } from '../../values/dns/index.ts'
import type { Viewpoint } from '../../words/clusterset/index.ts'
import type { ClientSubnet, Query } from '../wire/index.ts'
import type { Peer, Remember } from './types.ts'

/** Who is who among the clients (`clients`, `dns.explain.allow`, `transfer.allow`). */
export interface ClientRules extends Places {
  readonly trustClientSubnet: boolean
  readonly explainAllow: readonly Prefix[]
  readonly transferAllow: readonly Prefix[]
}

/** An asker, and for how many leading bits of its client subnet an answer holds, by what the answer follows. */
export interface ScopedAsker {
  readonly asker: Asker
  readonly scopes: Readonly<Record<Follows, number>>
  readonly mayTransfer: boolean
}

export interface Askers {
  readonly asking: (peer: Peer, query: Query) => ScopedAsker
  /** Who a client is whose query says nothing of others. */
  readonly known: (host: string) => ScopedAsker
  /** Where the clients of a subnet stand. */
  readonly placed: (subnet: ClientSubnet) => Placed
  /** Whether what queries say of others is believed. */
  readonly trustsSubnets: boolean
}

/** Finds out who asks: by client address, and by client subnet. */
export function createAskers(rules: ClientRules, remember: Remember = (findOut) => findOut): Askers {
  const known = remember(
    (host: string) => askingOf(host, rules),
    (host) => host,
  )
  const placed = remember(
    (subnet: ClientSubnet) => placeSubnet(subnet, rules),
    ({ address, source }) => `${address}/${source}`,
  )
  const asking = (peer: Peer, query: Query): ScopedAsker => {
    const client = known(peer.host)
    const subnet = rules.trustClientSubnet ? query.edns?.subnet : undefined
    if (!subnet || subnet.source === 0) return client
    const { viewpoint, scope } = placed(subnet)
    const scopes = { nobody: 0, viewpoint: scope, asker: subnet.source }
    return { ...client, asker: { ...client.asker, viewpoint, address: subnet.address }, scopes }
  }
  return { known, asking, placed, trustsSubnets: rules.trustClientSubnet }
}

/** Where a subnet stands, and for how many leading bits of its address that holds. */
interface Placed {
  readonly viewpoint: Viewpoint
  readonly scope: number
}

/**
 * A subnet may be wider than a prefix of the map: then it says nothing of that prefix, and an answer from elsewhere
 * holds for the subnet as a whole.
 */
function placeSubnet({ address, source }: ClientSubnet, rules: ClientRules): Placed {
  const viewpoint = standpointOf(address, rules, source)
  const held = standpointOf(address, rules) === viewpoint
  return { viewpoint, scope: held ? scopeAround(address, rules) : source }
}

const NO_SUBNET = { nobody: 0, viewpoint: 0, asker: 0 } as const

function askingOf(host: string, rules: ClientRules): ScopedAsker {
  const { explainAllow, transferAllow } = rules
  const address: Address = parseAddress(host.replace(/%.*$/, '')) ?? ''
  const among = (prefixes: readonly Prefix[]) => liesInAny(address, prefixes)
  const asker: Asker = {
    viewpoint: standpointOf(address, rules),
    address,
    mayExplain: among(explainAllow),
  }
  return { asker, scopes: NO_SUBNET, mayTransfer: among(transferAllow) }
}
