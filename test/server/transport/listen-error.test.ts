import { expect, test } from 'vitest'
import { ListenError } from '../../../src/server/transport/index.ts'

const failing = (code: string, host = '0.0.0.0'): string =>
  new ListenError('tcp', { host, port: 53 }, Object.assign(new Error(`bind ${code} ${host}:53`), { code }))
    .message

test('every error is one line that names the address and the protocol', () => {
  for (const code of ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'EMFILE', 'EIO']) {
    expect(failing(code)).toMatch(/^cannot listen on 0\.0\.0\.0:53 \(tcp\): [^\n]+$/)
  }
})

test('the remedy fits the cause', () => {
  expect(failing('EADDRINUSE')).toContain('ss -lntup')
  expect(failing('EACCES')).toContain('CAP_NET_BIND_SERVICE')
  expect(failing('EADDRNOTAVAIL')).toContain('correct dns.listen')
  expect(failing('EINVAL', 'fe80::1')).toContain('dns.listen takes IP addresses that are neither link-local')
  expect(failing('EMFILE')).toContain('ulimit')
  expect(failing('EIO')).toContain('bind EIO')
})

test('an IPv6 address is written in brackets', () => {
  expect(failing('EADDRINUSE', '::')).toContain('cannot listen on [::]:53 (tcp)')
})
