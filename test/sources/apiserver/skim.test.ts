import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RequestFailure } from '../../../src/sources/apiserver/failure.ts'
import { Intake, isSkimmed, skimText } from '../../../src/sources/apiserver/intake.ts'
import { Skim, type WantedTexts } from '../../../src/sources/apiserver/skim.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const WANTED: WantedTexts = { a: 'text', b: { a: 'text', 'c/d': { 0: 'text', 2: { a: 'text' } }, 0: {} } }

function skim(text: string, cuts: readonly number[] = [], wanted = WANTED): Skim {
  const bytes = encode(text)
  const skimmed = new Skim(wanted)
  let from = 0
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    skimmed.push(bytes.subarray(from, cut))
    from = Math.min(cut, bytes.length)
  }
  skimmed.push(bytes.subarray(from))
  return skimmed
}

/** What is wanted of a value, by its structure. */
function pick(value: unknown, wanted: WantedTexts): Record<string, unknown> {
  const picked: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(Object(value))) {
    const want = Object.hasOwn(wanted, key) ? wanted[key] : undefined
    if (want === 'text' && typeof inner === 'string') picked[key] = inner
    if (typeof want === 'object' && typeof inner === 'object' && inner !== null)
      picked[key] = pick(inner, want)
  }
  return picked
}

const key = fc.constantFrom('a', 'b', 'c/d', '0', 'x"{', 'é\\')
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(null, true, 12, -1.5e3, '', '\\', '"', '\n\u0001'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
}))
const object = fc.dictionary(key, value, { maxKeys: 5 })

describe('what is taken of JSON in passing', () => {
  test('is what is wanted of it and nothing else, wherever its parts end, however it is spaced', () => {
    fc.assert(
      fc.property(object, fc.array(fc.nat(600)), fc.constantFrom(0, 2), (whole, cuts, space) => {
        const text = JSON.stringify(whole, null, space)
        const skimmed = skim(text, cuts)
        expect(skimmed.parts).toEqual(pick(whole, WANTED))
        expect(skimmed.isWhole).toBe(true)
        expect(
          skim(
            text,
            Array.from({ length: text.length }, (_, i) => i),
          ).parts,
        ).toEqual(skimmed.parts)
      }),
    )
  })

  test('is whole once its last bracket has come', () => {
    const text = '{"b":{"a":"}"},"x":[{"y":[]}]}'
    for (let end = 0; end < text.length; end++) expect(skim(text.slice(0, end)).isWhole).toBe(false)
    expect(skim(text).isWhole).toBe(true)
  })

  test.each([
    [4096, true],
    [4097, false],
    [40_960, false],
  ])('holds a text of %i bytes: %s', (bytes, isHeld) => {
    const text = 'x'.repeat(bytes)
    expect(skim(JSON.stringify({ a: text })).parts).toEqual(isHeld ? { a: text } : {})
    expect(skim(JSON.stringify({ [text]: 'x', a: 'y' })).parts).toEqual({ a: 'y' })
  })

  test('is nothing of what is no JSON, and no error', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[],:"\\ax0') }), (text) => void skim(text).parts),
    )
    expect(skim('{"a":"\\x"}').parts).toEqual({})
    expect(skim('{"constructor":{"a":"x"},"__proto__":{"a":"x"}}').parts).toEqual({})
  })
})

describe('what is sent in parts', () => {
  const taken = (text: string, cuts: readonly number[], most: number, mostSkimmed?: number) => {
    const intake = new Intake(most, WANTED, mostSkimmed)
    const bytes = encode(text)
    const ends = [...cuts.filter((cut) => cut < bytes.length), bytes.length]
    const areTaken = ends.every((end, i) => intake.add(bytes.subarray(ends[i - 1] ?? 0, end)))
    return areTaken ? intake.take() : false
  }
  const sized = (bytes: number): string => `{"a":"x","y":"${'y'.repeat(bytes - 16)}"}`

  test.each([
    [1000, false],
    [1001, true],
    [10_000, true],
  ])('of %i bytes where 1,000 are read is only skimmed: %s', (bytes, isMore) => {
    const text = sized(bytes)
    expect(text).toHaveLength(bytes)
    const expected = isMore ? { parts: { a: 'x' }, excess: 'more than 1000 octets' } : text
    for (const cuts of [[], [1], [999], [1000], [7, 1001]]) expect(taken(text, cuts, 1000)).toEqual(expected)
  })

  test.each([
    [5000, true],
    [5001, false],
    [50_000, false],
  ])('of %i bytes where 5,000 are skimmed is taken: %s', (bytes, isTaken) => {
    for (const cuts of [[], [1000], [4999, 5000]])
      expect(taken(sized(bytes), cuts, 1000, 5000) !== false).toBe(isTaken)
  })

  test('and is no object is not skimmed; half of one is nothing', () => {
    expect(taken('x'.repeat(1001), [], 1000)).toBe(false)
    expect(taken(`["${'x'.repeat(1001)}"]`, [1], 1000)).toBe(false)
    expect(taken(sized(2000).slice(0, -1), [], 1000)).toBeNull()
  })

  test('begins anew once it was taken', () => {
    const intake = new Intake(20, WANTED)
    for (let i = 0; i < 3; i++) {
      expect(intake.isEmpty).toBe(true)
      expect(intake.add(encode(sized(30)))).toBe(true)
      expect(intake.isEmpty).toBe(false)
      expect(isSkimmed(intake.take() ?? '')).toBe(true)
      expect(intake.add(encode('{}'))).toBe(true)
      expect(intake.take()).toBe('{}')
    }
  })

  test.each([
    [4096, 1, true],
    [4097, 16, true],
    [4097, 1, false],
    [40_960, 15, false],
  ])('in %i pieces of %i bytes is skimmed: %s', (pieces, size, isTaken) => {
    const intake = new Intake(20, WANTED)
    const add = () => {
      intake.add(encode('{'.padEnd(size)))
      for (let i = 1; i < pieces; i++) intake.add(encode(' '.repeat(size)))
    }
    if (isTaken) expect(add).not.toThrow()
    else expect(add).toThrow(RequestFailure)
  })

  test('of too many values, as one text', () => {
    expect(skimText('{"b":{"a":"x"}}', WANTED, 1)).toEqual({
      parts: { b: { a: 'x' } },
      excess: 'more than 1 values',
    })
    expect(skimText('{"b":{"a":"x"}', WANTED, 1)).toBeNull()
  })
})
