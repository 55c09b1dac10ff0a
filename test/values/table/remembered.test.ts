import { expect, test } from 'vitest'
import {
  lastRemembered,
  remembered,
  rememberedLately,
  rememberedTexts,
} from '../../../src/values/table/index.ts'

test.each([remembered, rememberedLately])(
  'what was worked out of an object is not worked out again',
  (memo) => {
    const made: object[] = []
    const read = memo((of: { readonly a: number }) => {
      made.push(of)
      return of.a
    })
    const [one, other] = [{ a: 0 }, { a: 0 }]
    expect([read(one), read(other), read(one)]).toEqual([0, 0, 0])
    expect(made).toEqual([one, other])
  },
)

test('of an object and what it is looked at with the last is remembered that is to be kept', () => {
  let made = 0
  const read = lastRemembered(
    (of: object, seen: number) => {
      made++
      return seen === 0 ? of : [seen]
    },
    Object.is,
    (value, of) => value !== of,
  )
  const one = {}
  const first = read(one, 1)
  expect(read(one, 1)).toBe(first)
  expect(read(one, 0)).toBe(one)
  expect(read(one, 1)).toBe(first)
  expect(made).toBe(2)
  read(one, 2)
  expect(read(one, 1)).toEqual(first)
  expect(made).toBe(4)
})

test('what is the same is for the caller to say', () => {
  const read = lastRemembered(
    (_: object, seen: readonly number[]) => [...seen],
    (one, other) => one.length === other.length,
  )
  const one = {}
  expect(read(one, [1])).toBe(read(one, [2]))
  expect(read(one, [1, 2])).toEqual([1, 2])
})

test.each([
  [35, 1],
  [36, 2],
  [360, 2],
])(
  'a text of %i characters where 100 are remembered beside another is worked out %i times',
  (length, times) => {
    const made: string[] = []
    const read = rememberedTexts((text) => {
      made.push(text)
      return { text }
    }, 164)
    const text = 'a'.repeat(length)
    for (const one of [text, 'b', text]) expect(read(one)).toEqual({ text: one })
    expect(made.filter((one) => one === text)).toHaveLength(times)
  },
)
