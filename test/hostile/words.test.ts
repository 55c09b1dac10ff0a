import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubeconfig } from '../sources/apiserver/cluster.ts'
import { buildQuery, parseReply } from '../support/client.ts'
import { exchangeUdp } from '../support/exchange.ts'
import { exported } from '../support/manifests.ts'
import {
  type Command,
  command,
  listening,
  MERIDIAN,
  meridian,
  type Running,
  written,
} from '../support/server.ts'
import { until } from '../support/sockets.ts'
import type { Temporary } from '../support/temporary.ts'

// Whatever a member writes, and wherever: nothing of it moves a cursor, turns a direction round, or begins a line, in
// any of the places where it is said. The member beside it is answered as ever.

/** Every kind of character that nobody sees, and after each separator of lines what would be a line of ours. */
const EVIL =
  'e\u0000v\u0007\u001b[2J\u001b]0;x\u0007\n[+] forged: live\r\n; forged\u007f\u0085[+] forged\u009b31m\u200b\u202ea\u2066b\u2028[+] forged\u2029\ufeff\u{e0041}\ud800z'

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u
const FORGED = /^\W*forged/m

/** A text of lines, of which each is one of ours. */
function expectPlain(text: string, place: string): void {
  const seen = text.replaceAll('\n', '')
  const [at] = UNSEEN.exec(seen) ?? []
  expect(
    at === undefined ? '' : JSON.stringify(seen.slice(Math.max(0, seen.indexOf(at) - 60))).slice(0, 160),
    place,
  ).toBe('')
  expect(text, place).not.toMatch(FORGED)
}

/** The same of JSON as it is written, and of each text in it. */
function expectPlainJson(text: string, place: string): void {
  expectPlain(text, place)
  JSON.parse(text, (key, value: unknown) => {
    expectPlain(key, `${place}: a key`)
    if (typeof value === 'string') expectPlain(value, `${place}: ${key}`)
    return value
  })
}

const metadata = (name: string, more: object = {}) => ({
  name,
  namespace: 'default',
  creationTimestamp: '2026-02-01T00:00:00Z',
  ...more,
})
const service = (name: string, spec: object, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name),
  spec: { clusterIP: '10.102.0.1', ports: [{ name: 'http', port: 80 }], ...spec },
  ...more,
})
const offered = (name: string, more: object = {}, spec?: object) => ({
  apiVersion: 'multicluster.x-k8s.io/v1beta1',
  kind: 'ServiceExport',
  metadata: metadata(name, more),
  ...(spec === undefined ? {} : { spec }),
})
const slice = (of: string, endpoint: object, more: object = {}, labels: object = {}) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: metadata(`${of}-1`, { labels: { 'kubernetes.io/service-name': of, ...labels } }),
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.2.0.1'], ...endpoint }],
  ports: [{ name: 'http', port: 80 }],
  ...more,
})

/** Services whose objects have foreign text in one place each. */
const PLACES: Readonly<Record<string, readonly object[]>> = {
  'port-name': [
    service('port-name', { ports: [{ name: EVIL, port: 80, protocol: 'TCP', appProtocol: EVIL }] }),
  ],
  protocol: [service('protocol', { ports: [{ name: 'http', port: 80, protocol: EVIL }] })],
  'target-port': [service('target-port', { ports: [{ name: 'http', port: 80, targetPort: EVIL }] })],
  type: [service('type', { type: EVIL })],
  policies: [
    service('policies', { sessionAffinity: EVIL, internalTrafficPolicy: EVIL, trafficDistribution: EVIL }),
  ],
  ips: [service('ips', { clusterIP: EVIL, clusterIPs: [EVIL], ipFamilies: [EVIL] })],
  'lb-name': [
    service(
      'lb-name',
      { type: 'LoadBalancer' },
      { status: { loadBalancer: { ingress: [{ hostname: EVIL }] } } },
    ),
  ],
  'lb-ip': [
    service('lb-ip', { type: 'LoadBalancer' }, { status: { loadBalancer: { ingress: [{ ip: EVIL }] } } }),
  ],
  'lb-short': [
    service(
      'lb-short',
      { type: 'LoadBalancer' },
      { status: { loadBalancer: { ingress: [{ hostname: 'a\u202eb\u001b.test' }] } } },
    ),
  ],
  weight: [
    service('weight', {}),
    offered('weight', {
      annotations: { 'meridian-dns.io/weight': EVIL, 'meridian-dns.io/reach': EVIL, [EVIL]: EVIL },
    }),
  ],
  exported: [
    service('exported', {}),
    offered('exported', {}, { exportedLabels: { [EVIL]: EVIL }, exportedAnnotations: { [EVIL]: EVIL } }),
  ],
  'endpoint-name': [
    service('endpoint-name', { clusterIP: 'None' }),
    slice('endpoint-name', { hostname: EVIL }),
  ],
  address: [service('address', { clusterIP: 'None' }), slice('address', { addresses: [EVIL, '10.2.0.2'] })],
  fqdn: [
    service('fqdn', { clusterIP: 'None' }),
    slice('fqdn', { addresses: [EVIL] }, { addressType: 'FQDN' }),
  ],
  family: [service('family', { clusterIP: 'None' }), slice('family', {}, { addressType: EVIL })],
  zone: [
    service('zone', { clusterIP: 'None' }),
    slice('zone', { zone: EVIL, nodeName: EVIL, targetRef: { uid: EVIL } }),
  ],
  conditions: [service('conditions', {}), slice('conditions', { conditions: { ready: EVIL } })],
  'slice-port': [
    service('slice-port', {}),
    slice('slice-port', {}, { ports: [{ name: EVIL, port: 80, protocol: EVIL }] }),
  ],
  labels: [
    service('labels', {}),
    slice(
      'labels',
      {},
      {},
      {
        'endpointslice.kubernetes.io/managed-by': EVIL,
        'multicluster.kubernetes.io/source-cluster': EVIL,
      },
    ),
  ],
  times: [{ ...service('times', {}), metadata: metadata('times', { creationTimestamp: EVIL }) }],
  derived: [
    {
      ...service('derived', {}),
      metadata: metadata('derived', { labels: { [EVIL]: EVIL, 'app.kubernetes.io/managed-by': EVIL } }),
    },
  ],
  import: [
    {
      apiVersion: 'multicluster.x-k8s.io/v1beta1',
      kind: 'ServiceImport',
      metadata: metadata('import', { labels: { 'app.kubernetes.io/managed-by': EVIL } }),
      spec: { type: EVIL, ips: [EVIL], ports: [{ name: EVIL, port: 80 }] },
    },
  ],
}

/** What is none of ours, or cannot be told to be. */
const STRANGE: readonly unknown[] = [
  { apiVersion: EVIL, kind: 'Service', metadata: metadata('version') },
  { apiVersion: 'v1', kind: EVIL, metadata: metadata('kind') },
  { apiVersion: `multicluster.x-k8s.io/${EVIL}`, kind: 'ServiceExport', metadata: metadata('api') },
  { apiVersion: EVIL, kind: 'ServiceExport', metadata: metadata('group') },
  { apiVersion: 'v1', kind: 'Service', metadata: { ...metadata(EVIL) } },
  { apiVersion: 'v1', kind: 'Service', metadata: { ...metadata('place'), namespace: EVIL } },
  { apiVersion: 'v1', kind: 'Service', metadata: EVIL, [EVIL]: EVIL },
  EVIL,
]

const list = (items: readonly unknown[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })

/** A file's name holds no NUL, no slash and no lone surrogate. */
const FILE = `${EVIL.replaceAll(/[\0/\ud800]/g, '')}.json`

const good = (name: string): string => exported({ name, clusterIP: '10.101.0.1', pods: ['10.1.0.1'] })

const FILES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(PLACES).map(([name, objects]) => {
      const hasExport = objects.some((one) => 'kind' in one && one.kind === 'ServiceExport')
      return [`${name}.json`, list(hasExport ? objects : [...objects, offered(name)])]
    }),
  ),
  'strange.json': list(STRANGE),
  [FILE]: `{"apiVersion": ${JSON.stringify(EVIL)}`,
  'broken.yaml': `kind: Service\nmetadata: {name: "${'\u202e'}"\n  \u009b${'x'}: [\u2028]\n`,
}

/** An API server that says it of everything. */
async function saying(): Promise<{ readonly url: string; readonly server: Server }> {
  const status = JSON.stringify({ kind: 'Status', message: EVIL, reason: EVIL, code: 500 })
  const server = createServer((request, response) => {
    response.on('error', () => undefined)
    if (request.url === '/apis/multicluster.x-k8s.io')
      return void response.end(JSON.stringify({ versions: [{ version: 'v1beta1' }, { version: EVIL }] }))
    const resource = new URL(request.url ?? '/', 'http://server').pathname.split('/').at(-1)
    if (resource === 'services')
      response.end(JSON.stringify({ metadata: { resourceVersion: EVIL }, items: STRANGE }))
    else if (resource === 'endpointslices') response.end(`{"${EVIL}`)
    else {
      response.statusCode = 500
      response.end(status)
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

let directory: Temporary
let server: Server
let serve: Command
let running: Running

const CONFIG = {
  dns: { listen: ['127.0.0.1:0'], explain: { allow: ['127.0.0.0/8'] } },
  admin: { listen: '127.0.0.1:0' },
  log: { level: 'debug' },
  local: { cluster: 'good' },
  startup: { timeout: '3s' },
  clusters: [
    { id: 'good', network: 'flat', source: { manifests: './good' } },
    { id: 'bad', network: 'flat', podCIDRs: ['10.2.0.0/16'], source: { manifests: './bad' } },
    { id: 'api', network: 'flat', source: { kubeconfig: { path: './api.kubeconfig' } } },
  ],
}

beforeAll(async () => {
  const api = await saying()
  server = api.server
  // The member beside exports the same: what they disagree about is told.
  const names = ['web', ...Object.keys(PLACES)]
  directory = await written({
    clusters: { good: Object.fromEntries(names.map((name) => [`${name}.json`, good(name)])), bad: FILES },
  })
  await directory.write('api.kubeconfig', kubeconfig(api.url))
  await directory.write('meridian.yaml', JSON.stringify(CONFIG))
  serve = command([MERIDIAN, 'serve', '--config', directory.at('meridian.yaml')])
  running = await listening(serve)
  await running.ready()
})

afterAll(async () => {
  serve.child.kill('SIGKILL')
  await serve.ended
  server.closeAllConnections()
  server.close()
  await directory.close()
})

const keyed = Object.keys(PLACES).map((name) => `default/${name}`)

describe('what a member writes is plain', { timeout: 120_000 }, () => {
  test('on the pages', async () => {
    await until(
      async () => (await running.get('/readyz?verbose')).text.includes('cluster api: '),
      'a fault that is told',
    )
    const verbose = await running.get('/readyz?verbose')
    expectPlain(verbose.text, '/readyz?verbose')
    expect(verbose.text).toContain('\\x1b[2J')
    expectPlain((await running.get('/readyz')).text, '/readyz')
    expectPlain((await running.get('/metrics')).text, '/metrics')
    expectPlain((await running.get('/render')).text, '/render')
    for (const key of keyed) {
      const { text, status } = await running.get(`/explain?name=${key}`)
      expect(status, key).toBe(200)
      expectPlainJson(text, `/explain ${key}`)
    }
    for (const name of Object.keys(PLACES))
      for (const type of ['A', 'SRV', 'TXT'])
        expectPlainJson(
          (await running.get(`/ask?name=${name}.default.svc.clusterset.local&type=${type}`)).text,
          `/ask ${name}`,
        )
  })

  test('in messages', async () => {
    for (const name of Object.keys(PLACES)) {
      for (const [prefix, type] of [
        ['', 'A'],
        ['', 'ANY'],
        ['_explain.', 'TXT'],
        ['bad.', 'A'],
      ] as const) {
        const query = buildQuery({ name: `${prefix}${name}.default.global`, type, edns: {} })
        const reply = await exchangeUdp(running.port, '127.0.0.1', query)
        // Names and data may hold any octet, but what members write is never a name or text of ours.
        expect(Buffer.from(reply).includes('\u001b['), name).toBe(false)
        expect(Buffer.from(reply).includes('\u202e'), name).toBe(false)
        for (const line of parseReply(reply).answers) expectPlain(line, name)
      }
    }
  })

  test('in the log', () => {
    const lines = serve.err.split('\n').filter((line) => line !== '')
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines) {
      expectPlain(line, 'the log')
      const said = JSON.parse(line)
      expect(said).toHaveProperty('level')
      JSON.parse(line, (_key, value: unknown) => {
        if (typeof value === 'string') expect(value.replaceAll(/[\t\n]/g, '')).not.toMatch(UNSEEN)
        return value
      })
    }
    expect(serve.err).toContain('x1b[2J')
  })

  test.each([
    [['check'], 1],
    [['check', '--verbose', '--matrix'], 1],
    [['render', '--offline'], 0],
    [['explain', 'default/weight', '--offline'], 0],
    [['explain', 'default/labels', '--offline'], 0],
    [['ask', 'lb-short.default.svc.clusterset.local', '--offline'], 0],
    [['ask', '_explain.weight.default.global', 'TXT', '--offline'], 0],
  ] as const)('by %j', async (args, status) => {
    const said = await meridian([...args, '--config', directory.at('meridian.yaml')])
    expectPlain(said.out, `${args.join(' ')}: standard output`)
    expectPlain(said.err, `${args.join(' ')}: standard error`)
    expect(said.status).toBe(status)
  })

  test.each([['check'], ['explain', 'default/policies', '--offline']])('by %s as JSON', async (...args) => {
    const said = await meridian([...args, '--output', 'json', '--config', directory.at('meridian.yaml')])
    expectPlainJson(said.out, `${args.join(' ')}: standard output`)
    expectPlain(said.err, `${args.join(' ')}: standard error`)
  })

  test('by commands that ask the server', async () => {
    for (const args of [['explain', 'default/weight'], ['ask', 'weight.default.global', 'ANY'], ['render']]) {
      const said = await meridian([...args, '--server', running.admin])
      expectPlain(said.out, `${args.join(' ')}: standard output`)
      expectPlain(said.err, `${args.join(' ')}: standard error`)
      expect(said.status).toBe(0)
    }
  })
})

test('the member beside it is answered', async () => {
  for (const name of ['web', 'weight', 'labels', 'lb-name'])
    expect((await running.ask(`good.${name}.default.global`)).answers).toEqual([
      `good.${name}.default.global. 5 IN A 10.101.0.1`,
    ])
})
