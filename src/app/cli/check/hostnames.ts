import {
  type AddressLookup,
  gatewayNames,
  startResolver,
  WantedNames,
} from '../../../sources/resolver/index.ts'
import type { Name } from '../../../values/dns/index.ts'
import { Table } from '../../../values/table/index.ts'
import { few } from '../../../words/kube/index.ts'
import { type HostNames, hostnamesOf, withHostNames, zoneOf } from '../../../world/zone/index.ts'
import type { Offline } from '../offline.ts'
import type { CheckResult } from './check-result.ts'

export type { AddressLookup } from '../../../sources/resolver/index.ts'

/** Whoever waits for this has perhaps waited for clusters before. */
const DEADLINE_MS = 10_000

/** The world with the host names of load balancers and gateways resolved, as a server would have it. */
export async function withHostNamesResolved(
  offline: Offline,
  lookup?: AddressLookup,
): Promise<{ readonly resolved: Offline; readonly findings: readonly CheckResult[] }> {
  const names = hostNamesOf(offline)
  const wanted = names.names()
  if (wanted.size === 0) return { resolved: offline, findings: [] }
  const { addresses, failures } = await resolveOnce(names, offline, lookup)
  const hostNames = { resolved: addresses, unresolved: Table.from(failures) }
  const users = new Set(
    [...offline.world.entries].flatMap(([key, entry]) => (hostnamesOf(entry).length > 0 ? [key] : [])),
  )
  return {
    resolved: { ...offline, world: withHostNames(offline.world, hostNames, users, Date.now()) },
    findings: [...whereWritten(offline)]
      .filter(([name]) => wanted.has(name) && addresses.get(name) === undefined)
      .map(([name, places]) => unresolved(name, [...places], failures.get(name))),
  }
}

/** What each name is the host name of, in words. */
function whereWritten({ config, world }: Offline): ReadonlyMap<Name, ReadonlySet<string>> {
  const all = new Map<Name, Set<string>>()
  const write = (name: Name, place: string): void => {
    const places = all.get(name)
    if (places === undefined) all.set(name, new Set([place]))
    else places.add(place)
  }
  for (const one of config.clusters)
    for (const { hostname } of gatewayNames(one)) write(hostname, `the gateway of ${one.id}`)
  for (const [key, { exports, external }] of world.entries) {
    for (const one of exports)
      for (const at of one.kind === 'valid' ? one.ingress : [])
        if ('hostname' in at) write(at.hostname, `a load balancer of ${key} in ${one.cluster}`)
    const parts = [...(external?.routes.values() ?? [])].flatMap((route) => route.parts)
    for (const { hostnames, by } of [...(external?.sites ?? []), ...parts])
      for (const name of hostnames) write(name, `an endpoint of ${few(by)}`)
  }
  return all
}

/** Of load balancers, gateways and ServiceEntries, without repeats. */
function hostNamesOf({ config, world }: Offline): WantedNames {
  const wanted = new WantedNames()
  wanted.exchange('', [], config.clusters.flatMap(gatewayNames))
  for (const [key, entry] of world.entries) wanted.exchange(key, [], hostnamesOf(entry))
  return wanted
}

interface Outcome {
  readonly addresses: HostNames['resolved']
  readonly failures: ReadonlyMap<Name, string>
}

/** Each name once, until every one has addresses or has failed. */
async function resolveOnce(wanted: WantedNames, offline: Offline, lookup?: AddressLookup): Promise<Outcome> {
  const failures = new Map<Name, string>()
  let addresses: HostNames['resolved'] = Table.empty()
  const done = Promise.withResolvers<void>()
  const names = wanted.names()
  const open = new Set(names)
  const settle = (settled: Iterable<Name>): void => {
    for (const name of settled) open.delete(name)
    if (open.size === 0) done.resolve()
  }
  const resolver = startResolver({
    upstreams: offline.config.dns.upstreams,
    isOwn: (name) => zoneOf(offline.world.zones, name) !== undefined,
    partiesOf: wanted.partiesOf,
    changed: (found) => {
      addresses = found
      settle([...found].map(([name]) => name))
    },
    failed: (name, reason) => {
      failures.set(name, reason)
      settle([name])
    },
    ...(lookup === undefined ? {} : { lookup }),
  })
  const timer = setTimeout(done.resolve, DEADLINE_MS)
  resolver.want(names)
  await done.promise
  clearTimeout(timer)
  resolver.stop()
  return { addresses, failures }
}

const unresolved = (name: Name, places: readonly string[], reason = 'no answer in time'): CheckResult => ({
  level: 'warning',
  kind: 'hostName',
  cluster: null,
  subject: name,
  finding: `the host name of ${few(places)} does not resolve: ${reason}`,
  remedy: 'correct the name where it is written, or dns.upstreams if other resolvers know it',
})
