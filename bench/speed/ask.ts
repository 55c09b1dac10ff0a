import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { decode, encode, type OptAnswer } from 'dns-packet'
import type { Case, Transport } from './mixes.ts'
import type { World } from './world.ts'

const DEADLINE_MS = 2_000
const TC = 0x0200

/** What one reply is made of, as far as servers' replies are compared. */
export interface Reply {
  readonly rcode: string
  readonly records: number
  readonly truncated: boolean
  readonly octets: number
}

/** One query of a case to 127.0.0.1; rejects without a reply in two seconds. */
export async function ask(port: number, { mix, edns, transport }: Case, world: World): Promise<Reply> {
  const [name = '', type = 'A'] = mix.query(world, 0).split(' ')
  const query = encode({
    type: 'query',
    id: 1,
    questions: [{ name, type: type === 'AAAA' ? 'AAAA' : type === 'SRV' ? 'SRV' : 'A' }],
    additionals: edns ? [OPT] : [],
  })
  return parseReply(await EXCHANGE[transport](port, query))
}

const OPT: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 4096,
  flags: 0,
  options: [],
  extendedRcode: 0,
  ednsVersion: 0,
  flag_do: false,
}

const EXCHANGE: Readonly<Record<Transport, (port: number, query: Buffer) => Promise<Buffer>>> = {
  udp: async (port, query) => {
    const socket = createSocket('udp4')
    try {
      socket.send(query, port, '127.0.0.1')
      const [reply]: Buffer[] = await once(socket, 'message', { signal: AbortSignal.timeout(DEADLINE_MS) })
      return reply ?? Buffer.alloc(0)
    } finally {
      socket.close()
    }
  },
  tcp: async (port, query) => {
    const socket = connect(port, '127.0.0.1')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(query.length)
    try {
      socket.write(Buffer.concat([length, query]))
      let got = Buffer.alloc(0)
      while (got.length < 2 || got.length < 2 + got.readUInt16BE()) {
        const [piece]: Buffer[] = await once(socket, 'data', { signal: AbortSignal.timeout(DEADLINE_MS) })
        got = Buffer.concat([got, piece ?? Buffer.alloc(0)])
      }
      return got.subarray(2)
    } finally {
      socket.destroy()
    }
  },
}

function parseReply(octets: Buffer): Reply {
  const { answers = [] } = decode(octets)
  const code = octets.readUInt8(3) & 15
  return {
    rcode: RCODES[code] ?? `RCODE ${code}`,
    records: answers.length,
    truncated: (octets.readUInt16BE(2) & TC) !== 0,
    octets: octets.length,
  }
}

const RCODES: Readonly<Record<number, string>> = { 0: 'NOERROR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 5: 'REFUSED' }

/** Why a reply is no answer to compare; undefined for one that is. A truncated one may hold as much as it likes. */
export function unlike({ mix, transport, edns }: Case, world: World, reply: Reply): string | undefined {
  const mayTruncate = transport === 'udp' && mix.records(world) * 16 > (edns ? 1200 : 480)
  if (reply.rcode === mix.rcode && (reply.truncated ? mayTruncate : reply.records === mix.records(world)))
    return undefined
  return `${reply.rcode}, ${reply.records} records${reply.truncated ? ', truncated' : ''}`
}
