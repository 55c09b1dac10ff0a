import {
  type Answer,
  answer,
  inRuns,
  plan,
  type ReplyOutcome,
  replyOutcomeOf,
} from '../../answer/records/index.ts'
import {
  CLASS,
  isName,
  parseAddress,
  parseName,
  parseType,
  printName,
  printRcode,
  printRecord,
  printType,
  type RR,
  refusalOf,
} from '../../values/dns/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
import { InspectError, type Inspected, printViewpoint, viewpointFrom } from './inspect.ts'

/** One answer, in words. Records are master-file lines. */
export interface AnswerInWords {
  readonly question: string
  readonly viewpoint: string
  readonly rcode: string
  readonly authoritative: boolean
  readonly answers: readonly string[]
  readonly authority: readonly string[]
  readonly additional: readonly string[]
  readonly errors: readonly { readonly code: number; readonly text: string }[]
}

/** One of the answers that a question can come to. */
export interface Likely extends AnswerInWords {
  /** 0 to 1. */
  readonly share: number
  /** `clients`: each keeps its own (session affinity). */
  readonly shareOf: 'look-ups' | 'clients'
}

interface AskRequest {
  readonly name: string
  readonly type?: string
  readonly class?: string
  readonly from?: string
}

export function ask(inspected: Inspected, wanted: AskRequest, random: () => number): AnswerInWords {
  const { snapshot, identity } = inspected
  const posed = questionOf(inspected, wanted)
  const { question, asker } = posed
  return printed(posed, snapshot, () => answer(question, snapshot, asker, identity, random))
}

/** All that a question can come to while nothing changes, each once; equals by their text, chance having no say. */
export function askAll(inspected: Inspected, wanted: AskRequest): readonly Likely[] {
  const { snapshot, identity } = inspected
  const posed = questionOf(inspected, wanted)
  const { question, asker } = posed
  const { draws = [], sticky = null } = plan(question, snapshot, asker, identity) ?? {}
  const isOne = sticky !== null && parseAddress(wanted.from ?? '') !== undefined
  if (isOne || refusalOf(question.type) !== undefined)
    return [{ share: 1, shareOf: 'look-ups', ...ask(inspected, wanted, () => 0) }]
  const shareOf = sticky === null ? 'look-ups' : 'clients'
  const shares = new Map<string, Likely>()
  for (const { answer, chance } of draws) {
    const asked = printed(posed, snapshot, () => inOneOrder(answer))
    const text = JSON.stringify(asked)
    shares.set(text, { share: (shares.get(text)?.share ?? 0) + chance, shareOf, ...asked })
  }
  return [...shares].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, likely]) => likely)
}

/** What chance would order, and additional records, whose order says nothing, by their text. */
function inOneOrder(answer: Answer): Answer {
  if (answer.kind !== 'records') return answer
  return { ...answer, answers: inRuns(answer, byText), additional: byText(answer.additional) }
}

const byText = (records: readonly RR[]): readonly RR[] =>
  records
    .map((rr) => [printRecord(rr), rr] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, rr]) => rr)

type Posed = ReturnType<typeof questionOf>

function questionOf(inspected: Inspected, wanted: AskRequest) {
  const viewpoint = viewpointFrom(wanted.from, inspected)
  const type = parseType(wanted.type ?? 'A')
  if (type === undefined)
    throw new InspectError(`type ${wanted.type} is unknown: use A, AAAA, SRV, TXT, … or TYPE1234`)
  if (!isName(wanted.name))
    throw new InspectError(
      `${wanted.name} is no DNS name: labels have 1 to 63 octets, names 255 with their dots`,
    )
  const asker = { viewpoint, address: parseAddress(wanted.from ?? '') ?? '\x7f\0\0\x01', mayExplain: true }
  return {
    question: { name: parseName(wanted.name), type, class: classNamed(wanted.class ?? 'IN') },
    asker,
  }
}

function printed({ question, asker }: Posed, snapshot: Snapshot, answered: () => Answer): AnswerInWords {
  const outcome = rejected(question.type) ?? replyOutcomeOf(answered(), snapshot)
  const code = question.class === CLASS.CH ? 'CH' : 'IN'
  const print = (records: readonly RR[]) => records.map((rr) => printRecord(rr, code))
  return {
    question: `${printName(question.name)} ${code} ${printType(question.type)}`,
    viewpoint: printViewpoint(asker.viewpoint),
    rcode: printRcode(outcome.rcode),
    authoritative: outcome.authoritative,
    answers: print(outcome.answers),
    authority: print(outcome.authority),
    additional: print(outcome.additional),
    errors: outcome.errors,
  }
}

/** What no query may ask for never comes to an answer. */
function rejected(type: number): ReplyOutcome | undefined {
  const refusal = refusalOf(type)
  return refusal && { ...refusal, authoritative: false, answers: [], authority: [], additional: [] }
}

function classNamed(text: string): number {
  const code = { IN: CLASS.IN, CH: CLASS.CH }[text.toUpperCase()]
  if (code === undefined) throw new InspectError(`class ${text} is not answered: use IN or CH`)
  return code
}
