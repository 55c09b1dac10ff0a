import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  HIDDEN,
  keepSecret,
  parseUrl,
  printUrl,
  redact,
  redactForeign,
  sentence,
} from '../../../src/words/observe/index.ts'
import { redactJson } from '../../../src/words/observe/redact.ts'
import { runs, whenLong } from '../../support/runs.ts'

/** More of them for whoever changes what is hidden. */

test.each([
  ['https://user:pw@host/x', `https://${HIDDEN}@host/x`],
  ['see //user:p/w@host:1 and //other', `see //${HIDDEN}@host:1 and //other`],
  ['user:pw@host is no URL', `${HIDDEN}@host is no URL`],
  ['"user:pw@host"', `"${HIDDEN}@host"`],
  ['see https://docs.example.com/install#on-linux.', 'see https://docs.example.com/install#on-linux.'],
  ['https://host/a#access_token=xyz', `https://host/a?${HIDDEN}`],
  ['https://host/a#s3cr3t', `https://host/a?${HIDDEN}`],
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

test.each([9_999, 10_000, 10_001, ...whenLong(100_000)])(
  'of %s secrets the latest ten thousand are known',
  (count) => {
    const nameOf = (i: number): string => `secret-of-${count}-${String(i).padStart(6, '0')}`
    for (let i = 0; i < count; i++) keepSecret(nameOf(i))
    expect(redact(nameOf(count - 1))).toBe(HIDDEN)
    expect(redact(nameOf(Math.max(0, count - 10_000)))).toBe(HIDDEN)
    if (count > 10_000) expect(redact(nameOf(count - 10_001))).toBe(nameOf(count - 10_001))
  },
)

/** The most that is kept, as secrets of the greatest length that a message may have. */
const [MOST_HELD, LENGTH] = [8 * 2 ** 20, 8192]
const longSecret = (of: string, i: number): string => `${of}-${i}-`.padEnd(LENGTH, 'x')

test.each([0, 4, LENGTH, ...whenLong(9 * MOST_HELD)])(
  'of secrets of 8 MiB and %i characters more the latest 8 MiB are known',
  (more) => {
    const count = MOST_HELD / LENGTH
    const known = (i: number): boolean => redact(longSecret(`held-${more}`, i)) === HIDDEN
    for (let i = 0; i < count; i++) keepSecret(longSecret(`held-${more}`, i))
    expect([known(0), known(count - 1)]).toEqual([true, true])
    for (let left = more; left > 0; left -= LENGTH)
      keepSecret(longSecret(`more-${more}`, left).slice(0, Math.min(left, LENGTH)))
    const lost = Math.min(count, Math.ceil(more / LENGTH))
    expect([lost === 0 || !known(lost - 1), lost === count || known(lost)]).toEqual([true, true])
  },
)

test.each([LENGTH, LENGTH + 1, 2 * MOST_HELD])(
  'a secret of %i characters takes no other’s place: one that is longer than a message stands in none',
  (length) => {
    keepSecret('one of those before', 'x'.repeat(length))
    expect(redact('it is one of those before')).toBe(`it is ${HIDDEN}`)
  },
)

test.each(['a', '/', ':', '@', '//', 'a:', 'token', 'eyJ', '-----BEGIN A-----', 'Bearer ', ' ', '"'])(
  'a text of %j over and over, however long, comes to an end, and is cut',
  (piece) => {
    for (const length of [8_191, 8_192, 8_193, 81_920, ...whenLong(2 ** 20)]) {
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

test.each([8192, 8193, 100_000, ...whenLong(20_000_000)])(
  'a text of %i characters in it is cut, and no bug',
  (length) => {
    for (const unit of ['a ', '"', '\\', '\n']) {
      const line = JSON.stringify({ level: 'info', msg: unit.repeat(length / unit.length), ok: 'yes' })
      expect(JSON.parse(redactJson(line))).toMatchObject({ level: 'info', ok: 'yes' })
    }
  },
)

test.each([
  ['http://user:/aaaaaaaa@proxy.example:3128', `http://${HIDDEN}@proxy.example:3128`],
  ['at user:p@ss@host, then', `at ${HIDDEN}@host, then`],
  ['me@corp.example:pw@proxy:3128', `${HIDDEN}@proxy:3128`],
  ['proxy=:pw@host', `proxy=${HIDDEN}@host`],
  ['user:p//w@host', `${HIDDEN}@host`],
  ['path/user:pw@host', `${HIDDEN}@host`],
  ['DOMAIN\\user:p\\w@host', `${HIDDEN}@host`],
  ['http:\\\\user:pw@host', `${HIDDEN}@host`],
  ['http:/user:pw@host', `${HIDDEN}@host`],
  ['http:user:p//w@host', `${HIDDEN}@host`],
  ['proxy:http://user:pw@host', `proxy:http://${HIDDEN}@host`],
  ['http://user:pw%2Fpw%@host', `http://${HIDDEN}@host`],
  ['http://user:pw?x@host:1/y', `http://${HIDDEN}`],
  ['https://host/?access=abc@def', `https://${HIDDEN}`],
  ['http://a:b/c@h and u:p@h2, //x:y@h3', `http://${HIDDEN}@h and ${HIDDEN}@h2, //${HIDDEN}@h3`],
  ['http://a:bb@h1,u:pw@h2', `http://${HIDDEN}@h2`],
  ['me@h,u:pw@h2', `me@h,${HIDDEN}@h2`],
  ['dig @10.0.0.1:53 or me@host:53', 'dig @10.0.0.1:53 or me@host:53'],
])('%s is said without user info', (text, said) => {
  expect(redact(text)).toBe(said)
})

/** What nobody has to know beforehand to hide it: what ends no word. */
const passwords = fc
  .array(fc.constantFrom(...'abcDEF0123!$%^&*()-_=+[]{};:,./?~|@#\\ä€'), { minLength: 8, maxLength: 24 })
  .map((all) => all.join(''))
const URLS: readonly ((password: string) => string)[] = [
  (password) => `http://user:${password}@proxy.example:3128`,
  (password) => `socks5h://me@corp.example:${password}@proxy.example/path`,
  (password) => `//user:${password}@proxy.example`,
  (password) => `http//user:${password}@proxy.example`,
  (password) => `http:user:${password}@proxy.example`,
  (password) => `http:\\\\user:${password}@[2001:db8::1]:80`,
  (password) => `user:${password}@proxy.example:3128`,
  (password) => `HTTPS_PROXY=user:${password}@proxy.example:3128`,
  (password) => `(:${password}@proxy.example)`,
  (password) => `"a\\user:${password}@proxy.example"`,
]

test('no password of any URL in a message is told, whatever should have been escaped in it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(passwords, fc.constantFrom(...URLS)), { maxLength: 4 }), (urls) => {
      const said = redact(`asked ${urls.map(([password, write]) => write(password)).join(' and ')}: refused`)
      for (const [password] of urls) expect(said).not.toContain(password)
    }),
    { numRuns: runs(100) },
  )
})

test('no password of a URL is in what is printed of it', () => {
  fc.assert(
    fc.property(passwords, fc.constantFrom(...URLS), (password, write) => {
      expect(printUrl(write(password)) ?? '').not.toContain(password)
      expect(parseUrl(write(password))?.pathname ?? '').not.toContain('@')
    }),
    { numRuns: runs(100) },
  )
})
