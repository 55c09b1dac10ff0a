import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PlainQuery } from '../../../src/server/speed/plain.ts'
import { decodeQuery, typeAskedFor } from '../../../src/server/wire/index.ts'
import { buildQuery } from '../../support/client.ts'
import { runs } from '../../support/runs.ts'

const viewOf = (octets: Uint8Array): DataView => new DataView(octets.buffer, octets.byteOffset, octets.length)

/** A query for a name of such labels, whatever octets they have. */
function queryFor(labels: readonly Uint8Array[], type: number): Uint8Array {
  const name = labels.flatMap((label) => [label.length, ...label])
  return Uint8Array.from([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...name, 0, 0, type, 0, 1])
}

const labels = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 6 })

describe('a plain query', () => {
  test('has the name, the type and the length that decoding finds, whatever octets its labels have', () => {
    fc.assert(
      fc.property(labels, fc.constantFrom(1, 28, 33), (name, type) => {
        const octets = queryFor(name, type)
        const decoded = decodeQuery(viewOf(octets), 0, octets.length)
        const plain = new PlainQuery()
        expect(plain.read(viewOf(octets), 0, octets.length)).toBe(true)
        if (decoded.kind !== 'query') throw new Error(decoded.kind)
        const { question, questionEnd } = decoded.query
        expect([plain.name, plain.type, plain.questionEnd]).toEqual([
          question.name,
          question.type,
          questionEnd,
        ])
      }),
    )
  })

  test('folds A to Z and no other octet, wherever in the name it stands', () => {
    for (let before = 0; before < 8; before++)
      for (let octet = 0; octet < 256; octet++) {
        const octets = queryFor(
          [new Uint8Array(before).fill(0x2d), Uint8Array.of(octet)].slice(before ? 0 : 1),
          1,
        )
        const plain = new PlainQuery()
        plain.read(viewOf(octets), 0, octets.length)
        const isCapital = octet >= 0x41 && octet <= 0x5a
        expect(plain.question.getUint8(plain.questionLength - 6)).toBe(isCapital ? octet + 32 : octet)
        expect(plain.hasCapitals).toBe(isCapital)
      }
  })

  const subnets = fc.record({
    family: fc.constantFrom(1, 1, 2, 0, 3),
    source: fc.oneof(fc.nat(33), fc.nat(129)),
    scope: fc.constantFrom(0, 0, 0, 24),
    octets: fc.uint8Array({ maxLength: 17 }),
    isMasked: fc.boolean(),
  })

  test('has the client subnet that decoding finds, or is left to it', () => {
    const seen = { some: 0, none: 0 }
    fc.assert(
      fc.property(fc.array(subnets, { minLength: 1, maxLength: 2 }), (list) => {
        const options = list.map(({ family, source, scope, octets, isMasked }) => {
          const own = isMasked ? octets.slice(0, (source + 7) >> 3) : octets
          if (isMasked && source % 8 > 0)
            own[own.length - 1] = (own.at(-1) ?? 0) & (0xff00 >> (source % 8)) & 0xff
          return { code: 8, data: [0, family, source, scope, ...own] }
        })
        const octets = buildQuery({ name: 'web.default.svc.clusterset.local', type: 'A', edns: { options } })
        const plain = new PlainQuery()
        const isPlain = plain.read(viewOf(octets), 0, octets.length)
        const decoded = decodeQuery(viewOf(octets), 0, octets.length)
        expect(isPlain).toBe(decoded.kind === 'query' && list.length === 1)
        seen[isPlain ? 'some' : 'none']++
        if (!isPlain || decoded.kind !== 'query') return
        const { address = '', source } = decoded.query.edns?.subnet ?? {}
        expect(plain.subnetBits).toBe(source)
        expect(plain.subnetLength).toBe(8 + octets.length - plain.subnetAt - 8)
        const words = new DataView(new ArrayBuffer(16))
        for (let i = 0; i < address.length; i++) words.setUint8(i, address.charCodeAt(i))
        expect([...plain.subnet.subarray(1)]).toEqual([0, 4, 8, 12].map((at) => words.getInt32(at)))
      }),
      { numRuns: runs(16_000) },
    )
    expect(Math.min(seen.some, seen.none)).toBeGreaterThan(20)
  })

  test('is read without a throw or a look beyond its end, whatever the octets are', () => {
    const whole = buildQuery({ name: 'web.default.svc.clusterset.local', type: 'A', edns: {} })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 80 }),
          fc.nat(whole.length).map((end) => whole.slice(0, end)),
        ),
        (octets) => {
          const view = viewOf(octets)
          new PlainQuery().read(view, 0, octets.length)
          const type = typeAskedFor(view, 0, octets.length)
          const decoded = decodeQuery(view, 0, octets.length)
          if (decoded.kind === 'query') expect(type).toBe(decoded.query.question.type)
        },
      ),
      { numRuns: runs(2000) },
    )
  })
})
