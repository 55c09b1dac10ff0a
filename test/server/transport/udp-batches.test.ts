import { expect, test } from 'vitest'
import type { Expect, Respond } from '../../../src/server/replies/index.ts'
import type { Addon, Batch } from '../../../src/server/transport/addon.ts'
import { UdpBatches } from '../../../src/server/transport/udp-batches.ts'
import { echo, Heard, numbered } from '../../support/sockets.ts'

// What cannot be provoked from outside without raw sockets and full networks: a batch whose memory a test writes.

const [REFUSED, NO_ROOM, HEAD, LENGTH, REPLY, ADDRESS, SLOT] = [0, 1, 16, 0, 1, 2, 8]

class Written implements Batch {
  readonly memory: ArrayBuffer
  readonly words: Int32Array
  readonly queries: Uint8Array
  count = 0

  constructor(slots: number, queryRoom: number, replyRoom: number) {
    const head = 4 * (HEAD + slots * SLOT)
    this.memory = new ArrayBuffer(head + slots * (queryRoom + replyRoom))
    this.words = new Int32Array(this.memory, 0, head / 4)
    this.queries = new Uint8Array(this.memory, head)
  }

  next = (): number => this.count
  watch = (): void => undefined
  unwatch = (): void => undefined
}

const NO_SOCKETS = {
  open: () => ({ fds: [], port: 0 }),
  close: () => undefined,
  listen: () => ({ fds: [], port: 0 }),
  duplicate: () => -1,
  dropped: () => 0,
}

function opened(respond = echo, expect: Expect = () => undefined) {
  const made: Written[] = []
  class Kept extends Written {
    constructor(...sizes: readonly [number, number, number]) {
      super(...sizes)
      made.push(this)
    }
  }
  const addon: Addon = { version: 1, ...NO_SOCKETS, Batch: Kept }
  const events = new Heard()
  const udp = new UdpBatches(addon, { udpSize: 1232, respond, expect, events })
  const [batch] = made
  if (batch === undefined) throw new Error('no batch was made')
  return { udp, batch, events }
}

test('a datagram from port 0, or longer than any question, is counted and nobody looks at it', () => {
  const seen: number[] = []
  const { udp, batch, events } = opened((_query, at, end) => {
    seen.push(end - at)
    return 0
  })
  for (const [i, length] of [-1, 12, -2].entries()) batch.words[HEAD + i * SLOT + LENGTH] = length
  batch.count = 3
  udp.receive(true)
  udp.answer()
  expect(events.drops).toEqual(['port0', 'truncated'])
  expect(seen).toEqual([12])
})

test('all of a batch but what nobody looks at is expected, in the order in which it is answered', () => {
  const told: string[] = []
  const { udp, batch } = opened(
    (_query, at, end) => told.push(`answered ${at}-${end}`) * 0,
    (_query, at, end) => void told.push(`expected ${at}-${end}`),
  )
  const places = (count: number) => Array.from({ length: count }, (_, i) => batch.words.byteLength + i * 4160)
  for (let i = 0; i < 64; i++) batch.words[HEAD + i * SLOT + LENGTH] = 12 + i
  batch.words[HEAD + 5 * SLOT + LENGTH] = -2
  batch.count = 64
  udp.receive(true)
  udp.answer()
  const looked = places(64)
    .map((at, i) => `${at}-${at + 12 + i}`)
    .filter((_, i) => i !== 5)
  expect(told).toEqual([...looked.map((one) => `expected ${one}`), ...looked.map((one) => `answered ${one}`)])
})

test('one that comes alone is answered at once', () => {
  const { udp, batch } = opened(undefined, () => expect.unreachable('nothing is behind it'))
  batch.words[HEAD + LENGTH] = 12
  batch.count = 1
  udp.receive(true)
  expect(udp.answer()).toBe(1)
})

test.each([512, 513, 575, 576, 577, 1232, 4096])(
  '64 replies of %i octets do not touch each other',
  (udpSize) => {
    const lengths: number[] = []
    const made: Written[] = []
    class Kept extends Written {
      constructor(...sizes: readonly [number, number, number]) {
        super(...sizes)
        made.push(this)
      }
    }
    const addon: Addon = {
      version: 1,
      ...NO_SOCKETS,
      Batch: Kept,
    }
    const starts: number[] = []
    const respond: Respond = (query, at, end, _peer, reply, to) => {
      lengths.push(end - at)
      starts.push(to)
      const mark = query.getUint8(at)
      for (let i = 0; i < udpSize; i++) reply.setUint8(to + i, mark)
      return udpSize
    }
    const udp = new UdpBatches(addon, { udpSize, respond, expect: () => undefined, events: new Heard() })
    const [batch] = made
    if (batch === undefined) throw new Error('no batch was made')
    const room = 4096 + 64
    for (let i = 0; i < 64; i++) {
      batch.words[HEAD + i * SLOT + LENGTH] = room
      batch.queries.fill(i + 1, i * room, (i + 1) * room)
    }
    batch.count = 64
    udp.receive(true)
    expect(udp.answer()).toBe(64)
    expect(lengths).toEqual(Array.from({ length: 64 }, () => room))
    const memory = new Uint8Array(batch.memory)
    for (let i = 0; i < 64; i++) {
      expect(batch.words[HEAD + i * SLOT + REPLY]).toBe(udpSize)
      const from = starts[i] ?? 0
      expect(memory.subarray(from, from + udpSize).every((octet) => octet === i + 1)).toBe(true)
      expect(batch.queries.subarray(i * room, (i + 1) * room).every((octet) => octet === i + 1)).toBe(true)
    }
  },
)

test('replies that the system refused, or had no room for, are counted once', () => {
  const { udp, batch, events } = opened()
  batch.words[REFUSED] = 2
  batch.words[NO_ROOM] = 1
  udp.receive(true)
  udp.receive(true)
  expect(events.drops).toEqual(['send', 'send', 'backlog'])
})

test('a batch is answered once, by the client of each query', () => {
  const hosts: string[] = []
  const { udp, batch } = opened((query, at, end, peer, reply, to) => {
    hosts.push(peer.host)
    return echo(query, at, end, peer, reply, to)
  })
  batch.queries.set(numbered(7))
  batch.words[HEAD + LENGTH] = numbered(7).length
  new Uint8Array(batch.memory, 4 * (HEAD + ADDRESS), 16).set([32, 1, 13, 184, ...Array(11).fill(0), 1])
  batch.count = 1
  udp.receive(true)
  udp.answer()
  udp.answer()
  expect(hosts).toEqual(['2001:db8::1'])
  expect(batch.words[HEAD + REPLY]).toBe(numbered(7).length)
})
