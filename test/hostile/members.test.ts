import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import dnsPacket, { type StringAnswer } from 'dns-packet'
import { afterEach, describe, expect, test } from 'vitest'
import { parseAddress } from '../../src/values/dns/index.ts'
import { reverseName } from '../../src/world/zone/index.ts'
import { buildQuery } from '../support/client.ts'
import { exchangeUdp } from '../support/exchange.ts'
import { exported } from '../support/manifests.ts'
import { metricsOf } from '../support/metrics.ts'
import { CHECKOUT, type InProcess, startServer, written } from '../support/server.ts'
import { until } from '../support/sockets.ts'

// What one member says costs no other one a right answer: `bad` says it while `good`, whose clients ask, is asked
// again and again. What becomes of control characters in it: words.test.ts.

const running: InProcess[] = []
const sockets: Socket[] = []
afterEach(async () => {
  for (const { meridian, directory } of running.splice(0)) {
    await meridian.stop()
    await directory.close()
  }
  for (const socket of sockets.splice(0)) socket.close()
})

const metadata = (name: string, more: object = {}) => ({
  name,
  namespace: 'default',
  creationTimestamp: '2026-02-01T00:00:00Z',
  ...more,
})

const list = (items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })

interface Spec {
  readonly spec?: object
  readonly ingress?: readonly object[]
  readonly since?: string
  readonly endpoints?: Readonly<Partial<Record<'IPv4' | 'IPv6', readonly string[]>>>
  readonly port?: number
  readonly slices?: readonly object[]
}

function objectsOf(name: string, of: Spec): readonly object[] {
  const { spec = {}, ingress, since, endpoints = {}, port = 80, slices = [] } = of
  const type = ingress === undefined ? 'ClusterIP' : 'LoadBalancer'
  const ports = [{ name: 'http', port, protocol: 'TCP' }]
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(name),
      spec: { type, clusterIP: '10.102.0.1', ports, ...spec },
      ...(ingress === undefined ? {} : { status: { loadBalancer: { ingress } } }),
    },
    {
      apiVersion: 'multicluster.x-k8s.io/v1beta1',
      kind: 'ServiceExport',
      metadata: metadata(name, since === undefined ? {} : { creationTimestamp: since }),
    },
    ...Object.entries(endpoints).map(([addressType, addresses]) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: metadata(`${name}-${addressType.toLowerCase()}`, {
        labels: { 'kubernetes.io/service-name': name },
      }),
      addressType,
      endpoints: addresses.map((address) => ({ addresses: [address] })),
      ports: [{ name: 'http', port, protocol: 'TCP' }],
    })),
    ...slices,
  ]
}

type Keys = Readonly<Record<string, unknown>>

/** `good`, where the clients are, with `web` and `db`; `far` beside it; and `bad`, which has nothing yet. */
async function members(bad: Keys, config: Keys = {}, network = 'flat'): Promise<InProcess> {
  const directory = await written({
    clusters: {
      good: {
        'web.json': exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }),
        'db.json': exported({ name: 'db', clusterIP: 'None', pods: ['10.1.0.5'], port: 80 }),
      },
      far: { 'api.json': exported({ name: 'api', clusterIP: '10.103.0.1', pods: ['10.3.0.1'] }) },
      bad: { 'empty.json': list([]) },
    },
  })
  const { dns = {}, ...rest } = config
  const good = { podCIDRs: ['10.1.0.0/16'], serviceCIDRs: ['10.101.0.0/16'] }
  const yaml = {
    dns: { listen: ['127.0.0.1:0'], ...(dns as object) },
    admin: { listen: '127.0.0.1:0' },
    log: { level: 'silent' },
    local: { cluster: 'good' },
    clusters: [
      { id: 'good', network: 'flat', source: { manifests: './good' }, ...good },
      { id: 'far', network: 'far', source: { manifests: './far' } },
      { id: 'bad', network, source: { manifests: './bad' }, ...bad },
    ],
    ...rest,
  }
  await directory.write('meridian.yaml', JSON.stringify(yaml))
  const server = await startServer(directory)
  running.push(server)
  await server.ready()
  return server
}

const WEB = 'web.default.svc.clusterset.local'
const GOOD: readonly (readonly [name: string, type: string, answers: readonly string[]])[] = [
  [WEB, 'A', [`${WEB}. 5 IN A 10.101.0.1`]],
  ['good.web.default.global', 'A', ['good.web.default.global. 5 IN A 10.101.0.1']],
  ['good.db.default.global', 'A', ['good.db.default.global. 5 IN A 10.1.0.5']],
  [`_http._tcp.${WEB}`, 'SRV', [`_http._tcp.${WEB}. 5 IN SRV 0 100 80 ${WEB}.`]],
]

async function expectGood({ ask }: InProcess): Promise<void> {
  for (const [name, type, answers] of GOOD) expect((await ask(name, type)).answers, name).toEqual(answers)
}

/** `bad` says it; until that holds, and once more then, `good` is asked. */
async function says(
  server: InProcess,
  objects: readonly object[],
  told: () => Promise<boolean>,
): Promise<void> {
  await expectGood(server)
  await server.directory.write('bad/said.json', list(objects))
  await until(async () => {
    await expectGood(server)
    return told()
  }, 'what was said to be taken in')
  await expectGood(server)
}

const explained = (server: InProcess, service: string) => async (): Promise<boolean> =>
  (await server.get(`/explain?name=default/${service}`)).text.includes('"cluster":"bad"')

/** What is answered for `bad`'s share of a service, as addresses. */
async function addressesIn({ ask }: InProcess, service: string): Promise<readonly string[]> {
  const all: string[] = []
  for (const type of ['A', 'AAAA']) {
    const { answers } = await ask(`bad.${service}.default.global`, type)
    all.push(...answers.map((line) => line.split(' ').at(-1) ?? ''))
  }
  return all.toSorted()
}

const ENFORCE = { addresses: { mode: 'enforce' } }

describe('addresses that are not its own', () => {
  const FOREIGN = {
    IPv4: ['10.2.0.1', '10.1.0.9', '10.101.0.1', '169.254.169.254', '127.0.0.1'],
    IPv6: [
      '2606:4700:4700::1111',
      '64:ff9b::a9fe:a9fe',
      '64:ff9b::a01:9',
      '2002:a9fe:a9fe::1',
      '2002:a01:9::1',
      '::1',
    ],
  } as const

  test.each([
    ['nothing declared', {}, ['10.2.0.1', '2606:4700:4700::1111']],
    ['its pods’ addresses declared', { podCIDRs: ['10.2.0.0/16'] }, ['10.2.0.1']],
    [
      'those of both families declared',
      { podCIDRs: ['10.2.0.0/16', '2000::/3', '64:ff9b::/96'] },
      ['10.2.0.1', '2606:4700:4700::1111'],
    ],
  ])('of endpoints, with %s', async (_, bad, answered) => {
    const server = await members(bad, ENFORCE)
    await says(
      server,
      [
        ...objectsOf('db', { spec: { clusterIP: 'None' }, endpoints: FOREIGN }),
        ...objectsOf('own', { spec: { clusterIP: 'None' }, endpoints: FOREIGN }),
      ],
      explained(server, 'own'),
    )
    expect(await addressesIn(server, 'own')).toEqual(answered)
    const { answers } = await server.ask('db.default.svc.clusterset.local')
    expect(answers.filter((line) => line.endsWith(' 10.1.0.9') || line.includes('10.101.'))).toEqual([])
    expect((await server.get('/metrics')).text).toMatch(
      /endpoints_ignored_total\{cluster="bad",reason="link-local address"\} \d/,
    )
  })

  test.each([
    ['nothing declared', {}, ['8.8.8.8']],
    ['its own declared', { loadBalancerCIDRs: ['203.0.113.0/24'] }, ['203.0.113.9']],
  ])('of load balancers, with %s', async (_, bad, answered) => {
    const server = await members(bad, ENFORCE, 'bad')
    const ips = ['8.8.8.8', '10.1.0.9', '10.101.0.1', '64:ff9b::a01:9', '64:ff9b::7f00:1', '169.254.169.254']
    const own = answered.includes('8.8.8.8') ? [] : ['203.0.113.9']
    const ingress = [...ips, ...own].map((ip) => ({ ip }))
    const endpoints = { IPv4: ['10.2.0.1'] }
    await says(
      server,
      [...objectsOf('web', { ingress, endpoints }), ...objectsOf('own', { ingress, endpoints })],
      explained(server, 'own'),
    )
    expect(await addressesIn(server, 'own')).toEqual(answered)
    expect(await addressesIn(server, 'web')).toEqual(answered)
  })
})

describe('an export that says it is the oldest', () => {
  /** Another port, another policy, and none of the endpoints that were there. */
  const FORGED = {
    since: '1970-01-01T00:00:01Z',
    port: 9999,
    spec: { internalTrafficPolicy: 'Local', sessionAffinity: 'ClientIP' },
    endpoints: { IPv4: ['10.2.0.1'] },
  } as const

  test.each([
    ['the oldest', 9999],
    ['declared', 80],
  ])('by precedence %s keeps the owner’s clients', async (precedence, merged) => {
    const server = await members({}, precedence === 'declared' ? { precedence } : {})
    await says(server, objectsOf('web', FORGED), async () =>
      (await server.get('/explain?name=default/web')).text.includes('PortConflict'),
    )
    const { text } = await server.get('/explain?name=default/web')
    expect(JSON.parse(text).import.ports).toContain(`http:${merged}/TCP`)
    for (let i = 0; i < 50; i++) await expectGood(server)
  })
})

describe('lists that no API server would take', () => {
  const ip = (i: number): string => `20.${i >> 16}.${(i >> 8) & 255}.${i & 255}`
  const sliceOf = (name: string, endpoints: readonly object[], more: object = {}) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: metadata(`${name}-many`, { labels: { 'kubernetes.io/service-name': name } }),
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: 'http', port: 80 }],
    ...more,
  })

  test('an endpoint of 190,000 addresses has a hundred', async () => {
    const server = await members({})
    const addresses = Array.from({ length: 190_000 }, (_, i) => ip(i))
    const spec = { clusterIP: 'None' }
    const told = async () =>
      (await server.get('/explain?name=default/wide')).text.includes('all that count of 190000')
    await says(server, objectsOf('wide', { spec, slices: [sliceOf('wide', [{ addresses }])] }), told)
    // As many as fit into a message over UDP.
    expect(addresses.slice(0, 100)).toEqual(expect.arrayContaining([...(await addressesIn(server, 'wide'))]))
  })

  test('a hundred slices of a thousand endpoints and a thousand ports, each time other numbers', {
    timeout: 120_000,
  }, async () => {
    const server = await members({})
    const endpoints = Array.from({ length: 1000 }, (_, i) => ({ addresses: [ip(i)] }))
    const slices = Array.from({ length: 100 }, (_, k) => ({
      ...sliceOf('deep', endpoints),
      metadata: metadata(`deep-${k}`, { labels: { 'kubernetes.io/service-name': 'deep' } }),
      ports: Array.from({ length: 1000 }, (_, i) => ({ name: `p${i}`, port: 1 + ((i + k * 7919) % 65_535) })),
    }))
    await server.directory.write('bad/deep.json', list(objectsOf('deep', { spec: { clusterIP: 'None' } })))
    const changed = async (port: number) => {
      const web = exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'], port })
      await server.directory.write('good/web.json', web)
      const srv = async () => (await server.ask(`_http._tcp.${WEB}`, 'SRV')).answers.join()
      await until(async () => (await srv()).includes(` ${port} `), 'a change of another member')
    }
    for (const [k, one] of slices.entries()) {
      await server.directory.write(`bad/deep-${k}.json`, list([one]))
      if (k % 10 === 9) await changed(8000 + k)
    }
    await changed(80)
    await until(async () => {
      await expectGood(server)
      return (await server.get('/metrics')).text.includes(
        'reason="a port beyond the first 1,000 of a service"',
      )
    }, 'what is left out to be told')
    expect(await addressesIn(server, 'deep')).not.toEqual([])
  })
})

/** A DNS server, and where it is; undefined is silence. */
async function nameServer(
  answersTo: (name: string, type: string | undefined) => readonly StringAnswer[] | undefined,
): Promise<string> {
  const socket = createSocket('udp4')
  sockets.push(socket)
  socket.on('error', () => undefined)
  socket.on('message', (octets, { port, address }) => {
    const { id = 0, questions = [] } = dnsPacket.decode(octets)
    const { name = '', type } = questions[0] ?? {}
    const answers = answersTo(name, type)
    if (answers === undefined) return
    const reply = { type: 'response', id, flags: dnsPacket.RECURSION_AVAILABLE, questions } as const
    socket.send(dnsPacket.encode({ ...reply, answers: [...answers] }), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return `127.0.0.1:${socket.address().port}`
}

describe('host names that never resolve', () => {
  /** A DNS server that knows one name and is silent about all others. */
  async function silentBut(known: string) {
    const asked = new Set<string>()
    const upstream = await nameServer((name, type) => {
      asked.add(name)
      if (name !== known) return undefined
      return type === 'A' ? [{ name, type, ttl: 60, data: '203.0.113.77' }] : []
    })
    return { asked, upstream }
  }

  test('a thousand of them keep another cluster’s new one not waiting', { timeout: 60_000 }, async () => {
    const { asked, upstream } = await silentBut('lb.far.test')
    const server = await members({}, { dns: { upstreams: [upstream] } }, 'bad')
    const endpoints = { IPv4: ['10.2.0.1'] }
    const objects = Array.from({ length: 1000 }, (_, i) =>
      objectsOf(`lost-${i}`, { ingress: [{ hostname: `lb-${i}.bad.test` }], endpoints }),
    )
    await says(server, objects.flat(), async () => asked.size >= 16)
    const far = { ingress: [{ hostname: 'lb.far.test' }], endpoints: { IPv4: ['10.3.0.1'] } }
    await server.directory.write('far/shop.json', list(objectsOf('shop', far)))
    const name = 'shop.default.svc.clusterset.local'
    await until(
      async () => {
        await expectGood(server)
        return (await server.ask(name)).answers.join() === `${name}. 5 IN A 203.0.113.77`
      },
      'the new name',
      // Each look-up of the others takes six seconds, and there were a thousand before it.
      10_000,
    )
    expect(asked.size).toBeLessThan(1000)
  })
})

describe('host names whose addresses never stay', () => {
  /** A DNS server that says something else each time, of as many addresses as fit, and of `lb.far.test` what it is told. */
  async function restless(far: { address: string }) {
    const rounds = new Map<string, number>()
    const upstream = await nameServer((name, type) => {
      const round = (rounds.get(name) ?? 0) + 1
      if (type === 'A') rounds.set(name, round)
      const all = Array.from(
        { length: 60 },
        (_, i) => `20.0.${(round * 60 + i) >> 8}.${(round * 60 + i) & 255}`,
      )
      const addresses = type !== 'A' ? [] : name === 'lb.far.test' ? [far.address] : all
      return addresses.map((data) => ({ name, type: 'A', ttl: 0, data }))
    })
    return { rounds, upstream }
  }

  test('a thousand of them keep nobody from what another’s one leads to', { timeout: 90_000 }, async () => {
    const far = { address: '203.0.113.1' }
    const { rounds, upstream } = await restless(far)
    const server = await members({}, { dns: { upstreams: [upstream] } }, 'bad')
    const endpoints = { IPv4: ['10.2.0.1'] }
    const objects = Array.from({ length: 40 }, (_, i) => {
      const ingress = Array.from({ length: 25 }, (_, j) => ({ hostname: `lb-${i}-${j}.bad.test` }))
      return objectsOf(`restless-${i}`, { ingress, endpoints })
    })
    const round = (): number => Math.min(...objects.flatMap((_, i) => rounds.get(`lb-${i}-24.bad.test`) ?? 0))
    const shop = { ingress: [{ hostname: 'lb.far.test' }], endpoints: { IPv4: ['10.3.0.1'] } }
    await server.directory.write('far/shop.json', list(objectsOf('shop', shop)))
    await says(server, objects.flat(), async () => round() >= 2)
    const name = 'shop.default.svc.clusterset.local'
    for (const address of ['203.0.113.2', '203.0.113.3']) {
      far.address = address
      await until(
        async () => {
          await expectGood(server)
          return (await server.ask(name)).answers.join() === `${name}. 5 IN A ${address}`
        },
        'what the name leads to now',
        // Its pause is 5 s.
        15_000,
      )
    }
    const { answers } = await server.ask('restless-7.default.svc.clusterset.local')
    expect(answers.length).toBeGreaterThan(0)
  })
})

describe('addresses with twenty names above each', () => {
  const pod = (i: number, j: number): string => {
    const digest = (Math.imul(5000 * i + j + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')
    return `fd00:bad:${digest.slice(0, 4)}:${digest.slice(4)}::${(5000 * i + j + 1).toString(16)}`
  }

  test.each([1, 2, 10])('of %i services of 5,000 have PTR records', async (count) => {
    const config = { zones: { reverse: true }, dns: { workers: 1 } }
    const server = await members({ podCIDRs: ['fd00:bad::/32'] }, config)
    const objects = Array.from({ length: count }, (_, i) => {
      const pods = Array.from({ length: 5000 }, (_, j) => pod(i, j))
      return JSON.parse(exported({ name: `s${i}`, clusterIP: 'None', pods })).items
    }).flat()
    const name = reverseName(parseAddress(pod(count - 1, 4999)) ?? '')
    await says(server, objects, async () => (await server.ask(name, 'PTR')).answers.length > 0)
    const { answers } = await server.ask(name, 'PTR')
    expect(answers[0]).toContain(`.bad.s${count - 1}.default.svc.clusterset.local.`)
    expect((await server.ask(name.slice(2), 'PTR')).rcode).toBe('NOERROR')
    expect((await server.ask(`f.f.f.f.f.f.f.f.${name.slice(16)}`, 'PTR')).rcode).toBe('NXDOMAIN')
    const { text } = await server.get('/metrics')
    expect(text).toMatch(/^meridian_answering_threads_lost_total 0$/m)
  })
})

test.each([1, 10, 1000])(
  'a List of JSON of %i times 450 objects with keys of their own costs no other cluster its changes',
  async (many) => {
    const server = await members({})
    const text = `字${'x'.repeat(many * 17 * 1024)}`
    const items = Array.from({ length: 450 * many }, (_, i) => `{"k${i}":0}`)
    const json = (version: number): string =>
      `{"apiVersion":"v1","kind":"List","v":${version},"a":"${text}","items":[${items}]}`
    const changed = async (last: number): Promise<void> => {
      const clusterIP = `10.101.0.${last}`
      await server.directory.write('good/web.json', exported({ name: 'web', clusterIP, pods: ['10.1.0.1'] }))
      const isSeen = async (): Promise<boolean> =>
        (await server.ask(WEB)).answers[0] === `${WEB}. 5 IN A ${clusterIP}`
      await until(isSeen, `${clusterIP} to be answered`)
    }
    for (const version of [1, 2]) {
      await server.directory.write('bad/said.json', json(version))
      await changed(10 + version)
      await changed(20 + version)
    }
    const isTold = async (): Promise<boolean> => (await server.get('/readyz?verbose')).text.includes('item 1')
    await until(isTold, 'the items to be told of')
    await changed(1)
    await expectGood(server)
    expect((await server.get('/metrics')).text).toMatch(/^meridian_reader_threads_lost_total 0$/m)
  },
)

describe('metrics', () => {
  /** Every value that a label may have whatever anybody says; `cluster`, `zone` and `address`: those of the configuration. */
  const WORDS: Readonly<Record<string, RegExp>> = {
    cluster: /^(good|far|bad|)$/,
    // Names of the configuration, which here has none.
    federation: /^\b$/,
    zone: /^(clusterset\.local|global|(good|far|bad)\.local|[\da-f.]+\.(in-addr|ip6)\.arpa|other)$/,
    type: /^(A|AAAA|SRV|TXT|PTR|SOA|NS|ANY|AXFR|IXFR|HTTPS|CNAME|MX|DS|DNSKEY|other|ClusterSetIP|Headless)$/,
    rcode: /^(NOERROR|FORMERR|SERVFAIL|NXDOMAIN|NOTIMP|REFUSED|BADVERS)$/,
    transport: /^(udp|tcp)$/,
    state: /^(never|live|stale|down|unreachable)$/,
    kind: /^(Service|ServiceExport|ServiceImport|EndpointSlice|ServiceExport\.net\.gke\.io)$/,
    outcome: /^(refused|observed)$/,
    thread: /^(\d|streams|reader)$/,
    part: /^(heap|outside)$/,
    verb: /^(apply|status|delete)$/,
    result: /^(ok|foreign|[a-z]+)$/i,
    le: /^(\+Inf|[\d.e-]+)$/,
    address: /^127\.0\.0\.1:\d+$/,
    reason:
      /^(short|response|port0|truncated|noService|invalidServiceType|namespaceDenied|derived|unreadable|\w+Conflict|not an IP address|not of family IPv[46]|a host name \(FQDN slice\)|(embedded )?(loopback|link-local|unspecified|multicast|reserved|IPv4-mapped) address|mirrored from another cluster|a second host name of an endpoint|outside the cluster's podCIDRs|in another cluster's CIDRs|a load balancer (outside the cluster's loadBalancerCIDRs|in another cluster's CIDRs))$/,
  }

  const seriesOf = async ({ get }: InProcess): Promise<readonly string[]> =>
    [...metricsOf((await get('/metrics')).text).samples.keys()].filter((key) => key.startsWith('meridian_'))

  async function requests({ get }: InProcess): Promise<number> {
    const { samples } = metricsOf((await get('/metrics')).text)
    return [...samples].reduce(
      (sum, [key, value]) => sum + (key.includes('dns_requests_total') ? value : 0),
      0,
    )
  }

  function expectWords(series: readonly string[]): void {
    for (const one of series)
      for (const [, label = '', value = ''] of one.matchAll(/([a-z]\w*)="((?:[^"\\]|\\.)*)"/g))
        expect(value, one).toMatch(WORDS[label] ?? /a label that the test does not know/)
  }

  /** Everything in which a member may write what it likes, each time something else. */
  const various = (i: number): readonly object[] =>
    objectsOf(`various-${i}`, {
      spec: {
        clusterIP: 'None',
        type: i % 7 === 0 ? `Type${i}` : 'ClusterIP',
        sessionAffinity: `Affinity${i}`,
        trafficDistribution: `Distribution${i}`,
        ports: [
          {
            name: `port-${i}`,
            port: 1 + i,
            protocol: i % 5 === 0 ? `P${i}` : 'TCP',
            appProtocol: `app-${i}`,
          },
        ],
      },
      slices: [
        {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: metadata(`various-${i}-x`, {
            labels: {
              'kubernetes.io/service-name': `various-${i}`,
              'endpointslice.kubernetes.io/managed-by': `somebody-${i}`,
              ...(i % 2 === 0 ? { 'multicluster.kubernetes.io/source-cluster': `cluster-${i}` } : {}),
            },
          }),
          addressType: ['IPv4', 'IPv6', 'FQDN'][i % 3],
          endpoints: [
            {
              addresses: [`text-${i}`, `10.4.${i % 256}.${i >> 8}`, `127.0.${i % 256}.1`],
              zone: `zone-${i}`,
            },
          ],
          ports: [{ name: `port-${i}`, port: 1 + i }],
        },
      ],
    })

  test('have no label but those of which the words are known', () => {
    const page = readFileSync(join(CHECKOUT, 'docs/reference/metrics.md'), 'utf8')
    const rows = [...page.matchAll(/^\| `meridian_\w+` \| \w+ \| (.*?) \|/gm)].map(
      ([, labels = '']) => labels,
    )
    const labels = new Set(
      rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, label = '']) => label)),
    )
    expect(rows.length).toBeGreaterThan(30)
    expect([...labels].filter((label) => !(label in WORDS))).toEqual([])
  })

  test('have the same series after ten times as many names, labels and questions', {
    timeout: 120_000,
  }, async () => {
    const server = await members({ podCIDRs: ['10.2.0.0/16'] })
    const [first, more] = [500, 5000].map((many) => Array.from({ length: many }, (_, i) => various(i)).flat())
    /** Until all replies are counted: metrics are made once a second, and threads hand theirs over. */
    const asks = async (many: number) => {
      const before = await requests(server)
      for (let i = 0; i < many; i++) {
        const name = [`x${i}.default.global`, `x${i}.test`, `good.x${i}.default.global`][i % 3] ?? ''
        const query = buildQuery({ name, type: 1 + (i % 200), class: 1 + (i % 5), edns: { version: i % 3 } })
        await exchangeUdp(server.port, '127.0.0.1', query)
      }
      await until(async () => (await requests(server)) >= before + many, 'all to be counted')
    }
    const holds = (many: number) => async () =>
      (await server.get('/metrics')).text.includes(
        `meridian_cluster_objects{cluster="bad",kind="EndpointSlice"} ${many}\n`,
      )
    await says(server, first ?? [], holds(500))
    await asks(600)
    const before = await seriesOf(server)
    expectWords(before)
    await says(server, more ?? [], holds(5000))
    await asks(600)
    const after = await seriesOf(server)
    expectWords(after)
    expect(after.toSorted()).toEqual(before.toSorted())
  })
})
