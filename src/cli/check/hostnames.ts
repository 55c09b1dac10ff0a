import type { Name } from '../../dns/index.ts'
import { isWithin } from '../../dns/index.ts'
import { type Lookup, startResolver } from '../../resolver/index.ts'
import { hostnamesOf, withHostNames } from '../../zone/index.ts'
import type { Offline } from '../offline.ts'
import type { Finding } from './finding.ts'

export type { Lookup } from '../../resolver/index.ts'

/** Whoever waits for this has perhaps waited for clusters before. */
const DEADLINE_MS = 10_000

type Resolved = Offline['world']['clusterset']['resolved']

/** The world with the host names of load balancers and gateways resolved, as a server would have it. */
export async function resolveHostNames(
  offline: Offline,
  lookup?: Lookup,
): Promise<{ readonly resolved: Offline; readonly findings: readonly Finding[] }> {
  const wanted = hostNamesOf(offline)
  if (wanted.size === 0) return { resolved: offline, findings: [] }
  const { addresses, failures } = await resolveOnce(wanted, offline, lookup)
  const hostNames = { resolved: addresses, unresolved: failures }
  const users = [...offline.world.entries].flatMap(([key, entry]) =>
    hostnamesOf(entry).length > 0 ? [key] : [],
  )
  return {
    resolved: { ...offline, world: withHostNames(offline.world, hostNames, users, Date.now()) },
    findings: [...wanted]
      .filter((name) => !addresses.has(name))
      .map((name) => unresolved(name, failures.get(name))),
  }
}

/** Of load balancers and gateways, without repeats. */
function hostNamesOf({ config, world }: Offline): ReadonlySet<Name> {
  const gateways = config.clusters.flatMap(({ gateway }) =>
    gateway.addresses.flatMap((one) => (typeof one === 'string' ? [] : [one.hostname])),
  )
  return new Set([...gateways, ...[...world.entries].flatMap(([, entry]) => hostnamesOf(entry))])
}

interface Outcome {
  readonly addresses: Resolved
  readonly failures: ReadonlyMap<Name, string>
}

/** Each name once, until every one has addresses or has failed. */
async function resolveOnce(names: ReadonlySet<Name>, offline: Offline, lookup?: Lookup): Promise<Outcome> {
  const failures = new Map<Name, string>()
  let addresses: Resolved = new Map()
  const done = Promise.withResolvers<void>()
  const settle = () => {
    if ([...names].every((name) => addresses.has(name) || failures.has(name))) done.resolve()
  }
  const resolver = startResolver({
    upstreams: offline.config.dns.upstreams,
    isOwn: (name) => [...offline.world.zones.keys()].some((zone) => isWithin(name, zone)),
    changed: (found) => {
      addresses = found
      settle()
    },
    failed: (name, reason) => {
      failures.set(name, reason)
      settle()
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

const unresolved = (name: Name, reason = 'no answer in time'): Finding => ({
  level: 'warning',
  kind: 'hostName',
  cluster: null,
  subject: name,
  finding: `the host name of a load balancer or gateway does not resolve: ${reason}`,
  remedy: 'correct the name where it is written, or dns.upstreams if other resolvers know it',
})
