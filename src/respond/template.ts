import {
  type Answer,
  type Asker,
  type Identity,
  outcomeOf,
  type Plan,
  type Planned,
  plan,
} from '../answer/index.ts'
import { CLASS } from '../dns/index.ts'
import type { ReplyCounters } from '../observe/index.ts'
import { encodeBody, type PlainQuery } from '../wire/index.ts'
import { find, type Snapshot } from '../zone/index.ts'
import { type Lot, packLot } from './lot.ts'
import { MOST_LOTS, MOST_RUN, type Template } from './templates.ts'

/** All that a plain question can come to; undefined where that is more than a template has room for. */
export const planFor = (
  { name, type }: PlainQuery,
  asker: Pick<Asker, 'viewpoint' | 'mayExplain'>,
  snapshot: Snapshot,
  identity: Identity,
): Plan | undefined => plan({ name, type, class: CLASS.IN }, snapshot, asker, identity, MOST_LOTS)

/** What is to be kept of a plan: what is of one service, and the same for every client of the viewpoint. */
export function templateOf(
  query: PlainQuery,
  planned: Plan | undefined,
  { viewpoint }: Pick<Asker, 'viewpoint'>,
  snapshot: Snapshot,
  counters: ReplyCounters,
): Template | undefined {
  if (planned === undefined || planned.sticky !== null || !snapshot.settled) return undefined
  const found = find(snapshot, query.name, viewpoint.cluster)
  if (found.kind !== 'service') return undefined
  const { entry, zone } = found
  const packed: Uint8Array[] = []
  for (const one of planned.lots) {
    const lot = lotOf(query, one, zone.name, snapshot, counters)
    if (lot === undefined) return undefined
    packed.push(packLot(lot))
  }
  return { service: entry.key, entry: snapshot.entries.identityOf(entry.key), zone: zone.name, lots: packed }
}

function lotOf(
  query: PlainQuery,
  { chance, answer }: Planned,
  zone: string,
  snapshot: Snapshot,
  counters: ReplyCounters,
): Lot | undefined {
  const body = encodeBody(query, { ...outcomeOf(answer, snapshot), subnetScope: 0, nsid: null })
  const runs = answer.kind === 'records' && answer.runs.some((length) => length > 1) ? answer.runs : []
  if (body === undefined || (runs.length > 0 && body.unit === 0)) return undefined
  if (runs.some((length) => length > MOST_RUN)) return undefined
  return { chance, runs, body, ...countsOf(answer, zone, query.type, body.rcode, counters) }
}

/** What is counted of an answer, found out once. */
export const countsOf = (
  answer: Answer,
  zone: string,
  type: number,
  rcode: number,
  { requests, answered }: ReplyCounters,
): Pick<Lot, 'request' | 'clusters' | 'isNoRoute'> => ({
  request: requests.cell(zone, type, rcode),
  clusters: answer.kind === 'records' ? answer.clusters.map((cluster) => answered.cell(zone, cluster)) : [],
  isNoRoute: answer.kind === 'noRoute',
})
