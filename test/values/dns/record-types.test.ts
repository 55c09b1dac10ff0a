import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MessageWriter } from '../../../src/server/wire/writer.ts'
import {
  parseAddress,
  printData,
  printType,
  RECORD_TYPES,
  type RecordData,
  type RecordType,
  TYPE,
} from '../../../src/values/dns/index.ts'
import { RequestCounters } from '../../../src/words/observe/index.ts'

/** Of each type in the table: data, the octets that RFC 1035 and its like ask for, and the line of a master file. */
const SAMPLES: { readonly [T in RecordType]: readonly [data: RecordData<T>, octets: string, line: string] } =
  {
    [TYPE.A]: [{ type: TYPE.A, address: parseAddress('10.0.0.1') ?? '' }, '0a000001', '10.0.0.1'],
    [TYPE.AAAA]: [
      { type: TYPE.AAAA, address: parseAddress('fd00::1') ?? '' },
      'fd000000000000000000000000000001',
      'fd00::1',
    ],
    [TYPE.SRV]: [
      { type: TYPE.SRV, priority: 1, weight: 258, port: 80, target: 'a.z' },
      '0001 0102 0050 0161 017a 00',
      '1 258 80 a.z.',
    ],
    [TYPE.SOA]: [
      {
        type: TYPE.SOA,
        mname: 'n.z',
        rname: 'h.z',
        serial: 4_000_000_000,
        refresh: 30,
        retry: 10,
        expire: 86_400,
        minimum: 5,
      },
      '016e 017a 00 0168 c00d ee6b2800 0000001e 0000000a 00015180 00000005',
      'n.z. h.z. 4000000000 30 10 86400 5',
    ],
    [TYPE.TXT]: [{ type: TYPE.TXT, strings: ['', 'é"'] }, '00 02 e922', '"" "\\233\\""'],
    [TYPE.PTR]: [{ type: TYPE.PTR, target: 'a.z' }, '0161 017a 00', 'a.z.'],
    [TYPE.NS]: [{ type: TYPE.NS, target: 'a.z' }, '0161 017a 00', 'a.z.'],
  }

/** The data of a record of the root, as a message has it; null: no room. `limit`: octets in all. */
function dataOf(data: RecordData, limit = 512): string | null {
  const out = new DataView(new ArrayBuffer(512))
  const writer = new MessageWriter(out, 0, limit)
  if (!writer.record({ owner: '', ttl: 0, data }, 1)) return null
  return Buffer.from(out.buffer, FIXED, writer.at - FIXED).toString('hex')
}

/** Octets of a record of the root before its data. */
const FIXED = 11

describe.each(Object.values(SAMPLES))('%o', (data, octets, line) => {
  const hex = octets.replaceAll(' ', '')

  test('is said in a message and in a master file as its type asks', () => {
    expect(dataOf(data)).toBe(hex)
    expect(printData(data)).toBe(line)
  })

  test('is written where there is room for all of it, and not where an octet is missing', () => {
    const length = FIXED + hex.length / 2
    expect(dataOf(data, length)).toBe(hex)
    for (let limit = 0; limit < length; limit++) expect(dataOf(data, limit)).toBeNull()
  })

  test('is counted by its type’s name', () => {
    const counters = new RequestCounters()
    counters.count('z', data.type, 0, 'udp')
    expect([...counters.samples()].map(({ labels }) => labels['type'])).toEqual([printType(data.type)])
    expect(printType(data.type)).not.toMatch(/^TYPE/)
  })
})

test('ANY prefers types in the order that the contract gives (answers.md 3)', () => {
  const page = readFileSync(new URL('../../../docs/reference/answers.md', import.meta.url), 'utf8')
  const [, order = ''] = /^\| ANY \| the first the name has of (.*) \(RFC 8482\) \|$/m.exec(page) ?? []
  expect(RECORD_TYPES.map(printType)).toEqual(order.split(', '))
})
