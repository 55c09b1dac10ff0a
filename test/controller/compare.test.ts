import { describe, expect, test } from 'vitest'
import { APPLIED, bodyToSend, digestOf, holds, isAsWanted } from '../../src/controller/compare.ts'
import type { JsonObject, WantedObject } from '../../src/controller/desired/index.ts'
import { readHeld } from '../../src/controller/held.ts'

describe('what is held has all that is wanted', () => {
  test.each([
    ['what the API server fills in', { a: 1, b: 2 }, { a: 1 }],
    ['nested', { a: { b: [{ c: 1, d: 2 }] } }, { a: { b: [{ c: 1 }] } }],
    ['objects of a list in another order', [{ n: 2 }, { n: 1 }], [{ n: 1 }, { n: 2 }]],
    ['conditions of others', { conditions: [{ type: 'A' }, { type: 'B' }] }, { conditions: [{ type: 'B' }] }],
    ['an empty list that is kept as nothing', {}, { ips: [] }],
    ['an empty mapping that is kept as nothing', {}, { labels: {} }],
  ])('%s', (_name, held, wanted) => {
    expect(holds(held, wanted)).toBe(true)
  })

  test.each([
    ['another value', { a: 1 }, { a: 2 }],
    ['a field that is missing', {}, { a: 1 }],
    ['a list that is longer', [1, 2], [1]],
    ['texts in another order', ['a', 'b'], ['b', 'a']],
    ['a list that should be empty', { ips: ['10.0.0.1'] }, { ips: [] }],
    ['a condition that is missing', { conditions: [] }, { conditions: [{ type: 'A' }] }],
  ])('%s is not so', (_name, held, wanted) => {
    expect(holds(held, wanted)).toBe(false)
  })
})

const wanted = (spec: JsonObject): WantedObject => ({
  kind: 'ServiceImport',
  namespace: 'shop',
  name: 'cart',
  body: {
    apiVersion: 'multicluster.x-k8s.io/v1beta1',
    kind: 'ServiceImport',
    metadata: { namespace: 'shop', name: 'cart', labels: { l: '1' } },
    spec,
  },
})

/** The object that an apply of it makes. */
const made = (one: WantedObject) =>
  readHeld('ServiceImport', { ...bodyToSend(one, digestOf(one), undefined), status: {} })

test('what was applied is as wanted', () => {
  const one = wanted({ type: 'Headless' })
  expect(isAsWanted(made(one), one, digestOf(one))).toBe(true)
})

test('a field that is not wanted any more is noticed, though all that is wanted is there', () => {
  const [before, after] = [wanted({ type: 'Headless', ips: ['10.0.0.1'] }), wanted({ type: 'Headless' })]
  expect(isAsWanted(made(before), after, digestOf(after))).toBe(false)
})

test('what is sent names the object that is held, so that no other is written to', () => {
  const one = wanted({ type: 'Headless' })
  const held = readHeld('ServiceImport', { metadata: { uid: 'u1' } })
  expect(bodyToSend(one, 'd', held)).toMatchObject({
    metadata: { uid: 'u1', labels: { l: '1' }, annotations: { [APPLIED]: 'd' } },
  })
})
