import { expect, test } from 'vitest'
import { Framing } from '../../../src/server/transport/framing.ts'
import { frame, LONGEST_FRAMED, ReplyBatch } from '../../../src/server/transport/reply-batch.ts'
import { TCP } from '../../../src/server/transport/transports.ts'
import { framed } from '../../support/sockets.ts'
import { peer } from '../../support/values.ts'

const sizes = [0, 1, 254, 255, 256, 16_383, 16_384, 16_385, LONGEST_FRAMED - 1, LONGEST_FRAMED]

test.each(sizes)('a message of %i octets comes out as it went in, wherever its length is cut', (size) => {
  const stream = framed(Buffer.alloc(size, 7), Buffer.from([1]))
  for (const cut of [0, 1, 2, 3, size, size + 1, size + 2, size + 3, size + 4]) {
    const framing = new Framing()
    framing.push(Uint8Array.from(stream.subarray(0, cut)))
    const early = framing.next()
    const before = early ? framing.end - framing.at : undefined
    framing.push(Uint8Array.from(stream.subarray(cut)))
    const lengths = before === undefined ? [] : [before]
    while (framing.next()) lengths.push(framing.end - framing.at)
    expect(lengths).toEqual([size, 1])
  }
})

test('a message of one octet more than its length can say is none', () => {
  expect(frame(new Uint8Array(LONGEST_FRAMED))?.length).toBe(LONGEST_FRAMED + 2)
  expect(frame(new Uint8Array(LONGEST_FRAMED + 1))).toBeUndefined()
})

const FULL = 16_384
const { room: ROOM } = new ReplyBatch(FULL)
const from = peer(TCP, '::1')

/** Adds a reply of so many octets of that value. */
const add = (batch: ReplyBatch, length: number, octet: number): void =>
  batch.add(
    (_query, _at, _end, _peer, out, to) => {
      for (let i = 0; i < length; i++) out.setUint8(to + i, octet)
      return length
    },
    new DataView(new ArrayBuffer(0)),
    0,
    0,
    from,
  )

test('a batch has room for one more reply of the longest, up to the last octet before it is full', () => {
  for (const before of [0, FULL - 1]) {
    const batch = new ReplyBatch(FULL)
    if (before > 0) add(batch, before - 2, 9)
    expect(batch.length).toBe(before)
    add(batch, LONGEST_FRAMED, 9)
    expect(batch.take().length).toBe(before + 2 + LONGEST_FRAMED)
    expect(batch.length).toBe(0)
  }
})

test.each([3, ROOM - 1, ROOM, ROOM + 1, LONGEST_FRAMED + 2])(
  'what was gathered, %i octets, stays as it was once it was given away',
  (size) => {
    const batch = new ReplyBatch(FULL)
    const gathered = (octet: number): Buffer => {
      add(batch, size - 2, octet)
      return batch.take()
    }
    const first = gathered(1)
    batch.give()
    const second = gathered(2)
    batch.give()
    gathered(3)
    expect(first.equals(framed(Buffer.alloc(size - 2, 1)))).toBe(true)
    expect(second.equals(framed(Buffer.alloc(size - 2, 2)))).toBe(true)
  },
)
