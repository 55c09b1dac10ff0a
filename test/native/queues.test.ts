import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import { type Batch, loadAddon } from '../../src/server/transport/addon.ts'
import { localAddresses } from '../../src/server/transport/local-address.ts'
import { PATIENCE_MS, until } from '../support/sockets.ts'
import { ADDON_FILE, WAYS } from '../support/ways.ts'

// One address, several sockets: who is in which queue, what a flood costs the others, and who else gets in.

const HOST = '127.0.0.45'
const [LENGTH, ADDRESS, HEAD, SLOT, SLOTS, QUERY_ROOM] = [0, 2, 16, 8, 64, 64]
const HERE = [HOST, '0.0.0.0', ...localAddresses(6).filter((one) => one === '::1'), '::'].filter(
  (host) => !isIPv6(host) || localAddresses(6).includes('::1'),
)
/** Where a client of the same host asks. */
const asked = (host: string): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? host

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close()
})

function opened(queues: number, host = HOST) {
  const addon = loadAddon(ADDON_FILE)
  const { fds, port, lacking } = addon.open(host, 0, 1 << 16, queues)
  closing.push(() => {
    for (const fd of fds) addon.close(fd)
  })
  expect({ lacking, sockets: fds.length }).toEqual({ lacking: undefined, sockets: queues + 1 })
  return { addon, fds: fds.slice(0, -1), by: fds.at(-1) ?? -1, port }
}

/** One queue for all, which holds about three hundred datagrams. */
function alone(host = HOST) {
  const { open, close } = loadAddon(ADDON_FILE)
  const { fds, port } = open(host, 0, 1 << 17, 1)
  closing.push(() => {
    for (const fd of fds) close(fd)
  })
  return { fds, port }
}

function watching(fds: readonly number[], by?: number): Batch {
  const { Batch } = loadAddon(ADDON_FILE)
  const batch = new Batch(SLOTS, QUERY_ROOM, QUERY_ROOM)
  for (const fd of fds) batch.watch(fd, by ?? fd)
  closing.push(() => fds.forEach((fd) => void batch.unwatch(fd)))
  return batch
}

/** The last octets of the addresses that the batch's queries came from. */
function senders(batch: Batch, count: number): number[] {
  const octets = new Uint8Array(batch.memory)
  return Array.from({ length: count }, (_, i) => octets[4 * (HEAD + i * SLOT + ADDRESS) + 15] ?? -1)
}

async function clientAt(host: string): Promise<Socket> {
  const client = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  closing.push(() => client.close())
  client.bind(0, host)
  await once(client, 'listening')
  return client
}

/** Over loopback a send is a receipt. */
async function send(client: Socket, port: number, count: number, to = HOST): Promise<void> {
  for (let i = 0; i < count; i++)
    await new Promise<void>((done) => client.send('query', port, to, () => done()))
}

async function countsAfter(fds: readonly number[], ask: () => Promise<void>): Promise<number[]> {
  const batches = fds.map((fd) => watching([fd]))
  await ask()
  return batches.map((batch) => batch.next(false))
}

const withAddon = WAYS.includes('batches') ? describe : () => undefined

withAddon('an address with several queues', () => {
  test.each([2, 4, 8, 16])('has %i, and as many neighbours have one each', async (queues) => {
    const { fds, port } = opened(queues)
    expect(fds).toHaveLength(queues)
    const counts = await countsAfter(fds, async () => {
      for (let i = 0; i < queues; i++) await send(await clientAt(`127.0.7.${32 + i}`), port, 3)
    })
    expect(counts).toEqual(fds.map(() => 3))
  })

  test.each(HERE)('puts all of one client into one, on %s', async (host) => {
    const { fds, port } = opened(16, host)
    const counts = await countsAfter(fds, async () => {
      for (let i = 0; i < 20; i++) await send(await clientAt(asked(host)), port, 1, asked(host))
    })
    expect(counts.filter((count) => count > 0)).toEqual([20])
  })

  test('on a wildcard neighbours have one each too', async () => {
    const { fds, port } = opened(16, '0.0.0.0')
    const counts = await countsAfter(fds, async () => {
      for (let i = 0; i < 16; i++) await send(await clientAt(`127.0.9.${i}`), port, 1, '127.0.0.46')
    })
    expect(counts).toEqual(fds.map(() => 1))
  })

  test('clients that are far apart are spread, and differently for each address', async () => {
    const spread = async () => {
      const { fds, port } = opened(16)
      const batches = fds.map((fd) => watching([fd]))
      const found: number[] = []
      for (let i = 1; i <= 40; i++) {
        await send(await clientAt(`127.${i}.0.3`), port, 1)
        found.push(batches.findIndex((batch) => batch.next(false) > 0))
      }
      return found
    }
    const [one, other] = [await spread(), await spread()]
    expect(new Set(one).size).toBeGreaterThan(4)
    expect(one).not.toEqual(other)
  })

  test('whoever floods one loses nobody else’s queries', async () => {
    const { fds, port } = opened(16)
    await send(await clientAt('127.0.8.32'), port, 2000)
    for (let i = 1; i < 16; i++) await send(await clientAt(`127.0.8.${32 + i}`), port, 4)
    const batch = watching(fds)
    // All have their turn in the first batch, four of each; whoever has nothing more leaves room to who has.
    const first = senders(batch, batch.next(false))
    for (let i = 0; i < 16; i++) expect(first.filter((sender) => sender === 32 + i)).toHaveLength(4)
    expect(senders(batch, batch.next(false))).toEqual(Array(64).fill(32))
    let left = 0
    for (let count = 64; count > 0; left += count) count = batch.next(false)
    expect(left).toBeLessThan(1900)
  })

  /** In which of ten turns one client has its query answered, while another sends so many before each. */
  async function turnsBeside(count: number): Promise<number[]> {
    const { fds, port } = opened(16)
    const [busy, quiet] = [await clientAt('127.0.8.32'), await clientAt('127.0.8.33')]
    const batch = watching(fds)
    await send(busy, port, count)
    expect(batch.next(false)).toBe(Math.min(count, 64))
    const turns: number[] = []
    for (let turn = 0; turn < 10; turn++) {
      if (turn === 0 || turns.includes(turn - 1)) await send(quiet, port, 1)
      await send(busy, port, count)
      if (senders(batch, batch.next(false)).includes(33)) turns.push(turn)
    }
    return turns
  }

  test.each([2, 63])(
    'one that %i queries came of is looked at four times before others are',
    async (count) => {
      expect(await turnsBeside(count)).toEqual([4, 5, 6, 7, 8, 9])
    },
  )

  test.each([1, 64, 65, 100])('one that %i queries came of keeps nobody waiting', async (count) => {
    expect(await turnsBeside(count)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('one that nothing more came of keeps nobody waiting', async () => {
    const { fds, port } = opened(16)
    const [busy, quiet] = [await clientAt('127.0.8.32'), await clientAt('127.0.8.33')]
    const batch = watching(fds)
    await send(busy, port, 2)
    expect(batch.next(false)).toBe(2)
    await send(quiet, port, 1)
    expect(senders(batch, batch.next(false))).toEqual([33])
  })

  test('a client with little to ask does not wait for one with much', async () => {
    const { fds, port } = opened(16)
    const [loud, quiet] = [await clientAt('127.0.8.32'), await clientAt('127.0.8.33')]
    await send(loud, port, 100)
    const batch = watching(fds)
    expect(senders(batch, batch.next(false))).toEqual(Array(64).fill(32))
    await send(loud, port, 64)
    await send(quiet, port, 1)
    expect(senders(batch, batch.next(false))).toContain(33)
  })

  describe('of which two clients share one', () => {
    const CROWDED = 2
    const lost = (batch: Batch) => new Int32Array(batch.memory, 0, HEAD)[CROWDED]

    test('gives each as many slots as it needs, once it fills up; whoever crowds it loses the rest', async () => {
      const { fds, port } = alone()
      const [loud, quiet] = [await clientAt('127.0.8.32'), await clientAt('127.0.8.33')]
      await send(quiet, port, 1)
      await send(loud, port, 270)
      await send(quiet, port, 4)
      await send(loud, port, 5)
      const batch = watching(fds)
      const first = senders(batch, batch.next(false))
      expect(first).toHaveLength(64)
      expect(first.filter((sender) => sender === 33)).toHaveLength(5)
      expect(batch.next(false)).toBe(0)
      expect(lost(batch)).toBe(280 - 64)
    })

    test('is sifted although the quiet one is not to be seen among the first', async () => {
      const { fds, port } = alone()
      const [loud, quiet] = [await clientAt('127.0.8.32'), await clientAt('127.0.8.33')]
      const batch = watching(fds)
      await send(quiet, port, 1)
      await send(loud, port, 270)
      batch.next(false)
      await send(loud, port, 270)
      await send(quiet, port, 3)
      expect(senders(batch, batch.next(false)).filter((sender) => sender === 33)).toHaveLength(3)
    })

    test('is left alone while there is room, and where one client has it for itself', async () => {
      const { fds, port } = alone()
      const [loud, quiet] = [await clientAt('127.0.8.32'), await clientAt('127.0.8.33')]
      const batch = watching(fds)
      await send(loud, port, 270)
      for (let left = 270; left > 0; left -= 64) expect(batch.next(false)).toBe(Math.min(64, left))
      await send(quiet, port, 1)
      await send(loud, port, 66)
      expect([batch.next(false), batch.next(false)]).toEqual([64, 3])
      expect(lost(batch)).toBe(0)
    })

    test('answers whom it takes in where they asked, with their own octets', async () => {
      const { fds, port } = alone('0.0.0.0')
      const [loud, quiet] = [await clientAt('127.0.8.32'), await clientAt('127.0.8.33')]
      await send(quiet, port, 1, '127.0.0.49')
      await send(loud, port, 270, '127.0.0.50')
      const replied = once(quiet, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) })
      await new Promise<void>((done) => quiet.send('the last of them', port, '127.0.0.49', () => done()))
      const batch = watching(fds)
      const words = new Int32Array(batch.memory, 0, HEAD + SLOTS * SLOT)
      const view = Buffer.from(batch.memory, words.byteLength)
      expect(batch.next(false)).toBe(64)
      for (let i = 0; i < 64; i++) {
        const length = words[HEAD + i * SLOT + LENGTH] ?? 0
        if (view.toString('latin1', i * QUERY_ROOM, i * QUERY_ROOM + length) !== 'the last of them') continue
        words[HEAD + i * SLOT + 1] = length
        view.copy(view, (SLOTS + i) * QUERY_ROOM, i * QUERY_ROOM, i * QUERY_ROOM + length)
      }
      batch.next(false)
      const [octets, from] = await replied
      expect([String(octets), from.address]).toEqual(['the last of them', '127.0.0.49'])
    })

    test('is divided evenly among many, each of whom has too much', async () => {
      const { fds, port } = alone()
      for (let round = 0; round < 35; round++)
        for (let i = 0; i < 8; i++) await send(await clientAt(`127.0.8.${i}`), port, 1)
      const batch = watching(fds)
      const first = senders(batch, batch.next(false))
      for (let i = 0; i < 8; i++) expect(first.filter((sender) => sender === i)).toHaveLength(8)
      expect(lost(batch)).toBe(280 - 64)
    })
  })

  test('replies leave by the address that was asked, by whichever socket the query came', async () => {
    const { fds, by, port } = opened(16)
    const clients = await Promise.all([1, 2, 3, 4].map((i) => clientAt(`127.0.8.${i}`)))
    const replies = clients.map((client) =>
      once(client, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) }),
    )
    for (const client of clients) await send(client, port, 1)
    const batch = watching(fds, by)
    const words = new Int32Array(batch.memory, 0, HEAD + SLOTS * SLOT)
    expect(batch.next(false)).toBe(4)
    for (let i = 0; i < 4; i++) words[HEAD + i * SLOT + 1] = words[HEAD + i * SLOT + LENGTH] ?? 0
    batch.next(false)
    for (const [, from] of await Promise.all(replies)) expect([from.address, from.port]).toEqual([HOST, port])
  })

  test('threads that watch the same sockets receive each query once', async () => {
    const { fds, port } = opened(16)
    const batches = [watching(fds), watching(fds)]
    for (let i = 0; i < 16; i++) await send(await clientAt(`127.0.8.${i}`), port, 5)
    let received = 0
    for (let round = 0; round < 10; round++) for (const batch of batches) received += batch.next(false)
    expect(received).toBe(80)
  })

  test('of threads that all wait none is woken for more than 64 queries before another is', async () => {
    const { fds, by, port } = opened(16)
    const threads = [0, 1].map((name) => {
      const url = new URL('./naming-thread.ts', import.meta.url)
      return new Worker(url, { workerData: { fds, by, name } })
    })
    closing.push(() => threads.forEach((thread) => void thread.terminate()))
    const places = await Promise.all(
      threads.map(async (thread) => String((await once(thread, 'message'))[0])),
    )
    /** The kernel's word for it: they do nothing else that they could wait in. */
    const wait = () => places.every((place) => readFileSync(`/proc/${place}/stat`, 'utf8').includes(') S '))
    const client = await clientAt('127.0.8.32')
    const runs: { readonly name: number; length: number }[] = []
    for (let i = 0; i < 640; i++) {
      await until(wait, 'both threads wait')
      const replied = once(client, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) })
      await send(client, port, 1)
      const [[name]] = await replied
      const last = runs.at(-1)
      if (last !== undefined && last.name === name) last.length++
      else runs.push({ name, length: 1 })
    }
    expect(new Set(runs.map(({ name }) => name)).size).toBe(2)
    // Ten times a second a thread looks up, and leaves what comes just then to the other.
    expect(Math.max(...runs.map(({ length }) => length))).toBeLessThan(96)
  })

  test('a thread that ends leaves no queue without a reader', async () => {
    const { fds, port } = opened(16)
    const [stays, goes] = [watching(fds), watching(fds)]
    for (const fd of fds) goes.unwatch(fd)
    for (let i = 0; i < 16; i++) await send(await clientAt(`127.0.8.${i}`), port, 1)
    expect(stays.next(true)).toBe(16)
  })

  test.each(HERE)('is no other server’s, on %s', async (host) => {
    const { addon, port } = opened(16, host)
    for (const at of [host, asked(host)]) {
      expect(() => addon.open(at, port, 0, 1)).toThrow('bind EADDRINUSE')
      expect(() => addon.open(at, port, 0, 16)).toThrow('bind EADDRINUSE')
    }
  })

  test('of the same user’s, whoever shares addresses may bind there, and gets nothing', async () => {
    const { fds, port } = opened(16)
    const intruder = createSocket({ type: 'udp4', reusePort: true })
    closing.push(() => intruder.close())
    intruder.on('message', () => expect.unreachable('it got a query'))
    intruder.bind(port, HOST)
    await once(intruder, 'listening')
    const counts = await countsAfter(fds, async () => {
      for (let i = 0; i < 16; i++) await send(await clientAt(`127.0.8.${i}`), port, 2)
    })
    expect(counts).toEqual(fds.map(() => 2))
  })

  test('is not opened where others share the address already', async () => {
    const first = createSocket({ type: 'udp4', reusePort: true })
    closing.push(() => first.close())
    first.bind(0, HOST)
    await once(first, 'listening')
    expect(() => loadAddon(ADDON_FILE).open(HOST, first.address().port, 0, 16)).toThrow('bind EADDRINUSE')
  })

  test('is free again when all are closed', () => {
    const { Batch, open, close } = loadAddon(ADDON_FILE)
    const { fds, port } = open(HOST, 0, 0, 16)
    const batch = new Batch(1, 1, 1)
    for (const fd of fds.slice(1)) batch.watch(fd, fds[0] ?? -1)
    for (const fd of fds) close(fd)
    expect(() => open(HOST, port, 0, 1)).toThrow('bind EADDRINUSE')
    for (const fd of fds.slice(1)) batch.unwatch(fd)
    for (const fd of open(HOST, port, 0, 16).fds) close(fd)
  })

  test.each([0, 3, 15, 17, 32, 160])('has not %i', (queues) => {
    expect(() => loadAddon(ADDON_FILE).open(HOST, 0, 0, queues)).toThrow('bind EINVAL')
  })
})
