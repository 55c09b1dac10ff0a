import type { QuerySpec } from '../../test/support/client.ts'
import { type LargeSpec, large, largeObjects } from '../../test/support/large.ts'
import type { Written } from '../../test/support/manifests.ts'

/** A large service, and a question about it. */
export interface Shape {
  readonly title: string
  readonly question: QuerySpec
  /** The world that holds it; another `network`, another pod. */
  readonly world: (network: number) => Written
  /** Its names have no records that are looked for. */
  readonly isEmpty?: boolean
}

const EDNS = { udpPayloadSize: 1232 }
const SVC = 'db.default.svc.clusterset.local'
const srv = (name: string): QuerySpec => ({ name, type: 'SRV', edns: EDNS })
const SRV = srv(`_p0._tcp.${SVC}`)
const ALL_SRV = srv(SVC)
const GLOBAL = srv('db.default.global')
const A: QuerySpec = { ...ALL_SRV, type: 'A' }
const AAAA: QuerySpec = { ...ALL_SRV, type: 'AAAA' }

const ASKERS = { 'db.json': large({ name: 'x', clusterIP: '10.101.0.9', endpoints: 1 }) }
const SLICES = 1000

type More = Partial<LargeSpec>

const textOf = (network: number, endpoints: number, more: More): string =>
  large({ name: 'db', clusterIP: null, network, perSlice: SLICES, endpoints, ...more })

/** In another cluster than the asker's. */
const headless =
  (endpoints: number, more: More = {}, config: Written['config'] = {}): Shape['world'] =>
  (network) => ({
    clusters: { east: ASKERS, west: { 'db.json': textOf(network, endpoints, more) } },
    config,
  })

const behindIP = (endpoints: number, ports: number): Shape['world'] =>
  headless(endpoints, { clusterIP: '10.101.0.1', ports })

/** The same, but for what `change` makes of each object. */
const changed =
  (endpoints: number, more: More, change: (key: string, value: unknown) => unknown): Shape['world'] =>
  (network) => ({
    clusters: {
      east: ASKERS,
      west: { 'db.json': JSON.stringify(JSON.parse(textOf(network, endpoints, more)), change) },
    },
  })

const alike = (endpoints: number): Shape['world'] =>
  changed(endpoints, { hostname: 5 }, (key, value) => (key === 'hostname' ? 'web' : value))

/** Two pods have one host name. */
const inPairs = (endpoints: number): Shape['world'] =>
  changed(endpoints, { hostname: 5 }, (key, value) =>
    key === 'hostname'
      ? `p${String(value).replaceAll('p', '').slice(0, -1)}x${Number(String(value).at(-1)) >> 1}`
      : value,
  )

/** Each slice has ports of its own. */
const apart =
  (slices: number, perSlice: number, ports: number): Shape['world'] =>
  (network) => {
    const spec = { name: 'db', clusterIP: null, network, endpoints: slices * perSlice, perSlice }
    const items = largeObjects(spec).map((one, i) =>
      'addressType' in one
        ? {
            ...one,
            ports: Array.from({ length: ports }, (_, k) => ({
              name: `p${k}`,
              protocol: 'TCP',
              port: 1 + i + k,
            })),
          }
        : one,
    )
    return {
      clusters: {
        east: ASKERS,
        west: { 'db.json': JSON.stringify({ kind: 'List', apiVersion: 'v1', items }) },
      },
    }
  }

const inClusters =
  (clusters: number, endpoints: number, more: More = {}): Shape['world'] =>
  (network) => ({
    clusters: Object.fromEntries(
      Array.from({ length: clusters }, (_, i) => [
        i === 0 ? 'east' : `c${i}`,
        i === 0 ? ASKERS : { 'db.json': textOf(i % 200 === 0 ? network : (i % 200) + 10, endpoints, more) },
      ]),
    ),
  })

const SIZES = [10, 100, 1000, 5000, 50_000] as const
const REVERSE = {
  zones: { reverse: true },
  clusters: ['east', 'west'].map((id, i) => ({
    id,
    network: 'flat',
    podCIDRs: [`10.${8 * i}.0.0/13`],
    source: { manifests: `./${id}` },
  })),
}

export const SHAPES: readonly Shape[] = [
  ...SIZES.map((n) => ({ title: `SRV, ${n} endpoints`, world: headless(n), question: SRV })),
  ...SIZES.map((n) => ({ title: `A, ${n} endpoints`, world: headless(n), question: A })),
  ...SIZES.map((n) => ({
    title: `A behind a ClusterIP, ${n} endpoints`,
    world: behindIP(n, 1),
    question: A,
  })),
  ...[1, 100, 1000, 15_000].map((n) => ({
    title: `SRV in .global, ${n} ports`,
    world: behindIP(3, n),
    question: GLOBAL,
  })),
  ...[1, 100, 1000].map((n) => ({
    title: `SRV of all ports, ${n} endpoints × 100 ports`,
    world: headless(n, { ports: 100 }),
    question: ALL_SRV,
  })),
  {
    title: 'SRV of all ports, 900 endpoints × 24 ports',
    world: headless(900, { ports: 24 }),
    question: ALL_SRV,
  },
  ...[1500, 4000, 40_000].map((n) => ({
    title: `SRV, ${n} endpoints with one host name`,
    world: alike(n),
    question: SRV,
  })),
  { title: 'SRV, 5000 endpoints, two with each host name', world: inPairs(5000), question: SRV },
  {
    title: 'SRV, 5000 endpoints, host names of 63 octets',
    world: headless(5000, { hostname: 63 }),
    question: SRV,
  },
  { title: 'AAAA, 5000 endpoints', world: headless(5000, { family: 6 }), question: AAAA },
  { title: 'SRV, 5000 endpoints of IPv6', world: headless(5000, { family: 6 }), question: SRV },
  { title: 'AAAA of 5000 endpoints that have A', world: headless(5000), question: AAAA, isEmpty: true },
  { title: 'ANY, 5000 endpoints', world: headless(5000), question: { ...A, type: 'ANY' } },
  {
    title: 'ANY of 5000 endpoints of IPv6',
    world: headless(5000, { family: 6 }),
    question: { ...A, type: 'ANY' },
  },
  ...[5000, 50_000].map((n) => ({
    title: `TXT of _explain, ${n} endpoints`,
    world: headless(n),
    question: { name: 'db.default._explain.clusterset.local', type: 'TXT', edns: EDNS },
  })),
  {
    title: "A of a cluster's name, 5000 endpoints",
    world: headless(5000),
    question: { ...A, name: 'west.db.default.global' },
  },
  {
    title: "A in a cluster's zone, 5000 endpoints",
    world: headless(5000),
    question: { ...A, name: 'db.default.svc.west.local' },
  },
  {
    title: "SRV in a cluster's zone, 5000 endpoints",
    world: headless(5000),
    question: { ...SRV, name: '_p0._tcp.db.default.svc.west.local' },
  },
  {
    title: 'A of one of 5000 endpoints',
    world: headless(5000, { hostname: 9 }),
    question: { ...A, name: `pppppp123.west.${SVC}` },
  },
  {
    title: 'A of the host name of 5000 endpoints',
    world: alike(5000),
    question: { ...A, name: `web.west.${SVC}` },
  },
  {
    title: 'PTR of one of 5000 endpoints',
    world: headless(5000, { network: 9 }, REVERSE),
    question: { name: '1.1.9.10.in-addr.arpa', type: 'PTR', edns: EDNS },
  },
  ...[1, 5].map((perSlice) => ({
    title: `SRV of one port, 1000 slices of ${perSlice} with 100 ports of their own`,
    world: apart(1000, perSlice, 100),
    question: SRV,
  })),
  {
    title: 'SRV of all ports, 1000 slices with 100 ports of their own',
    world: apart(1000, 1, 100),
    question: ALL_SRV,
  },
  {
    title: 'SRV of one port, 5000 slices with 8 ports of their own',
    world: apart(5000, 1, 8),
    question: SRV,
  },
  { title: 'SRV, 300 clusters × 100 endpoints', world: inClusters(301, 100), question: SRV },
  { title: 'A, 300 clusters × 100 endpoints', world: inClusters(301, 100), question: A },
  {
    title: 'SRV in .global, 300 clusters × 3 ports',
    world: inClusters(301, 100, { clusterIP: '10.101.0.1', ports: 3 }),
    question: GLOBAL,
  },
  {
    title: 'SRV in .global, 300 clusters × 100 ports',
    world: inClusters(301, 100, { clusterIP: '10.101.0.1', ports: 100 }),
    question: GLOBAL,
  },
  {
    title: 'SRV of all ports, 300 clusters × 100 ports',
    world: inClusters(301, 100, { clusterIP: '10.101.0.1', ports: 100 }),
    question: ALL_SRV,
  },
  {
    title: 'A behind ClusterIPs of 300 clusters',
    world: inClusters(301, 100, { clusterIP: '10.101.0.1' }),
    question: A,
  },
  {
    title: 'TXT of _explain, 300 clusters × 100 endpoints',
    world: inClusters(301, 100),
    question: { name: 'db.default._explain.clusterset.local', type: 'TXT', edns: EDNS },
  },
]
