import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Berth, Quay } from '../../../src/sources/apiserver/berth.ts'
import { RequestFailure } from '../../../src/sources/apiserver/failure.ts'
import { linesOf, type WatchLine } from '../../../src/sources/apiserver/lines.ts'
import { PageSize } from '../../../src/sources/apiserver/page-size.ts'
import { LIMITS } from '../../../src/sources/apiserver/types.ts'
import { TimeShare } from '../../../src/sources/changes/index.ts'

/** The bytes in chunks that end at the cuts, empty ones among them. */
async function* chunked(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut)
    from = cut
  }
  yield bytes.subarray(from)
}

const never = new AbortController().signal

async function read(
  bytes: Uint8Array,
  cuts: readonly number[],
  most: number,
  share = new TimeShare(),
): Promise<readonly WatchLine[]> {
  const all: WatchLine[] = []
  for await (const lines of linesOf(chunked(bytes, cuts), most, new Berth(new Quay()), share, never))
    all.push(...lines)
  return all
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const line = fc
  .array(fc.constantFrom('a', '"', '{', 'é', '日', '\u{1f600}', '\u2028'), { minLength: 1, maxLength: 30 })
  .map((parts) => parts.join(''))

test('lines come out as they went in, wherever chunks end, inside a character too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(400)), async (lines, cuts) => {
      const bytes = encode(lines.map((one) => `${one}\n`).join(''))
      const within = cuts.filter((cut) => cut <= bytes.length)
      expect(await read(bytes, within, 1000)).toEqual(lines)
      expect(await read(bytes, Array.from(bytes.keys()), 1000)).toEqual(lines)
    }),
  )
})

describe.each([1, 2, 100, 65_536])('where a line may have %i bytes', (most) => {
  const wide = (bytes: number): string => 'é'.repeat(bytes >> 1) + 'x'.repeat(bytes & 1)
  test.each([-1, 0])('one of %i more is read, however it comes', async (more) => {
    const bytes = encode(`${wide(most + more)}\nx\n`)
    for (const cuts of [[], [1], [most - 1], [most], [most + 1], [1, most - 1, most]])
      expect(await read(bytes, cuts, most)).toEqual([wide(most + more), 'x'].filter((one) => one !== ''))
  })
  test.each([1, 9 * most])(
    'one of %i more that is no object is a failure, whether it ends or not',
    async (more) => {
      const bytes = encode(`x\n${wide(most + more)}`)
      for (const cuts of [[], [1], [2], [most], [most + 1]])
        for (const end of ['', '\n'])
          await expect(read(Uint8Array.from([...bytes, ...encode(end)]), cuts, most)).rejects.toThrow(
            `a line of more than ${most} octets`,
          )
    },
  )
})

test.each([
  [4096, 1],
  [4097, 16],
  [40_960, 16],
])('a line of %i pieces of %i bytes is read', async (pieces, size) => {
  const bytes = encode(`${'x'.repeat(pieces * size)}\n`)
  const cuts = Array.from({ length: pieces }, (_, i) => i * size)
  expect(await read(bytes, cuts, 2 ** 20)).toEqual(['x'.repeat(pieces * size)])
})

test.each([4098, 40_960])('one of %i pieces of one byte is a failure', async (pieces) => {
  const bytes = encode(`x\n${'x'.repeat(pieces)}`)
  const cuts = Array.from({ length: pieces }, (_, i) => i + 2)
  await expect(read(bytes, cuts, 2 ** 20)).rejects.toThrow('in pieces of less than 16 octets')
})

test('a stream that ends inside a line, or inside a character, is a failure', async () => {
  await expect(read(encode('a\nb'), [], 10)).rejects.toThrow(RequestFailure)
  await expect(read(encode('日\n').subarray(1), [], 10)).rejects.toThrow('not UTF-8')
})

describe('the size of a page', () => {
  const { pageObjects, pageBytes, objectBytes } = LIMITS

  test.each([
    [pageBytes / pageObjects - 1, pageObjects],
    [pageBytes / pageObjects, pageObjects],
    [pageBytes / pageObjects + 4, pageObjects - 1],
    [pageBytes / 2, 2],
    [pageBytes / 2 + 1, 1],
    [pageBytes, 1],
    [10 * pageBytes, 1],
  ])('of objects of %i bytes is %i', (bytes, expected) => {
    const size = new PageSize(LIMITS)
    size.learn(pageObjects, pageObjects * bytes)
    expect(size.objects).toBe(expected)
  })

  test('falls to one where pages are too long, and one object that is too long is a failure', () => {
    const size = new PageSize(LIMITS)
    const seen: number[] = []
    while (size.objects > 1) {
      seen.push(size.objects)
      expect(size.mostBytes).toBe(2 * pageBytes)
      size.tooLong()
    }
    expect(seen).toEqual([500, 125, 31, 7])
    expect(size.mostBytes).toBe(objectBytes)
    expect(() => size.tooLong()).toThrow(`an object of more than ${objectBytes} octets`)
    size.learn(0, 10)
    expect(size.objects).toBe(1)
    size.learn(1, 10)
    expect(size.objects).toBe(pageObjects)
  })
})

/** How often something was done in its time. */
class Counted extends TimeShare {
  pieces = 0

  override spend<T>(work: () => T): T {
    this.pieces++
    return super.spend(work)
  }
}

test.each([
  ['is read', 2 ** 20],
  ['is looked through', 1000],
])('each part of a line that %s takes its cluster’s time', async (_what, most) => {
  const share = new Counted()
  const bytes = encode(`{"type":"MODIFIED","object":{"pad":"${'x'.repeat(40_000)}"}}\n`)
  const cuts = Array.from({ length: 39 }, (_, i) => 1000 * (i + 1))
  expect(await read(bytes, cuts, most, share)).toHaveLength(1)
  expect(share.pieces).toBe(40)
})
