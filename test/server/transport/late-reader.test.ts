import { expect, test } from 'vitest'
import type { Respond } from '../../../src/server/replies/index.ts'
import { until } from '../../support/sockets.ts'
import { tcpServers } from './tcp-server.ts'

const { connect, serve } = tcpServers()

/** A query of a number, in two octets. */
const numbered = (n: number): Buffer => Buffer.from([n >> 8, n & 255])

/** A reply of so many octets that says the query's number over and over. */
const filled =
  (length: number): Respond =>
  (query, at, _end, _peer, reply, to) => {
    for (let i = 0; i < length; i++) reply.setUint8(to + i, query.getUint8(at + (i % 2)))
    return length
  }

const wanted = (n: number, length: number): Buffer => Buffer.alloc(length, numbered(n))

/** More than a socket takes of what nobody reads. */
const MANY_OCTETS = 12_000_000

test.each([2, 1000, 20_477, 20_478, 20_479, 40_000])(
  'replies of %i octets to a client that reads late are its own, whoever was answered meanwhile',
  async (length) => {
    const server = await serve(filled(length), { unreadBytes: 2 ** 30 })
    const [late, good] = [await connect(server), await connect(server)]
    const count = Math.min(20_000, Math.ceil(MANY_OCTETS / length))
    late.socket.pause()
    for (let n = 0; n < count; n++) late.send(numbered(n))
    for (let n = 60_000; n < 60_100; n++)
      expect((await good.ask(numbered(n))).equals(wanted(n, length))).toBe(true)
    late.socket.resume()
    await until(() => late.replies.length === count, 'the late replies')
    for (const [n, reply] of late.replies.entries()) expect(reply.equals(wanted(n, length))).toBe(true)
  },
)
