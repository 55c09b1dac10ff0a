import type { AnswerInWords, Likely } from '../admin/index.ts'

/** An answer in dig's layout. */
export const printAsked = (asked: AnswerInWords, colour: boolean): string =>
  [
    ...headOf(asked, colour, countsIn(asked)),
    ...SECTIONS.flatMap(([title, recordsOf]) => section(title, recordsOf(asked))),
  ]
    .map((line) => `${line}\n`)
    .join('')

/** Everything that a question can come to, each line with its share where not all have it. */
export function printLikely(all: readonly Likely[]): string {
  const heads = new Map<string, number>()
  for (const one of all)
    for (const line of new Set(headOf(one, false, ''))) heads.set(line, (heads.get(line) ?? 0) + one.share)
  const unit = all[0]?.shareOf ?? 'look-ups'
  const lines = [
    ...[...heads].map(([line, share]) => withShare(line, share, unit)),
    ...SECTIONS.flatMap(([title, recordsOf]) =>
      section(
        title,
        all.flatMap((one) => recordsOf(one).map((line) => withShare(line, one.share, unit))),
      ),
    ),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/** Shares are sums of fractions: to six digits they are what was written. */
function withShare(line: string, share: number, unit: string): string {
  const percent = Number((share * 100).toPrecision(6))
  return percent === 100 ? line : `${line} ; ${percent} % of ${unit}`
}

function headOf(asked: AnswerInWords, colour: boolean, counts: string): readonly string[] {
  return [
    `; <<>> meridian ask <<>> seen from ${asked.viewpoint}`,
    `;; ->>HEADER<<- opcode: QUERY, status: ${colour ? `\x1b[1m${asked.rcode}\x1b[0m` : asked.rcode}`,
    `;; flags: qr${asked.authoritative ? ' aa' : ''}${counts}`,
    ...asked.errors.map(({ code, text }) => `; EDE: ${code}${text === '' ? '' : `: (${text})`}`),
    '',
    ';; QUESTION SECTION:',
    `;${asked.question}`,
  ]
}

const countsIn = ({ answers, authority, additional }: AnswerInWords): string =>
  `; QUERY: 1, ANSWER: ${answers.length}, AUTHORITY: ${authority.length}, ADDITIONAL: ${additional.length}`

const SECTIONS: readonly (readonly [string, (asked: AnswerInWords) => readonly string[]])[] = [
  ['ANSWER', ({ answers }) => answers],
  ['AUTHORITY', ({ authority }) => authority],
  ['ADDITIONAL', ({ additional }) => additional],
]

const section = (title: string, records: readonly string[]): readonly string[] =>
  records.length === 0 ? [] : ['', `;; ${title} SECTION:`, ...records]
