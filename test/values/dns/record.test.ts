import { describe, expect, test } from 'vitest'
import {
  addressRecord,
  parseAddress,
  parseType,
  printClass,
  printRcode,
  printRecord,
  printType,
  type RecordData,
  TYPE,
} from '../../../src/values/dns/index.ts'

const soa = {
  type: TYPE.SOA,
  mname: 'ns.dns.z',
  rname: 'hostmaster.z',
  serial: 4_000_000_000,
  refresh: 7200,
  retry: 1800,
  expire: 86_400,
  minimum: 5,
} as const

describe('a record as a line of a master file', () => {
  test.each<[string, RecordData]>([
    ['NS ns.dns.z.', { type: TYPE.NS, target: 'ns.dns.z' }],
    ['PTR web.global.', { type: TYPE.PTR, target: 'web.global' }],
    ['SRV 0 65535 80 .', { type: TYPE.SRV, priority: 0, weight: 65_535, port: 80, target: '' }],
    ['TXT "1.0.0"', { type: TYPE.TXT, strings: ['1.0.0'] }],
    ['TXT "" "a b"', { type: TYPE.TXT, strings: ['', 'a b'] }],
    ['TXT "\\"x\\" \\\\ \\233\\000\\127"', { type: TYPE.TXT, strings: ['"x" \\ é\0\x7f'] }],
    ['SOA ns.dns.z. hostmaster.z. 4000000000 7200 1800 86400 5', soa],
  ])('%s', (line, data) => {
    expect(printRecord({ owner: 'x.z', ttl: 5, data })).toBe(`x.z. 5 IN ${line}`)
  })

  test('an address tells its type', () => {
    const lines = ['10.0.0.1', 'fd00::1'].map((text) =>
      printRecord(addressRecord('', 0, parseAddress(text) ?? '')),
    )
    expect(lines).toEqual(['. 0 IN A 10.0.0.1', '. 0 IN AAAA fd00::1'])
  })

  test('class CH for the server’s own names', () => {
    const data: RecordData = { type: TYPE.TXT, strings: ['x'] }
    expect(printRecord({ owner: 'id.server', ttl: 0, data }, 'CH')).toBe('id.server. 0 CH TXT "x"')
  })
})

describe('codes', () => {
  test('have names, and those without one a number (RFC 3597, 5)', () => {
    expect([printType(28), printType(64), printClass(3), printClass(42)]).toEqual([
      'AAAA',
      'TYPE64',
      'CH',
      'CLASS42',
    ])
    expect([printRcode(3), printRcode(16), printRcode(9), printRcode(7)]).toEqual([
      'NXDOMAIN',
      'BADVERS',
      'NOTAUTH',
      'RCODE7',
    ])
  })

  test.each([
    ['a', 1],
    ['SrV', 33],
    ['TYPE65', 65],
    ['type0', 0],
    ['TYPE65535', 65_535],
    ['TYPE65536', undefined],
    ['TYPE', undefined],
    ['toString', undefined],
    ['__proto__', undefined],
    ['', undefined],
  ])('type %s is %s', (text, type) => {
    expect(parseType(text)).toBe(type)
  })
})
