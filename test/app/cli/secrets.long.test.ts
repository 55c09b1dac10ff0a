import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { kubeconfig } from '../../sources/apiserver/cluster.ts'
import { pem } from '../../sources/apiserver/fake.ts'
import { type Command, command, listening, MERIDIAN, meridian } from '../../support/server.ts'
import { until } from '../../support/sockets.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Each cluster has a secret of its own, in a place of its own, and something that makes it be spoken of. */
const secretOf = (place: string): string => `hunter22-${place.replaceAll(/\W/g, '')}-S3cret`

type Write = (secret: string, port: number) => string

const CLUSTERS: Readonly<Record<string, Write>> = {
  proxy: (s) => kubeconfig('https://h', {}, { 'proxy-url': `http://user:${s}@127.0.0.1:1` }),
  'proxy-unknown': (s) => kubeconfig('https://h', {}, { 'proxy-url': `ftp://user:${s}@127.0.0.1:1` }),
  'proxy-bare': (s) => kubeconfig('https://h', {}, { 'proxy-url': `user:${s}@127.0.0.1:1` }),
  'user-info': (s, port) => kubeconfig(`http://user:${s}@127.0.0.1:${port}`),
  'user-info-refused': (s) => kubeconfig(`https://user:${s}@127.0.0.1:1`),
  'user-info-bare': (s) => kubeconfig(`user:${s}@127.0.0.1:1`),
  query: (s, port) => kubeconfig(`http://127.0.0.1:${port}?token=${s}`),
  token: (token, port) => kubeconfig(`http://127.0.0.1:${port}`, { token }),
  basic: (password, port) => kubeconfig(`http://127.0.0.1:${port}`, { username: 'u', password }),
  key: (s) =>
    kubeconfig('https://h', {
      'client-key-data': base64(s),
      'client-certificate-data': base64(pem('client')),
    }),
  plugin: (s) =>
    kubeconfig('https://h', {
      exec: { command: 'sh', args: ['-c', `echo "token ${s} is no good" >&2; exit 1`] },
    }),
  provider: (s) =>
    kubeconfig('https://h', { 'auth-provider': { name: 'gcp', config: { 'access-token': s } } }),
  yaml: (s) => `users: [{user: {token: !${s} *${s}}}`,
}

/** An API server that tells everybody what it was told. */
async function talkative(): Promise<number> {
  const server = createServer((request, response) => {
    response.writeHead(403)
    response.end(`you sent ${request.url} with ${request.headers.authorization}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as AddressInfo).port
}

async function given(): Promise<Temporary> {
  const port = await talkative()
  const directory = await temporary()
  closing.push(directory.close)
  for (const [id, write] of Object.entries(CLUSTERS)) {
    await directory.write(`${id}.kubeconfig`, write(secretOf(id), port))
  }
  const entries = Object.keys(CLUSTERS).map(
    (id) => `  - {id: ${id}, source: {kubeconfig: {path: ${id}.kubeconfig}}}\n`,
  )
  const listen = 'dns: {listen: ["127.0.0.1:0"]}\nadmin: {listen: "127.0.0.1:0"}\nlog: {level: debug}\n'
  await directory.write('meridian.yaml', `clusters:\n${entries.join('')}${listen}`)
  return directory
}

/** None of the secrets, as they are or in base64, and every cluster is spoken of. */
function expectDiscreet(text: string): void {
  expect(text).not.toMatch(/hunter22|S3cret/)
  for (const id of Object.keys(CLUSTERS)) {
    expect(text).not.toContain(base64(secretOf(id)).slice(0, -4))
    expect(text).not.toContain(base64(`user:${secretOf(id)}`).slice(0, -4))
    expect(text).toMatch(new RegExp(`\\b${id}\\b`))
  }
}

test('check, its JSON, and what --offline complains of hold no secret', async () => {
  const { path } = await given()
  const [text, json, asked] = await Promise.all(
    [['check'], ['check', '-o', 'json'], ['ask', 'web.default.global', '--offline']].map((args) =>
      meridian(args, path),
    ),
  )
  for (const printed of [text, json, asked]) expectDiscreet(`${printed?.out}${printed?.err}`)
  expect(text?.status).toBe(1)
  expect(text?.out).toContain('gke-gcloud-auth-plugin')
})

test('a server’s log and pages hold no secret', async () => {
  const { path } = await given()
  const started: Command = command([MERIDIAN, 'serve', '--drain', '0s'], path)
  closing.push(async () => started.child.kill('SIGKILL'))
  const { get, admin } = await listening(started)
  expect(admin).not.toBe('')
  const verbose = async () => (await get('/readyz?verbose')).text
  await until(async () => {
    const told = await verbose()
    return Object.keys(CLUSTERS).every((id) => new RegExp(`\\[-\\] cluster ${id}: \\S+ .*: `).test(told))
  }, 'a problem of every cluster')
  const pages = await Promise.all(
    ['/metrics', '/explain?name=web.default.global', '/ask?name=web.default.global'].map((page) => get(page)),
  )
  const all = [await verbose(), started.err, ...pages.map(({ text }) => text)]
  for (const text of all) expect(text).not.toMatch(/hunter22|S3cret/)
  expectDiscreet(all.join('\n'))
  started.child.kill('SIGTERM')
  expect(await started.ended).toBe(0)
  expect(started.err).not.toMatch(/hunter22|S3cret/)
})
