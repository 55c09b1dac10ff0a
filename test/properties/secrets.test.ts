import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Credentials,
  credentialsFrom,
  questionsTo,
  readObject,
} from '../../src/sources/apiserver/index.ts'
import { createLog, keepSecret, redact, redactForeign } from '../../src/words/observe/index.ts'
import { kubeconfig } from '../sources/apiserver/cluster.ts'
import { pem } from '../sources/apiserver/fake.ts'
import { runs } from '../support/runs.ts'
import { type Temporary, temporary } from '../support/temporary.ts'

/** More of them for whoever changes what is hidden. */

const never = new AbortController().signal
const base64 = (text: string): string => Buffer.from(text).toString('base64')

let directory: Temporary
beforeAll(async () => {
  directory = await temporary()
})
afterAll(() => directory.close())

const chars = (alphabet: string, minLength: number, maxLength = 60) =>
  fc.array(fc.constantFrom(...alphabet), { minLength, maxLength }).map((all) => all.join(''))

const WORD = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789'

/** What somebody may choose as a password. */
const passwords = chars(`${WORD}!$%^&*()-_=+[]{};:,.<>/?~|@#"'\\ äß€`, 8).filter(
  (text) => text.trim() === text && /\w{4}/.test(text),
)
/** What a machine makes: letters and digits. */
const tokens = chars(`${WORD}-_`, 14).filter((text) => /^\w.*\d.*\w$/.test(text) && /[a-z]/i.test(text))

/** Every form in which a secret would be readable. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  base64(secret).replace(/=+$/, ''),
]

function expectHidden(texts: readonly string[], secret: string): void {
  for (const text of texts) {
    for (const form of formsOf(secret)) expect(text).not.toContain(form)
  }
}

const CA = { 'certificate-authority-data': base64(pem('ca')) }

interface Entries {
  readonly user?: object
  readonly cluster?: object
  readonly server?: string
}

/** Where a secret may stand in a kubeconfig. */
const PLACES: Readonly<Record<string, (secret: string) => Entries>> = {
  token: (token) => ({ user: { token } }),
  password: (password) => ({ user: { username: 'somebody', password } }),
  key: (key) => ({ user: { 'client-key-data': base64(key), 'client-certificate-data': base64(key) } }),
  'a token in the place of a file': (secret) => ({ user: { token: secret, tokenFile: 'none' } }),
  'a provider': (secret) => ({
    user: { 'auth-provider': { name: 'oidc', config: { 'id-token': secret, 'client-secret': secret } } },
  }),
  'a provider of old': (secret) => ({
    user: { 'auth-provider': { name: 'gcp', config: { 'access-token': secret } } },
  }),
  'a plugin’s argument': (secret) => ({
    user: { exec: { command: 'no-such-plugin', args: ['--client-secret', secret], installHint: secret } },
  }),
  'a plugin’s flag': (secret) => ({
    user: { exec: { command: 'no-such-plugin', args: [`--password=${secret}`], installHint: secret } },
  }),
  'a plugin’s variable': (value) => ({
    user: {
      exec: { command: 'no-such-plugin', env: [{ name: 'AZURE_CLIENT_SECRET', value }], installHint: value },
    },
  }),
}

/** Where it may stand in a URL, as it is or escaped. */
const IN_URLS: readonly ((secret: string) => string)[] = [
  (secret) => `http://user:${secret}@proxy.example:3128`,
  (secret) => `https://user:${secret}@kube.example`,
  (secret) => `user:${secret}@proxy.example:3128`,
  (secret) => `//user:${secret}@proxy.example`,
  (secret) => `ftp://user:${secret}@proxy.example`,
  (secret) => `http//user:${secret}@proxy.example`,
  (secret) => `http:user:${secret}@proxy.example:99999`,
  (secret) => `https://kube.example/?access=${secret}`,
  (secret) => `ftp://kube.example/?access=${secret}`,
  (secret) => `https://user:${secret}@kube.example:port/path`,
]

/** What else is wrong, so that something is said. */
const FLAWS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replace('"current-context":"main"', '"current-context":"other"'),
  (text) => text.replace('"user":"u"', '"user":"nobody"'),
  (text) => text.replace('"cluster":{"server"', `"cluster":{"certificate-authority-data":"bm8=","server"`),
  (text) =>
    text.replace(
      '"cluster":{"server"',
      `"cluster":{"tls-server-name":7,"insecure-skip-tls-verify":true,"certificate-authority-data":"${CA['certificate-authority-data']}","server"`,
    ),
]

const PLUGIN_FREE = { env: {}, pluginMs: 5_000 }

async function allSaidOf(text: string): Promise<readonly string[]> {
  await directory.write('config', text)
  const both: readonly Credentials[] = [
    credentialsFrom({ kind: 'kubeconfig', path: directory.at('config') }, PLUGIN_FREE),
    credentialsFrom({ kind: 'text', kubeconfig: text }, PLUGIN_FREE),
  ]
  const said: string[] = []
  for (const credentials of both) {
    const outcome = await credentials.access(never).catch((error: unknown) => error)
    if (outcome instanceof Error) said.push(outcome.message, outcome.stack ?? '')
    said.push(credentials.place)
  }
  return said
}

describe('what is said of a kubeconfig', () => {
  test.each(Object.keys(PLACES))('holds no secret of %s', async (name) => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(passwords, tokens),
        fc.constantFrom(...FLAWS),
        fc.constantFrom('https://kube.example', 'kube.example'),
        async (secret, flaw, server) => {
          const { user, cluster } = PLACES[name]?.(secret) ?? {}
          expectHidden(await allSaidOf(flaw(kubeconfig(server, user, cluster))), secret)
        },
      ),
      { numRuns: runs(15) },
    )
  })

  test.each(['server', 'proxy-url'])('holds no secret of %s', async (field) => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(passwords, tokens),
        fc.constantFrom(...IN_URLS),
        fc.constantFrom(...FLAWS),
        fc.constantFrom(encodeURIComponent, String),
        async (secret, inUrl, flaw, write) => {
          const url = inUrl(write(secret))
          const text =
            field === 'server' ? kubeconfig(url) : kubeconfig('https://h', {}, { 'proxy-url': url })
          expectHidden(await allSaidOf(flaw(text)), secret)
        },
      ),
      { numRuns: runs(100) },
    )
  })

  test('holds none where it is no YAML', async () => {
    const around: readonly ((secret: string) => string)[] = [
      (secret) => `users: [{user: {token: "${secret}}}]`,
      (secret) => `token: *${secret}`,
      (secret) => `token: !${secret} x`,
      (secret) => `token: !<${secret}> x`,
      (secret) => `%${secret}\n---\na: b`,
      (secret) => `a: |${secret}\n b`,
      (secret) => `a: b\n ${secret}: c: d`,
      (secret) => `- a\n${secret}`,
      (secret) => `a: "\\${secret}"`,
      (secret) => `${secret}: 1\n${secret}: 2`,
      (secret) => secret,
    ]
    await fc.assert(
      fc.asyncProperty(fc.oneof(passwords, tokens), fc.constantFrom(...around), async (secret, write) => {
        expectHidden(await allSaidOf(write(secret)), secret)
      }),
      { numRuns: runs(200) },
    )
  })
})

describe('what a plugin complains of', () => {
  const complaints: readonly ((token: string) => string)[] = [
    (token) => token,
    (token) => `error: got ${token}, which the server refused`,
    (token) => `Authorization: Bearer ${token}`,
    (token) => JSON.stringify({ status: { token } }),
    (token) => `GET https://user:${token}@host/path?x=y`,
    (token) => `GET https://host/path?access_token=${token}`,
    (token) => `password=${token}`,
    (token) => `-----BEGIN PRIVATE KEY-----\n${token}\n-----END PRIVATE KEY-----`,
    (token) => `eyJhbGciOiJIUzI1NiJ9.${token}.${token}`,
    (token) => `could not refresh '${token}'\n  at x\n  at y`,
  ]

  test('is said without tokens', async () => {
    await fc.assert(
      fc.asyncProperty(tokens, fc.constantFrom(...complaints), async (token, write) => {
        const exec = {
          command: 'sh',
          args: ['-c', 'printf "login needed: %s" "$SAID" >&2; exit 1'],
          env: [{ name: 'SAID', value: write(token) }],
        }
        await directory.write('plugin', kubeconfig('https://h', { exec }))
        const credentials = credentialsFrom({ kind: 'kubeconfig', path: directory.at('plugin') })
        const error: unknown = await credentials.access(never).catch((thrown: unknown) => thrown)
        const message = error instanceof Error ? error.message : ''
        expect(message).toMatch(
          /^kubeconfig \S+: exec: sh failed \(exit status 1\): login needed: [^\n]*: run it by hand/,
        )
        expectHidden([message], token)
      }),
      { numRuns: runs(40) },
    )
  })

  test('keeps the words of a person', () => {
    for (const words of [
      'no login',
      'Unable to connect to login.microsoftonline.com: i/o timeout',
      'ERROR: (gcloud.config.config-helper) There was a problem refreshing your current auth tokens',
      'The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with the corresponding profile.',
    ])
      expect(redactForeign(words)).toBe(words)
  })
})

describe('what a server or a proxy answers', () => {
  /** Answers all requests with what it was asked with. */
  const answers: readonly ((said: string) => readonly [status: number, body: string])[] = [
    (said) => [403, JSON.stringify({ kind: 'Status', message: `refused: ${said}` })],
    (said) => [500, JSON.stringify({ kind: 'Status', message: `${'x'.repeat(280)} ${said}` })],
    (said) => [400, `bad request: ${said}`],
    (said) => [502, `${'y'.repeat(80)} ${said}`],
    (said) => [200, said],
    (said) => [401, `<html>${said}</html>`],
  ]
  const CONFIGMAP = {
    kind: 'ConfigMap',
    group: '',
    plural: 'configmaps',
    versions: ['v1'],
    custom: false,
    namespace: 'a',
    name: 'b',
  }

  test('is told without what it was asked with', async () => {
    let answer = answers[0]
    const server = createServer((request, response) => {
      const [status, body] = answer?.(String(request.headers.authorization)) ?? [500, '']
      response.writeHead(status).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await fc.assert(
      fc.asyncProperty(tokens, fc.constantFrom(...answers), fc.boolean(), async (token, one, isBasic) => {
        answer = one
        const user = isBasic ? { username: 'somebody', password: token } : { token }
        const text = kubeconfig(`http://127.0.0.1:${port}`, user)
        const credentials = credentialsFrom({ kind: 'text', kubeconfig: text })
        const read = await readObject(credentials, CONFIGMAP, never)
        expect(read.outcome).toBe('failure')
        expectHidden(['problem' in read ? read.problem : '', credentials.place], token)
        const questions = questionsTo(credentials)
        await questions.ask('/version', never)
        await questions.close()
      }),
      { numRuns: runs(60) },
    )
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('a log line', () => {
  test('holds no secret, in whatever an error carries, and stays JSON', () => {
    fc.assert(
      fc.property(fc.oneof(passwords, tokens), fc.constantFrom(...IN_URLS), (secret, inUrl) => {
        keepSecret(secret)
        const lines: string[] = []
        const log = createLog('info', { write: (line: string) => lines.push(line) })
        const url = inUrl(secret)
        log.error({ err: Object.assign(new TypeError('Invalid URL'), { input: url, secret }) }, secret)
        log.warn({ headers: { authorization: `Bearer ${secret}` }, cause: { url } }, `asked ${url}`)
        log.info(`it said "${url}", then ${secret}`)
        expect(lines).toHaveLength(3)
        for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
        expectHidden(lines, secret)
      }),
    )
  })

  test('stays as it was where there is nothing to hide', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.lorem(), (url, words) => {
        const line = `${words} at ${url.replace(/@|:(?!\/\/)/g, '')}: status 403: services "cart" is forbidden`
        expect(redact(line)).toBe(line)
      }),
    )
  })
})
