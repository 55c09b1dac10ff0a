import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isNewer, nextSerial } from '../../../src/values/dns/index.ts'

const serial = fc.integer({ min: 0, max: 0xffff_ffff })

describe('serials', () => {
  test.each([
    [1, 0, true],
    [0, 1, false],
    [5, 5, false],
    [0, 0xffff_ffff, true],
    [0xffff_ffff, 0, false],
    [44, 0xffff_ff00, true],
    [0x7fff_ffff, 0, true],
    [0x8000_0001, 0, false],
  ])('is %i newer than %i: %s (RFC 1982, 3.2)', (a, b, newer) => {
    expect(isNewer(a, b)).toBe(newer)
  })

  test('adding up to half the circle makes newer, never the other way round too', () => {
    fc.assert(
      fc.property(serial, fc.integer({ min: 1, max: 0x7fff_ffff }), (one, more) => {
        const next = (one + more) >>> 0
        return isNewer(next, one) && !isNewer(one, next)
      }),
    )
  })

  test('a change in a later second is that second', () => {
    expect(nextSerial(100, 200)).toBe(200)
  })

  test('two changes in one second, or a clock set back, still go up by one', () => {
    expect([nextSerial(200, 200), nextSerial(200, 150)]).toEqual([201, 201])
  })

  test('a serial runs past the end of the circle', () => {
    expect(nextSerial(0xffff_ffff, 0xffff_ffff)).toBe(0)
    expect(nextSerial(0xffff_fff0, 2 ** 32 + 5)).toBe(5)
  })

  test('the next is always newer', () => {
    fc.assert(
      fc.property(serial, fc.integer({ min: 0, max: 2 ** 34 }), (previous, second) =>
        isNewer(nextSerial(previous, second), previous),
      ),
    )
  })
})
