import { CLASS, RECORD_TYPES, TYPE } from '../../values/dns/index.ts'
import { type FoundName, find, grammarOf, type Snapshot } from '../../world/zone/index.ts'
import { startingIn, unknownIn } from './absence.ts'
import { chooseFor } from './draw.ts'
import type { AnswerContext, Choose } from './place.ts'
import { type Content, type Existing, NO_CONTENT, recordsOf } from './records.ts'
import type { Answer, Asker, ServerIdentity } from './types.ts'

/** The question of a query; `name` canonical. */
export interface Question {
  readonly name: string
  readonly type: number
  readonly class: number
}

/**
 * What a question comes to (answers.md 3), once its message was sound: class, zone, readiness and name, in this
 * order. `random` in [0, 1) is the only chance in it. `room`: octets of a message, beyond which no records are made.
 */
export function answer(
  question: Question,
  snapshot: Snapshot,
  asker: Asker,
  identity: ServerIdentity,
  random: () => number,
  room = Number.POSITIVE_INFINITY,
): Answer {
  return decide(question, snapshot, asker, identity, chooseFor(asker.address, random), room, random)
}

/** The same but for chance: `choose` draws, and the order of equals is left open unless there is a `random`. */
export function decide(
  question: Question,
  snapshot: Snapshot,
  asker: Pick<Asker, 'viewpoint' | 'mayExplain'>,
  identity: ServerIdentity,
  choose: Choose,
  room = Number.POSITIVE_INFINITY,
  random: (() => number) | null = null,
): Answer {
  if (question.class === CLASS.CH) return answerIdentity(question, identity)
  if (question.class !== CLASS.IN) return { kind: 'refused', because: 'class' }
  const found = find(snapshot, question.name, asker.viewpoint.cluster)
  const isTransfer = TRANSFERS.includes(question.type)
  if (found.kind === 'outOfZone')
    return isTransfer ? { kind: 'notAZone' } : { kind: 'refused', because: 'outOfZone' }
  const starting = startingIn(snapshot)
  if (starting !== undefined) return { kind: 'notReady', zone: found.zone, reason: starting }
  // RFC 5936, 2.2.1.
  if (isTransfer)
    return found.kind === 'apex' ? { kind: 'refused', because: 'transfer' } : { kind: 'notAZone' }
  if (!asker.mayExplain && isExplanation(question.name, found))
    return { kind: 'refused', because: 'prohibited' }
  if (found.kind === 'nameError') return answerUnknown(found, snapshot)
  return answerExisting(found, question, { snapshot, asker, choose, room, random })
}

const TRANSFERS: readonly number[] = [TYPE.AXFR, TYPE.IXFR]

/** `version.bind` and its like (RFC 4892); whoever asks for anything else in class CH is refused. */
function answerIdentity({ name, type }: Question, { version, id }: ServerIdentity): Answer {
  const text = name === 'version.bind' || name === 'version.server' ? version : IDS.includes(name) ? id : null
  if (text === null || (type !== TYPE.TXT && type !== TYPE.ANY)) return { kind: 'refused', because: 'class' }
  return { kind: 'identity', answers: [{ owner: name, ttl: 0, data: { type: TYPE.TXT, strings: [text] } }] }
}

const IDS: readonly string[] = ['id.server', 'hostname.bind']

/** At or below `<svc>.<ns>._explain`, existing or not: a refusal must not tell what exists. */
const isExplanation = (name: string, found: Exclude<FoundName, { kind: 'outOfZone' }>): boolean =>
  grammarOf(found.zone.kind).isExplained &&
  name.includes('._explain.') &&
  name.endsWith(`._explain.${found.zone.name}`)

/** A name that no known cluster has does not exist, unless a cluster of which that is not known could have it. */
function answerUnknown(
  { zone, shape }: Extract<FoundName, { kind: 'nameError' }>,
  snapshot: Snapshot,
): Answer {
  const reason = unknownIn(snapshot, shape)
  return reason === undefined ? { kind: 'nameError', zone } : { kind: 'notReady', zone, reason }
}

export const isExisting = (found: FoundName): found is Existing =>
  found.kind !== 'outOfZone' && found.kind !== 'nameError'

/** What a name that exists has. */
export function answerExisting(found: Existing, { name, type }: Question, context: AnswerContext): Answer {
  const content = type === TYPE.ANY ? firstOf(found, name, context) : recordsOf(found, name, type, context)
  switch (content.kind) {
    case 'none':
      return { kind: 'noData', zone: found.zone }
    case 'nowhere':
      return {
        kind: content.pending ? 'notReady' : 'noRoute',
        zone: found.zone,
        reason: content.reason,
      }
    case 'some': {
      const { kind: _, ...records } = content
      return { kind: 'records', zone: found.zone, ...records }
    }
  }
}

/** ANY gets one RRset that the name has (RFC 8482, 4.1). */
function firstOf(found: Existing, name: string, context: AnswerContext): Content {
  let otherwise: Content = NO_CONTENT
  for (const type of RECORD_TYPES) {
    const content = recordsOf(found, name, type, context)
    if (content.kind === 'some') return content
    if (otherwise.kind === 'none') otherwise = content
  }
  return otherwise
}
