/** Questions, asked by dig, which is nobody's code here. */

import type { Place } from './place.ts'
import type { Outcome } from './recipe.ts'

/** As dig's arguments: `web.global A`, `-x 10.2.1.18`. */
export type Question = string

export interface Reply {
  /** `NOERROR`; null if there was none in time. */
  readonly status: string | null
  /** In order of their text, without TTLs. */
  readonly records: readonly string[]
  /** Of an extended error: `14 (Not Ready)`. */
  readonly reason: string | null
}

const SHOWN = ['+noall', '+comments', '+answer', '+nosplit', '+time=5', '+tries=1'] as const

/** Over UDP, and over TCP if that is truncated. */
export async function ask(place: Place, server: string, question: Question): Promise<Reply> {
  const text = await place.run('dig', `@${server}`, ...SHOWN, ...question.split(' ')).catch(String)
  return {
    status: /status: ([A-Z]+)/.exec(text)?.[1] ?? null,
    records: text.split('\n').flatMap(recordOf).sort(),
    reason: /^; EDE: (.*)$/m.exec(text)?.[1] ?? null,
  }
}

function recordOf(line: string): readonly string[] {
  const [name = '', ttl = '', ...rest] = line.split(/\s+/)
  return name.endsWith('.') && /^\d+$/.test(ttl) ? [[name, ...rest].join(' ')] : []
}

/** By question, one after another. */
export async function askMany(
  place: Place,
  server: string,
  questions: readonly Question[],
): Promise<Readonly<Record<Question, Pick<Reply, 'status' | 'records'>>>> {
  const replies: Record<Question, Pick<Reply, 'status' | 'records'>> = {}
  for (const question of questions) {
    const { status, records } = await ask(place, server, question)
    replies[question] = { status, records }
  }
  return replies
}

export function outcomeOf({ status, records }: Reply): Outcome {
  if (status === null) return 'no reply'
  if (status === 'NXDOMAIN' || status === 'SERVFAIL' || status === 'REFUSED') return status
  return records.length === 0 ? 'no records' : 'an answer'
}

/** How many records, and with which status: what a table of expectations says. */
export const rowsOf = (replies: Readonly<Record<Question, Pick<Reply, 'status' | 'records'>>>) =>
  Object.fromEntries(
    Object.entries(replies).map(([question, { status, records }]) => [
      question,
      `${status} ${records.length}`,
    ]),
  )
