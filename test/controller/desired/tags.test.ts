import { describe, expect, test } from 'vitest'
import { fittingAnnotations, fittingLabels } from '../../../src/controller/desired/tags.ts'

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
