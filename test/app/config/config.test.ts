import { describe, expect, test } from 'vitest'
import { type Config, parseConfig } from '../../../src/app/config/index.ts'
import { parseAddress, parsePrefix } from '../../../src/values/dns/index.ts'

const prefixes = (...texts: string[]) => texts.map((text) => parsePrefix(text))

const read = (text: string): Config =>
  parseConfig(text, '/etc/meridian/meridian.yaml', { hostname: 'pod-7', home: '/home/me' })

const EAST = 'clusters: [{id: east, source: {manifests: ./east}}]\n'

test('values are parsed into what the rest of the program works with', () => {
  const { dns, zones, clusters } = read(`
zones: {clusterset: Mesh.Example., global: null, cluster: "{cluster}.Clusters.Example"}
dns:
  listen: ["127.0.0.1:0", "[0:0::1]:5353"]
  advertise: [192.0.2.53, "2001:db8::53"]
  upstreams: [10.0.0.2, "fd00::2", "[fd00::3]:5353"]
  id: none
  tcp: {idle: 1m30s, message: 500ms}
clusters:
  - id: c1.emea
    locality: eu-west-1/a/b
    podCIDRs: [10.0.0.0/8, "fd00::/8"]
    reach: gateway
    gateway: {addresses: [203.0.113.7, GW.example.com.], ports: [443]}
    source: {manifests: /abs}
`)
  expect(zones).toMatchObject({
    clusterset: 'mesh.example',
    global: null,
    cluster: '{cluster}.clusters.example',
  })
  expect(dns.listen).toEqual([
    { host: '127.0.0.1', port: 0 },
    { host: '::1', port: 5353 },
  ])
  expect(dns.advertise).toEqual([parseAddress('192.0.2.53'), parseAddress('2001:db8::53')])
  expect(dns.upstreams).toEqual([
    { host: '10.0.0.2', port: 53 },
    { host: 'fd00::2', port: 53 },
    { host: 'fd00::3', port: 5353 },
  ])
  expect(dns.id).toBeNull()
  expect(dns.tcp).toMatchObject({ idle: 90_000, message: 500 })
  expect(clusters[0]).toMatchObject({
    locality: { region: 'eu-west-1', zone: 'a', subzone: 'b' },
    podCIDRs: prefixes('10.0.0.0/8', 'fd00::/8'),
    gateway: { addresses: [parseAddress('203.0.113.7'), { hostname: 'gw.example.com' }], ports: [443] },
    source: { kind: 'manifests', path: '/abs' },
  })
})

test('routing is read as the policy that routing takes', () => {
  const { routing } = read(`${EAST}
routing:
  distribute: [{from: "us-east-1/*", to: {"us-east-1/*": 80, "*": 20}}]
  failover: [{from: us-east-1, to: us-west-1}]
  minHealthy: "50%"
  services:
    shop/cart: {weights: {east: 70}, minHealthy: 3}
    shop/checkout: {}
`)
  const none = { prefer: null, weights: null, distribute: null, failover: null, minHealthy: null }
  expect(routing).toEqual({
    distribute: [
      {
        from: 'us-east-1/*',
        to: [
          { locality: 'us-east-1/*', weight: 80 },
          { locality: '*', weight: 20 },
        ],
      },
    ],
    failover: [{ from: 'us-east-1', to: 'us-west-1' }],
    minHealthy: { share: 0.5 },
    services: new Map<string, unknown>([
      ['shop/cart', { ...none, weights: new Map([['east', 70]]), minHealthy: { count: 3 } }],
      ['shop/checkout', none],
    ]),
  })
})

describe('where this server stands', () => {
  const two = (east: string, rest = '') =>
    read(`clusters:
  - {id: west, locality: us-west-1, source: {manifests: w}}
  - {id: east, locality: us-east-1/a, source: ${east}}
${rest}`)
  const usWest = { region: 'us-west-1', zone: null, subzone: null }
  const usEast = { region: 'us-east-1', zone: 'a', subzone: null }

  test('the first cluster listed, and its locality', () => {
    expect(two('{manifests: e}').local).toMatchObject({ cluster: 'west', locality: usWest })
  })

  test('but rather the cluster that it runs in', () => {
    expect(two('{inCluster: true}').local).toMatchObject({ cluster: 'east', locality: usEast })
  })

  test('unless it is said', () => {
    const { local } = two('{inCluster: true}', 'local: {cluster: west, locality: us-west-1/b}')
    expect(local).toMatchObject({
      cluster: 'west',
      locality: { region: 'us-west-1', zone: 'b', subzone: null },
    })
  })

  test('nowhere yet, when all clusters come from registries', () => {
    const { local } = read('registries: [{secrets: {namespace: meridian}}]')
    expect(local).toMatchObject({ cluster: null, locality: null })
  })
})

test('an entry of clients.map has the local cluster and its cluster’s locality unless it says otherwise', () => {
  const { clients } = read(`
clusters:
  - {id: west, locality: us-west-1, source: {manifests: w}}
  - {id: east, locality: us-east-1, source: {manifests: e}}
clients:
  map:
    - {cidr: 10.0.0.0/9, cluster: east}
    - {cidr: 10.128.0.0/9, locality: us-west-1/b}
    - {cidr: "fd00::/8", cluster: east, locality: us-east-1/c}
`)
  const [east, west, six] = prefixes('10.0.0.0/9', '10.128.0.0/9', 'fd00::/8')
  expect(clients.map).toEqual([
    { prefix: east, cluster: 'east', locality: { region: 'us-east-1', zone: null, subzone: null } },
    { prefix: west, cluster: 'west', locality: { region: 'us-west-1', zone: 'b', subzone: null } },
    { prefix: six, cluster: 'east', locality: { region: 'us-east-1', zone: 'c', subzone: null } },
  ])
})

test('paths are relative to the file, and ~ is the home directory', () => {
  const { clusters, state } = read(`
clusters:
  - {id: a, source: {manifests: ../a}}
  - {id: b, source: {kubeconfig: {path: ~/.kube/config}}}
  - {id: c, source: {kubeconfig: {path: c.conf, context: c}}}
state: {dir: state}
`)
  expect(clusters.map(({ source }) => source)).toEqual([
    { kind: 'manifests', path: '/etc/a' },
    { kind: 'kubeconfig', path: '/home/me/.kube/config', context: null },
    { kind: 'kubeconfig', path: '/etc/meridian/c.conf', context: 'c' },
  ])
  expect(state.dir).toBe('/etc/meridian/state')
})

test('a probe’s durations are milliseconds', () => {
  const { clusters } = read(
    'clusters: [{id: a, source: {inCluster: true}, probe: {tcp: ["gw.example.com:443"]}}]',
  )
  expect(clusters[0]?.probe).toEqual({
    tcp: [{ host: 'gw.example.com', port: 443 }],
    interval: 5000,
    timeout: 1000,
    failAfter: 3,
    slow: 1000,
    slowFor: 600_000,
  })
})

/** Every object inside a value, itself included; Maps by their entries. */
function objectsIn(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return []
  const parts = value instanceof Map ? [...value.values()] : Object.values(value)
  return [value, ...parts.flatMap(objectsIn)]
}

test('nothing in it can be changed', () => {
  const config = read(`${EAST}routing: {services: {shop/cart: {weights: {east: 1}}}}\n`)
  expect(objectsIn(config).filter((object) => !Object.isFrozen(object))).toEqual([])
  const maps = objectsIn(config).filter((object): object is Map<unknown, unknown> => object instanceof Map)
  expect(maps).toHaveLength(3)
  for (const map of maps) {
    expect(() => map.set('x', 1)).toThrow('the configuration is read-only')
    expect(() => map.clear()).toThrow('the configuration is read-only')
  }
})

test('an alias and its anchor are two values, both frozen', () => {
  const { dns, transfer } = read(`${EAST}dns: {explain: &who {allow: [10.0.0.0/8]}}\ntransfer: *who\n`)
  expect(transfer.allow).toEqual(dns.explain.allow)
})
