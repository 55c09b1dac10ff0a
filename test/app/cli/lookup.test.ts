import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lookup } from '../../../src/app/cli/lookup.ts'
import { startUpstream } from '../../sources/resolver/upstream.ts'
import { exported } from '../../support/manifests.ts'
import { type InProcess, meridian, startServer } from '../../support/server.ts'
import { commanded } from './commanded.ts'

let server: InProcess
let address: string
beforeAll(async () => {
  server = await startServer({
    clusters: {
      east: { 'web.yaml': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }) },
    },
  })
  await server.ready()
  address = `127.0.0.1:${server.port}`
})
afterAll(async () => {
  await server.meridian.stop()
  await server.directory.close()
})

const failure = (...words: readonly string[]) =>
  lookup(words, { server: address, wait: 0 }).then(
    () => '',
    (error: unknown) => String(error),
  )

test('each name is asked for with the type behind it, or A, and each record is a line', async () => {
  const words = [
    'web.default.svc.clusterset.local',
    'dns-version.clusterset.local',
    'txt',
    'web.default.global',
    'SRV',
  ]
  expect(
    await lookup(words, { server: address, wait: 0 }),
  ).toBe(`web.default.svc.clusterset.local. A 10.101.0.1
dns-version.clusterset.local. TXT "1.0.0"
web.default.global. SRV 0 65535 80 east.web.default.global.
`)
})

test('every question without an answer is named, with what came of it', async () => {
  const text = await failure('nope.default.global', 'web.default.global', 'web.default.global', 'AAAA')
  expect(text).toContain('nope.default.global A: there is no such name (NXDOMAIN)')
  expect(text).toContain('web.default.global AAAA: there is the name, but no such record (NODATA)')
  expect(text.match(/: there/g)).toHaveLength(2)
  expect(await failure('example.org')).toContain('no zone of its own holds the name (REFUSED)')
})

test('one name without an answer takes nothing from the others', async () => {
  const words = ['nope.default.global', 'web.default.global', 'b..ad', 'web.default.global', 'SRV']
  const ended = await commanded(['lookup', ...words, '--server', address])
  expect(ended).toEqual({
    status: 1,
    out: 'web.default.global. A 10.101.0.1\nweb.default.global. SRV 0 65535 80 east.web.default.global.\n',
    err:
      'meridian: nope.default.global A: there is no such name (NXDOMAIN)\n' +
      '          b..ad A: that is no DNS name\n',
  })
})

test('several types behind a name are asked for each, and a name of one label behind a type is a name', async () => {
  const words = ['web.default.global', 'A', 'SRV', 'global', 'ns', 'global.', 'NS']
  expect(await lookup(words, { server: address, wait: 0 })).toBe(
    `web.default.global. A 10.101.0.1
web.default.global. SRV 0 65535 80 east.web.default.global.
global. NS ns.dns.clusterset.local.
global. NS ns.dns.clusterset.local.
`,
  )
})

test.each([
  ['an unknown type', ['web.default.global', 'AAA'], 'web.default.global AAA: lookup asks for A, AAAA,'],
  [
    'an unknown type in small letters',
    ['web.default.global', 'srvv'],
    'web.default.global SRVV: lookup asks',
  ],
  [
    'an unknown type behind a known one',
    ['web.default.global', 'A', 'AAA'],
    'web.default.global AAA: lookup',
  ],
  ['a type by number', ['web.default.global', 'TYPE64'], 'web.default.global TYPE64: lookup asks'],
  [
    'a name of one label behind a name',
    ['web.default.global', 'global'],
    'for a name of one label write global.',
  ],
  ['a type first', ['SRV', 'web.default.global'], 'SRV: a name comes first, then its type'],
])('%s is no name, and is refused with the remedy', async (_what, words, said) => {
  await expect(lookup(words, { server: address, wait: 0 })).rejects.toMatchObject({
    status: 2,
    message: expect.stringContaining(said),
  })
})

test('what has no answer yet is asked for again while --wait lasts', async () => {
  const asking = lookup(['late.default.global'], { server: address, wait: 15_000 })
  await server.directory.write(
    'east/late.yaml',
    exported({ name: 'late', clusterIP: '10.101.0.2', pods: ['10.1.0.2'] }),
  )
  expect(await asking).toBe('late.default.global. A 10.101.0.2\n')
})

test('as a command it prints records and exits 0, or says on standard error what is missing and exits 1', async () => {
  const [found, missing] = await Promise.all([
    meridian(['lookup', 'web.default.global', '--server', address]),
    meridian(['lookup', 'nope.default.global', '--server', address]),
  ])
  expect(found).toEqual({ status: 0, out: 'web.default.global. A 10.101.0.1\n', err: '' })
  expect(missing).toMatchObject({
    status: 1,
    out: '',
    err: expect.stringMatching(/^meridian: nope\.default\.global A: /),
  })
})

test('a wrong server and a type that cannot be asked for are refused with the remedy', async () => {
  const wrong = await commanded(['lookup', 'web.default.global', '--server', '10.96.0.53:99999'])
  const type = await commanded(['lookup', 'web.default.global', 'DS'])
  expect(wrong).toMatchObject({
    status: 2,
    err: expect.stringContaining('write 10.96.0.53, 10.96.0.53:1053'),
  })
  expect(type).toMatchObject({
    status: 2,
    err: expect.stringContaining('lookup asks for A, AAAA, TXT, SRV, NS, PTR only'),
  })
})

describe('what somebody else answers', () => {
  let other: Awaited<ReturnType<typeof startUpstream>>
  beforeAll(async () => {
    other = await startUpstream([
      { type: 'CNAME', name: 'alias.example', data: 'nowhere.example' },
      {
        type: 'TXT',
        name: 'odd.example',
        data: [Buffer.from('\x1b[31mred\x07\n"\\\x00\xff', 'latin1'), 'b'],
      },
      {
        type: 'SRV',
        name: 'srv.example',
        data: { target: '\x1b[m.example', port: 80, priority: 1, weight: 2 },
      },
    ])
  })
  afterAll(() => other.close())
  const asked = (...words: readonly string[]) => lookup(words, { server: `127.0.0.1:${other.port}`, wait: 0 })

  test('as an alias that leads nowhere is no answer', async () => {
    await expect(asked('alias.example')).rejects.toMatchObject({
      status: 1,
      message: 'alias.example A: there is an alias (CNAME), and no such record where it leads',
    })
  })

  test('is one line a record, whatever octets are in it', async () => {
    expect(await asked('odd.example', 'TXT', 'srv.example', 'SRV')).toBe(
      'odd.example. TXT "\\027[31mred\\007\\010\\"\\\\\\000\\255" "b"\nsrv.example. SRV 1 2 80 \\027[m.example.\n',
    )
  })
})

describe('a server by a name that does not resolve', () => {
  const failing = (...codes: readonly string[]) => {
    const left = [...codes]
    return async () => {
      const code = left.shift()
      if (code === undefined) return { address: '127.0.0.1' }
      throw Object.assign(new Error(code), { code })
    }
  }
  const named = (wait: number, ...codes: readonly string[]) =>
    lookup(['web.default.global'], {
      server: `dns.example:${server.port}`,
      wait,
      resolve: failing(...codes),
    })

  test('is waited for, as one that does not answer is', async () => {
    expect(await named(60_000, 'ENOTFOUND', 'EAI_AGAIN')).toBe('web.default.global. A 10.101.0.1\n')
  })

  test.each([
    ['ENOTFOUND', 'do not know that name'],
    ['EAI_AGAIN', 'do not answer for that name, or not yet'],
  ])('is told once the wait is over: %s', async (code, why) => {
    await expect(named(0, code)).rejects.toMatchObject({
      status: 1,
      message: `--server dns.example: this host's resolvers ${why}`,
    })
  })

  test('is no reason to wait where it is none', async () => {
    await expect(lookup(['a.b'], { server: 'a:b:c', wait: 60_000 })).rejects.toMatchObject({ status: 2 })
  })
})
