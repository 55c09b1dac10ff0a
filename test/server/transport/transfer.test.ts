import { describe, expect, test } from 'vitest'
import type { Transfer } from '../../../src/server/replies/index.ts'
import { TransferLine } from '../../../src/server/transport/transfer-line.ts'
import { echo, framed, numbered, until } from '../../support/sockets.ts'
import { tcpServers } from './tcp-server.ts'

const { connect, serve } = tcpServers()
const AXFR = Buffer.from('transfer')

/** Asked for by AXFR: so many messages of that size, each beginning with its number. Counts what was made and given up. */
function zone(messages: number, size: number) {
  const seen = { made: 0, givenUp: 0 }
  function* print(): Generator<Uint8Array> {
    try {
      for (let n = 0; n < messages; n++) {
        seen.made++
        const message = Buffer.alloc(size)
        message.writeUInt32BE(n)
        yield message
      }
    } finally {
      if (seen.made < messages) seen.givenUp++
    }
  }
  const transfer: Transfer = (query, at, end) => (isTransfer(query, at, end) ? print() : undefined)
  return { transfer, seen }
}

const isTransfer = (query: DataView, at: number, end: number): boolean =>
  Buffer.from(query.buffer, query.byteOffset + at, end - at).equals(AXFR)

describe('a zone transfer', () => {
  test('is sent message by message, and queries behind it are answered after it', async () => {
    const { transfer } = zone(300, 5000)
    const server = await serve(echo, {}, transfer)
    const client = await connect(server)
    client.send(numbered(1), AXFR, numbered(2))
    await client.received(302)
    expect(client.replies[0]).toEqual(numbered(1))
    expect(client.replies.slice(1, 301).map((one) => one.readUInt32BE(0))).toEqual(
      Array.from({ length: 300 }, (_, n) => n),
    )
    expect(client.replies[301]).toEqual(numbered(2))
  })

  test('is made no faster than it is read', async () => {
    const { transfer, seen } = zone(10_000, 60_000)
    const server = await serve(echo, { idleMs: 400 }, transfer)
    const client = await connect(server)
    client.socket.pause()
    client.send(AXFR)
    await until(() => server.events.drops.length > 0)
    expect(server.events.drops).toEqual(['unread'])
    expect(seen.made * 60_000).toBeLessThan(64 << 20)
    expect(seen.givenUp).toBe(1)
  })

  test('reaches a client that sent FIN behind its query', async () => {
    const { transfer } = zone(100, 60_000)
    const server = await serve(echo, {}, transfer)
    const client = await connect(server, { allowHalfOpen: true })
    client.socket.end(framed(AXFR))
    expect(await client.ended()).toBe('fin')
    expect(client.replies).toHaveLength(100)
  })

  test('does not keep other clients waiting', async () => {
    const { transfer, seen } = zone(1000, 60_000)
    const server = await serve(echo, {}, transfer)
    const [reader, other] = [await connect(server), await connect(server)]
    reader.send(AXFR)
    await reader.received(1)
    await other.ask(numbered(1))
    expect(seen.made).toBeLessThan(1000)
    await reader.received(1000)
  })

  test('is given up when its client goes', async () => {
    const { transfer, seen } = zone(10_000, 60_000)
    const server = await serve(echo, {}, transfer)
    const client = await connect(server)
    client.send(AXFR)
    await client.received(1)
    client.socket.destroy()
    await until(() => server.events.open === 0)
    expect(seen.givenUp).toBe(1)
  })

  test('that fails closes its connection, is counted and reported, and the server lives on', async () => {
    const server = await serve(echo, {}, (query, at, end) =>
      isTransfer(query, at, end) ? failing() : undefined,
    )
    const client = await connect(server)
    client.send(AXFR)
    expect(await client.ended()).toBe('fin')
    expect(client.replies).toHaveLength(1)
    expect(server.events.drops).toEqual(['transfer'])
    expect(server.events.warnings).toEqual(['zone transfer to 127.0.0.1 broken off: Error: no such zone'])
    expect(await (await connect(server)).ask(numbered(1))).toEqual(numbered(1))
  })

  test('waits while sixteen others run, and is refused when the line is full', async () => {
    const { transfer } = zone(1000, 60_000)
    const server = await serve(echo, {}, transfer)
    const clients = []
    for (let n = 0; n < 81; n++) {
      const client = await connect(server)
      client.socket.pause()
      client.send(AXFR)
      await until(() => server.events.open === n + 1)
      clients.push(client)
    }
    await until(() => server.events.drops.length > 0)
    expect(server.events.drops).toEqual(['transfer'])
    for (const client of clients.slice(0, 20)) client.socket.destroy()
    const waited = clients[20]
    waited?.socket.resume()
    await waited?.received(1)
    expect(waited?.replies[0]).toHaveLength(60_000)
  })
})

describe('a hundred transfers that a client does not read', () => {
  test('keep another’s waiting for none of them', async () => {
    const { transfer } = zone(300, 60_000)
    const server = await serve(echo, {}, transfer)
    for (let n = 0; n < 100; n++) {
      const one = await connect(server, { localAddress: '127.0.0.9' })
      one.socket.pause()
      one.send(AXFR)
    }
    await until(() => server.events.drops.length > 0)
    const other = await connect(server)
    other.send(AXFR)
    await other.received(300)
    expect(other.replies).toHaveLength(300)
  })
})

describe('twenty transfers without an end that a client reads', () => {
  test('keep another’s waiting for none of them', async () => {
    const { transfer: endless } = zone(Number.POSITIVE_INFINITY, 4)
    const { transfer } = zone(100, 4)
    const server = await serve(echo, {}, (query, at, end, peer) =>
      (peer.host === '127.0.0.9' ? endless : transfer)(query, at, end, peer),
    )
    for (let n = 0; n < 20; n++) {
      const one = await connect(server, { localAddress: '127.0.0.9' })
      one.send(AXFR)
    }
    const other = await connect(server)
    other.send(AXFR)
    await other.received(100)
    expect(other.replies).toHaveLength(100)
  })
})

describe('transfers that come to no message for long', () => {
  /** A message, so many steps of nothing yet, and another; counted. */
  function sparse(steps: number) {
    const seen = { steps: 0 }
    function* print(): Generator<Uint8Array | undefined> {
      yield Buffer.from('the first message')
      for (; seen.steps < steps; seen.steps++) yield undefined
      yield Buffer.from('the last message')
    }
    const transfer: Transfer = (query, at, end, peer) =>
      peer.host !== '127.0.0.1' && isTransfer(query, at, end) ? print() : undefined
    return { transfer, seen }
  }

  test.each([0, 1, 1000, 10_000])('are whole after %i steps', async (steps) => {
    const { transfer, seen } = sparse(steps)
    const server = await serve(echo, {}, transfer)
    const client = await connect(server, { localAddress: '127.0.0.9' })
    client.send(numbered(1), AXFR, numbered(2))
    await client.received(4)
    expect(client.replies.map(String).slice(1, 3)).toEqual(['the first message', 'the last message'])
    expect(client.replies[3]).toEqual(numbered(2))
    expect(seen.steps).toBe(steps)
  })

  test('keep neither queries nor transfers waiting, and are given up with their client', async () => {
    const endless = sparse(Number.POSITIVE_INFINITY)
    const { transfer } = zone(100, 4)
    const server = await serve(
      echo,
      {},
      (query, at, end, peer) => endless.transfer(query, at, end, peer) ?? transfer(query, at, end, peer),
    )
    const clients = []
    for (let n = 0; n < 40; n++) {
      const one = await connect(server, { localAddress: `127.0.0.${10 + n}` })
      one.send(AXFR)
      await one.received(1)
      clients.push(one)
    }
    for (let n = 0; n < 20; n++) {
      const before = endless.seen.steps
      expect(await (await connect(server)).ask(numbered(n))).toEqual(numbered(n))
      await until(() => endless.seen.steps > before)
    }
    const other = await connect(server)
    other.send(AXFR)
    await other.received(100)
    expect(clients.every(({ ending }) => ending === undefined)).toBe(true)
    for (const { socket } of clients) socket.resetAndDestroy()
    await until(() => server.events.open <= 21)
    const { steps } = endless.seen
    expect(await (await connect(server)).ask(numbered(1))).toEqual(numbered(1))
    expect(endless.seen.steps).toBe(steps)
  })

  test('are no idle ones: the server is at work for them', async () => {
    const { transfer, seen } = sparse(Number.POSITIVE_INFINITY)
    const server = await serve(echo, { idleMs: 50 }, transfer)
    const client = await connect(server, { localAddress: '127.0.0.9' })
    client.send(AXFR)
    await client.received(1)
    const idle = await connect(server)
    expect(await idle.ended()).toBe('fin')
    const before = seen.steps
    await until(() => seen.steps > before)
    expect(client.ending).toBe(undefined)
  })
})

function* failing(): Generator<Uint8Array> {
  yield Buffer.from('the first message')
  throw new Error('no such zone')
}

describe('the line', () => {
  function lineOf(most: number, longest: number) {
    const told = { admitted: [] as string[], displaced: [] as string[] }
    const line = new TransferLine<string>(most, longest, {
      clientOf: (one) => one.slice(0, 1),
      admitted: (one) => told.admitted.push(one),
      displaced: (one) => told.displaced.push(one),
    })
    return { line, told }
  }

  test('lets in as many as may run, the next when one leaves, in order', () => {
    const { line, told } = lineOf(2, 2)
    for (const one of ['a', 'b', 'c', 'd']) expect(line.join(one)).toBe(true)
    expect(line.join('e')).toBe(false)
    expect(told.admitted).toEqual(['a', 'b'])
    line.leave('a')
    expect(told.admitted).toEqual(['a', 'b', 'c'])
    expect(line.runs('a')).toBe(false)
    expect(line.runs('c')).toBe(true)
  })

  test('who leaves it while waiting is not let in', () => {
    const { line, told } = lineOf(1, 2)
    for (const one of ['a', 'b', 'c']) line.join(one)
    line.leave('b')
    line.leave('a')
    expect(told.admitted).toEqual(['a', 'c'])
  })

  test('goes round by client', () => {
    const { line, told } = lineOf(1, 9)
    for (const one of ['a1', 'a2', 'a3', 'b1', 'b2']) line.join(one)
    for (let i = 0; i < 4; i++) line.leave(told.admitted.at(-1) ?? '')
    expect(told.admitted).toEqual(['a1', 'a2', 'b1', 'a3', 'b2'])
  })

  test('who waits for its client takes nobody’s place, and has its turn again', () => {
    const { line, told } = lineOf(1, 2)
    for (const one of ['a', 'b']) line.join(one)
    line.stepAside('a')
    expect(told.admitted).toEqual(['a', 'b'])
    line.stepBack('a')
    line.stepBack('a')
    expect(line.runs('a')).toBe(false)
    line.leave('b')
    expect(told.admitted).toEqual(['a', 'b', 'a'])
    line.leave('a')
    line.stepAside('a')
    line.stepBack('a')
    expect(line.runs('a')).toBe(false)
  })

  test('who did a piece goes behind those who wait', () => {
    const { line, told } = lineOf(1, 9)
    line.join('a1')
    line.passOn('a1')
    expect(line.runs('a1')).toBe(true)
    for (const one of ['a2', 'b1']) line.join(one)
    for (let i = 0; i < 4; i++) line.passOn(told.admitted.at(-1) ?? '')
    expect(told.admitted).toEqual(['a1', 'a2', 'b1', 'a1', 'b1'])
  })

  test('full of one client’s, it has a place for another’s still: as many as that one has', () => {
    const { line, told } = lineOf(2, 2)
    for (const one of ['a1', 'a2', 'a3', 'a4']) line.join(one)
    expect(line.join('a5')).toBe(false)
    expect(line.join('b1')).toBe(true)
    expect(line.join('b2')).toBe(true)
    expect(line.join('b3')).toBe(false)
    expect(line.join('a5')).toBe(false)
    expect(told.displaced).toEqual(['a4', 'a3'])
  })
})
