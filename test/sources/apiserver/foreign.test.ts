import { existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type AllowedExec,
  CredentialsError,
  type CredentialsOptions,
  credentialsFrom,
} from '../../../src/sources/apiserver/index.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'
import { kubeconfig } from './cluster.ts'
import { FakeApiServer, pem } from './fake.ts'

const never = new AbortController().signal
const base64 = (text: string): string => Buffer.from(text).toString('base64')

let directory: Temporary
beforeEach(async () => {
  directory = await temporary()
})
afterEach(() => directory.close())

/** A program that prints what it was called with as the token, and leaves a mark. */
async function program(more: Partial<AllowedExec> = {}): Promise<AllowedExec> {
  await directory.write(
    'plugin.cjs',
    `require('node:fs').writeFileSync(${JSON.stringify(directory.at('ran'))}, '')
     const { PICKED = '', FIXED = '', KUBERNETES_EXEC_INFO: info } = process.env
     const { config = '' } = JSON.parse(info).spec.cluster ?? {}
     const token = [...process.argv.slice(2), PICKED, FIXED, config].join('+')
     console.log(JSON.stringify({ kind: 'ExecCredential', status: { token } }))`,
  )
  return {
    name: 'cloud',
    command: process.execPath,
    args: [directory.at('plugin.cjs'), 'get-token'],
    env: [],
    apiVersion: 'client.authentication.k8s.io/v1',
    provideClusterInfo: false,
    servers: [],
    accept: { args: false, env: [], proxies: [] },
    ...more,
  }
}

const execOf = ({ args }: AllowedExec, more: object = {}) => ({ command: 'node', args, ...more })

const UNASKED: CredentialsOptions = { isAsked: false }

/** What a kubeconfig out of a Secret presents, or why it does not. */
async function presented(
  exec: object,
  execs: readonly AllowedExec[],
  options: CredentialsOptions = {},
  cluster: object = {},
) {
  const text = JSON.stringify({
    'current-context': 'h',
    contexts: [{ name: 'h', context: { cluster: 'h', user: 'h' } }],
    clusters: [{ name: 'h', cluster: { server: 'https://h', ...cluster } }],
    users: [{ name: 'h', user: { exec } }],
  })
  const credentials = credentialsFrom({ kind: 'text', kubeconfig: text, execs }, { env: {}, ...options })
  return credentials.access(never).then(
    ({ headers }) => String(headers['authorization'] ?? 'nothing').replace(directory.at('plugin.cjs'), ''),
    (error: unknown) =>
      error instanceof CredentialsError ? `${error.problem}: ${error.remedy}` : `${error}`,
  )
}

describe('a kubeconfig out of a Secret runs', () => {
  test('nothing, as long as the configuration names no program', async () => {
    const cloud = await program()
    expect(await presented(execOf(cloud), [])).toContain('exec: may be used in a kubeconfig file only')
    expect(existsSync(directory.at('ran'))).toBe(false)
  })

  test.each([
    ['by its path', process.execPath],
    ['by its name, wherever it is there', 'node'],
  ])('a program that the configuration names, %s', async (_how, command) => {
    const cloud = await program()
    expect(await presented(execOf(cloud, { command }), [cloud])).toBe('Bearer get-token+++')
  })

  test.each([
    ['sh', 'another name'],
    ['/tmp/node', 'its name at another path'],
    ['./node', 'a path of its own'],
    ['../node', 'a path upwards'],
    ['', 'nothing'],
    ['NODE', 'other letters'],
    ['node\0', 'what ends early elsewhere'],
  ])('never a command of its own: %j, %s', async (command) => {
    const cloud = await program()
    const said = await presented(execOf(cloud, { command }), [cloud])
    expect(said).toMatch(/^exec: its command is none that an object may have run here: .*execs/)
    expect(existsSync(directory.at('ran'))).toBe(false)
  })

  test('it with its own arguments, and with others where those are accepted, behind its own', async () => {
    const cloud = await program()
    const more = [...cloud.args, '--cluster', 'west']
    const refused = 'exec: its args are none that an object may choose'
    expect(await presented(execOf(cloud, { args: more }), [cloud])).toContain(refused)
    expect(await presented(execOf(cloud, { args: ['-e', '1'] }), [cloud])).toContain(refused)
    expect(await presented(execOf(cloud, { args: [] }), [cloud])).toContain(refused)
    expect(existsSync(directory.at('ran'))).toBe(false)
    const open = { ...cloud, accept: { args: true, env: [], proxies: [] } }
    expect(await presented(execOf(cloud, { args: more }), [open])).toBe('Bearer get-token+--cluster+west+++')
    expect(await presented(execOf(cloud, { args: ['-e', '1', ...more] }), [open])).toContain(refused)
  })

  test('which of two entries of one program is meant, its arguments say', async () => {
    const cloud = await program()
    const [first = ''] = cloud.args
    const [east, west] = ['east', 'west'].map((name) => ({ ...cloud, name, args: [first, name] }))
    if (east === undefined || west === undefined) throw new Error('two')
    expect(await presented(execOf(west), [east, west])).toBe('Bearer west+++')
  })

  test('it with variables that are accepted by name, and no others', async () => {
    const cloud = await program({ env: [{ name: 'FIXED', value: 'ours' }] })
    const env = (...pairs: readonly (readonly [string, string])[]) => ({
      env: pairs.map(([name, value]) => ({ name, value })),
    })
    expect(await presented(execOf(cloud, env(['PICKED', 'theirs'])), [cloud])).toMatch(
      /^exec: env: PICKED: may not be set by an object: /,
    )
    expect(await presented(execOf(cloud, env(['FIXED', 'theirs'])), [cloud])).toContain('env: FIXED')
    expect(await presented(execOf(cloud, env(['FIXED', 'ours'])), [cloud])).toBe('Bearer get-token++ours+')
    const open = { ...cloud, accept: { args: false, env: ['PICKED'], proxies: [] } }
    expect(await presented(execOf(cloud, env(['PICKED', 'theirs'])), [open])).toBe(
      'Bearer get-token+theirs+ours+',
    )
    expect(await presented(execOf(cloud, env(['LD_PRELOAD', '/x'])), [open])).toContain('env: LD_PRELOAD')
  })

  test.each([
    [['h'], true],
    [['*'], true],
    [['H'], true],
    [['x', 'h*'], true],
    [['hh'], false],
    [['*.h'], false],
    [['.'], false],
    [['h.'], false],
  ])('it for servers that may be shown what it prints: of %j host h is one: %j', async (servers, isOne) => {
    const cloud = { ...(await program()), servers }
    const said = await presented(execOf(cloud), [cloud])
    if (isOne) return expect(said).toBe('Bearer get-token+++')
    expect(said).toContain('exec: server: "h" is none that may be shown what the program prints')
    expect(existsSync(directory.at('ran'))).toBe(false)
  })

  describe('it, where servers are written, for nobody else:', () => {
    const open = { args: false, env: [], proxies: ['proxy.example', '10.0.*', 'fd00::1'] }
    test.each([
      [{}, null],
      [{ 'certificate-authority-data': base64(pem('ca')) }, null],
      [{ 'insecure-skip-tls-verify': false, 'tls-server-name': '', 'proxy-url': '' }, null],
      [{ 'tls-server-name': 'h' }, null],
      [{ 'tls-server-name': 'H2.Example' }, null],
      [{ 'tls-server-name': 'h2.example.net' }, 'tls-server-name: "h2.example.net" is none'],
      [{ 'tls-server-name': 'x\nh' }, 'tls-server-name: "x\\nh" is none'],
      [{ server: 'http://h' }, 'server: without https anybody'],
      [{ server: 'https://h@elsewhere' }, 'server: "elsewhere" is none'],
      [{ server: 'h' }, 'server: "" is none'],
      [{ 'insecure-skip-tls-verify': true }, 'insecure-skip-tls-verify: with it anybody'],
      [{ 'proxy-url': 'http://proxy.example:3128' }, null],
      [{ 'proxy-url': 'https://user:proxy-word@PROXY.example' }, null],
      [{ 'proxy-url': 'socks5://10.0.0.1:1080' }, null],
      [{ 'proxy-url': 'http://[fd00:0::1]:3128' }, null],
      [{ 'proxy-url': 'http://[fd00::2]:3128' }, 'proxy-url: "[fd00::2]" is no proxy'],
      [{ 'proxy-url': 'http://127.0.0.1:3128' }, 'proxy-url: "127.0.0.1" is no proxy'],
      [{ 'proxy-url': 'http://h:3128' }, 'proxy-url: "h" is no proxy'],
      [{ 'proxy-url': 'proxy.example@elsewhere:3128' }, 'proxy-url: is no proxy'],
    ])('%j: %j', async (cluster, refused) => {
      const cloud = { ...(await program()), servers: ['h', '*.example'] }
      const said = (accept: AllowedExec['accept'], servers = cloud.servers) =>
        presented(execOf(cloud), [{ ...cloud, servers, accept }], UNASKED, cluster)
      if (refused !== null) {
        expect(await said(open)).toMatch(`exec: ${refused}`)
        return expect(existsSync(directory.at('ran'))).toBe(false)
      }
      expect(await said(open)).toBe('nothing')
      if ('proxy-url' in cluster && cluster['proxy-url'] !== '')
        expect(await said(cloud.accept)).toMatch(/proxy-url: .*: take it out there, or .* accept\.proxies/)
    })

    test.each([
      { 'tls-server-name': 'elsewhere' },
      { server: 'http://elsewhere' },
      { 'insecure-skip-tls-verify': true },
      { 'proxy-url': 'http://127.0.0.1:3128' },
    ])('without any, %j is the object’s to say', async (cluster) => {
      const cloud = await program()
      expect(await presented(execOf(cloud), [cloud], UNASKED, cluster)).toBe('nothing')
    })

    test.each([
      [['fd00::1'], 'https://[fd00::1]:6443', true],
      [['[fd00::1]'], 'https://[FD00:0::1]', true],
      [['FD00:0::1'], 'https://[fd00::1]', true],
      [['fd00:*'], 'https://[fd00::1]', true],
      [['fd00::1'], 'https://[fd00::11]', false],
      [['10.0.0.1'], 'https://10.0.0.1:6443', true],
    ])('of %j %s is one: %j', async (servers, server, isOne) => {
      const cloud = { ...(await program()), servers }
      const said = await presented(execOf(cloud), [cloud], UNASKED, { server })
      expect(said).toMatch(isOne ? 'nothing' : 'is none that may be shown')
    })
  })

  test.each([253, 254, 2530])(
    'of a name of %i characters no more are looked at than a host has',
    async (length) => {
      const cloud = { ...(await program()), servers: ['*'] }
      const server = `https://${'a.'.repeat(length).slice(0, length - 1)}a`
      const said = await presented(execOf(cloud), [cloud], UNASKED, { server })
      expect(said).toMatch(length <= 253 ? 'nothing' : 'is none that may be shown')
    },
  )

  /** Of so many values, brackets and commas. */
  const credential = (values: number): string =>
    `{"kind":"ExecCredential","status":{"token":"t"},"a":[${'{},'.repeat((values - 5) / 2)}1]}`

  test.each([4_999, 5_001, 50_001])(
    'a program that prints %i values: no more than 5,000 are read',
    async (values) => {
      await directory.write('printed', credential(values))
      const text = `process.stdout.write(require('node:fs').readFileSync(${JSON.stringify(directory.at('printed'))}))`
      const cloud = { ...(await program()), args: ['-e', text] }
      const said = await presented(execOf(cloud), [cloud])
      expect(said).toMatch(values < 5_000 ? 'Bearer t' : 'printed something else than an ExecCredential')
    },
  )

  test.each([2 ** 20, 2 ** 20 + 1, 10 * 2 ** 20])(
    'a program that prints %i octets: no more than 1 MiB is read',
    async (octets) => {
      await directory.write('printed', credential(9).padEnd(octets))
      const text = `process.stdout.write(require('node:fs').readFileSync(${JSON.stringify(directory.at('printed'))}))`
      const cloud = { ...(await program()), args: ['-e', text] }
      const said = await presented(execOf(cloud), [cloud])
      expect(said).toMatch(octets <= 2 ** 20 ? 'Bearer t' : 'prints without end')
    },
  )

  test('nothing before it is asked for: what is wrong with it can be known without', async () => {
    const cloud = await program()
    expect(await presented(execOf(cloud), [cloud], { isAsked: false })).toBe('nothing')
    expect(await presented({ command: 'sh' }, [cloud], { isAsked: false })).toContain('its command is none')
    expect(existsSync(directory.at('ran'))).toBe(false)
  })

  test('four programs at a time, however many clusters there are', async () => {
    const runs = directory.at('runs')
    await directory.write(
      'slow.cjs',
      `const fs = require('node:fs')
       const note = (what) => fs.appendFileSync(${JSON.stringify(runs)}, what)
       note('+')
       setTimeout(() => {
         note('-')
         console.log(JSON.stringify({ kind: 'ExecCredential', status: { token: 'slow-token' } }))
       }, 20)`,
    )
    const slow = { ...(await program()), args: [directory.at('slow.cjs')] }
    const all = Array.from({ length: 12 }, () => presented(execOf(slow), [slow]))
    expect(new Set(await Promise.all(all))).toEqual(new Set(['Bearer slow-token']))
    const counts: number[] = []
    for (const sign of readFileSync(runs, 'utf8')) counts.push((counts.at(-1) ?? 0) + (sign === '+' ? 1 : -1))
    expect([counts.length, Math.max(...counts) <= 4]).toEqual([24, true])
  })

  test('and its other fields may name no file still', async () => {
    const cloud = await program()
    const text = kubeconfig('https://h', { exec: execOf(cloud), tokenFile: '/etc/token' })
    const credentials = credentialsFrom({ kind: 'text', kubeconfig: text, execs: [cloud] })
    await expect(credentials.access(never)).rejects.toThrow(
      'tokenFile: may be used in a kubeconfig file only',
    )
  })
})

describe('a Secret that says what to show a server', () => {
  let hub: FakeApiServer
  beforeEach(async () => {
    hub = await FakeApiServer.open()
  })
  afterEach(() => hub.kill())

  const put = (data: Readonly<Record<string, string>>): void => {
    const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)]))
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'fleet', name: 'east' },
      data: encoded,
    }
    hub.put(secret)
  }

  const choice = (more: object = {}) =>
    ({
      kind: 'secret',
      at: { kind: 'text', kubeconfig: kubeconfig(hub.url) },
      namespace: 'fleet',
      name: 'east',
      key: 'token',
      holds: 'token',
      context: null,
      cluster: { server: 'https://east', 'certificate-authority-data': base64(pem('ca')) },
      ...more,
    }) as const

  const holding = { holds: 'kubeconfig', key: 'value' } as const
  const refusal = (more: object = {}) =>
    credentialsFrom(choice(more))
      .access(never)
      .then(() => 'none', String)

  test('is got when credentials are, by its name alone, and again when they were refused', async () => {
    let now = 0
    put({ token: 'east-token-1\n' })
    const credentials = credentialsFrom(choice(), { now: () => now, pluginRestMs: 0 })
    const access = await credentials.access(never)
    expect(access).toMatchObject({
      server: 'https://east',
      headers: { authorization: 'Bearer east-token-1' },
    })
    expect(credentials.isRenewed()).toBe(true)
    await credentials.access(never)
    expect(hub.requests.map(({ verb, namespace, name }) => [verb, namespace, name])).toEqual([
      ['get', 'fleet', 'east'],
    ])
    put({ token: 'east-token-2' })
    credentials.refuse(access)
    expect((await credentials.access(never)).headers['authorization']).toBe('Bearer east-token-2')
    put({ token: 'east-token-3' })
    now += 60_000
    expect((await credentials.access(never)).headers['authorization']).toBe('Bearer east-token-3')
  })

  test('is not got again and again for a server that refuses what is in it', async () => {
    let now = 0
    put({ token: 'east-token-6' })
    const credentials = credentialsFrom(choice(), { now: () => now })
    for (let i = 0; i < 20; i++) credentials.refuse(await credentials.access(never))
    expect(hub.requests).toHaveLength(1)
    now += 10_000
    await credentials.access(never)
    expect(hub.requests).toHaveLength(2)
  })

  test('holds good while the API server that has it is away', async () => {
    let now = 0
    put({ token: 'east-token-4' })
    const credentials = credentialsFrom(choice(), { now: () => now })
    const access = await credentials.access(never)
    hub.darken()
    now += 120_000
    expect(await credentials.access(never)).toBe(access)
    await hub.listen()
  })

  test('may hold a kubeconfig, of which who asks counts, and not whom', async () => {
    const user = {
      'client-certificate-data': base64(pem('client')),
      'client-key-data': base64(pem('client-key')),
    }
    put({ value: kubeconfig('https://elsewhere', user) })
    const { server, tls } = await credentialsFrom(choice(holding)).access(never)
    expect([server, tls.cert, tls.ca]).toEqual(['https://east', pem('client'), pem('ca')])
  })

  test.each([
    [{ exec: { command: 'touch' } }, 'exec: is not taken out of such a kubeconfig'],
    [{ token: 't', tokenFile: '/etc/token' }, 'tokenFile: is not taken'],
    [{ username: 'a', password: 'b' }, 'username, password: is not taken'],
    [{ as: 'admin', token: 't' }, 'as: is not taken'],
    [{}, 'has neither a token nor a certificate'],
  ])('holds no kubeconfig that would have more done: %o', async (user, why) => {
    put({ value: kubeconfig('https://elsewhere', user) })
    expect(await refusal(holding)).toContain(why)
  })

  test('is told by its name where it is not there, lacks the key or may not be got', async () => {
    expect(await refusal()).toMatch(/Secret fleet\/east: get secrets: status 404/)
    put({ other: 'x' })
    expect(await refusal()).toContain(
      'Secret fleet/east: it has no key "token" in its data: put the token there',
    )
    expect(await refusal({ ...holding, context: 'nowhere' })).toContain('it has no key "value"')
    put({ value: kubeconfig('https://elsewhere', { token: 'east-token-5' }) })
    expect(await refusal({ ...holding, context: 'nowhere' })).toContain('there is no context "nowhere"')
    hub.authorization = 'Bearer another'
    expect(await refusal()).toContain('Secret fleet/east: get secrets: status 401')
  })

  test('is not got where nobody is to be asked', async () => {
    const credentials = credentialsFrom(choice(), { isAsked: false })
    expect((await credentials.access(never)).headers).toEqual({})
    expect(hub.requests).toEqual([])
  })
})
