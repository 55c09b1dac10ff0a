import { objectsOf } from '../../../sources/changes/index.ts'
import { isWithin, type Name, parseAddress } from '../../../values/dns/index.ts'
import { SERVICE_ENTRY, type ServiceEntry } from '../../../words/kube/index.ts'
import { isHostIn } from '../../../world/inventory/index.ts'
import { serviceNamedBy } from '../../../world/istio/index.ts'
import { zoneOf } from '../../../world/zone/index.ts'
import type { Offline } from '../offline.ts'
import type { CheckResult } from './check-result.ts'

/** Hosts of ServiceEntries that no name is made of, each with the reason, and zones of hosts in which there can be none. */
export function checkEntries(offline: Offline): readonly CheckResult[] {
  const { istio, zones, local } = offline.config
  const { cluster } = istio
  if (cluster === null) return zones.entries.length === 0 ? [] : [NOBODYS]
  const view = offline.views.get(cluster)
  const all = view === undefined ? [] : [...objectsOf(view, SERVICE_ENTRY.kind)].map(([, one]) => one)
  const suffixes = { ...zones, clusterDomain: local.clusterDomain }
  const isNamed = (host: string, { namespace }: ServiceEntry): boolean =>
    serviceNamedBy(host, namespace, suffixes) !== undefined || isHostIn(host.toLowerCase(), zones.entries)
  const hosts = all
    .filter(SERVICE_ENTRY.is)
    .flatMap((one) => one.hosts.filter((host) => !isNamed(host, one)))
    .map((host) => host.toLowerCase())
  const found = [...new Set(hosts)].sort().map((host): CheckResult => {
    const why = whyUnnamed(host, offline)
    return { level: 'advice', kind: 'host', cluster, subject: host, ...why }
  })
  return [...Map.groupBy(found, ({ finding }) => finding).values()].flat()
}

type Why = Pick<CheckResult, 'finding' | 'remedy'>

function whyUnnamed(host: Name, { config, world }: Offline): Why {
  const { zones, local, global } = config
  if (host === '*') return EVERYTHING
  if (host.endsWith('.')) return DOTTED
  const below = host.startsWith('*.') ? host.slice(2) : host
  const own = zones.entries.find((zone) => isWithin(host, zone))
  if (own !== undefined) return host === own ? apexOf(own) : below.includes('*') ? starIn(own) : NO_NAME
  const inside = zones.entries.find((zone) => isWithin(zone, below))
  if (inside !== undefined) return aboveOf(inside)
  if (parseAddress(host) !== undefined) return ADDRESS
  const isInCluster = isWithin(host, local.clusterDomain)
  const zone = isInCluster ? { kind: 'cluster', name: local.clusterDomain } : zoneOf(world.zones, host)
  if (zone === undefined) return whyInNoZone(host, [local.clusterDomain, ...world.zones.keys()])
  if (host.includes('*')) return noWildcard(zone.name)
  if (isInCluster) return ofOneCluster(zone.name, zones.global ?? `svc.${zones.clusterset}`)
  return zone.kind === 'global'
    ? ofGlobal(zone.name, host, global.defaultNamespace)
    : ofServices(zone.name, `<service>.<namespace>.svc.${zone.name}`)
}

function whyInNoZone(host: Name, zones: readonly Name[]): Why {
  if (!host.includes('.')) return NO_NAME
  const parent = host.slice(host.indexOf('.') + 1)
  const held = zones.find((zone) => isWithin(zone, parent))
  return held === undefined ? NOWHERE : wouldHold(parent, held)
}

const NOWHERE: Why = {
  finding: 'a host in no zone that is answered here, of which no name is made',
  remedy: 'if it is to be answered here, add the zone that it is below to zones.entries',
}

const ADDRESS: Why = {
  finding: 'an address, and no name: none is made of it',
  remedy: 'give it a host that is a name, and the address to an endpoint',
}

const wouldHold = (parent: Name, held: Name): Why => ({
  finding: `a host in no zone that is answered here, of which no name is made; ${parent} can be none, as ${held} lies in it`,
  remedy: 'give it a host below another domain, and put that into zones.entries',
})

const ofOneCluster = (zone: Name, suffix: Name): Why => ({
  finding: `in ${zone} are the names of each cluster by itself: no name is made of it`,
  remedy: `write <service>.<namespace>.${suffix}, or a host below a zone of zones.entries`,
})

const EVERYTHING: Why = {
  finding: 'every name there is, of which no zone here can have all: none is made of it',
  remedy:
    'write a wildcard below a zone of zones.entries, such as *.mesh.internal, for what is to be answered',
}

const DOTTED: Why = {
  finding: 'it ends with a dot, as no host of a ServiceEntry does: no name is made of it',
  remedy: 'write it without the last dot',
}

const NO_NAME: Why = {
  finding:
    'no name of the DNS: labels have 1 to 63 octets of a–z, 0–9, _ and inner -, and a name 255 in all; none is made of it',
  remedy: 'give it another host',
}

const apexOf = (zone: Name): Why => ({
  finding: `${zone} is a zone of zones.entries itself, which has no host's addresses`,
  remedy: 'give it a host below, or put the zone above it into zones.entries in its place',
})

const starIn = (zone: Name): Why => ({
  finding: `in the zone ${zone} an asterisk is the whole first label of a host or in none: no name is made of it`,
  remedy: `write *.${zone} or one further below, or each of the hosts by itself`,
})

const aboveOf = (zone: Name): Why => ({
  finding: `it stands for names beside the zone ${zone} too, which are not answered here: no name is made of it`,
  remedy: `write *.${zone}, or put the zone above into zones.entries in its place`,
})

const noWildcard = (zone: Name): Why => ({
  finding: `${zone} has services, for which no wildcard stands: no name is made of it`,
  remedy: 'write a host for each service, or a wildcard below a zone of zones.entries',
})

function ofGlobal(zone: Name, host: Name, defaultNamespace: string): Why {
  const own = host.slice(0, -zone.length - 1)
  if (host === zone || own.includes('.')) return ofServices(zone, `<service>.<namespace>.${zone}`)
  return {
    finding: `in ${zone} a host has its namespace, also where clients leave ${defaultNamespace} out: no name is made of it`,
    remedy: `write <service>.<namespace>.${zone}, such as ${own}.${defaultNamespace}.${zone}`,
  }
}

const ofServices = (zone: Name, form: string): Why => ({
  finding: `in ${zone} hosts are names of services, and this is none: no name is made of it`,
  remedy: `write ${form}, or a host below a zone of zones.entries`,
})

const NOBODYS: CheckResult = {
  level: 'warning',
  kind: 'configuration',
  cluster: null,
  subject: 'zones.entries',
  finding: 'istio.cluster is null: no ServiceEntry is read, and there is no host in these zones',
  remedy:
    'name the cluster whose ServiceEntries hold, such as istio: {cluster: cluster-east}, or leave the zones out',
}
