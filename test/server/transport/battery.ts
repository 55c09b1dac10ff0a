import { afterEach, describe, expect, test } from 'vitest'
import type { Peer, Respond } from '../../../src/server/replies/index.ts'
import type { DatagramTransport, StreamTransport } from '../../../src/server/transport/index.ts'
import { askManyUdp, askUdp, echo, numbered, TcpClient } from '../../support/sockets.ts'

/** A transport that was opened on a loopback address. */
export interface OpenTransport {
  readonly transport: DatagramTransport | StreamTransport
  readonly host: string
  readonly port: number
  close(): Promise<void>
}

export type TransportFactory = (respond: Respond) => Promise<OpenTransport>

const UDP_SIZE = 1232

/** What every transport promises, however it moves octets. Replies over UDP have room for 1232 octets. */
export function describeTransport(name: string, open: TransportFactory): void {
  describe(name, () => {
    const opened: OpenTransport[] = []
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()))
    })

    async function serve(respond: Respond): Promise<OpenTransport> {
      const one = await open(respond)
      opened.push(one)
      return one
    }

    test('a query is answered with what respond wrote', async () => {
      const server = await serve(echo)
      expect(await ask(server, numbered(1))).toEqual(numbered(1))
    })

    test('respond sees the octets of the query and no others', async () => {
      const seen: Buffer[] = []
      const server = await serve((query, at, end, ...rest) => {
        seen.push(Buffer.from(query.buffer, query.byteOffset + at, end - at))
        return echo(query, at, end, ...rest)
      })
      for (const n of [1, 22, 333]) await ask(server, numbered(n))
      expect(seen).toEqual([numbered(1), numbered(22), numbered(333)])
    })

    test('the peer is the client: its transport and its address as text', async () => {
      const peers: Peer[] = []
      const server = await serve((query, at, end, peer, reply, to) => {
        peers.push({ ...peer })
        return echo(query, at, end, peer, reply, to)
      })
      await ask(server, numbered(1))
      expect(peers).toEqual([{ transport: server.transport, host: server.host }])
    })

    test('a query that is dropped gets no reply, and the next one does', async () => {
      const server = await serve((query, ...rest) =>
        query.getUint8(rest[0]) === 0 ? 0 : echo(query, ...rest),
      )
      const replies = await askAll(server, [Buffer.from([0, 1, 2]), numbered(2)], 1)
      expect(replies).toEqual([numbered(2)])
    })

    test('replies keep their octets although the next ones are written before they are read', async () => {
      const server = await serve(echo)
      const queries = Array.from({ length: 200 }, (_, n) => numbered(n))
      const replies = await askAll(server, queries, 200)
      expect(replies.map(String).sort()).toEqual(queries.map(String).sort())
    })

    test('the longest reply has room', async () => {
      const server = await serve((_query, _at, _end, peer, reply, to) => {
        const length = !peer.transport.isStream ? UDP_SIZE : 65_535
        for (let i = 0; i < length; i++) reply.setUint8(to + i, i & 0xff)
        return length
      })
      const reply = await ask(server, numbered(1))
      expect(reply.length).toBe(!server.transport.isStream ? UDP_SIZE : 65_535)
      expect(reply.every((octet, i) => octet === (i & 0xff))).toBe(true)
    })

    test('empty and one-octet messages are survived', async () => {
      const server = await serve((query, at, end, ...rest) =>
        end - at < 2 ? 0 : echo(query, at, end, ...rest),
      )
      const replies = await askAll(server, [Buffer.alloc(0), Buffer.from([7]), numbered(3)], 1)
      expect(replies).toEqual([numbered(3)])
    })

    test('random octets are handed on and answered', async () => {
      const server = await serve(echo)
      const queries = Array.from({ length: 50 }, (_, n) => Buffer.alloc(1 + n * 20, (n * 37) & 0xff))
      const replies = await askAll(server, queries, 50)
      expect(replies.map((one) => one.length).sort()).toEqual(queries.map((one) => one.length).sort())
    })

    test('nothing answers once it is closed', async () => {
      const server = await serve(echo)
      await server.close()
      await expect(ask(server, numbered(1), 200)).rejects.toThrow()
    })
  })
}

async function ask(server: OpenTransport, query: Buffer, patience?: number): Promise<Buffer> {
  if (!server.transport.isStream) return (await askUdp(server, query, patience)).octets
  const client = await TcpClient.connect(server, {}, server.transport)
  try {
    return await client.ask(query)
  } finally {
    client.socket.destroy()
  }
}

/** All queries at once, from one client: over TCP in one write. The replies, once as many as expected have come. */
async function askAll(
  server: OpenTransport,
  queries: readonly Buffer[],
  expected: number,
): Promise<Buffer[]> {
  if (!server.transport.isStream) return askManyUdp(server, queries, expected)
  const client = await TcpClient.connect(server, {}, server.transport)
  client.send(...queries)
  await client.received(expected)
  client.socket.destroy()
  return client.replies
}
