import {
  type Answer,
  type AnswerPlan,
  type Asker,
  type Planned,
  plan,
  replyOutcomeOf,
  type ServerIdentity,
} from '../../answer/records/index.ts'
import { CLASS } from '../../values/dns/index.ts'
import type { ReplyCounters } from '../../words/observe/index.ts'
import { find, grammarOf, type Snapshot } from '../../world/zone/index.ts'
import { clustersCounted } from '../replies/index.ts'
import { encodeBody, replyLength } from './body.ts'
import type { Generation } from './generation.ts'
import type { PlainQuery } from './plain.ts'
import { packDraw, type ReplyDraw } from './reply-draw.ts'
import { LONG_REPLY, MOST_ANSWERS, MOST_DRAWS, MOST_OCTETS, type Template } from './templates.ts'

/** All that a plain question can come to, as far as there is room for it; undefined where a template has none for so many draws. */
export const replyPlanFor = (
  { name, type }: PlainQuery,
  asker: Pick<Asker, 'viewpoint' | 'mayExplain'>,
  snapshot: Snapshot,
  identity: ServerIdentity,
  room = MOST_OCTETS,
): AnswerPlan | undefined =>
  plan({ name, type, class: CLASS.IN }, snapshot, asker, identity, MOST_DRAWS, room)

/** Of what a question's plan was made, if that is one service; undefined: it is not to be kept. */
export function originOf(
  query: PlainQuery,
  { viewpoint }: Pick<Asker, 'viewpoint'>,
  snapshot: Snapshot,
  generation: Generation,
): TemplateOrigin | undefined {
  const found = snapshot.settled ? find(snapshot, query.name, viewpoint.cluster) : undefined
  if (found?.kind !== 'service') return undefined
  const { entry, zone, base } = found
  if (grammarOf(zone.kind).hasWildcards && query.name !== base) return undefined
  return { ...generation.origin(entry.key), zone: zone.name }
}

/** What is to be kept of a plan that is the same for every client of the viewpoint, and not too long. */
export function templateOf(
  query: PlainQuery,
  { draws, sticky }: AnswerPlan,
  origin: TemplateOrigin,
  snapshot: Snapshot,
  counters: ReplyCounters,
): Template | undefined {
  if (sticky !== null) return undefined
  const packed: Uint8Array[] = []
  let octets = 0
  let isLong = false
  for (const planned of draws) {
    const draw = drawOf(query, planned, origin.zone, snapshot, counters)
    const one = draw && packDraw(draw)
    octets += one?.length ?? 0
    isLong ||= draw !== undefined && replyLength(query, draw.body) > LONG_REPLY
    if (one === undefined || octets > MOST_OCTETS) return undefined
    packed.push(one)
  }
  return { ...origin, isLong, draws: packed }
}

/** Of which service, in which state, and under which zone. */
export type TemplateOrigin = Omit<Template, 'draws' | 'isLong'>

function drawOf(
  query: PlainQuery,
  { chance, answer }: Planned,
  zone: string,
  snapshot: Snapshot,
  counters: ReplyCounters,
): ReplyDraw | undefined {
  if (answer.kind === 'records' && (answer.more === true || answer.answers.length > MOST_ANSWERS))
    return undefined
  const body = encodeBody(query, { ...replyOutcomeOf(answer, snapshot), subnetScope: 0, nsid: null })
  const runs = answer.kind === 'records' && answer.runs.some((length) => length > 1) ? answer.runs : []
  if (body === undefined || (runs.length > 0 && body.unit === 0)) return undefined
  return { chance, runs, body, ...countsOf(answer, zone, query.type, body.rcode, snapshot, counters) }
}

/** What is counted of an answer, and what it follows, found out once. */
export const countsOf = (
  answer: Answer,
  zone: string,
  type: number,
  rcode: number,
  snapshot: Snapshot,
  { requests, answered }: ReplyCounters,
): Pick<ReplyDraw, 'request' | 'clusters' | 'isNoRoute' | 'follows'> => ({
  request: requests.cell(zone, type, rcode),
  clusters: clustersCounted(answer, snapshot).map((cluster) => answered.cell(zone, cluster)),
  isNoRoute: answer.kind === 'noRoute',
  follows: answer.kind === 'records' ? answer.follows : 'nobody',
})
