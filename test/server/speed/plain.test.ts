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
