import { isWithin, joinNames, type Name, RECORD_TYPES, type RR, TYPE } from '../../values/dns/index.ts'
import type { Viewpoint } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import {
  type Entry,
  grammarOf,
  nodesOf,
  reverseName,
  type ServiceNode,
  type Snapshot,
  serviceIn,
  type Zone,
} from '../../world/zone/index.ts'
import { soaOf } from './apex.ts'
import { endpointRecords } from './endpoint-records.ts'
import type { AnswerContext } from './place.ts'
import { type Existing, recordsOf, SERVICE_TYPES } from './records.ts'
import { portsPrepared } from './srv.ts'
import { wholeLevel } from './whole-level.ts'

/** Told of a mistake of ours that one service brings out: what it had left is left out, and the others go on. */
export type Unrendered = (key: ServiceKey, error: unknown) => void

const raise: Unrendered = (_key, error) => {
  throw error
}

/** A record, or nothing yet: something was looked at that may have none. */
type Step = RR | undefined

/** So many services, and names and types of theirs, are looked at in a step: a zone may have no record of a hundred thousand. */
const FEW = 32

/**
 * A zone as one viewpoint sees it, for master files and transfers: SOA first, then each name once. A service's name
 * has all addresses of the level in use; `_explain` is left out. Lazy, and all from one snapshot. Undefined is no
 * record, but the end of a step: whoever has others to serve can do so, however few records there are.
 */
export function* renderZone(
  snapshot: Snapshot,
  zone: Zone,
  viewpoint: Viewpoint,
  failed: Unrendered = raise,
): Generator<Step> {
  let looked = 0
  for (const found of lookThrough(snapshot, zone, viewpoint, failed))
    if (found !== undefined || ++looked % FEW === 0) yield found
}

function* lookThrough(
  snapshot: Snapshot,
  zone: Zone,
  viewpoint: Viewpoint,
  failed: Unrendered,
): Generator<Step> {
  const context = wholeLevel(snapshot, viewpoint)
  yield soaOf(zone, snapshot)
  yield* all({ kind: 'apex', zone, pointer: null }, zone.name, BESIDE_SOA, context)
  if (zone.kind === 'clusterset') {
    yield* all({ kind: 'nameServer', zone }, joinNames('ns.dns', zone.name), RECORD_TYPES, context)
    yield* all({ kind: 'schemaVersion', zone }, joinNames('dns-version', zone.name), RECORD_TYPES, context)
  }
  if (zone.kind === 'reverse') yield* renderPointers(zone, context)
  else yield* renderServices(zone, context, failed)
}

/** What a zone's apex may have besides its SOA record, which is first. */
const BESIDE_SOA = RECORD_TYPES.filter((type) => type !== TYPE.SOA)

function* renderServices(zone: Zone, context: AnswerContext, failed: Unrendered): Generator<Step> {
  const { entries } = context.snapshot
  const some = zone.kind === 'cluster' ? entries.naming?.(zone.cluster) : undefined
  for (const one of some ?? entries) {
    if (one !== undefined) yield* spared(one[0], renderService(one[1], zone, context), failed)
    yield undefined
  }
}

function* spared(key: ServiceKey, records: Iterable<Step>, failed: Unrendered): Generator<Step> {
  try {
    yield* records
  } catch (error) {
    failed(key, error)
  }
}

/** The records of one service in a zone. */
export function* renderService(entry: Entry, zone: Zone, context: AnswerContext): Generator<Step> {
  for (const rrset of rrsetsOf(entry, zone, context)) {
    for (const rr of rrset) yield rr
    yield undefined
  }
}

/** The same by name and type, each of which may have none; records are made as far as they are read. */
export function* rrsetsOf(entry: Entry, zone: Zone, context: AnswerContext): Generator<Iterable<RR>> {
  const service = serviceIn(zone, entry, context.asker.viewpoint.cluster)
  if (service === undefined) return
  const { settings } = context.snapshot
  const { base } = service
  const short = grammarOf(zone.kind).isShort && entry.namespace === settings.defaultNamespace
  for (const [path, node] of nodesOf(zone.kind, service.published, base)) {
    const found: ServiceNode = { ...service, node }
    yield* rrsetsAt(found, joinNames(path, base), context)
    if (!short || (node.kind !== 'service' && node.kind !== 'port')) continue
    yield* rrsetsAt(found, joinNames(path, entry.name, zone.name), context)
  }
}

function* rrsetsAt(found: ServiceNode, owner: Name, context: AnswerContext): Generator<Iterable<RR>> {
  for (const type of SERVICE_TYPES)
    if (type === TYPE.SRV) yield* srvAt(found, owner, context)
    else yield all(found, owner, [type], context)
}

/** SRV may be as many as a service has endpoints and ports: they are made in steps too. */
function* srvAt(found: ServiceNode, owner: Name, context: AnswerContext): Generator<Iterable<RR>> {
  const { node, published } = found
  if (node.kind !== 'service' && node.kind !== 'port') return
  const wanted = node.kind === 'port' ? node : null
  if (wanted === null) for (const _ of portsPrepared(found, context)) yield []
  yield published.type === 'Headless'
    ? endpointRecords(found, owner, wanted, context)
    : all(found, owner, [TYPE.SRV], context)
}

function* renderPointers(zone: Zone, context: AnswerContext): Generator<Step> {
  for (const [address, best] of context.snapshot.pointers) {
    yield undefined
    const name = reverseName(address)
    if (best === undefined || !isWithin(name, zone.name)) continue
    yield* all({ kind: 'pointer', zone, target: best.target }, name, RECORD_TYPES, context)
  }
}

function* all(found: Existing, owner: Name, types: readonly number[], context: AnswerContext): Generator<RR> {
  for (const type of types) {
    const content = recordsOf(found, owner, type, context)
    // One by one: whoever reads them may throw where a record was made, which an array's own iterator does not let in.
    if (content.kind === 'some') for (const rr of content.answers) yield rr
  }
}
