/** `dig @127.0.0.1 -p 1053 +short …` without dig: the query it would send, and the lines it would print. */
import { CLASS } from '../../src/dns/index.ts'
import { buildQuery, parseReply } from '../support/client.ts'
import { exchangeTcp, exchangeUdp } from '../support/exchange.ts'

const FLAGS = ['+short', '+tcp']

/** `words` is everything after `dig`. Throws for what it cannot print, so that no page relies on it by mistake. */
export async function dig(port: number, words: readonly string[]): Promise<readonly string[]> {
  const [server, p, number, ...rest] = words
  if (server !== '@127.0.0.1' || p !== '-p' || number !== '1053' || !rest.includes('+short'))
    throw new Error(
      'dig in a console block is `dig @127.0.0.1 -p 1053 +short …`: the rest of its output varies',
    )
  const unknown = rest.filter((word) => word.startsWith('+') && !FLAGS.includes(word))
  if (unknown.length > 0)
    throw new Error(`the tests know no ${unknown.join(', ')}; they know ${FLAGS.join(', ')}`)
  const [name = '.', ...more] = rest.filter((word) => !word.startsWith('+'))
  const type = more.find((word) => word !== 'CH') ?? 'A'
  const klass = more.includes('CH') ? CLASS.CH : CLASS.IN
  const query = buildQuery({ name, type, class: klass, rd: true, edns: {} })
  const octets = rest.includes('+tcp')
    ? await overTcp(port, query)
    : await exchangeUdp(port, '127.0.0.1', query)
  return parseReply(octets).answers.map(dataOf)
}

async function overTcp(port: number, query: Uint8Array): Promise<Uint8Array> {
  const [reply] = await exchangeTcp(port, '127.0.0.1', query, false)
  if (reply === undefined) throw new Error('no reply')
  return reply
}

/** What follows owner, TTL, class and type. */
const dataOf = (line: string): string => line.split(' ').slice(4).join(' ')
