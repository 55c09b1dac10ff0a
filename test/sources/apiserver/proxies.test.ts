import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { credentialsFrom, questionsTo } from '../../../src/sources/apiserver/index.ts'
import { eventually } from '../../support/recorder.ts'
import { kubeconfig, watching } from './cluster.ts'
import { FakeApiServer } from './fake.ts'

const never = new AbortController().signal

type Env = Readonly<Record<string, string>>

/** The proxy that a server is asked through. */
const proxyOf = async (server: string, env: Env): Promise<string | null> =>
  (await credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(server) }, { env }).access(never)).proxy

const PROXY = 'http://proxy.example:3128'

describe('variables', () => {
  test.each<[string, Env, string | null]>([
    ['https://kube.example', {}, null],
    ['https://kube.example', { HTTPS_PROXY: PROXY }, PROXY],
    ['https://kube.example', { https_proxy: PROXY }, PROXY],
    ['https://kube.example', { HTTPS_PROXY: '', https_proxy: PROXY }, PROXY],
    ['https://kube.example', { HTTPS_PROXY: PROXY, https_proxy: 'http://other' }, PROXY],
    ['https://kube.example', { HTTP_PROXY: PROXY, ALL_PROXY: PROXY }, null],
    ['http://kube.example', { HTTPS_PROXY: PROXY }, null],
    ['http://kube.example', { HTTP_PROXY: PROXY }, PROXY],
    ['http://kube.example', { http_proxy: PROXY }, PROXY],
    ['http://kube.example', { HTTP_PROXY: PROXY, REQUEST_METHOD: 'GET' }, null],
    ['https://kube.example', { HTTPS_PROXY: PROXY, REQUEST_METHOD: 'GET' }, PROXY],
    ['https://kube.example', { HTTPS_PROXY: 'proxy.example:3128' }, PROXY],
    ['https://kube.example', { HTTPS_PROXY: 'socks5://p:1080' }, 'socks5://p:1080'],
    ['https://kube.example', { HTTPS_PROXY: 'socks5h://p:1080' }, 'socks5://p:1080'],
    ['https://kube.example', { HTTPS_PROXY: PROXY, NO_PROXY: '', no_proxy: '*' }, null],
    ['https://kube.example', { HTTPS_PROXY: PROXY, NO_PROXY: 'other', no_proxy: '*' }, PROXY],
  ])('%s with %o', async (server, env, proxy) => {
    expect(await proxyOf(server, env)).toBe(proxy)
  })

  test('one that is no URL is named, and not quoted', async () => {
    const asked = proxyOf('https://kube.example', { HTTPS_PROXY: 'http://user:hunter22/@proxy' })
    await expect(asked).rejects.toThrow(
      /^the kubeconfig: HTTPS_PROXY: is not a URL that can be used: write it like http/,
    )
    await expect(asked).rejects.not.toThrow('hunter22')
  })

  test('the API server of the cluster that this pod is in is asked through it too', async () => {
    const { temporary } = await import('../../support/temporary.ts')
    const { pem } = await import('./fake.ts')
    const directory = await temporary()
    await directory.write('token', 't')
    await directory.write('ca.crt', pem('ca'))
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443', HTTPS_PROXY: PROXY }
    const of = (more: Env) =>
      credentialsFrom({ kind: 'inCluster' }, { env: { ...env, ...more }, serviceAccount: directory.path })
    expect((await of({}).access(never)).proxy).toBe(PROXY)
    expect((await of({ NO_PROXY: '10.96.0.0/12' }).access(never)).proxy).toBe(null)
    await directory.close()
  })
})

/** As golang.org/x/net/http/httpproxy has it, by its own tests. */
describe('NO_PROXY', () => {
  const LIST =
    'foobar.com, .barbaz.net, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80, 10.0.0.0/30, 2001:db8::52:0:1, [2001:db8::52:0:2]:443, [2001:db8::52:0:3], 2002:db8:a::45/64, *.wild.example, with-port.example:8443'
  test.each<[string, boolean]>([
    ['localhost', false],
    ['127.0.0.1', false],
    ['127.0.0.2', false],
    ['[::1]', false],
    ['[::2]', true],
    ['192.168.1.1', false],
    ['192.168.1.2', true],
    ['192.168.1.2:81', false],
    ['192.168.1.3:80', false],
    ['192.168.1.3:81', true],
    ['192.168.1.4', true],
    ['10.0.0.2', false],
    ['10.0.0.4', true],
    ['[2001:db8::52:0:1]', false],
    ['[2001:db8::52:0:2]', false],
    ['[2001:db8::52:0:2]:444', true],
    ['[2001:db8::52:0:3]', false],
    ['[2002:db8:a::123]', false],
    ['[fe80::424b:c8be:1643:a1b6]', true],
    ['barbaz.net', true],
    ['www.barbaz.net', false],
    ['foobar.com', false],
    ['FOOBAR.com', false],
    ['foobar.com.', false],
    ['www.foobar.com', false],
    ['foofoobar.com', true],
    ['baz.com', true],
    ['localhost.net', true],
    ['local.localhost', true],
    ['barbarbaz.net', true],
    ['wild.example', true],
    ['any.wild.example', false],
    ['with-port.example', true],
    ['with-port.example:8443', false],
  ])('%s is asked through the proxy: %s', async (host, through) => {
    const proxy = await proxyOf(`https://${host}`, { HTTPS_PROXY: PROXY, NO_PROXY: LIST })
    expect(proxy).toBe(through ? PROXY : null)
  })

  test.each<[string, boolean]>([
    ['*', false],
    [' * ', false],
    ['a,*,b', false],
    ['*:443', true],
    ['', true],
    [',,', true],
    ['.', true],
    ['10.0.0.0/33', true],
    ['10.0.0.0/x', true],
    ['[', true],
    [':443', true],
  ])('%j is no mistake: asked through the proxy: %s', async (list, through) => {
    expect(await proxyOf('https://kube.example', { HTTPS_PROXY: PROXY, NO_PROXY: list })).toBe(
      through ? PROXY : null,
    )
  })
})

describe('what goes wrong on the way through a proxy names it, without who asks', () => {
  const closing: (() => void)[] = []
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })

  async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
    const sockets = new Set<Socket>()
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
    })
    closing.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  async function failureThrough(port: number, signal = never, scheme = 'http'): Promise<string> {
    const proxy = { 'proxy-url': `${scheme}://user:hunter22@127.0.0.1:${port}` }
    const text = kubeconfig('https://kube.example', {}, proxy)
    const questions = questionsTo(credentialsFrom({ kind: 'text', kubeconfig: text }))
    const error: unknown = await questions.ask('/version', signal).catch((thrown: unknown) => thrown)
    await questions.close()
    const message = error instanceof Error ? error.message : ''
    expect(message).toContain(`the proxy ${scheme}://127.0.0.1:${port}`)
    expect(message).not.toMatch(/hunter22|user|\n/)
    return message
  }

  test.each([403, 407, 502])('that answers %s', async (status) => {
    const proxy = createServer().on('connect', (_request, socket) =>
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`),
    )
    expect(await failureThrough(await listen(proxy))).toContain(String(status))
  })

  test('that nobody is behind', async () => {
    const server = createTcpServer()
    const port = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    expect(await failureThrough(port)).toContain('ECONNREFUSED')
  })

  test('that closes at once', async () => {
    await failureThrough(await listen(createTcpServer((socket) => void socket.end())))
  })

  test('that is silent', async () => {
    const port = await listen(createTcpServer())
    expect(await failureThrough(port, AbortSignal.timeout(300))).toContain('no answer in time')
  })

  test('that is silent holds up neither the next try nor the end', async () => {
    const port = await listen(createTcpServer())
    const text = kubeconfig('https://kube.example', {}, { 'proxy-url': `http://127.0.0.1:${port}` })
    const server = await FakeApiServer.open()
    const credentials = credentialsFrom({ kind: 'text', kubeconfig: text })
    const watched = watching(server, { connectMs: 200 }, { credentials })
    await eventually(() => expect(watched.reasons().length).toBeGreaterThan(4))
    expect(new Set(watched.reasons())).toEqual(new Set(['deadline']))
    await eventually(() =>
      expect(watched.told.sentences[0]).toContain(`through the proxy http://127.0.0.1:${port}`),
    )
    await watched.source.stop()
    await server.kill()
  })

  test('that is silent, and speaks SOCKS', async () => {
    const port = await listen(createTcpServer())
    expect(await failureThrough(port, AbortSignal.timeout(300), 'socks5')).toContain('no answer in time')
  })

  test('that speaks no TLS behind', async () => {
    const proxy = createServer().on('connect', (_request, socket) => {
      socket.on('error', () => undefined)
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.once('data', () => socket.end('HTTP/1.0 400 Bad Request\r\n\r\n'))
    })
    expect(await failureThrough(await listen(proxy))).toMatch(/does not speak TLS there: correct the URL/)
  })
})
