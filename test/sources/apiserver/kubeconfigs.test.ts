import { createServer, type Server } from 'node:https'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Credentials,
  CredentialsError,
  type CredentialsOptions,
  credentialsFrom,
} from '../../../src/sources/apiserver/index.ts'
import { sentence } from '../../../src/words/observe/index.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'
import { kubeconfig } from './cluster.ts'
import { pem } from './fake.ts'

const never = new AbortController().signal
const base64 = (text: string): string => Buffer.from(text).toString('base64')

let directory: Temporary
beforeEach(async () => {
  directory = await temporary()
})
afterEach(() => directory.close())

async function inFile(text: string, options: CredentialsOptions = {}): Promise<Credentials> {
  await directory.write('config', text)
  return credentialsFrom({ kind: 'kubeconfig', path: directory.at('config') }, { env: {}, ...options })
}

const accessOf = async (user: object, cluster: object = {}, server = 'https://kube.example') =>
  (await inFile(kubeconfig(server, user, cluster))).access(never)

/** Why a kubeconfig is refused: where it is, is said once, and first. */
async function refusal(text: string, options?: CredentialsOptions): Promise<CredentialsError> {
  const error: unknown = await (await inFile(text, options)).access(never).catch((thrown: unknown) => thrown)
  if (!(error instanceof CredentialsError)) throw new Error(`no refusal: ${String(error)}`)
  const { place, problem, remedy, message } = error
  expect(place).toBe(`kubeconfig ${directory.at('config')}`)
  expect(message).toBe(`${place}: ${problem}: ${remedy}`)
  expect(message.split(directory.at('config'))).toHaveLength(2)
  return error
}

describe('an auth-provider', () => {
  /** A program that leaves a mark when it is run, in every place where a provider may name one. */
  const running = () => ({
    'cmd-path': '/bin/sh',
    'cmd-args': `-c "touch ${directory.at('ran')}"`,
    exec: { command: 'touch', args: [directory.at('ran')] },
    tokenFile: directory.at('token'),
    'access-token': 'abcdefgh12345678',
    expiry: '2020-01-01T00:00:00Z',
  })
  const ran = (): Promise<boolean> =>
    import('node:fs').then(({ existsSync }) => existsSync(directory.at('ran')))

  test.each([
    ['gcp', 'gke-gcloud-auth-plugin'],
    ['azure', 'kubelogin'],
    ['openstack', 'exec plugin'],
    ['exec', 'exec plugin'],
    ['google', 'exec plugin'],
    [undefined, 'exec plugin'],
  ])(
    '%s is refused, by the name of the user’s entry, with what to use; nothing is run',
    async (name, plugin) => {
      const { problem, remedy } = await refusal(
        kubeconfig('https://h', { 'auth-provider': { name, config: running() } }),
      )
      expect(problem).toMatch(/^user "u": auth-provider .* is not supported, as in kubectl/)
      expect(remedy).toContain(plugin)
      expect(await ran()).toBe(false)
    },
  )

  test('that is no object is refused too', async () => {
    expect((await refusal(kubeconfig('https://h', { 'auth-provider': 'gcp' }))).problem).toContain(
      'user "u": auth-provider without a name is not supported',
    )
  })

  test('oidc runs nothing that its config names beside', async () => {
    const token = `e30.${Buffer.from('{"exp":4000000000}').toString('base64url')}.c2ln`
    const config = { ...running(), 'id-token': token, 'client-id': 'c', 'idp-issuer-url': 'https://i' }
    const { headers } = await accessOf({ 'auth-provider': { name: 'oidc', config } })
    expect(headers['authorization']).toBe(`Bearer ${token}`)
    expect(await ran()).toBe(false)
  })

  describe('oidc whose token is over', () => {
    const jwt = (claims: object) =>
      ['{"alg":"RS256"}', JSON.stringify(claims), 'sig'].map(base64url).join('.')
    const base64url = (text: string) => Buffer.from(text).toString('base64url')
    const over = jwt({ exp: 1_000_000_000 })
    const servers: Server[] = []
    afterEach(() => {
      for (const server of servers.splice(0)) server.close().closeAllConnections()
    })

    /** What it was sent for tokens: the client's secret as told, and the form. */
    async function issuer(methods: readonly string[] | undefined, gives: (url: string) => object) {
      const asked: string[] = []
      const server = createServer(
        { key: pem('server-key'), cert: pem('server') },
        async (request, response) => {
          const url = `https://127.0.0.1:${portOf(server)}`
          const isToken = request.url === '/token'
          let form = ''
          for await (const part of request) form += part
          if (isToken) asked.push(`${request.headers.authorization ?? 'none'} ${form}`)
          const metadata = {
            issuer: url,
            token_endpoint: `${url}/token`,
            ...(methods === undefined ? {} : { token_endpoint_auth_methods_supported: methods }),
          }
          response.setHeader('content-type', 'application/json')
          response.end(JSON.stringify(isToken ? gives(url) : metadata))
        },
      )
      servers.push(server)
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
      return { asked, url: `https://127.0.0.1:${portOf(server)}` }
    }

    const portOf = (server: Server): number => {
      const at = server.address()
      return typeof at === 'object' && at !== null ? at.port : 0
    }
    const fresh = (iss: string, exp = 4_000_000_000) =>
      jwt({ iss, aud: 'c', sub: 's', iat: 1_000_000_000, exp })
    const configOf = (url: string, more: object = {}) => ({
      'id-token': over,
      'idp-issuer-url': url,
      'client-id': 'c',
      'refresh-token': 'refreshOne9',
      'idp-certificate-authority-data': base64(pem('ca')),
      ...more,
    })

    test.each([
      [undefined, {}, 'none refresh_token=refreshOne9&grant_type=refresh_token&client_id=c'],
      [
        undefined,
        { 'client-secret': 's' },
        `Basic ${base64('c:s')} refresh_token=refreshOne9&grant_type=refresh_token`,
      ],
      [
        ['client_secret_basic'],
        { 'client-secret': 's' },
        `Basic ${base64('c:s')} refresh_token=refreshOne9&grant_type=refresh_token`,
      ],
      [
        ['client_secret_post'],
        { 'client-secret': 's' },
        'none refresh_token=refreshOne9&grant_type=refresh_token&client_id=c&client_secret=s',
      ],
    ])('has it renewed by its issuer, which takes %j, with %j', async (methods, more, said) => {
      const { asked, url } = await issuer(methods, (iss) => ({
        access_token: 'a',
        token_type: 'bearer',
        id_token: fresh(iss),
      }))
      const { headers } = await accessOf({ 'auth-provider': { name: 'oidc', config: configOf(url, more) } })
      expect(headers['authorization']).toBe(`Bearer ${fresh(url)}`)
      expect(asked).toEqual([said])
    })

    test('goes on with the refresh token that it got last', async () => {
      let given = 0
      const { asked, url } = await issuer(undefined, (iss) => ({
        access_token: 'a',
        token_type: 'bearer',
        id_token: fresh(iss, Math.floor(Date.now() / 1000) - 1),
        ...(++given === 1 ? { refresh_token: 'refreshTwo9' } : {}),
      }))
      const provider = { 'auth-provider': { name: 'oidc', config: configOf(url) } }
      const credentials = await inFile(kubeconfig('https://h', provider))
      // What this issuer gives is over by the time that it comes.
      for (let i = 0; i < 3; i++) await credentials.access(never).catch(() => undefined)
      expect(asked.map((form) => /refresh_token=(\w+)&/.exec(form)?.[1])).toEqual([
        'refreshOne9',
        'refreshTwo9',
        'refreshTwo9',
      ])
    })

    test.each([2 ** 20 - 4096, 10 * 2 ** 20])('reads so much of a reply, and no more: %i', async (length) => {
      const { url } = await issuer(undefined, (iss) => ({
        access_token: 'a'.repeat(length),
        token_type: 'bearer',
        id_token: fresh(iss),
      }))
      const config = { 'auth-provider': { name: 'oidc', config: configOf(url) } }
      if (length < 2 ** 20) expect(await accessOf(config)).toHaveProperty('headers')
      else expect((await refusal(kubeconfig('https://h', config))).problem).toContain('auth-provider oidc: ')
    })

    test.each([
      [{}, { error: 'invalid_grant' }],
      [{}, { access_token: 'a', token_type: 'bearer' }],
      [{ 'idp-certificate-authority-data': base64(pem('other-ca')) }, {}],
      [{ 'refresh-token': undefined }, {}],
      [{ 'idp-issuer-url': 'no url' }, {}],
    ])('says what to renew where that fails: %j', async (more, gives) => {
      const { url } = await issuer(undefined, () => gives)
      const config = configOf(url, more)
      const error = await refusal(kubeconfig('https://h', { 'auth-provider': { name: 'oidc', config } }))
      expect(error.problem).toContain('auth-provider oidc: ')
      expect(error.remedy).toContain('sign in again')
    })
  })

  test.each([
    [{}, 'its id-token is missing, or no JWT'],
    [{ 'id-token': 'a.bbbbsecretbbbb.c' }, 'auth-provider oidc: '],
    [{ 'idp-certificate-authority': 'none.pem' }, 'none.pem does not exist'],
  ])('oidc that has no token says what to renew: %o', async (config, problem) => {
    const error = await refusal(kubeconfig('https://h', { 'auth-provider': { name: 'oidc', config } }))
    expect(error.problem).toContain(problem)
    expect(error.message).not.toContain('secret')
  })
})

describe('what kubectl prints for people’s eyes', () => {
  test.each([
    [{}, { 'certificate-authority-data': 'DATA+OMITTED' }, 'certificate-authority-data: DATA+OMITTED'],
    [
      { 'client-certificate-data': 'DATA+OMITTED', 'client-key-data': 'DATA+OMITTED' },
      {},
      'client-certificate-data, client-key-data: DATA+OMITTED',
    ],
    [{ token: 'REDACTED' }, {}, 'token: REDACTED'],
    [{ username: 'u', password: 'REDACTED' }, {}, 'password: REDACTED'],
  ])('%o %o has nothing in it: --raw', async (user, cluster, what) => {
    const { problem, remedy } = await refusal(kubeconfig('https://h', user, cluster))
    expect(problem).toContain(what)
    expect(remedy).toContain('--raw')
  })
})

describe('a Secret given as a file', () => {
  test.each([
    ['stringData: {west: "apiVersion: v1"}', ', with a kubeconfig under west,'],
    ['data: {kubeconfig: e30=}', ', with a kubeconfig under kubeconfig,'],
    ['', ''],
  ])('is told apart: %s', async (data, keys) => {
    const text = `apiVersion: v1\nkind: Secret\nmetadata: {labels: {istio/multiCluster: "true"}}\n${data}\n`
    const { problem, remedy } = await refusal(text)
    expect(problem).toMatch(new RegExp(`^is a Secret${keys} and not a kubeconfig$`))
    expect(remedy).toContain('registries')
  })
})

describe('TLS', () => {
  const CA = { 'certificate-authority-data': base64(pem('ca')) }

  test('insecure-skip-tls-verify with a CA is refused, as kubectl does', async () => {
    await directory.write('ca.pem', pem('ca'))
    for (const ca of [CA, { 'certificate-authority': 'ca.pem' }]) {
      const { message } = await refusal(
        kubeconfig('https://h', {}, { ...ca, 'insecure-skip-tls-verify': true }),
      )
      expect(message).toContain('do not go together, as in kubectl: take out insecure-skip-tls-verify')
    }
    expect((await accessOf({}, { ...CA, 'insecure-skip-tls-verify': false })).tls.ca).toBe(pem('ca'))
  })
})

describe('a user of several credentials', () => {
  const exec = { command: '/nowhere/plugin' }
  const jwt = `e30.${Buffer.from('{"exp":4000000000}').toString('base64url')}.c2ln`
  const oidc = { name: 'oidc', config: { 'id-token': jwt, 'client-id': 'c', 'idp-issuer-url': 'https://i' } }
  const basic = { username: 'us', password: 'pw' }
  const pair = {
    'client-certificate-data': base64(pem('client')),
    'client-key-data': base64(pem('client-key')),
  }

  test.each([
    ['Bearer abcdefgh', { token: 'abcdefgh', exec }],
    ['Bearer from-file', { tokenFile: 'token', exec }],
    ['Bearer from-file', { tokenFile: 'token', password: 'pw' }],
    [`Basic ${base64('us:pw')}`, { ...basic, exec }],
    [undefined, { ...pair, exec }],
    ['Bearer abcdefgh', { token: 'abcdefgh', 'auth-provider': oidc }],
    [`Basic ${base64('us:pw')}`, { ...basic, 'auth-provider': oidc }],
    [`Bearer ${jwt}`, { ...pair, 'auth-provider': oidc }],
  ])('asks as kubectl does, by %s', async (authorization, user) => {
    await directory.write('token', 'from-file')
    const { headers, tls, renewed } = await accessOf(user)
    expect(headers['authorization']).toBe(authorization)
    expect(tls.cert).toBe('client-key-data' in user ? pem('client') : undefined)
    expect(renewed).toBe('tokenFile' in user || authorization === `Bearer ${jwt}`)
  })

  test.each([
    ['exec and auth-provider', { exec, 'auth-provider': oidc }],
    ['token and username', { token: 'abcdefgh', ...basic }],
    ['token and password', { token: 'abcdefgh', password: 'pw' }],
    ['tokenFile and username', { tokenFile: 'token', ...basic }],
  ])('is refused where kubectl refuses them: %s', async (which, user) => {
    const { problem, remedy } = await refusal(kubeconfig('https://h', user))
    expect(problem).toMatch(new RegExp(`user "u": ${which} stand together, which kubectl refuses$`))
    expect(remedy).toBe('leave the one that is meant')
  })

  test('has its key’s certificate before a plugin is asked', async () => {
    const { message } = await refusal(
      kubeconfig('https://h', { exec, 'client-certificate-data': base64(pem('client')) }),
    )
    expect(message).toContain('one is missing: add client-key or client-key-data')
  })

  test.each([{ 'as-uid': '5' }, { 'as-groups': ['a'] }, { 'as-user-extra': { a: ['b'] } }])(
    'is nobody else without a name: %j',
    async (other) => {
      const user = { token: 'abcdefgh', ...other }
      const { message } = await refusal(kubeconfig('https://h', user))
      expect(message).toContain(
        `user "u": ${Object.keys(other).join()} without as, which kubectl refuses: name`,
      )
      expect((await accessOf({ ...user, as: 'x' })).headers).toMatchObject({ 'impersonate-user': 'x' })
    },
  )

  test('may have empty lists beside', async () => {
    const user = { token: 'abcdefgh', username: '', 'as-uid': '', 'as-groups': [], 'as-user-extra': {} }
    expect((await accessOf(user)).headers).toEqual({ authorization: 'Bearer abcdefgh' })
  })
})

describe('the server’s URL', () => {
  test('user info is who asks, whatever else there is, and is no part of the URL, as with kubectl', async () => {
    const server = 'https://us%40er:p%40ss@kube.example:6443/prefix?token=query-secret#x'
    const exec = { command: 'touch', args: [directory.at('ran')] }
    for (const user of [{}, { token: 't' }, { username: 'a', password: 'b' }, { exec }]) {
      const access = await accessOf(user, {}, server)
      expect(access.server).toBe('https://kube.example:6443/prefix')
      expect(access.headers['authorization']).toBe(`Basic ${base64('us@er:p@ss')}`)
    }
  })

  test.each(['https://h', 'https://h/prefix/', 'http://127.0.0.1:8080'])(
    '%s stays as it is',
    async (server) => {
      const access = await accessOf({}, {}, server)
      expect([access.server, access.headers['authorization']]).toEqual([server, undefined])
    },
  )
})

test.each([
  'http://user:/hunter22@kube.example',
  'https://user:1/hunter22@kube.example:6443',
  'https://user:1#hunter22@kube.example',
  'https://user:1?hunter22@kube.example',
  'https://me@corp.example/hunter22@kube.example',
])('a server %s, whose user info reads as another host and a path, is not asked', async (server) => {
  const { message } = await refusal(kubeconfig(server))
  expect(message).toContain(
    'server: is not a URL that can be used: write it like https://HOST:PORT, with %2F',
  )
  expect(message).not.toContain('hunter22')
})

describe('proxy-url', () => {
  test.each([
    ['user:hunter22@proxy.example:3128', 'proxy-url: is not a URL'],
    ['//user:hunter22@proxy.example', 'proxy-url: is not a URL'],
    ['ftp://user:hunter22@proxy.example', 'proxy-url: "ftp://proxy.example" is not a URL'],
    ['http://user:hunter22/@proxy.example', 'proxy-url: is not a URL'],
    ['ftp://user:1/hunter22@proxy.example', 'proxy-url: is not a URL'],
    ['http://user:/hunter22@proxy.example:3128', 'proxy-url: is not a URL'],
    ['http://user:1?hunter22@proxy.example', 'proxy-url: is not a URL'],
    ['http://user:\\\\hunter22@proxy.example', 'proxy-url: is not a URL'],
    ['user:hunter22', 'proxy-url: is not a URL'],
    ['proxy.example:3128', 'proxy-url: "proxy.example:3128" is not a URL'],
  ])('%s is refused without its password', async (url, problem) => {
    const { message } = await refusal(kubeconfig('https://h', {}, { 'proxy-url': url }))
    expect(message).toContain(problem)
    expect(message).not.toMatch(/hunter22|user:/)
    expect(message).toContain('write it like http://HOST:PORT')
  })

  test('is preferred to those of the environment', async () => {
    const text = kubeconfig('https://h', {}, { 'proxy-url': 'http://own:3128' })
    const credentials = await inFile(text, { env: { HTTPS_PROXY: 'http://other:3128', NO_PROXY: '*' } })
    expect((await credentials.access(never)).proxy).toBe('http://own:3128')
  })
})

describe('a value of another type than kubectl takes', () => {
  test.each([
    [{ token: 12_345_678 }, 'token is not text'],
    [{ token: ['a'] }, 'token is not text'],
    [{ username: 1, password: 'b' }, 'username is not text'],
    [{ token: 'abcdefgh', as: 5 }, 'as is not text'],
    [{ token: 'abcdefgh', as: 'x', 'as-groups': 'admins' }, 'as-groups is not a list of texts'],
    [{ token: 'abcdefgh', as: 'x', 'as-user-extra': { a: 'b' } }, 'as-user-extra: a is not a list of texts'],
    [{ 'client-certificate-data': 5 }, 'client-certificate-data is not text'],
    [{ exec: 'kubelogin' }, 'exec is not a mapping'],
    [{ exec: { command: 'x', args: 'a b' } }, 'exec: args is not a list of texts'],
    [{ exec: { command: 'x', env: [{ name: 'A', value: 5 }] } }, 'exec: env[0]: value is not text'],
  ])('is refused, and not taken for absent: %j', async (user, why) => {
    const { problem } = await refusal(kubeconfig('https://h', user))
    expect(problem).toContain(`user "u": ${why}`)
  })

  test.each([
    [{ 'insecure-skip-tls-verify': 'true' }, 'insecure-skip-tls-verify is not true or false'],
    [{ 'certificate-authority-data': 5 }, 'certificate-authority-data is not text'],
    [{ 'proxy-url': 5 }, 'proxy-url is not text'],
  ])('is refused of a cluster too: %j', async (cluster, why) => {
    const { problem } = await refusal(kubeconfig('https://h', { token: 'abcdefgh' }, cluster))
    expect(problem).toContain(`cluster: ${why}`)
  })

  test('but for null, which is absent', async () => {
    const { headers } = await accessOf({ token: 'abcdefgh', as: null, exec: null, 'as-groups': null })
    expect(headers).toEqual({ authorization: 'Bearer abcdefgh' })
  })
})

describe('YAML that kubectl reads', () => {
  const written = (cluster: string, user = 'token: abcdefgh'): string =>
    `current-context: main
contexts: [{name: main, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: 'https://h', ${cluster}}}]
users: [{name: u, user: {${user}}}]
`
  const read = async (text: string) => (await inFile(text)).access(never)

  test.each(['yes', 'on', 'Y', 'True', 'TRUE', 'true', 'y', 'On'])('takes %s for true', async (value) => {
    const { tls } = await read(written(`insecure-skip-tls-verify: ${value}`))
    expect(tls.rejectUnauthorized).toBe(false)
  })

  test.each(['no', 'off', 'N', 'False', 'false'])('takes %s for false', async (value) => {
    const { tls } = await read(written(`insecure-skip-tls-verify: ${value}`))
    expect(tls.rejectUnauthorized).toBeUndefined()
  })

  test.each(['yes', '0120', '1_000'])('takes %s without quotes for no text', async (token) => {
    expect((await refusal(written('', `token: ${token}`))).problem).toContain('token is not text')
  })

  test('takes the last of a key that is there twice', async () => {
    const { headers } = await read(written('', 'token: first-token, token: second-token'))
    expect(headers).toEqual({ authorization: 'Bearer second-token' })
  })

  test.each(['contexts', 'clusters', 'users'])('has each name once in %s', async (list) => {
    const twice = written('').replace(new RegExp(`^(${list}: )\\[(.*)\\]$`, 'm'), '$1[$2, $2]')
    expect(await refusal(twice)).toMatchObject({
      problem: expect.stringMatching(`there are two of the name "\\w+" in ${list}, which kubectl refuses`),
      remedy: 'leave the one that is meant',
    })
  })

  test('ends with the first document', async () => {
    for (const more of ['---\nother: 1\n', '---\n: [', `---\n${written('')}`]) {
      const { headers } = await read(`${written('')}${more}`)
      expect(headers).toEqual({ authorization: 'Bearer abcdefgh' })
    }
  })
})

describe('a token’s file that cannot be read', () => {
  test.each([
    ['is not there', undefined],
    ['is empty', '\n'],
  ])('leaves the token that is beside it, where it %s', async (_why, content) => {
    if (content !== undefined) await directory.write('token', content)
    const tokenFile = directory.at('token')
    expect((await accessOf({ token: 'abcdefgh', tokenFile })).headers).toEqual({
      authorization: 'Bearer abcdefgh',
    })
    await directory.write('token', 'fresh-one')
    expect((await accessOf({ token: 'abcdefgh', tokenFile })).headers).toEqual({
      authorization: 'Bearer fresh-one',
    })
  })

  test('is told where there is none', async () => {
    const { problem } = await refusal(kubeconfig('https://h', { tokenFile: directory.at('token') }))
    expect(problem).toContain('does not exist')
  })
})

describe('what cannot be sent', () => {
  test.each([
    [{ token: 'abcdefgh\n' }, 'the token or password'],
    [{ token: 'abcd\nefgh' }, 'the token or password'],
    [{ token: 'abcdefgh€' }, 'the token or password'],
    [{ token: 'abcdefgh', as: 'x\ny' }, 'as'],
    [{ token: 'abcdefgh', as: 'x', 'as-groups': ['a', 'b\n'] }, 'impersonate-group'],
  ])('is refused with its place: %j', async (user, what) => {
    const { problem, message } = await refusal(kubeconfig('https://h', user))
    expect(problem).toBe(`${what} has a line break in it, or another character that cannot be sent`)
    expect(message).not.toContain('abcd')
  })
})

describe('a plugin that no system can start', () => {
  test.each([
    [{ command: 'a\0b' }, 'a character in them that none may have'],
    [{ command: '/bin/echo', args: ['--token=abcdefgh\0x'] }, 'a character in them that none may have'],
    [
      { command: '/bin/echo', env: [{ name: 'A', value: 'abcdefgh\0' }] },
      'a character in them that none may have',
    ],
    [{ command: '/bin/echo', args: ['a'.repeat(4_000_000)] }, 'longer than the system takes'],
  ])('is named, and what it was to be started with is not: %#', async (exec, why) => {
    const { problem, message } = await refusal(kubeconfig('https://h', { exec }))
    expect(problem).toMatch(/^exec: .* cannot be run: /)
    expect(problem).toContain(why)
    expect(message).not.toContain('abcdefgh')
  })
})

test.each([2 ** 20, 2 ** 20 + 1, 10 * 2 ** 20])('a fleet’s kubeconfig may have %i bytes', async (size) => {
  const text = kubeconfig('https://h', { token: 'abcdefgh' })
  const { headers } = await (await inFile(`${text}\n#${'-'.repeat(size - text.length - 2)}`)).access(never)
  expect(headers).toEqual({ authorization: 'Bearer abcdefgh' })
})

test('what is no certificate is told with its place and with what one looks like, as a message is printed', async () => {
  const { message } = await refusal(
    kubeconfig('https://h', { 'client-certificate-data': base64('x'), 'client-key-data': base64('y') }),
  )
  expect(sentence(message)).toBe(
    `kubeconfig ${directory.at('config')}: the client certificate is not a PEM certificate: its first line says ` +
      'BEGIN CERTIFICATE; fields that end in -data have that in base64, as `kubectl config view --flatten --raw` prints',
  )
})
