import { createSocket, Socket } from 'node:dgram'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Respond } from '../../../src/server/replies/index.ts'
import { answerDatagrams, UdpListener } from '../../../src/server/transport/udp.ts'
import { type Interfaces, UdpWildcard } from '../../../src/server/transport/udp-wildcard.ts'
import { askUdp, canBind, echo, Heard, numbered, until } from '../../support/sockets.ts'

const LOOPBACK = '127.0.0.1'
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

function settings(respond: Respond = echo, udpSize = 1232) {
  return { udpSize, respond, events: new Heard() }
}

/** A socket that answers, for what cannot be provoked from outside. */
async function answering(respond?: Respond, udpSize?: number) {
  const socket = createSocket('udp4')
  const using = settings(respond, udpSize)
  answerDatagrams(socket, using)
  socket.bind(0, LOOPBACK)
  await once(socket, 'listening')
  closing.push(async () => socket.close())
  return { socket, drops: using.events.drops, at: { host: LOOPBACK, port: socket.address().port } }
}

describe('datagrams', () => {
  test('one from port 0 is dropped and counted before anybody looks at it', async () => {
    const respond = vi.fn(echo)
    const { socket, drops } = await answering(respond)
    socket.emit('message', numbered(1), { address: LOOPBACK, family: 'IPv4', port: 0, size: 14 })
    expect(drops).toEqual(['port0'])
    expect(respond).not.toHaveBeenCalled()
  })

  test('a reply that the system refuses is counted, and the next query is answered', async () => {
    const tooLong: Respond = (query, at, end, peer, reply, to) =>
      end - at > 20 ? 65_520 : echo(query, at, end, peer, reply, to)
    const { drops, at } = await answering(tooLong, 65_535)
    const client = createSocket('udp4')
    client.send(Buffer.alloc(30), at.port, at.host)
    await until(() => drops.length > 0)
    client.close()
    expect(drops).toEqual(['send'])
    expect((await askUdp(at, numbered(1))).octets).toEqual(numbered(1))
  })

  test('while too many replies wait for the network, queries are dropped and counted', async () => {
    const { socket, drops, at } = await answering()
    const count = vi.spyOn(socket, 'getSendQueueCount').mockReturnValue(1)
    const size = vi.spyOn(socket, 'getSendQueueSize').mockReturnValue(4 << 20)
    expect((await askUdp(at, numbered(1))).octets).toEqual(numbered(1))
    await expect(askUdp(at, numbered(2), 100)).rejects.toThrow()
    expect(drops).toEqual(['backlog'])
    count.mockRestore()
    size.mockRestore()
    expect((await askUdp(at, numbered(3))).octets).toEqual(numbered(3))
  })

  test('a reply that waits in the queue is not overwritten by the next one', async () => {
    const { socket, at } = await answering()
    vi.spyOn(socket, 'getSendQueueCount').mockReturnValue(1)
    const sent: Buffer[] = []
    vi.spyOn(socket, 'send').mockImplementation((reply: unknown, from: unknown, length: unknown) => {
      if (!(reply instanceof DataView)) throw new TypeError('a DataView was expected')
      sent.push(Buffer.from(reply.buffer, Number(from), Number(length)))
    })
    const client = createSocket('udp4')
    for (const n of [1, 2, 3]) client.send(numbered(n), at.port, at.host)
    await until(() => sent.length === 3)
    client.close()
    expect(sent).toEqual([numbered(1), numbered(2), numbered(3)])
  })

  test('the interface of a link-local peer is no part of its address', async () => {
    const hosts: string[] = []
    const { socket } = await answering((_query, _at, _end, { host }) => {
      hosts.push(host)
      return 0
    })
    socket.emit('message', numbered(1), { address: 'fe80::1%eth0', family: 'IPv6', port: 9, size: 14 })
    expect(hosts).toEqual(['fe80::1'])
  })
})

test('a socket that dies is opened again on its port', async () => {
  const sockets: Socket[] = []
  const watch = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('socket' in message)) return
    if (message.socket instanceof Socket) sockets.push(message.socket)
  }
  subscribe('udp.socket', watch)
  const using = settings()
  const listener = new UdpListener(LOOPBACK, using)
  closing.push(() => listener.close())
  const port = await listener.open(0)
  sockets[0]?.emit('error', new Error('recvmsg ENOBUFS'))
  await until(() => sockets.length === 2)
  unsubscribe('udp.socket', watch)
  expect((await askUdp({ host: LOOPBACK, port }, numbered(1))).octets).toEqual(numbered(1))
  expect(using.events.warnings).toEqual([`udp 127.0.0.1:${port}: recvmsg ENOBUFS; opening it again`])
})

describe('on the wildcard address', () => {
  // Loopback addresses that no client of another test has a port on.
  const [HERE, THERE] = ['127.0.0.51', '127.0.0.52']

  async function wildcard(interfaces: Interfaces, except: string[] = []) {
    const using = settings()
    const listener = new UdpWildcard(interfaces, except, using)
    closing.push(() => listener.close())
    return { port: await listener.open(0), warnings: using.events.warnings }
  }

  test('the reply leaves from the address that was asked', async () => {
    const { port } = await wildcard({ addresses: () => [HERE, THERE], rereadMs: 60_000 })
    for (const host of [HERE, THERE]) {
      expect((await askUdp({ host, port }, numbered(1))).from).toEqual({ host, port })
    }
  })

  test('an address that appears is answered on, one that vanishes is freed', async () => {
    let present = [HERE]
    const { port } = await wildcard({ addresses: () => present, rereadMs: 5 })
    present = [THERE, '127.0.0.53']
    await until(() => canBind(HERE, port))
    expect((await askUdp({ host: '127.0.0.53', port }, numbered(1))).octets).toEqual(numbered(1))
  })

  test('an address that is listed by itself is left to its own listener', async () => {
    const { port } = await wildcard({ addresses: () => [HERE, THERE], rereadMs: 5 }, [THERE])
    expect((await askUdp({ host: HERE, port }, numbered(1))).octets).toEqual(numbered(1))
    expect(await canBind(THERE, port)).toBe(true)
  })

  test('an address that another program holds stops the start', async () => {
    const holder = createSocket('udp4')
    holder.bind(0, THERE)
    await once(holder, 'listening')
    const listener = new UdpWildcard({ addresses: () => [HERE, THERE], rereadMs: 5 }, [], settings())
    await expect(listener.open(holder.address().port)).rejects.toThrow(/127\.0\.0\.52:\d+ \(udp\).*is taken/)
    await listener.close()
    expect(await canBind(HERE, holder.address().port)).toBe(true)
    holder.close()
  })

  test('an address that is held by another program later is one warning, and taken when it is free', async () => {
    const present = [HERE]
    const { port, warnings } = await wildcard({ addresses: () => present, rereadMs: 5 })
    const holder = createSocket('udp4')
    holder.bind(port, THERE)
    await once(holder, 'listening')
    present.push(THERE)
    await until(() => warnings.length > 0)
    holder.close()
    await until(async () => !(await canBind(THERE, port)))
    expect(warnings).toHaveLength(1)
  })

  test('an address that is not there any more does not stop the others', async () => {
    const { port, warnings } = await wildcard({ addresses: () => ['192.0.2.77', HERE], rereadMs: 60_000 })
    expect((await askUdp({ host: HERE, port }, numbered(1))).octets).toEqual(numbered(1))
    expect(warnings).toEqual([])
  })
})
