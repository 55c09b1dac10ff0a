import { EDE, RCODE, type RR } from '../../values/dns/index.ts'
import { few } from '../../words/kube/index.ts'
import type { Snapshot } from '../../world/zone/index.ts'
import { MOST_IN_REPLY } from '../routing/index.ts'
import { soaOf } from './apex.ts'
import type { Answer } from './types.ts'

/** A reply as a message says it, before it is fitted into one. */
export interface ReplyOutcome {
  readonly rcode: number
  readonly authoritative: boolean
  readonly answers: readonly RR[]
  readonly authority: readonly RR[]
  readonly additional: readonly RR[]
  readonly errors: readonly { readonly code: number; readonly text: string }[]
}

/** What an answer's kind means for the message (answers.md 3). */
export function replyOutcomeOf(answer: Answer, snapshot: Snapshot): ReplyOutcome {
  switch (answer.kind) {
    case 'records': {
      const errors =
        answer.dated.length === 0
          ? []
          : [{ code: EDE.STALE_ANSWER, text: few(answer.dated, MOST_IN_REPLY, '; ') }]
      return { ...POSITIVE, answers: answer.answers, additional: answer.additional, errors }
    }
    case 'identity':
      return { ...POSITIVE, answers: answer.answers }
    case 'noData':
      return { ...POSITIVE, authority: [soaOf(answer.zone, snapshot)] }
    case 'nameError':
      return { ...POSITIVE, rcode: RCODE.NXDOMAIN, authority: [soaOf(answer.zone, snapshot)] }
    case 'noRoute': {
      const errors = [{ code: EDE.OTHER, text: answer.reason }]
      return { ...POSITIVE, authority: [soaOf(answer.zone, snapshot)], errors }
    }
    case 'notAZone':
      return { ...FAILED, rcode: RCODE.NOTAUTH, errors: REFUSALS.outOfZone }
    case 'refused':
      return { ...FAILED, rcode: RCODE.REFUSED, errors: REFUSALS[answer.because] }
    case 'notReady':
      return { ...FAILED, rcode: RCODE.SERVFAIL, errors: [{ code: EDE.NOT_READY, text: answer.reason }] }
  }
}

const EMPTY = { answers: [], authority: [], additional: [], errors: [] } as const
const POSITIVE: ReplyOutcome = { rcode: RCODE.NOERROR, authoritative: true, ...EMPTY }
const FAILED: ReplyOutcome = { rcode: RCODE.SERVFAIL, authoritative: false, ...EMPTY }

type Refusal = Extract<Answer, { kind: 'refused' }>['because']

const REFUSALS: Readonly<Record<Refusal, ReplyOutcome['errors']>> = {
  outOfZone: [{ code: EDE.NOT_AUTHORITATIVE, text: '' }],
  prohibited: [{ code: EDE.PROHIBITED, text: 'explanations are for the clients in dns.explain.allow' }],
  class: [],
  transfer: [{ code: EDE.PROHIBITED, text: 'transfers are for TCP clients in transfer.allow' }],
}

/** The reply to a query that met a bug of ours. */
export const BUG: ReplyOutcome = FAILED
