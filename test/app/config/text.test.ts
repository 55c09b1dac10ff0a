import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closest } from '../../../src/app/config/closest.ts'
import {
  parseDuration,
  parseHostname,
  parseHostPort,
  parseListen,
  parsePattern,
  parseUpstream,
  printDuration,
} from '../../../src/app/config/text.ts'

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['1m30s', 90_000],
  ['0.5s', 500],
  ['0s', 0],
  ['30', undefined],
  ['', undefined],
  ['s', undefined],
  ['-1s', undefined],
  ['1 s', undefined],
  ['1d', undefined],
  ['1.s', undefined],
  ['1S', undefined],
])('the duration %o is %o ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test('a printed duration parses to itself', () => {
  fc.assert(fc.property(fc.nat(), (ms) => parseDuration(printDuration(ms)) === ms))
})

test.each([
  ['127.0.0.1:53', { host: '127.0.0.1', port: 53 }],
  ['[::]:0', { host: '::', port: 0 }],
  ['[2001:DB8:0::1]:53', { host: '2001:db8::1', port: 53 }],
  ['::1:53', undefined],
  ['[127.0.0.1]:53', undefined],
  ['[::1%eth0]:53', undefined],
  ['[fe80::1%eth0]:53', undefined],
  ['[::1]', undefined],
  [':53', undefined],
  ['53', undefined],
  ['127.0.0.1:', undefined],
  ['127.0.0.1:65536', undefined],
  ['127.0.0.1:53:53', undefined],
  ['localhost:53', undefined],
  ['127.1:53', undefined],
])('the listen address %o is %o', (text, listen) => {
  expect(parseListen(text)).toEqual(listen)
})

test.each([
  ['10.2.0.1:443', { host: '10.2.0.1', port: 443 }],
  ['[fd00::1]:443', { host: 'fd00::1', port: 443 }],
  ['GW.example.com:443', { host: 'gw.example.com', port: 443 }],
  ['gw.example.com', undefined],
  ['gw.example.com:0', undefined],
  ['[]:443', undefined],
  [':443', undefined],
  ['10.2.0:443', undefined],
])('the host and port %o is %o', (text, value) => {
  expect(parseHostPort(text)).toEqual(value)
})

test.each([
  ['10.0.0.2', { host: '10.0.0.2', port: 53 }],
  ['fd00::2', { host: 'fd00::2', port: 53 }],
  ['10.0.0.2:5353', { host: '10.0.0.2', port: 5353 }],
  ['10.0.0.2:0', undefined],
  ['resolver', undefined],
])('the upstream %o is %o', (text, value) => {
  expect(parseUpstream(text)).toEqual(value)
})

test('a host name is labels, and no address', () => {
  expect(parseHostname('a-1.Example.com.')).toBe('a-1.example.com')
  for (const text of ['', '.', '1.2.3.4', '999.1.1.1', 'a..b', '-a.b', 'a_b.c', `${'a.'.repeat(127)}aa`]) {
    expect(parseHostname(text)).toBeUndefined()
  }
})

test('a locality pattern has its star last, and three parts at most', () => {
  for (const text of ['*', 'r', 'r/*', 'r/z', 'r/z/*', 'r/z/s']) expect(parsePattern(text)).toBe(text)
  for (const text of ['', '/', '*/z', 'r/*/s', 'r*', 'r/z/s/*', 'r/z/s/t', 'r/', '**']) {
    expect(parsePattern(text)).toBeUndefined()
  }
})

test('the closest name is near, whatever its case and hyphens; nothing is near what is far', () => {
  const names = ['listen', 'advertise', 'ttl', 'negativeTtl', 'udpSize', 'id']
  expect(closest('lsiten', names)).toBe('listen')
  expect(closest('UDP_SIZE', names)).toBe('udpSize')
  expect(closest('negative-ttl', names)).toBe('negativeTtl')
  expect(closest('ttls', names)).toBe('ttl')
  expect(closest('colour', names)).toBeUndefined()
  expect(closest('x'.repeat(100_000), names)).toBeUndefined()
})
