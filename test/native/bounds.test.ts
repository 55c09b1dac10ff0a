import { createSocket } from 'node:dgram'
import { fstatSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { loadAddon } from '../../src/server/transport/index.ts'
import { localAddresses } from '../../src/server/transport/local-address.ts'
import { ADDON_FILE, WAYS } from '../support/ways.ts'

// What native/batch.c takes of numbers and hosts, and how much, at each bound and beyond it.

const HOST = '127.0.0.47'
const [LENGTH, REPLY, HEAD, SLOT, SLOTS] = [0, 1, 16, 8, 64]

/** As many octets as a datagram may have: 65,535 without the headers of IPv4 and UDP. */
const LARGEST = 65_507

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close()
})

function opened(host = HOST) {
  const { open, close } = loadAddon(ADDON_FILE)
  const { fds, port } = open(host, 0, 1 << 20, 1)
  const [fd = -1] = fds
  closing.push(() => close(fd))
  return { fd, port }
}

/** Sends one to each of these ports: over loopback a send is a receipt. `replies`: how long those are that come back. */
async function asking(ports: readonly number[], query: Uint8Array) {
  const client = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  closing.push(() => client.close())
  const replies: number[] = []
  client.on('message', ({ length }) => replies.push(length))
  for (const port of ports) await new Promise<void>((done) => client.send(query, port, HOST, () => done()))
  return replies
}

/** What JavaScript may hold where a number is due, and C would make another number of. */
const NO_NUMBERS = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32, 2 ** 32 + 1, 2 ** 53]

const withAddon = WAYS.includes('batches') ? describe : () => undefined

withAddon('the addon', () => {
  test.each(['open', 'listen'] as const)('takes no number in %s for another', (name) => {
    const addon = loadAddon(ADDON_FILE)
    const open = (port: number, amount: number, queues: number) =>
      name === 'open'
        ? addon.open(HOST, port, amount, queues)
        : addon.listen(HOST, port, amount, queues, false)
    for (const port of [65_536, 655_350, ...NO_NUMBERS]) expect(() => open(port, 1, 1)).toThrow('bind EINVAL')
    for (const amount of [2 ** 31, 10 * 2 ** 31, ...NO_NUMBERS])
      expect(() => open(0, amount, 1)).toThrow('bind EINVAL')
    for (const queues of [0, 17, 160, ...NO_NUMBERS]) expect(() => open(0, 1, queues)).toThrow('bind EINVAL')
    for (const amount of [0, 2 ** 31 - 1]) for (const fd of open(0, amount, 1).fds) addon.close(fd)
  })

  test('makes no batch by a number that it would have to round', () => {
    const { Batch } = loadAddon(ADDON_FILE)
    for (const none of [0, ...NO_NUMBERS])
      for (const make of [
        () => new Batch(none, 1, 1),
        () => new Batch(1, none, 1),
        () => new Batch(1, 1, none),
      ])
        expect(make).toThrow('new EINVAL')
  })

  test('closes and watches no other descriptor for one that is none', () => {
    const addon = loadAddon(ADDON_FILE)
    const { fd } = opened()
    const batch = new addon.Batch(1, 1, 1)
    for (const none of [...NO_NUMBERS, 2 ** 32 + fd, fd + 0.5, 2 ** 31, 2 ** 31 - 1]) {
      expect(() => addon.close(none)).toThrow('close EBADF')
      expect(() => addon.dropped(none)).toThrow('getsockopt EBADF')
      expect(() => addon.duplicate(none)).toThrow('fcntl EBADF')
      expect(() => batch.watch(none, fd)).toThrow('fcntl EBADF')
      expect(() => batch.watch(fd, none)).toThrow('fcntl EBADF')
    }
    expect([0, 1, 2, fd].map((one) => fstatSync(one).dev >= 0)).toEqual([true, true, true, true])
  })

  test.runIf(localAddresses(6).includes('::1'))(
    'takes a host as it is written, to its end or not at all',
    () => {
      const addon = loadAddon(ADDON_FILE)
      // The interface's number may have any zeros before it: cut off, it would be another.
      const host = (length: number) => `::1%${'1'.padStart(length - 4, '0')}`
      for (const length of [5, 60, 61])
        for (const fd of addon.open(host(length), 0, 0, 1).fds) addon.close(fd)
      for (const length of [62, 63, 64, 630])
        expect(() => addon.open(host(length), 0, 0, 1)).toThrow('bind EINVAL')
      for (const one of ['', '\0', `${HOST}\0`, `${HOST}\0.example`])
        expect(() => addon.open(one, 0, 0, 1)).toThrow('bind EINVAL')
    },
  )

  test('receives the largest datagram whole, and sends one; what is larger by an octet is counted', async () => {
    const { fd, port } = opened()
    const batch = new (loadAddon(ADDON_FILE).Batch)(2, 65_536, 65_536)
    batch.watch(fd, fd)
    const words = new Int32Array(batch.memory, 0, HEAD + 2 * SLOT)
    const replies = await asking([port, port], Buffer.alloc(LARGEST, 7))
    expect(batch.next(false)).toBe(2)
    expect([0, 1].map((i) => words[HEAD + i * SLOT + LENGTH])).toEqual([LARGEST, LARGEST])
    const query = new Uint8Array(batch.memory, 4 * (HEAD + 2 * SLOT) + 65_536, 65_536)
    expect([query[0], query[LARGEST - 1], query[LARGEST]]).toEqual([7, 7, 0])
    for (const [i, length] of [LARGEST + 1, LARGEST].entries()) words[HEAD + i * SLOT + REPLY] = length
    batch.next(false)
    await expect.poll(() => replies).toEqual([LARGEST])
    expect(words[0]).toBe(1)
    batch.unwatch(fd)
  })

  test.each([1, 63, 64, 65, 640])(
    'of %i sockets that have something at once each has its turn',
    async (count) => {
      const sockets = Array.from({ length: count }, () => opened())
      const batch = new (loadAddon(ADDON_FILE).Batch)(SLOTS, 64, 64)
      for (const { fd } of sockets) batch.watch(fd, fd)
      const words = new Int32Array(batch.memory, 0, HEAD + SLOTS * SLOT)
      const ports = sockets.map(({ port }) => port)
      const replies = await asking([...ports, ...ports], Buffer.from('query'))
      let [received, rounds] = [0, 0]
      for (; received < 2 * count && rounds < count + 10; rounds++) {
        const some = batch.next(false)
        for (let i = 0; i < some; i++) words[HEAD + i * SLOT + REPLY] = 1
        received += some
      }
      batch.next(false)
      expect(received).toBe(2 * count)
      await expect.poll(() => replies.length).toBe(2 * count)
      for (const { fd } of sockets) batch.unwatch(fd)
    },
  )
})
