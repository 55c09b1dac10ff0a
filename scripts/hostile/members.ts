// A process of its own: `node members.ts DIRECTORY SEED`. A member cluster's API server that takes up another hostility every
// twenty seconds, and somebody who writes what he likes among another member's manifests. Prints its URL, then what it
// does, line by line, until it is killed.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { exported } from '../../test/support/manifests.ts'
import { below, oneOf, type Random, randomFrom } from '../soak/chance.ts'

/** What a hostile API server answers for `services`. */
type Hostility = (url: URL, response: ServerResponse) => void

const LIST = '{"metadata":{"resourceVersion":"1"},"items":[]}'
const isWatch = (url: URL): boolean => url.searchParams.get('watch') === 'true'

const watched =
  (line: () => string): Hostility =>
  (url, response) => {
    if (isWatch(url)) response.write(line())
    else response.end(LIST)
  }

const added = (junk: string): string =>
  `{"type":"ADDED","object":{"metadata":{"resourceVersion":"2","namespace":"n","name":"x"},"junk":${junk}}}\n`

const listed =
  (items: (page: number) => readonly object[]): Hostility =>
  (url, response) => {
    if (isWatch(url)) return void response.write('\n')
    const page = Number(url.searchParams.get('continue') ?? 0)
    const metadata = { resourceVersion: '1', continue: String(page + 1) }
    response.end(JSON.stringify({ metadata, items: items(page) }))
  }

const serviceOf = (name: string, more: object = {}, metadata: object = {}) => ({
  metadata: { namespace: 'n', name, ...metadata },
  spec: { clusterIP: '10.0.0.1', ports: [{ name: 'http', port: 80 }], ...more },
})

const many = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i))

/** Each by what it is called in the log of the run. */
const HOSTILITIES: readonly (readonly [name: string, Hostility])[] = [
  ['a watch line of 16 MiB of empty objects', watched(() => added(`[${'{},'.repeat(5_500_000)}{}]`))],
  ['a watch line of 4 MiB of them', watched(() => added(`[${'{},'.repeat(1_400_000)}{}]`))],
  ['a watch line of nothing but depth', watched(() => added('['.repeat(150_000) + ']'.repeat(150_000)))],
  ['a watch line without an end', watched(() => `{"type":"ADDED","junk":"${'x'.repeat(64 * 2 ** 20)}`)],
  ['events without a pause', watched(() => added('1').repeat(200_000))],
  ['pages without end', listed((page) => many(500, (i) => serviceOf(`p${page}-${i}`)))],
  [
    'a page of a million empty objects',
    (_, response) => void response.end(`{"items":[${'{},'.repeat(1_400_000)}{}]}`),
  ],
  [
    'texts of a mebibyte',
    listed((page) =>
      many(5, (i) => serviceOf(`t${page}-${i}`, { trafficDistribution: 'x'.repeat(2 ** 20) })),
    ),
  ],
  [
    'annotations of a mebibyte',
    listed((page) =>
      many(5, (i) => serviceOf(`a${page}-${i}`, {}, { annotations: { big: 'x'.repeat(2 ** 20) } })),
    ),
  ],
  [
    'names with line breaks and escapes',
    listed(() => many(100, (i) => serviceOf(`n${i}\n[+] cluster good: live\u001b[2J`))),
  ],
  [
    'the good cluster’s names, older',
    listed(() =>
      many(20, (i) =>
        serviceOf(`good-${i}`, {}, { namespace: 'default', creationTimestamp: '1970-01-01T00:00:00Z' }),
      ),
    ),
  ],
  ['silence', () => undefined],
  ['one octet a second', (_, response) => void trickle(response)],
  ['resets', (_, response) => void response.socket?.resetAndDestroy()],
  [
    'a page that is cut',
    (_, response) => void response.write('{"metadata":{"resourceVersion":"1"},"items":[{'),
  ],
  ['other types', (_, response) => void response.end('{"metadata":7,"items":{"a":[null]}}')],
  [
    'status 429 for a day',
    (_, response) => void response.writeHead(429, { 'Retry-After': '86400' }).end('{}'),
  ],
  [
    'headers without end',
    (_, response) => void response.socket?.write(`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(1_000_000)}`),
  ],
]

function trickle(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 1_000)
  response.once('close', () => clearInterval(timer))
}

interface HostileServer {
  readonly url: string
  /** Takes up the next hostility, and says which. */
  readonly turn: () => string
}

/** An API server that has nothing, but for what its hostility of the moment says of Services. */
async function startHostileServer(): Promise<HostileServer> {
  let at = 0
  const current = () => HOSTILITIES[at % HOSTILITIES.length] ?? (['silence', () => undefined] as const)
  const server = createServer((request, response) => {
    response.on('error', () => undefined)
    const url = new URL(request.url ?? '/', 'http://server')
    const resource = url.pathname.split('/').at(-1)
    if (url.pathname === '/apis/multicluster.x-k8s.io') response.end('{"versions":[{"version":"v1beta1"}]}')
    else if (resource === 'services') current()[1](url, response)
    else if (isWatch(url)) response.write('\n')
    else response.end(LIST)
  })
  server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    turn: () => {
      at++
      server.closeAllConnections()
      return current()[0]
    },
  }
}

const metadataOf = (name: string, more: object = {}) => ({
  name,
  namespace: 'tenant',
  creationTimestamp: '2026-01-01T00:00:00Z',
  ...more,
})

const listOf = (items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })

/** Files that a tenant puts among the manifests of a cluster, whatever it likes. */
const FILES: readonly (readonly [name: string, text: (random: Random) => string])[] = [
  [
    'cut.json',
    (random) =>
      exported({ name: 'cut', clusterIP: '10.0.0.9', pods: ['10.9.0.1'] }).slice(0, below(random, 400)),
  ],
  ['octets.yaml', (random) => String.fromCharCode(...many(2_000, () => below(random, 256)))],
  [
    'bomb.yaml',
    () =>
      many(12, (i) => `a${i}: &a${i} [${many(10, () => (i === 0 ? 'x' : `*a${i - 1}`)).join(', ')}]`).join(
        '\n',
      ),
  ],
  [
    'list.json',
    () =>
      listOf(many(20_000, (i) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf(`c${i}`) }))),
  ],
  ['deep.json', () => '['.repeat(200_000)],
  [
    'names.json',
    () => exported({ name: 'x\u001b[2J\n[+] cluster good: live', clusterIP: '10.0.0.9', pods: [] }),
  ],
  ['dead.json', () => listOf(many(1_000, (i) => balanced(i)).flat())],
]

const balanced = (i: number): readonly object[] => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(`dead-${i}`),
    spec: { type: 'LoadBalancer', clusterIP: '10.0.1.1', ports: [{ name: 'http', port: 80 }] },
    status: { loadBalancer: { ingress: [{ hostname: `dead-${i}.invalid` }] } },
  },
  { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata: metadataOf(`dead-${i}`) },
]

/** Writes one of them. */
function vandalize(directory: string, random: Random): string {
  mkdirSync(directory, { recursive: true })
  const [name, text] = oneOf(random, FILES)
  writeFileSync(join(directory, name), text(random))
  return name
}

const TURN_MS = 20_000
const [directory = '', seed] = process.argv.slice(2)
const random = randomFrom(Number(seed), 'hostile members')
const server = await startHostileServer()
console.log(server.url)
for (;;) {
  await pause(TURN_MS)
  console.log(`API server: ${server.turn()}; manifests: ${vandalize(directory, random)}`)
}
