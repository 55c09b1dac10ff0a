import type { ClusterId } from '../clusterset/index.ts'
import { type Address, addressRecord, type Family, type Name, type RR, TYPE } from '../dns/index.ts'
import type { Found, ServiceNode } from '../zone/index.ts'
import { apexRecords, nameServerRecords, pointerRecords, schemaRecords } from './apex.ts'
import { explanationRecords } from './explain-txt.ts'
import {
  type Context,
  datedOf,
  isSticky,
  ofFamily,
  type Placement,
  placeCluster,
  placeEndpoints,
  placeService,
  type Ranks,
} from './place.ts'
import { joinedAddresses, srvRecord, type Target, targetsOf, type WantedPort } from './srv.ts'
import type { Follows } from './types.ts'

/** What a name has of one type. */
export type Content =
  | { readonly kind: 'none' }
  | { readonly kind: 'nowhere'; readonly reason: string }
  | {
      readonly kind: 'some'
      readonly answers: readonly RR[]
      /** As of `Records`. */
      readonly runs: readonly number[]
      readonly additional: readonly RR[]
      readonly clusters: readonly ClusterId[]
      readonly dated: readonly string[]
      readonly follows: Follows
    }

/** A name that exists. */
export type Existing = Exclude<Found, { kind: 'outOfZone' | 'nameError' }>

export const NOTHING: Content = { kind: 'none' }

/** The records of one type that an existing name has; `owner` is the name as asked. */
export function recordsOf(found: Existing, owner: Name, type: number, context: Context): Content {
  switch (found.kind) {
    case 'empty':
      return NOTHING
    case 'apex':
      if (type === TYPE.PTR && found.pointer !== null)
        return fixed({ answers: pointerRecords(owner, type, found.pointer, context.snapshot) })
      return fixed(apexRecords(found.zone, type, context.snapshot))
    case 'nameServer':
      return fixed({ answers: nameServerRecords(owner, type, context.snapshot) })
    case 'schemaVersion':
      return fixed({ answers: schemaRecords(owner, type) })
    case 'pointer':
      return fixed({ answers: pointerRecords(owner, type, found.target, context.snapshot) })
    case 'explanation':
      return some({ answers: explanationRecords(owner, type, found.entry, context) }, context)
    case 'service':
      return serviceRecords(found, owner, type, context)
  }
}

function serviceRecords(node: ServiceNode, owner: Name, type: number, context: Context): Content {
  if (type === TYPE.A || type === TYPE.AAAA) return addressRecords(node, owner, type, context)
  if (type !== TYPE.SRV) return NOTHING
  const place = node.node
  if (place.kind === 'service') return srvRecords(node, owner, null, context)
  return place.kind === 'port' ? srvRecords(node, owner, place, context) : NOTHING
}

function addressRecords(node: ServiceNode, owner: Name, type: number, context: Context): Content {
  const family = type === TYPE.A ? 4 : 6
  const placed = placementOf(node, family, context)
  if (placed === undefined) return NOTHING
  if (placed.kind === 'nowhere') return placed
  const ranks = withoutRepeats(placed.ranks.map((rank) => ofFamily(rank, family)))
  const { ttl } = context.snapshot.settings
  const answers = ranks.flat().map((address) => addressRecord(owner, ttl, address))
  const runs = ranks.map(({ length }) => length)
  const follows = placed.sticky === true ? 'asker' : 'viewpoint'
  return some({ answers, runs, clusters: placed.clusters, follows }, context)
}

/** An address stands where it is best. */
function withoutRepeats(ranks: Ranks): Ranks {
  if (ranks.length === 1 && ranks[0]?.length === 1) return ranks
  const seen = new Set<Address>()
  return ranks.map((rank) => rank.filter((address) => seen.size < seen.add(address).size))
}

function placementOf(node: ServiceNode, family: Family, context: Context): Placement | undefined {
  switch (node.node.kind) {
    case 'service':
      return placeService(node, context, family)
    case 'cluster':
      return placeCluster(node, node.node.cluster, context)
    case 'endpoint':
      return placeEndpoints(node, node.node.endpoints, context)
    case 'port':
      return undefined
  }
}

function srvRecords(node: ServiceNode, owner: Name, wanted: WantedPort, context: Context): Content {
  const targets = targetsOf(node, wanted, context)
  if ('kind' in targets) return targets
  const { ttl } = context.snapshot.settings
  const clusters = distinct(targets.flatMap((target) => target.clusters))
  const answers = targets.map((target) => srvRecord(owner, ttl, target))
  const follows = isSticky(node.entry) && targets.some(({ isDrawn }) => isDrawn) ? 'asker' : 'viewpoint'
  return some({ answers, additional: glueOf(targets, ttl), clusters, follows }, context)
}

function glueOf(targets: readonly Target[], ttl: number): readonly RR[] {
  const byName = Map.groupBy(targets, ({ target }) => target)
  return [...byName].flatMap(([name, same]) =>
    byFamily(joinedAddresses(same)).map((address) => addressRecord(name, ttl, address)),
  )
}

/** Those of one RRset stand together, for it is sent whole or not at all. */
const byFamily = (addresses: readonly Address[]): readonly Address[] =>
  addresses.length < 2 ? addresses : [...ofFamily(addresses, 4), ...ofFamily(addresses, 6)]

const distinct = <T>(items: readonly T[]): readonly T[] => (items.length < 2 ? items : [...new Set(items)])

type Some = Extract<Content, { kind: 'some' }>

/** A service's records: of the viewpoint, unless they are of the very asker. */
const some = (
  { answers = [], runs = [], additional = [], clusters = [], follows = 'viewpoint' }: Partial<Some>,
  { snapshot }: Context,
): Content => {
  if (answers.length === 0) return NOTHING
  const dated = datedOf(clusters, snapshot.clusterset)
  return { kind: 'some', answers, runs, additional, clusters, dated, follows }
}

/** The same for everybody. */
const fixed = ({ answers = [], additional = [] }: Partial<Some>): Content =>
  answers.length === 0
    ? NOTHING
    : { kind: 'some', answers, runs: [], additional, clusters: [], dated: [], follows: 'nobody' }
