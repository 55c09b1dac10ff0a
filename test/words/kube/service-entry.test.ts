import { describe, expect, test } from 'vitest'
import {
  KINDS,
  parseObject,
  SERVICE_ENTRY,
  type ServiceEntry,
  WORKLOAD_ENTRY,
} from '../../../src/words/kube/index.ts'

const KINDS_READ = KINDS.at({ roles: ['policy'], asked: ['networking.istio.io'] })

function read(kind: string, spec: object, more: object = {}) {
  const object = {
    apiVersion: 'networking.istio.io/v1',
    kind,
    metadata: { name: 'db', namespace: 'shop' },
    spec,
  }
  const parsed = parseObject({ ...object, ...more }, KINDS_READ)
  if (parsed.outcome !== 'object') throw new Error(JSON.stringify(parsed))
  return parsed.object
}

function entry(spec: object): ServiceEntry {
  const object = read('ServiceEntry', { hosts: ['db.shop.global'], ...spec })
  if (!SERVICE_ENTRY.is(object)) throw new Error('no ServiceEntry')
  return object
}

const many = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i))

describe('a ServiceEntry', () => {
  test('has the defaults of Istio: resolution NONE, no weight, no network', () => {
    const { resolution, endpoints, selector, ports } = entry({
      ports: [
        { number: 80, name: 'http', protocol: 'GRPC', targetPort: 8080 },
        { number: 53, name: 'dns', protocol: 'udp' },
      ],
      endpoints: [{ address: '192.0.2.1', weight: 0 }],
    })
    expect(resolution).toBe('NONE')
    expect(selector).toBeNull()
    expect(endpoints).toEqual([
      { at: { address: '\xc0\x00\x02\x01' }, ports: [], locality: '', weight: null, network: '' },
    ])
    expect(ports).toEqual([
      { name: 'http', protocol: 'TCP', port: 80, target: 8080 },
      { name: 'dns', protocol: 'UDP', port: 53, target: 53 },
    ])
  })

  test('an endpoint that cannot be read costs itself, and a place that is none nothing else', () => {
    const { endpoints, flaws } = entry({
      endpoints: [
        { address: '192.0.2.1', ports: { http: 'eighty' } },
        { address: 7 },
        { address: '192.0.2.2', locality: ['x'], weight: -1 },
        { address: '192.0.2.3', labels: { 'istio-locality': 'us-1.a' } },
      ],
    })
    expect(endpoints.map((one) => one && [one.locality, one.weight])).toEqual([
      null,
      null,
      ['', null],
      ['us-1/a', null],
    ])
    expect(flaws).toEqual([
      'ServiceEntry shop/db: spec.endpoints[0].ports.http: "eighty" is not a number from 1 to 65535; it is left out',
      'ServiceEntry shop/db: spec.endpoints[1].address: 7 is not text (in YAML, numbers and booleans need quotes to be text); it is left out',
      'ServiceEntry shop/db: spec.endpoints[2].locality: a list is not text (in YAML, numbers and booleans need quotes to be text); it is left out',
      'ServiceEntry shop/db: spec.endpoints[2].weight: -1 is not a number from 0 to 2147483647; it is left out',
    ])
  })

  test('without a label it selects nothing, and with one that is no text neither', () => {
    for (const workloadSelector of [{}, { labels: {} }, { labels: { app: 7 } }]) {
      const object = {
        apiVersion: 'networking.istio.io/v1',
        kind: 'ServiceEntry',
        metadata: { name: 'db' },
        spec: { hosts: ['db.default.global'], workloadSelector },
      }
      expect(parseObject(object, KINDS_READ).outcome).toBe('problem')
    }
  })

  test.each([
    [
      'endpoints',
      5000,
      (n: number) => entry({ endpoints: many(n, () => ({ address: '192.0.2.1' })) }).endpoints,
    ],
    ['ports', 100, (n: number) => entry({ ports: many(n, (i) => ({ number: i + 1, name: `p${i}` })) }).ports],
    ['hosts', 100, (n: number) => entry({ hosts: many(n, (i) => `h${i}.shop.global`) }).hosts],
  ])('of %s no more than %i count', (_, most, lengthOf) => {
    for (const [count, kept] of [
      [most, most],
      [most + 1, most],
      [most * 10, most],
    ] as const)
      expect(lengthOf(count)).toHaveLength(kept)
  })

  test('of an endpoint with more than 100 ports of its own nothing counts', () => {
    const withPorts = (count: number) =>
      entry({
        endpoints: [
          { address: '192.0.2.1', ports: Object.fromEntries(many(count, (i) => [`p${i}`, i + 1])) },
        ],
      }).endpoints.filter((one) => one !== null)
    expect([100, 101, 1000].map((count) => withPorts(count).length)).toEqual([1, 0, 0])
  })

  test('bears on the services of its hosts, on the hosts as they are, and on its namespace if it selects', () => {
    const keysOf = (spec: object) => SERVICE_ENTRY.keysOf?.(entry(spec))
    expect(keysOf({ hosts: ['db.shop.svc.cluster-east.local'] })).toEqual([
      'shop/db',
      '/db.shop.svc.cluster-east.local',
    ])
    expect(keysOf({ workloadSelector: { labels: { app: 'db' } } })).toContain('shop/')
  })
})

describe('a WorkloadEntry', () => {
  const machine = (spec: object, more: object = {}) => {
    const object = read('WorkloadEntry', { address: '192.0.2.1', ...spec }, more)
    if (!WORKLOAD_ENTRY.is(object)) throw new Error('no WorkloadEntry')
    return object
  }

  test('has the labels of its spec, over which its own go', () => {
    const metadata = { name: 'vm', namespace: 'shop', labels: { app: 'db' } }
    expect(machine({ labels: { app: 'other', tier: 'gold' } }, { metadata }).labels).toEqual({
      app: 'db',
      tier: 'gold',
    })
  })

  test('stands where its spec says, or a label of either', () => {
    const metadata = { name: 'vm', labels: { 'istio-locality': 'us-1.a' } }
    expect(machine({}, { metadata }).locality).toBe('us-1/a')
    expect(machine({ locality: 'eu-1' }, { metadata }).locality).toBe('eu-1')
    expect(machine({ labels: { 'istio-locality': 'eu-1.b' } }, { metadata }).locality).toBe('eu-1/b')
  })

  test('is well unless somebody looks after its health and does not find it so', () => {
    const checked = (value: string) => ({
      metadata: { name: 'vm', annotations: { 'proxy.istio.io/health-checks-enabled': value } },
    })
    const healthy = (status: string) => ({ status: { conditions: [{ type: 'Healthy', status }] } })
    expect(machine({}).isHealthy).toBe(true)
    expect(machine({}, healthy('False')).isHealthy).toBe(true)
    expect(machine({}, checked('true')).isHealthy).toBe(false)
    expect(machine({}, { ...checked('true'), ...healthy('Unknown') }).isHealthy).toBe(false)
    expect(machine({}, { ...checked('true'), ...healthy('True') }).isHealthy).toBe(true)
    expect(machine({}, { ...checked('true'), status: { conditions: 7 } }).isHealthy).toBe(false)
    expect(machine({}, checked('false')).isHealthy).toBe(true)
  })
})
