import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HIDDEN, keepSecret, printUrl, redact, redactForeign, sentence } from '../../src/observe/index.ts'
import { redactJson } from '../../src/observe/redact.ts'

test.each([
  ['https://user:pw@host/x', `https://${HIDDEN}@host/x`],
  ['see //user:p/w@host:1 and //other', `see //${HIDDEN}@host:1 and //other`],
  ['user:pw@host is no URL', `${HIDDEN}@host is no URL`],
  ['"user:pw@host"', `"${HIDDEN}@host"`],
  ['https://host/a?b=c#d, then', `https://host/a?${HIDDEN} then`],
  ['Authorization: Bearer abc.DEF', `Authorization: Bearer ${HIDDEN}`],
  ['basic dXNlcjpwdw==, then', `basic ${HIDDEN}, then`],
  ['token=abc&x=y', `token=${HIDDEN}&x=y`],
  ['eyJhbGciOiJIUzI1NiJ9.e30.x-y', HIDDEN],
  ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----!', `${HIDDEN}!`],
  ['-----BEGIN PRIVATE KEY-----\nabc', HIDDEN],
])('%s', (text, said) => {
  expect(redact(text)).toBe(said)
})

test.each([
  'list services: status 403: services is forbidden: User "system:serviceaccount:meridian:meridian-reader" cannot list',
  'https://0123456789ABCDEF0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com: connect ECONNREFUSED 10.0.0.1:443',
  'kubeconfig /etc/meridian/west.kubeconfig: the token: /var/run/secrets/token does not exist',
  'id: west and east (Secret meridian/east) are one cluster: its kube-system has the UID 6b0a8fb4-9e3c-4f55-a1f7-1f9a4a3c2d10',
  'https://[2001:db8::1]:6443: no connection in time; basic authentication is off, the bearer token ended',
  'mail me@example.com',
])('%s stays', (text) => {
  expect(redact(text)).toBe(text)
})

test('a secret that is known is hidden however it is written; a short one where it stands alone', () => {
  keepSecret('pa"ss wörd')
  expect(redact('it is pa"ss wörd, or pa\\"ss wörd, or pa%22ss%20w%C3%B6rd')).toBe(
    `it is ${HIDDEN}, or ${HIDDEN}, or ${HIDDEN}`,
  )
  keepSecret('post')
  expect(redact('post: posted (post)')).toBe(`${HIDDEN}: posted (${HIDDEN})`)
  keepSecret('abc')
  expect(redact('abc')).toBe('abc')
})

test.each([9_999, 10_000, 10_001, 100_000])('of %s secrets the latest ten thousand are known', (count) => {
  const nameOf = (i: number): string => `secret-of-${count}-${String(i).padStart(6, '0')}`
  for (let i = 0; i < count; i++) keepSecret(nameOf(i))
  expect(redact(nameOf(count - 1))).toBe(HIDDEN)
  expect(redact(nameOf(Math.max(0, count - 10_000)))).toBe(HIDDEN)
  if (count > 10_000) expect(redact(nameOf(count - 10_001))).toBe(nameOf(count - 10_001))
})

test.each(['a', '/', ':', '@', '//', 'a:', 'token', 'eyJ', '-----BEGIN A-----', 'Bearer ', ' ', '"'])(
  'a text of %j over and over, however long, comes to an end, and is cut',
  (piece) => {
    for (const length of [8_191, 8_192, 8_193, 81_920, 2 ** 20]) {
      const text = piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
      expect(redactForeign(text).length).toBeLessThan(10_000)
    }
  },
)

test('a secret at the place where a text is cut is not left there in part', () => {
  keepSecret('hunter22hunter22')
  for (let at = 8_160; at < 8_200; at++) {
    expect(redact(`${' '.repeat(at)}hunter22hunter22 and more`)).not.toContain('hunter')
    expect(redact(`${' '.repeat(at)}token=otherother22 and more`)).not.toContain('other')
  }
})

test('a sentence is one line', () => {
  expect(sentence(' a\n b\r\n\tc ')).toBe('a b c')
})

test.each([
  ['https://user:pw@host:6443/x?y', 'https://host:6443'],
  ['http://user:p/w@host', null],
  ['http://user:1/w@host', null],
  ['user:pw@host', null],
  ['user:pw', null],
  ['host:6443', 'host:6443'],
  ['http//host', null],
  ['ftp://host', 'ftp://host'],
  ['[::1]:80', '[::1]:80'],
])('%s is printed as %s', (url, printed) => {
  expect(printUrl(url)).toBe(printed)
})

test('a line of JSON stays one, and says the same without secrets', () => {
  const line = JSON.stringify({ 'a"b\\': ['\\', '"', '\\"', '', 'token=abcdef'], n: 1, nothing: null })
  expect(redactJson(`${line}\n`)).toBe(`${line.replace('abcdef', HIDDEN)}\n`)
  fc.assert(
    fc.property(fc.json({ stringUnit: fc.constantFrom('"', '\\', 'a', '\n', '{', ':') }), (json) => {
      expect(redactJson(json)).toBe(JSON.stringify(JSON.parse(json)))
    }),
  )
})

test.each([8192, 8193, 100_000, 20_000_000])('a text of %i characters in it is cut, and no bug', (length) => {
  for (const unit of ['a ', '"', '\\', '\n']) {
    const line = JSON.stringify({ level: 'info', msg: unit.repeat(length / unit.length), ok: 'yes' })
    expect(JSON.parse(redactJson(line))).toMatchObject({ level: 'info', ok: 'yes' })
  }
})
