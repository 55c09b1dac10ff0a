/** `dig @127.0.0.1 -p 1053 …` without dig: the query it would send, and what of its output does not vary. */
import { CLASS } from '../../src/values/dns/index.ts'
import { buildQuery, type ParsedReply, parseReply } from '../support/client.ts'
import { exchangeTcp, exchangeUdp } from '../support/exchange.ts'

const FLAGS = ['+short', '+tcp', '+subnet=…']

/** `words` is everything after `dig`. Throws for what it cannot print, so that no page relies on it by mistake. */
export async function dig(port: number, words: readonly string[]): Promise<readonly string[]> {
  const [server, p, number, ...rest] = words
  if (server !== '@127.0.0.1' || p !== '-p' || number !== '1053')
    throw new Error('dig in a console block begins with `dig @127.0.0.1 -p 1053`')
  const unknown = rest.filter(
    (word) => word.startsWith('+') && !FLAGS.includes(word.replace(/(?<=^\+subnet=)[\d./]+$/, '…')),
  )
  if (unknown.length > 0)
    throw new Error(`the tests know no ${unknown.join(', ')}; they know ${FLAGS.join(', ')}`)
  const [name = '.', ...more] = rest.filter((word) => !word.startsWith('+'))
  const type = more.find((word) => word !== 'CH') ?? 'A'
  const klass = more.includes('CH') ? CLASS.CH : CLASS.IN
  const [subnet] = rest.flatMap((word) => /^\+subnet=(.+)/.exec(word)?.[1] ?? [])
  const edns = subnet === undefined ? {} : { subnet }
  const query = buildQuery({ name, type, class: klass, rd: true, edns })
  const octets = rest.includes('+tcp')
    ? await overTcp(port, query)
    : await exchangeUdp(port, '127.0.0.1', query)
  const reply = parseReply(octets)
  return rest.includes('+short') ? reply.answers.map(dataOf) : wholeReply(reply)
}

/** The names that dig prints (RFC 8914), of the codes that there are. */
const EDE_NAMES: Readonly<Record<number, string>> = {
  0: 'Other',
  3: 'Stale Answer',
  14: 'Not Ready',
  18: 'Prohibited',
  20: 'Not Authoritative',
}

/** Status, flags and extended errors as dig has them; a page puts `…` where the rest of its output is. */
function wholeReply({ rcode, flags, edns, question }: ParsedReply): readonly string[] {
  const set = ['qr', 'aa', 'tc', 'rd', 'ra'].filter((flag) =>
    Object.entries(flags).some(([one, on]) => on && one === flag),
  )
  return [
    `;; ->>HEADER<<- opcode: QUERY, status: ${rcode}, id: 0`,
    `;; flags: ${set.join(' ')};`,
    ...(edns?.ede ?? []).map(
      ({ code, text }) => `; EDE: ${code} (${EDE_NAMES[code]})${text === '' ? '' : `: (${text})`}`,
    ),
    ';; QUESTION SECTION:',
    `;${question ?? ''}`,
  ]
}

async function overTcp(port: number, query: Uint8Array): Promise<Uint8Array> {
  const [reply] = await exchangeTcp(port, '127.0.0.1', query, false)
  if (reply === undefined) throw new Error('no reply')
  return reply
}

/** What follows owner, TTL, class and type. */
const dataOf = (line: string): string => line.split(' ').slice(4).join(' ')
