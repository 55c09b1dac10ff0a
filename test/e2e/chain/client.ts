/** A client of CoreDNS, or of Meridian: one query, one reply, over UDP or TCP. */

import { buildQuery, type ParsedReply, parseReply, type QuerySpec } from '../../support/client.ts'
import { exchangeTcp, exchangeUdp } from '../../support/exchange.ts'

export type Transport = 'udp' | 'tcp'

export const transports: readonly Transport[] = ['udp', 'tcp']

/** As stub resolvers ask: recursion desired; without EDNS unless the query says so. */
export async function ask(port: number, transport: Transport, query: QuerySpec): Promise<ParsedReply> {
  const octets = buildQuery({ rd: true, ...query })
  if (transport === 'udp') return parseReply(await exchangeUdp(port, '127.0.0.1', octets))
  const [reply] = await exchangeTcp(port, '127.0.0.1', octets, false)
  if (reply === undefined) throw new Error(`${query.name}: no reply over TCP`)
  return parseReply(reply)
}
