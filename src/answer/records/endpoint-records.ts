import { type Name, type RR, wireLength } from '../../values/dns/index.ts'
import { remembered } from '../../values/table/index.ts'
import type { Ready } from '../../world/inventory/index.ts'
import {
  areEndpointsMade,
  type ClusterShare,
  type EndpointPlaces,
  hostPath,
  placeOf,
  type ServiceNode,
} from '../../world/zone/index.ts'
import { having, newTo, numbersByList } from './endpoint-targets.ts'
import { type AnswerContext, unionOf } from './place.ts'
import { srvRecord } from './srv.ts'
import { isMade, type WantedPort } from './targets.ts'

/** An endpoint that SRV records lead to, and the numbers of them that no endpoint before has under its name. */
interface Led {
  readonly share: ClusterShare
  readonly at: number
  readonly numbers: readonly number[]
}

/** The endpoints that a Headless service's SRV records lead to, nearest first, each found when it is asked for. */
export function* ledTo(node: ServiceNode, wanted: WantedPort, context: AnswerContext): Generator<Led> {
  const published = having(node.published, wanted)
  if (published === undefined) return
  const union = unionOf({ ...node, published }, context)
  if (union.kind === 'nowhere') return
  const numbersOf = numbersByList(wanted)
  const hosts: Hosts = new Map()
  const allMade = areEndpointsMade(node.zone.kind, node.published, node.base)
  for (const rank of union.ranks) {
    for (let k = 0; k < rank.length; k++) {
      const share = rank.shares[rank.shareAt(k)]
      const at = rank.indexAt(k)
      if (share === undefined || !(allMade || isMade(pathOf(node, share, at), node))) continue
      const list = share.ready.listOf(at)
      const all = numbersOf(share.ready, list)
      yield { share, at, numbers: share.ready.hasTwins ? newTo(hostAt(rank, k, hosts), list, all) : all }
    }
  }
}

/** By the place of the first that has the name. */
type Hosts = Map<number, Parameters<typeof newTo>[0]>

function hostAt(rank: EndpointPlaces, k: number, hosts: Hosts): Parameters<typeof newTo>[0] {
  const share = rank.shareAt(k)
  const place = placeOf(share, rank.shares[share]?.ready.firstOf(rank.indexAt(k)) ?? 0)
  const host = hosts.get(place) ?? { lists: new Set(), numbers: new Set() }
  hosts.set(place, host)
  return host
}

const pathOf = ({ zone }: ServiceNode, { ready, cluster }: ClusterShare, at: number): string =>
  hostPath(zone.kind, ready.hostname(at), cluster)

/** All SRV records of a Headless service's name, each made when it is asked for: there may be millions. */
export function* endpointRecords(
  node: ServiceNode,
  owner: Name,
  wanted: WantedPort,
  context: AnswerContext,
): Generator<RR> {
  const { ttl } = context.snapshot.settings
  const all = leaves(node, wanted, context)
  const first: Leaf[] = []
  for (let next = all.next(); next.done !== true; next = all.next()) if (first.push(next.value) > 100) break
  const weight = Math.max(1, Math.floor(100 / first.length))
  for (const one of first) yield srvRecord(owner, ttl, { ...one, priority: 0, weight })
  for (const one of all) yield srvRecord(owner, ttl, { ...one, priority: 0, weight })
}

interface Leaf {
  readonly target: Name
  readonly port: number
}

function* leaves(node: ServiceNode, wanted: WantedPort, context: AnswerContext): Generator<Leaf> {
  for (const { share, at, numbers } of ledTo(node, wanted, context)) {
    const target = `${pathOf(node, share, at)}.${node.base}`
    for (const port of numbers) yield { target, port }
  }
}

/** Octets of the targets of SRV records. */
export function targetLengths({ zone, base }: ServiceNode): (led: Led) => number {
  const around = wireLength(base)
  return ({ share: { ready, cluster }, at }) =>
    around + 1 + hostLength(ready, at) + (zone.kind === 'cluster' ? 0 : 1 + cluster.length)
}

/** A host name is one label; each of a thousand ports leads to it. */
function hostLength(ready: Ready, at: number): number {
  const known = lengthsOf(ready)
  const length = known[at] || ready.hostname(at).length
  known[at] = length
  return length
}

const lengthsOf = remembered((ready: Ready) => new Uint8Array(ready.length))
