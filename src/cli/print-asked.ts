import type { Asked } from '../admin/index.ts'

/** An answer in dig's layout. */
export function printAsked(asked: Asked, colour: boolean): string {
  const { answers, authority, additional, errors } = asked
  const counts = `QUERY: 1, ANSWER: ${answers.length}, AUTHORITY: ${authority.length}, ADDITIONAL: ${additional.length}`
  const lines = [
    `; <<>> meridian ask <<>> seen from ${asked.viewpoint}`,
    `;; ->>HEADER<<- opcode: QUERY, status: ${colour ? `\x1b[1m${asked.rcode}\x1b[0m` : asked.rcode}`,
    `;; flags: qr${asked.authoritative ? ' aa' : ''}; ${counts}`,
    ...errors.map(({ code, text }) => `; EDE: ${code}${text === '' ? '' : `: (${text})`}`),
    '',
    ';; QUESTION SECTION:',
    `;${asked.question}`,
    ...section('ANSWER', answers),
    ...section('AUTHORITY', authority),
    ...section('ADDITIONAL', additional),
  ]
  return `${lines.join('\n')}\n`
}

const section = (title: string, records: readonly string[]): readonly string[] =>
  records.length === 0 ? [] : ['', `;; ${title} SECTION:`, ...records]
