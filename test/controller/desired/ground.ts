/** One service, shop/cart, in a few clusters, and what an API server makes of the objects wanted for it. */

import { desire } from '../../../src/controller/desired/desire.ts'
import type {
  Desired,
  Here,
  Json,
  JsonObject,
  Rules,
  WantedKind,
  WantedObject,
} from '../../../src/controller/desired/index.ts'
import {
  type Address,
  type Family,
  familyOf as familyIn,
  parseAddress,
} from '../../../src/values/dns/index.ts'
import type { Clusterset, FreshnessKind } from '../../../src/words/clusterset/index.ts'
import { type World, withFreshness } from '../../../src/world/zone/index.ts'
import { made, NOW } from '../../support/world.ts'

export { NOW }

export const KEY = 'shop/cart'

/** What one cluster holds of shop/cart: by default a Service with one port and one endpoint, exported. */
export interface Holding {
  /** Members of the Service's spec; null: there is no Service. */
  readonly service?: object | null
  /** Members of the ServiceExport; null: there is none. */
  readonly export?: object | null
  readonly created?: string | null
  /** Addresses, or endpoints as a slice has them. */
  readonly pods?: readonly (string | object)[]
  /** Port of the slice. */
  readonly targets?: readonly object[]
  /** Further objects. */
  readonly more?: readonly object[]
  /** Members of the cluster's declaration. */
  readonly declared?: object
  readonly freshness?: FreshnessKind
}

export interface Stage {
  readonly world: World
  readonly clusterset: Clusterset
}

export function stage(
  holdings: Readonly<Record<string, Holding>>,
  config: Record<string, object> = {},
): Stage {
  const ids = Object.keys(holdings)
  const clusters = ids.map((id) => ({
    id,
    network: 'flat',
    source: { manifests: `./${id}` },
    ...holdings[id]?.declared,
  }))
  const files = Object.fromEntries(
    Object.entries(holdings).map(([id, holding]) => [
      id,
      { 'all.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifestsOf(holding) }) },
    ]),
  )
  let { world } = made({ clusters: files, config: { clusters, ...config } })
  for (const [id, { freshness = 'live' }] of Object.entries(holdings)) {
    const state = freshness === 'never' ? { kind: freshness } : { kind: freshness, heard: NOW }
    world = withFreshness(world, id, state, NOW)
  }
  return { world, clusterset: world.clusterset }
}

export const PORT = { name: 'http', protocol: 'TCP', port: 80 }

function manifestsOf(holding: Holding): readonly object[] {
  const { pods = ['10.1.0.5'], targets = [PORT], created = '2026-01-01T00:00:00Z' } = holding
  const metadata = { namespace: 'shop', name: 'cart', creationTimestamp: created }
  const spec = {
    type: 'ClusterIP',
    clusterIPs: ['10.96.0.10'],
    ipFamilies: ['IPv4'],
    ports: [PORT],
    ...holding.service,
  }
  const service = { apiVersion: 'v1', kind: 'Service', metadata, spec }
  const exported = { apiVersion: 'multicluster.x-k8s.io/v1beta1', kind: 'ServiceExport', metadata }
  const endpoints = pods.map((pod) =>
    typeof pod === 'string' ? { addresses: [pod], conditions: { ready: true } } : pod,
  )
  const slices = ['IPv4', 'IPv6'].map((addressType) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      namespace: 'shop',
      name: `cart-${addressType.toLowerCase()}`,
      labels: { 'kubernetes.io/service-name': 'cart' },
    },
    addressType,
    endpoints: endpoints.filter((one) => familyOf(one) === addressType),
    ports: targets,
  }))
  return [
    ...(holding.service === null ? [] : [service]),
    ...(holding.export === null ? [] : [{ ...exported, ...holding.export, metadata }]),
    ...slices,
    ...(holding.more ?? []),
  ]
}

const familyOf = (endpoint: object): string =>
  'addresses' in endpoint && String(endpoint.addresses).includes(':') ? 'IPv6' : 'IPv4'

export const RULES: Rules = {
  clusterSetIP: 'derived',
  importNamespaces: { allow: [], deny: ['kube-*'] },
}

/** A cluster in which nothing of Meridian's stands yet. */
export const fresh = (cluster: string, parts: Partial<Here> = {}): Here => ({
  cluster,
  version: 'v1beta1',
  declaresSlices: true,
  families: [],
  namespaceExists: true,
  export: { generation: 1, conditions: [] },
  import: null,
  derived: null,
  ...parts,
})

export const wants = ({ world, clusterset }: Stage, here: Here, rules = RULES, now = NOW): Desired =>
  desire(KEY, world.entries.get(KEY), clusterset, here, rules, now)

/** What stands once all is written and nothing more is wanted; throws if that never comes. */
export function settled(
  at: Stage,
  start: Here,
  rules = RULES,
): { readonly here: Here; readonly desired: Desired } {
  let here = start
  for (let pass = 0; pass < 6; pass++) {
    const desired = wants(at, here, rules, NOW + 1000 * pass)
    const next = applied(here, desired)
    if (JSON.stringify(next) === JSON.stringify(here)) return { here, desired }
    here = next
  }
  throw new Error('there is always something to write')
}

/** What stands in a cluster after its API server has taken what is wanted, and deleted what is not. */
export function applied(here: Here, { objects }: Desired): Here {
  const found = (kind: WantedKind) => objects.find((one) => one.kind === kind)
  return {
    ...here,
    export: here.export && { ...here.export, ...statusOf(found('ServiceExport/status')) },
    import: importAfter(here, found('ServiceImport'), found('ServiceImport/status')),
    derived: derivedAfter(here, found('Service')),
  }
}

function importAfter({ import: before }: Here, wanted?: WantedObject, status?: WantedObject): Here['import'] {
  if (before !== null && before.managedBy !== 'meridian-dns.io') return before
  if (wanted === undefined || status === undefined) return null
  const { clusters = [] } = memberOf(status.body, 'status')
  return {
    uid: before?.uid ?? 'uid-1',
    generation: before?.generation ?? 1,
    managedBy: 'meridian-dns.io',
    clusters: listOf(clusters).map((one) => String(one['cluster'])),
    ...statusOf(status, []),
  }
}

const statusOf = (wanted: WantedObject | undefined, otherwise: [] = []) => {
  const { conditions = otherwise } = wanted ? memberOf(wanted.body, 'status') : {}
  return {
    conditions: listOf(conditions).map((one) => ({
      type: String(one['type']),
      status: String(one['status']),
      lastTransitionTime: String(one['lastTransitionTime']),
    })),
  }
}

/** A Service keeps its first address for good; its second one comes and goes with what is wanted. */
function derivedAfter({ derived: before, families }: Here, wanted?: WantedObject): Here['derived'] {
  if (before !== null && before.managedBy !== 'meridian-dns.io') return before
  if (wanted === undefined) return null
  const { ipFamilies } = memberOf(wanted.body, 'spec')
  const all: readonly Family[] = families.length === 1 ? families : [4, 6]
  const given: readonly Family[] =
    ipFamilies === undefined ? all : JSON.stringify(ipFamilies) === '["IPv6"]' ? [6] : [4]
  const [first] = before?.clusterIPs ?? []
  const kept = (before?.clusterIPs ?? []).filter((ip) => ip === first || given.includes(familyIn(ip)))
  const missing = given.filter((family) => !kept.some((ip) => familyIn(ip) === family))
  const more = missing.map((family) => address(family === 4 ? '10.97.0.1' : 'fd00:97::1'))
  const clusterIPs = ipFamilies === undefined || kept.length === 0 ? [...kept, ...more] : kept
  return { managedBy: 'meridian-dns.io', clusterIPs }
}

export function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

/** Bodies of what is wanted of a kind, for looking at. */
export const bodies = ({ objects }: Desired, kind: WantedKind): readonly JsonObject[] =>
  objects.filter((one) => one.kind === kind).map(({ body }) => body)

export const memberOf = (body: JsonObject, member: string): JsonObject => {
  const value: Json | undefined = body[member]
  if (!isObject(value)) throw new Error(`${member} is no object`)
  return value
}

export const listOf = (value: Json | undefined): readonly JsonObject[] =>
  isList(value) ? value.filter(isObject) : []

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `Valid=True Valid: message`, for each condition of a status. */
export const conditionsIn = (desired: Desired, kind: 'ServiceExport/status' | 'ServiceImport/status') =>
  bodies(desired, kind).flatMap((body) => listOf(memberOf(body, 'status')['conditions']))

export const printedConditions = (...args: Parameters<typeof conditionsIn>): readonly string[] =>
  conditionsIn(...args).map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`)

/** A slice in a line: `west IPv4 10.2.0.5,10.2.0.6 http:8080/TCP followed`. */
export const printedSlices = (desired: Desired): readonly string[] =>
  bodies(desired, 'EndpointSlice')
    .map((body) => {
      const { labels } = memberOf(body, 'metadata')
      const all = isObject(labels) ? labels : {}
      const addresses = listOf(body['endpoints']).map((one) => String(one['addresses']))
      const ports = listOf(body['ports']).map(
        ({ name = '', port, protocol }) => `${name}:${port}/${protocol}`,
      )
      const followed = all['kubernetes.io/service-name'] === undefined ? '' : ' followed'
      return `${all['multicluster.kubernetes.io/source-cluster']} ${body['addressType']} ${addresses} ${ports}${followed}`
    })
    .sort()
