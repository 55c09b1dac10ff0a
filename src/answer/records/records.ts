import { type Address, addressRecord, type Family, type Name, type RR, TYPE } from '../../values/dns/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { FoundName, Pool, ServiceNode } from '../../world/zone/index.ts'
import { inRandomOrder } from '../routing/index.ts'
import { apexRecords, nameServerRecords, pointerRecords, schemaRecords } from './apex.ts'
import { explanationRecords } from './explain-txt.ts'
import {
  type AnswerContext,
  datedOf,
  isSticky,
  mostIn,
  ofFamily,
  type Placement,
  placeCluster,
  placeEndpoints,
  placeService,
  type Ranks,
} from './place.ts'
import { srvRecord, targetsOf } from './srv.ts'
import { joinedAddresses, type SrvTarget, type WantedPort } from './targets.ts'
import type { Follows } from './types.ts'

/** What a name has of one type. */
export type Content =
  | { readonly kind: 'none' }
  | { readonly kind: 'nowhere'; readonly reason: string; readonly pending: boolean }
  | {
      readonly kind: 'some'
      readonly answers: readonly RR[]
      /** As of `Records`. */
      readonly runs: readonly number[]
      readonly additional: readonly RR[]
      readonly clusters: readonly ClusterId[]
      readonly dated: readonly string[]
      readonly follows: Follows
      /** There are more than these, which are more than a message of `room` octets holds. */
      readonly more: boolean
    }

/** A name that exists. */
export type Existing = Exclude<FoundName, { kind: 'outOfZone' | 'nameError' }>

export const NO_CONTENT: Content = { kind: 'none' }

/** The records of one type that an existing name has; `owner` is the name as asked. */
export function recordsOf(found: Existing, owner: Name, type: number, context: AnswerContext): Content {
  switch (found.kind) {
    case 'empty':
      return NO_CONTENT
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

function serviceRecords(node: ServiceNode, owner: Name, type: number, context: AnswerContext): Content {
  return OF_SERVICE.get(type)?.(node, owner, context) ?? NO_CONTENT
}

type OfService = (node: ServiceNode, owner: Name, context: AnswerContext) => Content

/** What the names of a service may have, by type; each says for itself which of them do. */
const OF_SERVICE: ReadonlyMap<number, OfService> = new Map<number, OfService>([
  [TYPE.A, (node, owner, context) => addressRecords(node, owner, 4, context)],
  [TYPE.AAAA, (node, owner, context) => addressRecords(node, owner, 6, context)],
  [TYPE.SRV, portRecords],
])

export const SERVICE_TYPES: readonly number[] = [...OF_SERVICE.keys()]

function addressRecords(node: ServiceNode, owner: Name, family: Family, context: AnswerContext): Content {
  const placed = placementOf(node, family, context)
  if (placed === undefined) return NO_CONTENT
  if (placed.kind === 'nowhere') return placed
  const most = mostIn(context, ADDRESS_RECORD)
  const random = placed.ordered === true ? null : context.random
  const { all, runs } = drawn(
    placed.ranks.map((rank) => (isArray(rank) ? ofFamily(rank, family) : rank)),
    most,
    random,
  )
  const { ttl } = context.snapshot.settings
  const answers = all.map((address) => addressRecord(owner, ttl, address))
  const follows = placed.sticky === true ? 'asker' : 'viewpoint'
  const open = random === null && placed.ordered !== true ? runs : []
  return some({ answers, runs: open, clusters: placed.clusters, follows, more: all.length >= most }, context)
}

/** How many addresses of a family a name has, where that is more than `most`; else undefined. */
export function countBeyond(
  most: number,
  node: ServiceNode,
  family: Family,
  context: AnswerContext,
): number | undefined {
  const placed = placementOf(node, family, context)
  if (placed === undefined || placed.kind === 'nowhere') return undefined
  const ranks = placed.ranks.map((rank) => (isArray(rank) ? ofFamily(rank, family) : rank))
  if (ranks.reduce((sum, { length }) => sum + length, 0) <= most) return undefined
  const { length } = drawn(ranks, Number.POSITIVE_INFINITY, null).all
  return length > most ? length : undefined
}

/** Octets of a record whose owner is the question's, for a family of 32 bits: the shortest. */
const ADDRESS_RECORD = 16

const isArray = (rank: Pool<Address>): rank is readonly Address[] => Array.isArray(rank)

/** So many addresses, rank by rank; one stands where it is best. */
function drawn(
  ranks: Ranks,
  most: number,
  random: (() => number) | null,
): { readonly all: readonly Address[]; readonly runs: readonly number[] } {
  const [only] = ranks
  if (ranks.length === 1 && only?.length === 1) return { all: [...only], runs: [1] }
  const seen = new Set<Address>()
  const runs = ranks.map((rank) => {
    const before = seen.size
    for (const i of random === null ? rank.keys() : inRandomOrder(rank.length, random)) {
      if (seen.size >= most) break
      const address = rank.at(i)
      if (address !== undefined) seen.add(address)
    }
    return seen.size - before
  })
  return { all: [...seen], runs }
}

function placementOf(node: ServiceNode, family: Family, context: AnswerContext): Placement | undefined {
  switch (node.node.kind) {
    case 'service':
      return placeService(node, context, family)
    case 'cluster':
      return placeCluster(node, node.node.cluster, context, family)
    case 'endpoint':
      return placeEndpoints(node, node.node.endpoints, context, family)
    case 'port':
      return undefined
  }
}

function portRecords(node: ServiceNode, owner: Name, context: AnswerContext): Content {
  const place = node.node
  if (place.kind === 'service') return srvRecords(node, owner, null, context)
  return place.kind === 'port' ? srvRecords(node, owner, place, context) : NO_CONTENT
}

function srvRecords(node: ServiceNode, owner: Name, wanted: WantedPort, context: AnswerContext): Content {
  const found = targetsOf(node, wanted, context)
  if ('kind' in found) return found
  const { targets, more } = found
  const { ttl } = context.snapshot.settings
  const clusters = found.clusters ?? distinct(targets.flatMap((target) => target.clusters))
  const answers = targets.map((target) => srvRecord(owner, ttl, target))
  const follows = isSticky(node.entry) && targets.some(({ isDrawn }) => isDrawn) ? 'asker' : 'viewpoint'
  const most = mostIn(context, ADDRESS_RECORD)
  // Where there is no room for all answers, there is none for what goes along.
  const additional = more ? [] : glueOf(targets, ttl, most)
  return some({ answers, additional, clusters, follows, more: more || additional.length >= most }, context)
}

function glueOf(targets: readonly SrvTarget[], ttl: number, most: number): readonly RR[] {
  const glue: RR[] = []
  for (const [name, same] of Map.groupBy(targets, ({ target }) => target)) {
    if (glue.length >= most) break
    const addresses = byFamily(joinedAddresses(same))
    for (const address of addresses.length > most ? addresses.slice(0, most) : addresses)
      glue.push(addressRecord(name, ttl, address))
  }
  return glue
}

/** Those of one RRset stand together, for it is sent whole or not at all. */
const byFamily = (addresses: readonly Address[]): readonly Address[] =>
  addresses.length < 2 ? addresses : [...ofFamily(addresses, 4), ...ofFamily(addresses, 6)]

const distinct = <T>(items: readonly T[]): readonly T[] => (items.length < 2 ? items : [...new Set(items)])

type Some = Extract<Content, { kind: 'some' }>

/** A service's records: of the viewpoint, unless they are of the very asker. */
const some = (
  {
    answers = [],
    runs = [],
    additional = [],
    clusters = [],
    follows = 'viewpoint',
    more = false,
  }: Partial<Some>,
  { snapshot }: AnswerContext,
): Content => {
  if (answers.length === 0) return NO_CONTENT
  const dated = datedOf(clusters, snapshot.clusterset)
  return { kind: 'some', answers, runs, additional, clusters, dated, follows, more }
}

/** The same for everybody. */
const fixed = ({ answers = [], additional = [] }: Partial<Some>): Content =>
  answers.length === 0
    ? NO_CONTENT
    : { kind: 'some', answers, runs: [], additional, clusters: [], dated: [], follows: 'nobody', more: false }
