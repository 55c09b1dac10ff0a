import { createSocket } from 'node:dgram'
import { constants } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import type { Addon, Batch } from '../../src/server/transport/addon.ts'
import { loadAddon } from '../../src/server/transport/index.ts'
import { command } from '../support/server.ts'
import { askUdp, canBind, numbered } from '../support/sockets.ts'
import { ADDON_FILE, WAYS } from '../support/ways.ts'

/** A loopback address that no client of another test has a port on. */
const HOST = '127.0.0.44'
const [LENGTH, REPLY, HEAD, SLOT, SLOTS, QUERY_ROOM, REPLY_ROOM] = [0, 1, 16, 8, 64, 512, 65_536]

test('where it could not be built, loading it is an error that names the file', () => {
  const load = () => loadAddon(ADDON_FILE).version
  if (WAYS.includes('batches')) expect(load()).toBe(5)
  else expect(load).toThrow(/batch-\w+-\w+\.node/)
})

const withAddon = WAYS.includes('batches') ? describe : () => undefined

withAddon('a batch', () => {
  const closing: (() => void)[] = []
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })

  function opened(addon: Addon, host = HOST) {
    const { fds, port } = addon.open(host, 0, 1 << 20, 1)
    const [fd = -1] = fds
    closing.push(() => addon.close(fd))
    return { fd, port }
  }

  function watching(replyRoom = REPLY_ROOM) {
    const addon = loadAddon(ADDON_FILE)
    const batch = new addon.Batch(SLOTS, QUERY_ROOM, replyRoom)
    const { fd, port } = opened(addon)
    batch.watch(fd, fd)
    closing.push(() => batch.unwatch(fd))
    return { addon, batch, words: new Int32Array(batch.memory, 0, HEAD + SLOTS * SLOT), fd, port }
  }

  /** Receives until so many have come, by one round each. */
  async function received(batch: Batch, wanted: number): Promise<number> {
    let count = 0
    for (let i = 0; i < 100 && count < wanted; i++) {
      count = batch.next(false)
      if (count < wanted) await new Promise((done) => setTimeout(done, 5))
    }
    return count
  }

  /** Several datagrams, all of which lie in the socket when it is read: over loopback a send is a receipt. */
  async function sendAll(port: number, octets: readonly Uint8Array[]) {
    const client = createSocket('udp4')
    closing.push(() => client.close())
    const replies: Buffer[] = []
    client.on('message', (reply) => replies.push(reply))
    for (const one of octets) await new Promise<void>((done) => client.send(one, port, HOST, () => done()))
    return replies
  }

  test('a reply that cannot be sent costs that one, and is counted', async () => {
    const { batch, words, port } = watching()
    const replies = await sendAll(port, [numbered(1), numbered(2), numbered(3)])
    expect(batch.next(false)).toBe(3)
    for (const [i, length] of [10, 65_520, 30].entries()) words[HEAD + i * SLOT + REPLY] = length
    batch.next(false)
    await expect.poll(() => replies.map((one) => one.length)).toEqual([10, 30])
    expect([...words.subarray(0, 2)]).toEqual([1, 0])
  })

  test('a length that is no reply’s is no reply: memory ends where it ends', async () => {
    const { batch, words, port } = watching(512)
    const replies = await sendAll(port, [numbered(1), numbered(2), numbered(3), numbered(4)])
    expect(batch.next(false)).toBe(4)
    for (const [i, length] of [-1, 513, 0x7fffffff, 7].entries()) words[HEAD + i * SLOT + REPLY] = length
    batch.next(false)
    await expect.poll(() => replies.map((one) => one.length)).toEqual([7])
  })

  test('a datagram with more octets than there is room for is told apart, and the next one is whole', async () => {
    const { batch, words, port } = watching()
    await sendAll(port, [Buffer.alloc(QUERY_ROOM + 1), Buffer.alloc(QUERY_ROOM), Buffer.alloc(0)])
    expect(batch.next(false)).toBe(3)
    expect([0, 1, 2].map((i) => words[HEAD + i * SLOT + LENGTH])).toEqual([-2, QUERY_ROOM, 0])
  })

  test('what a queue has no room for is counted by the system', async () => {
    const { addon, batch, fd, port } = watching()
    const sent = 4000
    await sendAll(port, Array<Buffer>(sent).fill(Buffer.alloc(QUERY_ROOM)))
    let received = 0
    for (let count = batch.next(false); count > 0; count = batch.next(false)) received += count
    expect(received).toBeLessThan(sent)
    expect(addon.dropped(fd)).toBe(sent - received)
    expect(() => addon.dropped(-1)).toThrow('getsockopt EBADF')
  })

  test('takes 64 at a time and leaves the others where they are', async () => {
    const { batch, port } = watching()
    await sendAll(
      port,
      Array.from({ length: 70 }, (_, n) => numbered(n)),
    )
    expect([batch.next(false), batch.next(false), batch.next(true)]).toEqual([64, 6, 0])
  })

  test.each([63, 64, 65, 640])('of %i datagrams each is received once, in order', async (count) => {
    const { batch, words, port } = watching()
    const view = Buffer.from(batch.memory, (HEAD + SLOTS * SLOT) * 4)
    const seen: string[] = []
    for (let from = 0; from < count; from += 100) {
      const some = Array.from({ length: Math.min(100, count - from) }, (_, n) => numbered(from + n))
      await sendAll(port, some)
      for (let left = some.length; left > 0; ) {
        const received = batch.next(true)
        expect(received).toBe(Math.min(left, SLOTS))
        for (let i = 0; i < received; i++) {
          const length = words[HEAD + i * SLOT + LENGTH] ?? 0
          seen.push(view.toString('latin1', i * QUERY_ROOM, i * QUERY_ROOM + length))
        }
        left -= received
      }
    }
    expect(seen).toEqual(Array.from({ length: count }, (_, n) => numbered(n).toString('latin1')))
  })

  test.each([
    [1, 1, 1],
    [64, 65_536, 65_536],
    [63, 1, 65_535],
  ])('may have %i slots of %i and %i octets', (slots, queryRoom, replyRoom) => {
    const batch = new (loadAddon(ADDON_FILE).Batch)(slots, queryRoom, replyRoom)
    expect(batch.memory.byteLength).toBe(4 * (HEAD + slots * SLOT) + slots * (queryRoom + replyRoom))
  })

  test.each([
    [65, 512, 512],
    [640, 512, 512],
    [64, 65_537, 512],
    [64, 512, 655_360],
    [0, 512, 512],
    [64, 0, 512],
  ])('may not have %i slots of %i and %i octets', (slots, queryRoom, replyRoom) => {
    const { Batch } = loadAddon(ADDON_FILE)
    expect(() => new Batch(slots, queryRoom, replyRoom)).toThrow('new EINVAL')
  })

  test('watches a thousand sockets and more, and says so when there is no place for another', async () => {
    const addon = loadAddon(ADDON_FILE)
    const batch = new addon.Batch(SLOTS, QUERY_ROOM, 512)
    const { fd, port } = opened(addon)
    const other = opened(addon)
    batch.watch(other.fd, other.fd)
    for (let i = 1; i < 1024; i++) batch.watch(fd, fd)
    expect(() => batch.watch(fd, fd)).toThrow('watch ENOSPC')
    const replies = await sendAll(port, [numbered(1)])
    expect(await received(batch, 1)).toBe(1)
    new Int32Array(batch.memory, 0, HEAD + SLOT)[HEAD + REPLY] = 3
    batch.unwatch(other.fd)
    await expect.poll(() => replies.map((one) => one.length)).toEqual([3])
    batch.watch(other.fd, other.fd)
    for (let i = 0; i < 1024; i++) batch.unwatch(fd)
    batch.unwatch(other.fd)
  })

  test('of several sockets none keeps the others waiting, and replies leave by their own', async () => {
    const { addon, batch, words, port } = watching()
    const others = [opened(addon), opened(addon)]
    for (const { fd } of others) batch.watch(fd, fd)
    const ports = [port, ...others.map((one) => one.port)]
    const asked = ports.map((one) => askUdp({ host: HOST, port: one }, numbered(one)))
    for (let answered = 0, i = 0; answered < 3 && i < 1000; i++) {
      const count = batch.next(false)
      answered += count
      for (let at = 0; at < count; at++) words[HEAD + at * SLOT + REPLY] = 1
      if (count === 0) await new Promise((done) => setTimeout(done, 1))
    }
    batch.next(false)
    expect((await Promise.all(asked)).map(({ from }) => from.port)).toEqual(ports)
    for (const { fd } of others) batch.unwatch(fd)
    void askUdp({ host: HOST, port: others[0]?.port ?? 0 }, numbered(1), 50).catch(() => undefined)
    await sendAll(port, [numbered(1)])
    expect(await received(batch, 1)).toBe(1)
  })

  test('a socket that was let go is not read any more, and its port is free once main closes it', async () => {
    const { addon, batch } = watching()
    const { fds, port } = addon.open(HOST, 0, 1 << 20, 1)
    const [fd = -1] = fds
    batch.watch(fd, fd)
    addon.close(fd)
    expect(await canBind(HOST, port)).toBe(false)
    batch.unwatch(fd)
    batch.unwatch(fd)
    expect(await canBind(HOST, port)).toBe(true)
  })

  test('memory that was transferred away is an error, not somebody else’s octets', () => {
    const batch = new (loadAddon(ADDON_FILE).Batch)(SLOTS, QUERY_ROOM, REPLY_ROOM)
    structuredClone(batch.memory, { transfer: [batch.memory] })
    expect(() => batch.next(false)).toThrow(expect.objectContaining({ code: 'EINVAL' }))
  })

  test('what the system refuses is an error with code and syscall', () => {
    const { addon, port } = watching()
    const refusal = (what: () => unknown) => {
      try {
        return what()
      } catch (error) {
        return { ...Object(error) }
      }
    }
    const error = (code: 'EADDRINUSE' | 'EADDRNOTAVAIL' | 'EBADF' | 'EINVAL', syscall: string) => ({
      code,
      errno: -constants.errno[code],
      syscall,
    })
    expect(refusal(() => addon.open(HOST, port, 0, 1))).toEqual(error('EADDRINUSE', 'bind'))
    expect(refusal(() => addon.open('192.0.2.77', 0, 0, 1))).toEqual(error('EADDRNOTAVAIL', 'bind'))
    expect(refusal(() => addon.open('localhost', 0, 0, 1))).toEqual(error('EINVAL', 'bind'))
    expect(refusal(() => addon.close(-1))).toEqual(error('EBADF', 'close'))
    expect(refusal(() => new addon.Batch(65, 1, 1))).toEqual(error('EINVAL', 'new'))
    expect(refusal(() => new addon.Batch(1, 1, 1).watch(-1, -1))).toEqual(error('EBADF', 'fcntl'))
  })

  test('memory that nobody else holds is held while the kernel writes there', async () => {
    const { ended, out, err } = await outcomeOf('--expose-gc', 'test/native/collected.ts')
    expect({ ended, out, err }).toEqual({
      ended: 0,
      out: 'received 300, and 1 by what was left of a batch\n',
      err: '',
    })
  })

  test('threads that wait in it end when they are told to, and leave no descriptor behind', async () => {
    const { ended, out, err } = await outcomeOf('test/native/terminated.ts')
    expect({ ended, out, err }).toEqual({ ended: 0, out: 'descriptors left: 0\n', err: '' })
  })
})

async function outcomeOf(...args: string[]) {
  const started = command(args)
  const ended = await started.ended
  return { ended, out: started.out, err: started.err }
}
