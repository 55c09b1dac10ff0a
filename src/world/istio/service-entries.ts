import { type ClusterId, type External, networksOf } from '../../words/clusterset/index.ts'
import {
  briefly,
  namespaceOf,
  type Port,
  type ServiceEntry,
  type ServiceKey,
} from '../../words/kube/index.ts'
import { type EntryGround, type ListedEndpoint, listedBy, meaningOfEndpoint } from './entry-endpoints.ts'
import { heard } from './heard.ts'
import { serviceNamedBy } from './hosts.ts'
import {
  became,
  byCreation,
  nameOfObject,
  type ObjectOutcome,
  type ObjectSummary,
  objectSummary,
} from './outcomes.ts'
import type { IstioRules } from './rules.ts'
import { clientPorts, localityAt, numbersAt, type Settled, sitesOf } from './sites.ts'
import { speaksFor } from './trust.ts'

/** What entries say of one service, and what became of each of them. */
export interface ServiceEntries {
  /** null: nothing. */
  readonly external: External | null
  /** Some of them may speak for it, whether they say anything or not. */
  readonly isMeant: boolean
  readonly objects: ObjectSummary
}

/** Of one service that count. */
const MOST_ENDPOINTS = 5000

/**
 * What stands behind a service's name besides what clusters export. Those of the service's own namespace come before
 * all others, of which the oldest decides whose; of one namespace they are one, the oldest first.
 */
export function saidByEntries(
  objects: readonly ServiceEntry[],
  key: ServiceKey,
  rules: IstioRules,
  ground: EntryGround,
): ServiceEntries {
  const { all, silent, speaking } = heard(objects, key, rules, {
    hostsOf: ({ hosts }) => hosts,
    whyNot: (one) => whyNot(one, key, rules),
  })
  const chosen = chosenOf(speaking, key)
  const meanings = new Map(chosen.map((one) => [one, meaningOf(one, key, rules, ground)]))
  const { external, told } = externalIn(meanings, rules.cluster, ground)
  const outcomeOf = (one: ServiceEntry): ObjectOutcome['outcome'] => {
    if (!meanings.has(one)) return silent.has(one) ? 'leftOut' : 'overridden'
    return says(meanings.get(one)) ? 'inForce' : 'leftOut'
  }
  return {
    external,
    isMeant: all.some(({ namespace }) => speaksFor(namespace, key, rules)),
    objects: objectSummary(all, outcomeOf, (one, outcome) =>
      tell(one, outcome, { meaning: meanings.get(one), why: silent.get(one), first: chosen[0], told }),
    ),
  }
}

/** Of one namespace, the oldest first. */
function chosenOf(speaking: readonly ServiceEntry[], key: ServiceKey): readonly ServiceEntry[] {
  const ranked = speaking.toSorted(byCreation)
  const own = ranked.find(({ namespace }) => namespace === namespaceOf(key)) ?? ranked[0]
  return ranked.filter(({ namespace }) => namespace === own?.namespace)
}

/** All of them together. `told`: what of that is left out. */
function externalIn(
  meanings: ReadonlyMap<ServiceEntry, Meaning>,
  cluster: ClusterId,
  { clusters }: EntryGround,
): { readonly external: External | null; readonly told: readonly string[] } {
  const all = [...meanings.values()]
  const endpoints = all.flatMap((one) => one.endpoints)
  const { sites, told } = sitesOf(endpoints.slice(0, MOST_ENDPOINTS), clusters)
  const shares = sharesIn(all.flatMap((one) => one.shares))
  const beyond = endpoints.length - MOST_ENDPOINTS
  const saying = [...meanings].flatMap(([one, meaning]) => (says(meaning) ? [one] : []))
  return {
    external:
      sites.length === 0 && shares === null ? null : { cluster, ports: portsOf(saying), sites, shares },
    told: beyond > 0 ? [...told, `${beyond} endpoints are beyond the first ${MOST_ENDPOINTS}`] : told,
  }
}

const says = (meaning: Meaning | undefined): boolean =>
  meaning !== undefined && meaning.endpoints.length + meaning.shares.length > 0

interface Telling {
  readonly meaning: Meaning | undefined
  readonly why: string | undefined
  readonly first: ServiceEntry | undefined
  /** Of all of them. */
  readonly told: readonly string[]
}

function tell(
  one: ServiceEntry,
  outcome: ObjectOutcome['outcome'],
  { meaning, why, first, told: ofAll }: Telling,
): ObjectOutcome {
  if (meaning !== undefined) {
    const told = [...meaning.told, ...(one === first ? ofAll : []), ...one.unread]
    return became(one, outcome, outcome === 'inForce' ? null : 'no endpoint of it counts', told)
  }
  const decides = `${first && nameOfObject(first)} decides: the service's own namespace comes first, then that of the oldest`
  return became(one, outcome, why ?? decides)
}

function whyNot(one: ServiceEntry, key: ServiceKey, { zones }: IstioRules): string | undefined {
  const named = one.hosts.flatMap((host) => {
    const found = serviceNamedBy(host, '', zones)
    return found?.key === key ? [{ ...found, host }] : []
  })
  const ofAll = named.filter(({ cluster }) => cluster === null)
  if (named.length > 0 && ofAll.length === 0) return "its host is one cluster's own name"
  const suffix = `.svc.${zones.clusterDomain}`
  if (ofAll.length > 0 && ofAll.every(({ host }) => host.toLowerCase().endsWith(suffix)))
    return `its host is a Service of one cluster's own, whose endpoints are its pods: a name of all clusters is ${ofAll[0]?.host.split('.').slice(0, 2).join('.')}${zones.global === null ? `.svc.${zones.clusterset}` : `.${zones.global}`}`
  if (one.resolution === 'NONE')
    return 'resolution NONE leads to where its client wanted to go already: a name has no address by it'
  if (one.resolution === 'DYNAMIC_DNS')
    return 'resolution DYNAMIC_DNS leads to what each name under a wildcard resolves to elsewhere'
  if (one.ports.length === 0) return 'it has no port'
  if (one.selector !== null || one.endpoints.length > 0) return undefined
  return one.resolution === 'STATIC'
    ? 'it has no endpoints'
    : "it has no endpoints: its host would be looked up, which is a name of Meridian's own"
}

/** What one entry adds. */
interface Meaning {
  readonly endpoints: readonly Settled[]
  readonly shares: readonly Share[]
  readonly told: readonly string[]
}

interface Share {
  readonly cluster: ClusterId
  readonly weight: number | null
}

function meaningOf(
  one: ServiceEntry,
  key: ServiceKey,
  { zones, cluster }: IstioRules,
  ground: EntryGround,
): Meaning {
  const endpoints: Settled[] = []
  const shares: Share[] = []
  const told: string[] = []
  const common = { ports: clientPorts(one.ports), by: nameOfObject(one) }
  for (const each of listedBy(one, ground)) {
    const { place, weight, isWell } = each
    const meaning = meaningOfEndpoint(each, key, zones, ground)
    const why = whyNotHere(meaning, one)
    if (why !== undefined) told.push(`${place} is left out: ${why}`)
    else if (meaning.kind === 'share') {
      shares.push({ cluster: meaning.cluster, weight })
      told.push(...ofShare(each, one, meaning.cluster))
    } else if (meaning.kind !== 'none') {
      told.push(...flawsOf(each))
      const locality = localityAt(each.locality) ?? null
      const shifted = numbersAt(one.ports, each.ports)
      const reach = reachOf(each, cluster, ground)
      endpoints.push({ ...common, ...reach, at: meaning.at, locality, weight, isWell, shifted })
    }
  }
  return { endpoints, shares, told }
}

/** What of an endpoint that counts says nothing. */
const flawsOf = ({ place, locality, isWell }: ListedEndpoint): readonly string[] => [
  ...(localityAt(locality) === undefined
    ? [
        `${place}.locality: ${briefly(locality)} is no locality such as us-east-1/us-east-1a, and counts as none`,
      ]
    : []),
  ...(isWell ? [] : [`${place} does not count now: its condition Healthy is not True`]),
]

function whyNotHere(
  meaning: ReturnType<typeof meaningOfEndpoint>,
  { resolution }: ServiceEntry,
): string | undefined {
  if (meaning.kind === 'none') return meaning.why
  return meaning.kind === 'endpoint' && 'hostname' in meaning.at && resolution === 'STATIC'
    ? `${briefly(meaning.at.hostname)} is a host name, which resolution DNS is for`
    : undefined
}

/** A pod is reached as its cluster's others are; who says no network, by everybody. */
function reachOf(
  { isPod, network }: ListedEndpoint,
  cluster: ClusterId,
  { home }: EntryGround,
): Pick<Settled, 'networks' | 'within'> {
  if (isPod) return { networks: networksOf(home.network), within: cluster }
  return { networks: network === '' ? null : [network], within: null }
}

/** What of an endpoint that is a cluster's share says nothing: the cluster itself says it. */
function ofShare(
  { place, ports: own, network }: ListedEndpoint,
  { ports }: ServiceEntry,
  cluster: ClusterId,
): readonly string[] {
  return [
    ...(numbersAt(ports, own).length === 0
      ? []
      : [`${place}.ports is left out: ${cluster} has the numbers of its export`]),
    ...(network === '' ? [] : [`${place}.network is left out: ${cluster} says on which networks it is`]),
  ]
}

/** By cluster; weights of one are added. Where none has any nothing is said of them. */
function sharesIn(shares: readonly Share[]): External['shares'] {
  if (shares.length === 0) return null
  const isWeighed = shares.some(({ weight }) => weight !== null)
  const all = new Map<ClusterId, number | null>()
  for (const { cluster, weight } of shares)
    all.set(cluster, isWeighed ? (all.get(cluster) ?? 0) + (weight ?? 1) : null)
  return all
}

/** The union, the oldest entry's first: by name, and then by protocol and number. */
function portsOf(entries: readonly ServiceEntry[]): readonly Port[] {
  const [ports, known]: [Port[], Set<string>] = [[], new Set()]
  for (const port of entries.flatMap((one) => clientPorts(one.ports))) {
    const marks = [`name ${port.name}`, `number ${port.protocol} ${port.port}`]
    if (marks.some((mark) => known.has(mark))) continue
    for (const mark of marks) known.add(mark)
    ports.push(port)
  }
  return ports
}
