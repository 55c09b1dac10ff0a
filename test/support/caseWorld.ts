/** A server's world made of a case: its meridian.yaml read by the real reader, its manifests by the real parser. */
import { stringify } from 'yaml'
import {
  type Config,
  clientRulesOf,
  clustersetOf,
  geoWorkOf,
  parseConfig,
  planOf,
  watchScopeOf,
  withGeo,
} from '../../src/app/config/index.ts'
import { slicesBehind, withResolvers } from '../../src/app/effective/index.ts'
import type { ClientRules } from '../../src/server/replies/index.ts'
import { applyChanges, type ClusterView, changeTo, EMPTY_VIEW } from '../../src/sources/changes/index.ts'
import { tableOf } from '../../src/sources/geo/table.ts'
import { GeoTree } from '../../src/sources/geo/tree.ts'
import { type Address, parseAddress } from '../../src/values/dns/index.ts'
import { Table } from '../../src/values/table/index.ts'
import type {
  Cluster,
  Freshness,
  FreshnessKind,
  GeoTable,
  Viewpoint,
} from '../../src/words/clusterset/index.ts'
import {
  apiVersionOf,
  isUnreadable,
  KINDS,
  keyOf,
  parseObject,
  type Reported,
  SLICE,
  USUAL,
} from '../../src/words/kube/index.ts'
import { emptyWorld, settle, step, type World } from '../../src/world/zone/index.ts'
import { type Ask, type Case, CaseError, type ClusterSection, type Fields, isFields } from './case.ts'
import { city, mmdb } from './mmdb.ts'

export interface CaseWorld {
  readonly config: Config
  readonly world: World
  readonly clients: ClientRules
  /** The client that asks, as text. */
  readonly hostOf: (ask: Pick<Ask, 'from'>) => string
}

const NOW = Date.parse('2026-11-22T14:05:00Z')

export function worldOf(one: Case): CaseWorld {
  const places = placesOf(one)
  const config = configOf(one, places)
  const objects = new Map(one.clusters.map((section) => [section, objectsOf(one, section, config)] as const))
  refuseUnused(one, objects)
  const views = new Map<string, ClusterView>()
  const dirty = new Set<string>()
  for (const [{ id }, list] of objects) {
    const applied = applyChanges(EMPTY_VIEW, list.map(changeTo))
    views.set(id, applied.view)
    for (const key of applied.dirty) dirty.add(key)
  }
  const clusterset = clustersetIn(one, config)
  const empty = emptyWorld({ ...planOf(config), clusterset }, NOW)
  const stepped = step(empty, views, dirty, NOW)
  return {
    config,
    world: one.given.starting ? stepped : settle(stepped),
    clients: withGeo(
      withResolvers(
        clientRulesOf(config, clusterset.local),
        slicesBehind(views.get(clusterset.local.cluster), config.clients.fromService ?? ''),
      ),
      geoTableOf(one, config, clusterset.local),
    ),
    hostOf: ({ from }) => (from === null ? '127.0.0.1' : (places.get(from)?.host ?? from)),
  }
}

/** A database with the records that are given, through a file's octets. */
function geoTableOf({ given: { geo } }: Case, config: Config, local: Viewpoint): GeoTable | null {
  const work = geoWorkOf(config, local, config.clusters)
  if (work === null) return null
  const records = [...geo].map(([prefix, [place = '', latitude, longitude]]) => {
    const at = latitude === undefined ? undefined : ([Number(latitude), Number(longitude)] as const)
    return [prefix, city(place, at)] as const
  })
  const making = tableOf(new GeoTree(mmdb(Object.fromEntries(records), { aliased: false })), work.rules)
  for (;;) {
    const step = making.next()
    if (step.done === true) return step.value
  }
}

/** A client for everyone asked `from`: clusters and localities get a loopback address of their own. */
function placesOf(
  one: Case,
): ReadonlyMap<string, { readonly host: string; readonly cluster: string | null }> {
  const asked = new Map([...one.asks, ...one.explains].map(({ from, line }) => [from, line] as const))
  return new Map(
    [...asked].flatMap(([from, line], i) => {
      if (from === null || parseAddress(from) !== undefined) return []
      const cluster = one.clusters.find(({ id, keys }) => id === from || keys['locality'] === from)
      if (cluster === undefined)
        throw new CaseError(one.file, line, `from ${from}: no cluster, no cluster's locality, no address`)
      return [[from, { host: `127.0.0.${100 + i}`, cluster: cluster.id }] as const]
    }),
  )
}

function configOf(one: Case, places: ReturnType<typeof placesOf>): Config {
  const clients = isFields(one.config['clients']) ? one.config['clients'] : {}
  const written = [clients['map'] ?? []].flat()
  const mapped = [...places.values()].map(({ host, cluster }) => ({ cidr: `${host}/32`, cluster }))
  const yaml = merge(
    {
      dns: { listen: ['127.0.0.1:0'] },
      clusters: one.clusters.map(({ id, keys }) => ({ id, ...keys, source: { manifests: `./${id}` } })),
    },
    { ...one.config, clients: { ...clients, map: [...written, ...mapped] } },
  )
  return parseConfig(stringify(yaml, { aliasDuplicateObjects: false }), `${one.file}: config`, {
    hostname: 'meridian-0',
  })
}

/** Maps are merged key by key; whatever else `over` says stands. */
function merge(base: Fields, over: Fields): Fields {
  const merged = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key)
    merged.set(key, isFields(before) && isFields(value) ? merge(before, value) : value)
  }
  return Object.fromEntries(merged)
}

function clustersetIn(one: Case, config: Config): World['clusterset'] {
  const declared = clustersetOf(config)
  const members = one.clusters.flatMap(({ id, state, heard, slow }): [string, Cluster][] => {
    const cluster = declared.members.get(id)
    return cluster === undefined ? [] : [[id, { ...cluster, slow, freshness: freshnessOf(state, heard) }]]
  })
  const resolved = Object.entries(one.given.resolved).map(
    ([name, list]) => [name, list.map(addressOf)] as const,
  )
  const unresolved = Table.from(Object.entries(one.given.unresolved))
  return {
    ...declared,
    members: new Map(members),
    resolved: Table.from(resolved),
    unresolved,
    resolving: one.given.resolving,
  }
}

const freshnessOf = (kind: FreshnessKind, heard: string): Freshness =>
  kind === 'never' ? { kind } : { kind, heard: Date.parse(heard) }

function addressOf(text: string): Address {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`given: resolved: ${text} is no address`)
  return address
}

function objectsOf(one: Case, section: ClusterSection, config: Config): readonly Reported[] {
  const cluster = config.clusters.find(({ id }) => id === section.id)
  const kinds = cluster === undefined ? USUAL : KINDS.inManifests(watchScopeOf(cluster, config))
  return section.manifests.map(({ unreadable = false, ...manifest }) => {
    const parsed = parseObject(spelledOut(manifest), kinds)
    if (parsed.outcome === 'object' && unreadable === false) return parsed.object
    if (parsed.outcome === 'problem' && unreadable === true && parsed.of !== null) return parsed.of
    if (parsed.outcome === 'object') throw new CaseError(one.file, section.line, 'it can be read')
    const why = parsed.outcome === 'problem' ? parsed.problem : `kind ${parsed.kind} is not read`
    throw new CaseError(one.file, section.line, `${section.id}: ${why}`)
  })
}

/** Of kinds that have one name, the first in the table. */
const API_VERSIONS: ReadonlyMap<unknown, string> = new Map(
  KINDS.rows
    .toReversed()
    .map(({ served: { kind, group, versions } }) => [kind, apiVersionOf(group, versions[0] ?? '')]),
)

/** What fixtures/cases/README.md lets a manifest leave out, put back. */
function spelledOut({ of, ...manifest }: Fields): Fields {
  const { kind, metadata } = manifest
  const whole = { apiVersion: API_VERSIONS.get(kind), ...manifest }
  const named = typeof metadata === 'string' ? { ...whole, metadata: nameOf(metadata) } : whole
  return kind === 'EndpointSlice' ? spelledOutSlice(named, of) : named
}

const nameOf = (text: string): Fields => {
  const [name = '', namespace = 'default'] = text.split('/').reverse()
  return { name, namespace }
}

function spelledOutSlice(slice: Fields, of: unknown): Fields {
  const endpoints = [slice['endpoints'] ?? []]
    .flat()
    .map((one: unknown) => (typeof one === 'string' ? { addresses: [one] } : one))
  const [first] = endpoints
  const addresses = isFields(first) ? [first['addresses']].flat() : []
  const addressType = String(addresses[0]).includes(':') ? 'IPv6' : 'IPv4'
  const whole = { addressType, ...slice, endpoints }
  if (typeof of !== 'string') return whole
  const { name, ...place } = nameOf(of)
  const { labels = {}, ...metadata } = isFields(slice['metadata']) ? slice['metadata'] : {}
  const merged = { 'kubernetes.io/service-name': name, ...(isFields(labels) ? labels : {}) }
  return { ...whole, metadata: { name: `${name}-${hash(slice)}`, ...place, ...metadata, labels: merged } }
}

/** Slices of one service need names of their own. */
const hash = (value: unknown): string => {
  let sum = 0
  for (const char of JSON.stringify(value)) sum = (Math.imul(sum, 31) + char.charCodeAt(0)) >>> 0
  return sum.toString(36)
}

/** What no question, expectation or setting mentions would be read in vain. */
function refuseUnused(one: Case, objects: ReadonlyMap<ClusterSection, readonly Reported[]>): void {
  const text = JSON.stringify([one.asks, one.explains, one.config])
  const reversed = text.includes('.arpa.')
  const refuse = (line: number, what: string) => {
    throw new CaseError(one.file, line, `${what} is in nobody's question`)
  }
  for (const [section, list] of objects) {
    const local = section === one.clusters[0]
    if (list.length === 0 && !local && !text.includes(section.id)) refuse(section.line, section.id)
    for (const object of list) {
      // What speaks of services has names of its own; each is explained somewhere.
      const where = isUnreadable(object) ? 'policy' : KINDS.named(object.kind)?.where
      if (isUnreadable(object) || where === 'policy' || where === 'registry') continue
      const slice = SLICE.is(object) ? (object.service ?? object.importedService) : object.name
      const names = [slice ?? object.name, object.namespace].map((name) => new RegExp(`\\b${name}\\b`))
      const [byName, byNamespace] = names.map((name) => name.test(text))
      if (byName !== true && !(byNamespace === true && object.namespace !== 'default') && !reversed)
        refuse(section.line, `${object.kind} ${keyOf(object)}`)
    }
  }
}
