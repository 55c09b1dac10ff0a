import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Framing } from '../../../src/server/transport/framing.ts'
import { framed } from '../../support/sockets.ts'

function drain(framing: Framing): string[] {
  const found: string[] = []
  while (framing.next()) {
    const { view, at, end } = framing
    found.push(Buffer.from(view.buffer, view.byteOffset + at, end - at).toString('hex'))
  }
  return found
}

test('messages come out as they went in, however the stream was cut and whenever it was read', () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 })
  const cuts = fc.array(fc.record({ size: fc.nat(400), read: fc.boolean() }))
  fc.assert(
    fc.property(messages, cuts, (sent, pieces) => {
      const stream = framed(...sent)
      const framing = new Framing()
      const found: string[] = []
      let at = 0
      for (const { size, read } of pieces) {
        framing.push(Uint8Array.from(stream.subarray(at, at + size)))
        at += size
        if (read) found.push(...drain(framing))
      }
      framing.push(Uint8Array.from(stream.subarray(at)))
      found.push(...drain(framing))
      expect(found).toEqual(sent.map((one) => Buffer.from(one).toString('hex')))
      expect(framing.held).toBe(0)
    }),
  )
})

test('a large chunk is not kept for the half message at its end', () => {
  const framing = new Framing()
  framing.push(Buffer.concat([framed(Buffer.alloc(60_000)), Buffer.from([0, 9, 1])]))
  expect(drain(framing)).toHaveLength(1)
  expect(framing.held).toBe(3)
  expect(framing.view.byteLength).toBe(3)
})

test('an announced length costs nothing until its octets come', () => {
  const framing = new Framing()
  framing.push(Buffer.from([0xff, 0xff]))
  for (let i = 0; i < 10; i++) framing.push(Buffer.from([1]))
  expect(framing.next()).toBe(false)
  expect(framing.view.byteLength).toBeLessThan(64)
})

test('nothing is held once everything was handed out', () => {
  const framing = new Framing()
  framing.push(framed(Buffer.from('one')))
  expect(drain(framing)).toHaveLength(1)
  expect(framing.view.byteLength).toBe(0)
})
