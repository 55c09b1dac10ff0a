import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SealedObject } from '../../../src/sources/apiserver/sealed.ts'
import { type Change, openReported, seal } from '../../../src/sources/changes/index.ts'
import { changePieces } from '../../../src/sources/reader/outbox.ts'
import {
  type EndpointSlice,
  KINDS,
  packEndpoints,
  type Reported,
  type ServiceExport,
  type SliceEndpoint,
} from '../../../src/words/kube/index.ts'
import { sliceOfDb } from '../../support/values.ts'

const octets = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((all) => String.fromCharCode(...all))

const endpoint: fc.Arbitrary<SliceEndpoint> = fc.record(
  {
    addresses: fc.array(octets, { maxLength: 3 }),
    strays: fc.array(fc.string({ unit: 'binary' }), { maxLength: 1 }),
    hostname: fc.constantFrom(null, 'db-0'),
    uid: fc.option(fc.string()),
    ready: fc.constantFrom(null, true, false),
    serving: fc.constant(true),
    terminating: fc.constant(false),
    zone: fc.option(fc.string({ unit: 'grapheme' })),
  },
  { noNullPrototype: true },
)

const sliceOf = (endpoints: readonly SliceEndpoint[], name = 'db-1'): EndpointSlice =>
  sliceOfDb(name, { endpoints: packEndpoints(endpoints) })

const slice = fc
  .tuple(fc.array(endpoint), fc.string({ unit: 'grapheme' }))
  .map(([all, name]) => sliceOf(all, name))

const exported: ServiceExport = {
  kind: 'ServiceExport',
  namespace: 'default',
  name: 'web',
  createdAt: 0,
  weight: '\u{1F9ED}',
  reach: null,
  exportedLabels: {},
  exportedAnnotations: { a: '\0' },
}

const unreadable: Reported = { kind: 'EndpointSlice', key: 'default/db-2', service: null, problem: 'no name' }

/** As they come to main. */
function crossed(all: readonly Reported[]): readonly Change[] {
  const told = all.map((one) => ({ op: 'reported', ...seal(one) }) as const)
  return [...changePieces(told, false)].flatMap((piece) => {
    const { reported, octets } = structuredClone(piece)
    const objects: readonly Reported[] = JSON.parse(reported)
    return objects.map((one, i) => openReported(one, KINDS, octets[i] ?? ''))
  })
}

test('what crosses is what was told: slices, what has no endpoints, and what cannot be read', () => {
  const reported = fc.oneof(slice, fc.constantFrom<Reported>(exported, unreadable))
  fc.assert(
    fc.property(fc.array(reported), (all) => {
      const objects = crossed(all).map((change) => (change.op === 'delete' ? undefined : change.object))
      expect(objects).toEqual(all)
    }),
  )
})

test.each([0, 10, 100, 1000])('%i endpoints take a character for each of their octets', (n) => {
  const all = Array.from({ length: n }, (_, i) => ({
    addresses: [String.fromCharCode(10, 0, i >> 8, i & 255)],
    strays: [],
    hostname: null,
    uid: '\0'.repeat(16),
    ready: true,
    serving: true,
    terminating: false,
    zone: null,
  }))
  const { text, octets } = seal(sliceOf(all))
  expect(text.length).toBe(seal(sliceOf([])).text.length)
  expect(octets).toBe(packEndpoints(all))
})

test('slices that differ in their endpoints alone are not taken for the same', () => {
  fc.assert(
    fc.property(fc.array(endpoint), fc.array(endpoint), (some, others) => {
      const held = new SealedObject(sliceOf(some))
      const next = new SealedObject(sliceOf(others))
      expect(next.insteadOf(held) === held).toBe(packEndpoints(some) === packEndpoints(others))
      expect(new SealedObject(sliceOf(some)).insteadOf(held)).toBe(held)
    }),
  )
})
