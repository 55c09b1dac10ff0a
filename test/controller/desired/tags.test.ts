import { describe, expect, test } from 'vitest'
import {
  annotationsWith,
  fittingAnnotations,
  fittingLabels,
  labelsWith,
} from '../../../src/controller/desired/tags.ts'

describe('exported labels and annotations', () => {
  test.each([
    ['app', 'cart'],
    ['example.com/app.name', ''],
    ['A_b-c', 'x'.repeat(63)],
  ])('label %s: %s can be had', (key, value) => {
    expect(fittingLabels({ [key]: value })).toEqual({ kept: { [key]: value }, refused: [] })
  })

  test.each([
    ['', 'a'],
    ['-app', 'a'],
    ['a/b/c', 'a'],
    ['Example.com/app', 'a'],
    ['/app', 'a'],
    ['x'.repeat(64), 'a'],
    ['app', 'two words'],
    ['app', 'x'.repeat(64)],
    ['app', '-'],
  ])('label %s: %s cannot, which is said', (key, value) => {
    expect(fittingLabels({ [key]: value, fine: 'yes' })).toEqual({
      kept: { fine: 'yes' },
      refused: [`exportedLabels: "${key}: ${value}" is no label`],
    })
  })

  test('those by which Meridian knows its own cannot', () => {
    expect(fittingLabels({ 'app.kubernetes.io/managed-by': 'meridian-dns.io' })).toEqual({
      kept: {},
      refused: ["exportedLabels: app.kubernetes.io/managed-by is Meridian's own on an import"],
    })
    expect(fittingAnnotations({ 'multicluster.kubernetes.io/derived-service': 'x' }).refused).toEqual([
      "exportedAnnotations: multicluster.kubernetes.io/derived-service is the implementation's own",
    ])
  })

  test('annotations may say anything, under a name that is one, up to what an object may hold', () => {
    expect(fittingAnnotations({ note: 'two words', 'no name': '' })).toEqual({
      kept: { note: 'two words' },
      refused: ['exportedAnnotations: "no name" is no annotation\'s name'],
    })
    expect(fittingAnnotations({ note: 'é'.repeat(125_000) })).toEqual({
      kept: {},
      refused: ['exportedAnnotations: 250004 octets, 250000 are the most'],
    })
  })
})

test.each([
  [249_999, true],
  [250_000, true],
  [250_001, false],
  [2_500_000, false],
])('annotations of %i octets can be had: %s', (octets, isKept) => {
  // Two octets to a character, and one more where that is needed.
  const value = (length: number): string => 'é'.repeat(length >> 1) + 'x'.repeat(length & 1)
  const annotations = { a: value(100), bc: value(octets - 103) }
  const { kept, refused } = fittingAnnotations(annotations)
  expect(kept).toEqual(isKept ? annotations : {})
  expect(refused).toEqual(isKept ? [] : [`exportedAnnotations: ${octets} octets, 250000 are the most`])
})

test.each([1, 150, 1500])('%i labels are had, and those that cannot be are named one by one', (count) => {
  const labels = Object.fromEntries(Array.from({ length: count }, (_, i) => [`example.com/l${i}`, `v${i}`]))
  expect(fittingLabels(labels)).toEqual({ kept: labels, refused: [] })
  const wrong = Object.fromEntries(Object.keys(labels).map((key) => [key, 'two words']))
  expect(fittingLabels({ ...wrong, ok: 'yes' })).toMatchObject({
    kept: { ok: 'yes' },
    refused: { length: count },
  })
})

test.each([
  [250_000, true],
  [250_001, false],
  [2_500_000, false],
])('labels of %i octets can be had: %s', (octets, isKept) => {
  const one = (i: number): readonly [string, string] => [`k${i}`.padEnd(50, 'x'), 'v'.repeat(50)]
  const whole = Array.from({ length: octets / 100 - 1 }, (_, i) => one(i))
  const rest = octets - 100 * whole.length
  const labels = Object.fromEntries([...whole, ['r'.repeat(60), 'v'.repeat(rest - 60)]])
  expect(Object.keys(fittingLabels(labels).kept).length > 0).toBe(isKept)
})

describe.each([
  ['labels', fittingLabels, labelsWith],
  ['annotations', fittingAnnotations, annotationsWith],
])('of what an export says the %s', (_what, fitting, withOwn) => {
  test.each([1, 10, 1000, 10_000])(
    'that fit are found once, however often they are asked for: of %i',
    (count) => {
      let looks = 0
      const pairs = Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']))
      const tags = new Proxy(pairs, {
        ownKeys: (of) => {
          looks++
          return Reflect.ownKeys(of)
        },
      })
      const own = { 'example.com/own': 'x' }
      const first = [fitting(tags), withOwn(tags, own)]
      const once = looks
      for (let i = 0; i < 10; i++) expect([fitting(tags), withOwn(tags, { ...own })]).toEqual(first)
      expect(looks).toBe(once)
      // With something else of Meridian's own it is another, and with none.
      expect(withOwn(tags, { 'example.com/own': 'y' })).toMatchObject({ 'example.com/own': 'y' })
      expect(withOwn(tags, {})).not.toHaveProperty(['example.com/own'])
      expect(withOwn(tags, own)).toEqual(first[1])
      expect(Object.keys(withOwn(tags, own))).toEqual([...Object.keys(pairs), 'example.com/own'].sort())
    },
  )
})
