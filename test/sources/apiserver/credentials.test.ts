import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type Access,
  type Credentials,
  CredentialsError,
  type CredentialsOptions,
  credentialsFrom,
  KUBE_SYSTEM,
  questionsTo,
  readObject,
} from '../../../src/sources/apiserver/index.ts'
import { eventually, type Run } from '../../support/recorder.ts'
import { PATIENCE_MS } from '../../support/sockets.ts'
import { service } from '../../support/source-battery.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'
import { KINDS, kubeconfig, watching } from './cluster.ts'
import { FakeApiServer, pem } from './fake.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const CA = { 'certificate-authority-data': base64(pem('ca')) }
const CLIENT = {
  'client-certificate-data': base64(pem('client')),
  'client-key-data': base64(pem('client-key')),
}
const tlsOf = (name: string) => ({ cert: pem(name), key: pem(`${name}-key`) })
const jwt = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
const never = new AbortController().signal
const authorizationOf = ({ headers }: Access): unknown => headers['authorization']

let directory: Temporary
const servers: FakeApiServer[] = []
const runs: Run[] = []

beforeEach(async () => {
  directory = await temporary()
})

afterEach(async () => {
  await Promise.all(runs.splice(0).map(({ source }) => source.stop()))
  await Promise.all(servers.splice(0).map((server) => server.kill()))
  await directory.close()
})

async function open(name = 'server', more = {}): Promise<FakeApiServer> {
  const server = await FakeApiServer.open({ ...tlsOf(name), ...more })
  servers.push(server)
  return server
}

/** What a source with these credentials tells. */
function told(server: FakeApiServer, credentials: Credentials): Run['told'] {
  const watched = watching(server, {}, { credentials })
  runs.push(watched)
  return watched.told
}

const eventuallyAsync = (check: () => Promise<boolean>): Promise<void> =>
  vi.waitFor(async () => expect(await check()).toBe(true), { timeout: PATIENCE_MS, interval: 5 })

const isLive = (recorder: Run['told']): Promise<void> =>
  eventually(() => expect(recorder.kinds.at(-1)).toBe('live'))

const text = (
  server: string,
  user: object = {},
  more: object = {},
  options?: CredentialsOptions,
): Credentials => credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(server, user, more) }, options)

/** A kubeconfig in a file, where all is allowed. */
async function inFile(server: string, user: object, more: object = {}, options?: CredentialsOptions) {
  await directory.write('config', kubeconfig(server, user, more))
  return credentialsFrom({ kind: 'kubeconfig', path: directory.at('config') }, options)
}

const failing = async (credentials: Credentials): Promise<string> => {
  const error: unknown = await credentials.access(never).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(CredentialsError)
  return error instanceof Error ? error.message : ''
}

describe('TLS', () => {
  test('a server is known by its CA, and a client by its certificate', async () => {
    const server = await open('server', { ca: pem('ca'), requestCert: true, rejectUnauthorized: true })
    server.put(service('cart'))
    const recorder = told(server, text(server.url, CLIENT, CA))
    await isLive(recorder)
    expect(recorder.ids).toEqual(['Service shop/cart'])
  })

  test('all kinds share one Agent, so that new requests are not new connections', async () => {
    const server = await open()
    await isLive(told(server, text(server.url, {}, CA)))
    for (let round = 2; round < 12; round++) {
      await eventually(() => expect(server.watchers.size).toBe(KINDS.length))
      for (const watcher of [...server.watchers]) watcher.response.end()
      await eventually(() => expect(server.asked('watch', 'services')).toHaveLength(round))
    }
    expect(server.requests.length).toBeGreaterThan(40)
    expect(server.connections).toBeLessThanOrEqual(3 * KINDS.length)
  })

  test.each([
    ['other-server', CA, 'is not signed by the certificate-authority in use'],
    ['expired', CA, 'has expired: renew it'],
    ['elsewhere', CA, 'is for other names: correct the server’s URL or set tls-server-name'],
    ['server', {}, 'is not signed by the certificate-authority in use'],
  ])('%s: what is wrong with a certificate is a sentence', async (name, more, sentence) => {
    const server = await open(name)
    const recorder = told(server, text(server.url, {}, more))
    await eventually(() => expect(recorder.sentences[0]).toContain(sentence))
    expect(recorder.sentences[0]).not.toContain('Node.js')
    expect(recorder.calls).not.toContain('changed')
  })

  test.each([
    ['closes', (socket: Socket): void => void socket.end(), 'connection'],
    ['resets', (socket: Socket): void => void socket.resetAndDestroy(), 'connection'],
    ['says nothing', () => undefined, 'deadline'],
  ] as const)('a port that accepts and %s is tried again', async (_name, accept, reason) => {
    const sockets = new Set<Socket>()
    const port = createTcpServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      accept(socket)
    })
    await new Promise<void>((resolve) => port.listen(0, '127.0.0.1', resolve))
    const { port: number } = port.address() as AddressInfo
    const server = await open()
    const credentials = text(`https://127.0.0.1:${number}`, {}, CA)
    const watched = watching(server, { connectMs: 200, backoffMs: [20, 40] }, { credentials })
    runs.push(watched)
    await eventually(() => expect(watched.reasons().length).toBeGreaterThan(3))
    expect(new Set(watched.reasons())).toEqual(new Set([reason]))
    expect(sockets.size).toBeLessThan(watched.reasons().length + 10)
    await watched.source.stop()
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => port.close(resolve))
  })

  test('a port that does not speak TLS is a sentence', async () => {
    const plain = await FakeApiServer.open()
    servers.push(plain)
    const recorder = told(plain, text(plain.url.replace('http', 'https')))
    await eventually(() =>
      expect(recorder.sentences[0]).toContain('does not speak TLS there: correct the URL'),
    )
  })

  test('tls-server-name and insecure-skip-tls-verify', async () => {
    const server = await open('elsewhere')
    await isLive(told(server, text(server.url, {}, { ...CA, 'tls-server-name': 'elsewhere.example' })))
    await isLive(told(server, text(server.url, {}, { 'insecure-skip-tls-verify': true })))
  })

  describe('a certificate that may have any name', () => {
    const anyName = (server: FakeApiServer, more: object): Credentials =>
      credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(server.url, {}, more), anyName: true })

    test.each(['elsewhere', 'server'])('%s: is one that an authority has signed', async (name) => {
      const server = await open(name)
      server.put(service('cart'))
      const recorder = told(server, anyName(server, CA))
      await isLive(recorder)
      expect(recorder.ids).toEqual(['Service shop/cart'])
      // Watches go over connections of their own, and so do single requests, objects and writes.
      await eventually(() => expect(server.watchers.size).toBe(KINDS.length))
      const credentials = anyName(server, CA)
      const questions = questionsTo(credentials)
      expect((await questions.ask('/version', never)).status).toBeGreaterThan(0)
      await questions.close()
      const bounds = { connectMs: PATIENCE_MS, requestMs: PATIENCE_MS, objectBytes: 2 ** 20 }
      const said = await readObject(credentials, KUBE_SYSTEM, never, bounds)
      expect(said).not.toMatchObject({ reason: 'certificate' })
    })

    test.each([
      ['other-server', CA, 'is not signed by the certificate-authority in use'],
      ['expired', CA, 'has expired: renew it'],
      ['elsewhere', {}, 'is not signed by the certificate-authority in use'],
    ])('%s: and no other', async (name, more, sentence) => {
      const server = await open(name)
      const recorder = told(server, anyName(server, more))
      await eventually(() => expect(recorder.sentences[0]).toContain(sentence))
      expect(recorder.calls).not.toContain('changed')
    })

    test('is asked for a name all the same where nobody said so', async () => {
      const server = await open('elsewhere')
      const recorder = told(
        server,
        credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(server.url, {}, CA), anyName: false }),
      )
      await eventually(() => expect(recorder.sentences[0]).toContain('is for other names'))
    })
  })

  test('a CA that changes is noticed, and so is the certificate that it signed', async () => {
    const server = await open('other-server')
    await directory.write('ca.pem', pem('ca'))
    const credentials = await inFile(server.url, {}, { 'certificate-authority': 'ca.pem' }, { freshMs: 1 })
    const recorder = told(server, credentials)
    await eventually(() => expect(recorder.sentences[0]).toContain('is not signed by'))
    await directory.replace('ca.pem', pem('other-ca'))
    await isLive(recorder)
    expect(recorder.problem).toEqual([])
  })

  test.each([
    [CA, { 'client-certificate-data': base64(pem('client')) }, 'one is missing'],
    [
      CA,
      { ...CLIENT, 'client-key-data': base64(pem('server-key')) },
      'is not that of the client certificate',
    ],
    [CA, { ...CLIENT, 'client-certificate-data': 'bm8=' }, 'the client certificate is not a PEM certificate'],
    [{ 'certificate-authority-data': 'bm8=' }, {}, 'the certificate authority is not a PEM certificate'],
  ])('what cannot be used is refused before it is used: %#', async (more, user, sentence) => {
    expect(await failing(text('https://127.0.0.1:1', user, more))).toContain(sentence)
  })

  test('proxy-url: the proxy is asked for the tunnel', async () => {
    const server = await open()
    const asked: (string | undefined)[] = []
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url)
      const onward = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.pipe(onward).pipe(socket)
      })
      for (const end of [socket, onward]) end.on('error', () => onward.destroy())
      socket.on('close', () => onward.destroy())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    const recorder = told(server, text(server.url, {}, { ...CA, 'proxy-url': `http://127.0.0.1:${port}` }))
    await isLive(recorder)
    expect(asked[0]).toBe(new URL(server.url).host)
    await Promise.all(runs.splice(0).map(({ source }) => source.stop()))
    await new Promise((resolve) => proxy.close(resolve))
  })
})

describe('tokens', () => {
  test('a token, a name with a password, and impersonation become headers', async () => {
    const headersOf = async (user: object) => (await text('http://h', user).access(never)).headers
    expect(await headersOf({ token: 't' })).toEqual({ authorization: 'Bearer t' })
    expect(await headersOf({ username: 'u', password: 'p' })).toEqual({
      authorization: `Basic ${base64('u:p')}`,
    })
    const as = { as: 'a', 'as-uid': '7', 'as-groups': ['g', 'h'], 'as-user-extra': { Scope: ['s'] } }
    expect(await headersOf(as)).toEqual({
      'impersonate-user': 'a',
      'impersonate-uid': '7',
      'impersonate-group': ['g', 'h'],
      'impersonate-extra-Scope': ['s'],
    })
    expect(await headersOf({})).toEqual({})
  })

  test('a rotated tokenFile is read again on 401, before any wait', async () => {
    const server = await open()
    server.authorization = 'Bearer one'
    await directory.write('token', 'one\n')
    const recorder = told(server, await inFile(server.url, { tokenFile: 'token', token: 'unused-token' }, CA))
    await isLive(recorder)
    server.authorization = 'Bearer two'
    await directory.replace('token', 'two\n')
    server.watchers.values().next().value?.response.end()
    await eventually(() => expect(server.watchers.size).toBe(KINDS.length))
    const refused = server.requests.filter(({ headers }) => headers.authorization === 'Bearer one')
    expect(refused.length).toBeGreaterThan(0)
    expect(recorder.problem).toEqual([])
  })

  test('a token that is refused and stays the same is a problem, and is tried again', async () => {
    const server = await open()
    server.authorization = 'Bearer right-token'
    const recorder = told(server, text(server.url, { token: 'wrong-token' }, CA))
    await eventually(() =>
      expect(recorder.sentences[0]).toContain("status 401: Unauthorized; renew this cluster's token"),
    )
    server.authorization = 'Bearer wrong-token'
    await isLive(recorder)
    expect(recorder.problem).toEqual([])
  })

  test('a file that is away for a moment changes nothing', async () => {
    await directory.write('token', 'one')
    const credentials = await inFile('http://h', { tokenFile: 'token' }, {}, { freshMs: 0 })
    const before = await credentials.access(never)
    await directory.remove('token')
    expect(await credentials.access(never)).toBe(before)
    credentials.refuse(before)
    expect(await failing(credentials)).toContain('token does not exist: create it or correct the path')
  })

  test('files are read again only when they are old', async () => {
    let now = 0
    await directory.write('token', 'one')
    const credentials = await inFile('http://h', { tokenFile: 'token' }, {}, { now: () => now })
    await credentials.access(never)
    await directory.replace('token', 'two')
    now = 59_000
    expect(authorizationOf(await credentials.access(never))).toBe('Bearer one')
    now = 61_000
    expect(authorizationOf(await credentials.access(never))).toBe('Bearer two')
  })

  test('in a pod: the service account, rotated', async () => {
    const server = await open()
    const { hostname, port } = new URL(server.url)
    server.authorization = 'Bearer one'
    await directory.write('token', 'one')
    await directory.write('ca.crt', pem('ca'))
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
    const credentials = credentialsFrom({ kind: 'inCluster' }, { env, serviceAccount: directory.path })
    const recorder = told(server, credentials)
    await isLive(recorder)
    server.authorization = 'Bearer two'
    await directory.replace('token', 'two')
    for (const watcher of [...server.watchers]) watcher.response.end()
    server.put(service('cart'))
    await eventually(() => expect(recorder.ids).toEqual(['Service shop/cart']))
  })

  test('outside a pod, in a pod is a sentence', async () => {
    expect(await failing(credentialsFrom({ kind: 'inCluster' }, { env: {} }))).toContain(
      'outside a pod, use a kubeconfig',
    )
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }
    await directory.write('token', 't')
    await directory.write('ca.crt', pem('ca'))
    const credentials = credentialsFrom({ kind: 'inCluster' }, { env, serviceAccount: directory.path })
    expect((await credentials.access(never)).server).toBe('https://[fd00::1]:443')
  })
})

describe('expiry', () => {
  test('of a certificate and of a JWT; the earlier counts', async () => {
    const year = 2_000_000_000
    const both = text('https://h', { ...CLIENT, token: jwt({ exp: year }) }, CA)
    expect(both.expiresAt()).toBe(null)
    expect(both.isRenewed()).toBe(false)
    const { expires } = await both.access(never)
    expect(expires.token).toBe(year * 1000)
    expect(new Date(expires.certificate ?? 0).getUTCFullYear()).toBe(2126)
    expect(both.expiresAt()).toBe(year * 1000)
  })

  test.each(['opaque', 'a.b.c', jwt({ sub: 'x' }), jwt({ exp: 8_640_000_000_001 }), 'e30.bnVsbA.x'])(
    'a token that does not say has none: %s',
    async (token) => {
      const credentials = text('https://h', { token })
      await credentials.access(never)
      expect(credentials.expiresAt()).toBe(null)
    },
  )
})

describe('exec plugins', () => {
  /** A plugin that counts its runs, tells what it was told, and does what a test says. */
  const plugin = async (status: string, more: object = {}) => {
    await directory.write('runs', '')
    await directory.write(
      'plugin.cjs',
      `const fs = require('node:fs')
       fs.appendFileSync(${JSON.stringify(directory.at('runs'))}, 'x')
       fs.writeFileSync(${JSON.stringify(directory.at('info'))}, process.env.KUBERNETES_EXEC_INFO)
       const status = ${status}
       if (status) setTimeout(() => console.log(JSON.stringify({ kind: 'ExecCredential', status })), 20)`,
    )
    const apiVersion = 'client.authentication.k8s.io/v1'
    return { exec: { apiVersion, command: process.execPath, args: [directory.at('plugin.cjs')], ...more } }
  }
  const read = (file: string): Promise<string> => readFile(directory.at(file), 'utf8')

  test('run once for all who ask at a time, and not again while what they gave is good', async () => {
    const credentials = await inFile('https://h', await plugin('{ token: "t" }'))
    const all = await Promise.all(Array.from({ length: 10 }, () => credentials.access(never)))
    expect(new Set(all).size).toBe(1)
    expect(authorizationOf(await credentials.access(never))).toBe('Bearer t')
    expect(await read('runs')).toBe('x')
  })

  test('are told in KUBERNETES_EXEC_INFO that there is no terminal, and of the cluster if they ask', async () => {
    const user = await plugin('{ token: process.env.NAME }', {
      provideClusterInfo: true,
      env: [{ name: 'NAME', value: 'from-env' }],
    })
    await directory.write('ca.pem', pem('ca'))
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }]
    const credentials = await inFile('https://h', user, { 'certificate-authority': 'ca.pem', extensions })
    expect(authorizationOf(await credentials.access(never))).toBe('Bearer from-env')
    expect(JSON.parse(await read('info'))).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: { server: 'https://h', ...CA, config: { audience: 'a' } },
      },
    })
  })

  test('run again when what they gave has expired', async () => {
    let now = Date.parse('2026-11-22T14:00:00Z')
    const user = await plugin('{ token: "t", expirationTimestamp: "2026-11-22T14:10:00Z" }')
    const credentials = await inFile('https://h', user, {}, { now: () => now })
    await credentials.access(never)
    expect(credentials.expiresAt()).toBe(Date.parse('2026-11-22T14:10:00Z'))
    expect(credentials.isRenewed()).toBe(true)
    now += 9 * 60_000
    await credentials.access(never)
    expect(await read('runs')).toBe('x')
    now += 2 * 60_000
    await credentials.access(never)
    await credentials.access(never)
    expect(await read('runs')).toBe('xx')
  })

  test('may print YAML, as those of kubectl may, and a time without quotes in it', async () => {
    const yaml =
      'apiVersion: client.authentication.k8s.io/v1\nkind: ExecCredential\nstatus:\n  token: t\n  expirationTimestamp: 2026-11-22T14:10:00Z\n'
    await directory.write('plugin.cjs', `process.stdout.write(${JSON.stringify(yaml)})`)
    const exec = { command: process.execPath, args: [directory.at('plugin.cjs')] }
    const now = () => Date.parse('2026-11-22T14:00:00Z')
    const credentials = await inFile('https://h', { exec }, {}, { now })
    expect(authorizationOf(await credentials.access(never))).toBe('Bearer t')
    expect(credentials.expiresAt()).toBe(Date.parse('2026-11-22T14:10:00Z'))
  })

  test('run again after a clock was set back, too', async () => {
    let now = Date.parse('2026-11-22T16:00:00Z')
    const user = await plugin('{ token: "t", expirationTimestamp: "2026-11-22T14:10:00Z" }')
    const credentials = await inFile('https://h', user, {}, { now: () => now })
    await credentials.access(never)
    now = Date.parse('2026-11-22T14:20:00Z')
    await credentials.access(never)
    expect(await read('runs')).toBe('xx')
  })

  test('run again on 401, but not without end', async () => {
    const server = await open()
    const count = `fs.readFileSync(${JSON.stringify(directory.at('runs'))}).length`
    server.authorization = 'Bearer t2'
    const credentials = await inFile(server.url, await plugin(`{ token: 't' + ${count} }`), CA, {
      pluginRestMs: 0,
    })
    await isLive(told(server, credentials))
    expect(await read('runs')).toBe('xx')
    const rested = await inFile(server.url, await plugin('{ token: "wrong-token" }'), CA)
    const recorder = told(server, rested)
    await eventually(() => expect(recorder.sentences[0]).toContain('401'))
    await eventually(() => expect(server.requests.length).toBeGreaterThan(40))
    expect(await read('runs')).toBe('x')
  })

  test('may give certificates', async () => {
    const server = await open('server', { ca: pem('ca'), requestCert: true, rejectUnauthorized: true })
    const given = { clientCertificateData: pem('client'), clientKeyData: pem('client-key') }
    await isLive(told(server, await inFile(server.url, await plugin(JSON.stringify(given)), CA)))
  })

  test.each([
    ['process.exit(3)', {}, 'failed (exit status 3): '],
    ['console.error("no login") || process.exit(1)', {}, 'failed (exit status 1): no login'],
    ['{ token: "t", expirationTimestamp: "soon" }', {}, 'gave an expirationTimestamp that is no time'],
    ['{ token: "t", expirationTimestamp: 1 }', {}, 'gave an expirationTimestamp that is no time'],
    ['console.log("Error: none") || process.exit(0)', {}, 'printed something else than an ExecCredential'],
    ['console.log("hello")', {}, 'printed something else than an ExecCredential'],
    ['{}', {}, 'gave neither a token nor a certificate'],
    ['console.log("x".repeat(3_000_000))', {}, 'prints without end'],
    ['{}', { command: '/no/such/plugin', installHint: 'brew install it' }, 'ENOENT; brew install it'],
    ['{}', { command: 'no-such-plugin' }, 'cannot be run'],
    ['{}', { command: '' }, 'command is missing'],
    ['{}', { interactiveMode: 'Always' }, 'wants a terminal'],
  ])('that fail are sentences: %s %o', async (status, more, sentence) => {
    expect(await failing(await inFile('https://h', await plugin(status, more)))).toContain(sentence)
  })

  test('that fail without being missing are told of no way to install them', async () => {
    const status = 'console.error("no login") || process.exit(1)'
    const told = await failing(await inFile('https://h', await plugin(status, { installHint: 'brew it' })))
    expect(told).toContain('failed (exit status 1): no login')
    expect(told).not.toContain('brew')
  })

  /** Whether the process whose id is in a file is there, and is not merely waiting to be buried by its parent. */
  const isRunning = async (file: string): Promise<boolean> => {
    const pid = await read(file).catch(() => '')
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    return pid !== '' && stat !== '' && !stat.includes(') Z ')
  }
  /** Never ends, and has a child that does not either. */
  const hanging = (): string =>
    `fs.writeFileSync(${JSON.stringify(directory.at('child'))}, String(
       require('node:child_process').spawn('sleep', ['600'], { stdio: 'inherit' }).pid)) ||
     fs.writeFileSync(${JSON.stringify(directory.at('parent'))}, String(process.pid)) ||
     (setInterval(() => 0, 1000) && null)`

  test('that hang end at their deadline, with all they started', async () => {
    const credentials = await inFile('https://h', await plugin(hanging()), {}, { pluginMs: 800 })
    expect(await failing(credentials)).toContain('did not end within 0.8 s')
    for (const file of ['parent', 'child']) await eventuallyAsync(async () => !(await isRunning(file)))
  })

  test('that nobody waits for any more end', async () => {
    const stopped = new AbortController()
    const credentials = await inFile('https://h', await plugin(hanging()))
    const access = credentials.access(stopped.signal)
    await eventuallyAsync(() => isRunning('parent'))
    stopped.abort(new Error('enough'))
    await expect(access).rejects.toThrow('enough')
    for (const file of ['parent', 'child']) await eventuallyAsync(async () => !(await isRunning(file)))
  })
})

/** Each level stands for ten times the one before. */
const MERGES_WITHOUT_END = [
  'l0: &l0 {k: 1}',
  ...Array.from(
    { length: 30 },
    (_, i) => `l${i + 1}: &l${i + 1} {<<: [${Array(10).fill(`*l${i}`).join(', ')}]}`,
  ),
].join('\n')

describe('kubeconfigs', () => {
  test.each([
    ['contexts: [', 'is not YAML'],
    ['a: 1\n---\nb: 2\n', 'there is no current-context'],
    ['[]', 'is not a kubeconfig'],
    [MERGES_WITHOUT_END, 'is not YAML'],
    [Buffer.from('\ufeff{}', 'utf16le').toString('utf8'), 'is UTF-16 text: save it as UTF-8'],
    ['{}', 'there is no current-context'],
    ['{current-context: a, contexts: [{name: b}]}', 'there is no context "a"; contexts: b'],
    ['{current-context: a, contexts: [{name: a}]}', 'context "a" names no cluster'],
    [
      '{current-context: a, contexts: [{name: a, context: {cluster: c}}]}',
      'there is no cluster "c"; clusters: none',
    ],
    [kubeconfig('kube.example'), 'server: "kube.example" is not a URL that can be used'],
    [kubeconfig('https://h', {}, { 'proxy-url': 'ftp://x' }), 'proxy-url: "ftp://x" is not a URL'],
  ])('that are wrong are sentences: %s', async (written, sentence) => {
    expect(await failing(credentialsFrom({ kind: 'text', kubeconfig: written }))).toContain(sentence)
  })

  test('a file in UTF-16 is a sentence with its path', async () => {
    const path = directory.at('windows.yaml')
    await writeFile(path, Buffer.from(kubeconfig('https://h'), 'utf16le'))
    const credentials = credentialsFrom({ kind: 'kubeconfig', path })
    expect(await failing(credentials)).toContain(`kubeconfig ${path}: is UTF-16 text: save it as UTF-8`)
  })

  test('byte order marks are no part of a kubeconfig, a CA, a certificate, a key or a token', async () => {
    const mark = (text: string): string => `\ufeff${text}`
    await writeFile(directory.at('ca'), mark(pem('ca')))
    await writeFile(directory.at('key'), mark(pem('client-key')))
    await writeFile(directory.at('token'), mark('s3cret\n'))
    const user = {
      tokenFile: 'token',
      'client-certificate-data': base64(mark(pem('client'))),
      'client-key': 'key',
    }
    await writeFile(
      directory.at('config'),
      mark(kubeconfig('https://h', user, { 'certificate-authority': 'ca' })),
    )
    const credentials = credentialsFrom({ kind: 'kubeconfig', path: directory.at('config') })
    const access = await credentials.access(never)
    expect(access.tls).toMatchObject({ ca: pem('ca'), cert: pem('client'), key: pem('client-key') })
    expect(authorizationOf(access)).toBe('Bearer s3cret')
  })

  test('a file that is missing, a directory, or unreadable is a sentence with its path', async () => {
    const of = (path: string): Credentials => credentialsFrom({ kind: 'kubeconfig', path })
    expect(await failing(of(directory.at('none')))).toContain(
      `kubeconfig ${directory.at('none')}: does not exist`,
    )
    expect(await failing(of(directory.path))).toContain('is not a file')
  })

  test('what is wrong with one is told with its place once, though all kinds wait for it', async () => {
    const spoilt = kubeconfig('https://h').replace('"user":"u"', '"user":"zz"')
    await directory.write('config', spoilt)
    const path = directory.at('config')
    const recorder = told(await open(), credentialsFrom({ kind: 'kubeconfig', path }))
    await eventually(() => expect(recorder.sentences).toHaveLength(1))
    expect(recorder.sentences).toEqual([
      `kubeconfig ${path}: there is no user "zz"; users: u; name one that is there, or add it`,
    ])
  })

  test('what is spoilt of one later is told with its place, and not with its server’s', async () => {
    const server = await open()
    const credentials = await inFile(server.url, { token: 'first-of-two' }, CA, { freshMs: 0 })
    const recorder = told(server, credentials)
    await isLive(recorder)
    expect(credentials.place).toBe(server.url)
    server.authorization = 'Bearer other-token'
    await directory.replace('config', 'contexts: [')
    for (const watcher of [...server.watchers]) watcher.response.end()
    await eventually(() => expect(recorder.problem).toHaveLength(1))
    expect(recorder.sentences[0]).toMatch(`kubeconfig ${directory.at('config')}: is not YAML: `)
  })

  test('another context than the current one may be named', async () => {
    const two = kubeconfig('https://main').replace('"current-context":"main"', '"current-context":"other"')
    const credentials = credentialsFrom({ kind: 'text', kubeconfig: two, context: 'main' })
    expect((await credentials.access(never)).server).toBe('https://main')
    expect(credentials.place).toBe('https://main')
  })

  test.each([
    [{ exec: { command: 'x' } }, {}],
    [{ 'auth-provider': { name: 'oidc' } }, {}],
    [{ tokenFile: '/var/run/secrets/token' }, {}],
    [{ 'client-key': '/etc/key' }, {}],
    [{}, { 'certificate-authority': '/etc/ca' }],
  ])('out of a Secret run nothing and name no file: %o %o', async (user, more) => {
    expect(await failing(text('https://h', user, more))).toContain('may be used in a kubeconfig file only')
  })

  test('an auth-provider’s token is sent for as long as it is good', async () => {
    const token = jwt({ exp: 4_000_000_000 })
    const provider = {
      name: 'oidc',
      config: { 'id-token': token, 'idp-issuer-url': 'https://i', 'client-id': 'c' },
    }
    const credentials = await inFile('https://h', { 'auth-provider': provider })
    expect(authorizationOf(await credentials.access(never))).toBe(`Bearer ${token}`)
    expect(credentials.expiresAt()).toBe(4_000_000_000_000)
  })

  test('a path in the server’s URL comes before every API path', async () => {
    const server = await open()
    await isLive(told(server, text(`${server.url}/prefix/`, {}, CA)))
  })

  test('nothing is read before it is asked for', () => {
    expect(credentialsFrom({ kind: 'kubeconfig', path: '/no/such/file' }).place).toBe(
      'kubeconfig /no/such/file',
    )
  })
})

test('one cluster’s broken credentials never delay another', async () => {
  const server = await open()
  const hanging = { exec: { command: 'sleep', args: ['600'] } }
  const stuck = told(server, await inFile('https://h', hanging))
  await isLive(told(server, text(server.url, {}, CA)))
  expect(stuck.calls).toEqual([])
})

test('a proxy that refuses is a failure like any other', async () => {
  const server = await open()
  const proxy = createServer().on('connect', (_request, socket) =>
    socket.on('error', () => undefined).end('HTTP/1.1 403 Forbidden\r\n\r\n'),
  )
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  const recorder = told(server, text(server.url, {}, { ...CA, 'proxy-url': `http://127.0.0.1:${port}` }))
  await eventually(() => expect(recorder.sentences[0]).toContain('Proxy response (403)'))
  await Promise.all(runs.splice(0).map(({ source }) => source.stop()))
  await new Promise((resolve) => proxy.close(resolve))
})
