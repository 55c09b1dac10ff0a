import {
  bySpecificity,
  type ClusterId,
  covers,
  type Distribute,
  type Failover,
  type LocalityPattern,
  meansSame,
  type SaidPolicy,
  type TopologyKey,
} from '../../words/clusterset/index.ts'
import { briefly, type DestinationRule, namespaceOf, type ServiceKey } from '../../words/kube/index.ts'
import { heard } from './heard.ts'
import { misnamed, serviceNamedBy } from './hosts.ts'
import {
  became,
  byCreation,
  nameOfObject,
  type ObjectOutcome,
  type ObjectSummary,
  objectSummary,
  SILENT,
} from './outcomes.ts'
import type { IstioRules } from './rules.ts'
import { topologyKey } from './topology.ts'

/** What objects say of one service, and what became of each of them. */
export interface ServicePolicies {
  readonly policies: readonly SaidPolicy[]
  readonly objects: ObjectSummary
}

/**
 * The one rule that holds for clients of a service. Istio looks in the service's namespace, then in the root one, and
 * the first of them that has a rule for the host is all; in it the oldest with a `trafficPolicy` decides. `home`: that
 * namespace, which for a host of ServiceEntries is theirs.
 */
export function saidByRules(
  objects: readonly DestinationRule[],
  key: ServiceKey,
  rules: IstioRules,
  clusters: Clusters,
  home = namespaceOf(key),
): ServicePolicies {
  const { all, isSilent, whySilent, speaking, unheard } = heard(objects, key, rules, {
    hostsOf: ({ host }) => [host],
    whyNot: (one) => misnamed([one.host], one.namespace, key, rules.zones) ?? whyNot(one, rules, clusters),
  })
  const order = [home, rules.rootNamespace, ...rules.trustedNamespaces]
  const first = order.find((namespace) => speaking.some((one) => one.namespace === namespace))
  const there = speaking.filter(({ namespace }) => namespace === first).sort(byCreation)
  const chosen = there.find(({ hasPolicy }) => hasPolicy) ?? there[0]
  const said = chosen && meaningOf(chosen)
  return {
    policies:
      chosen && said?.says
        ? [{ ...SILENT, by: nameOfObject(chosen), viewpoints: null, isWhole: true, ...said.says }]
        : [],
    objects: objectSummary(
      all,
      (one) =>
        one === chosen ? (said?.became.outcome ?? 'leftOut') : isSilent(one) ? 'leftOut' : 'overridden',
      (one, outcome) => {
        if (one === chosen && said !== undefined) return said.became
        const decides = `${chosen && nameOfObject(chosen)} decides: ${precedence(one, chosen)}`
        return became(one, outcome, whySilent(one) ?? decides)
      },
      unheard,
    ),
  }
}

function whyNot(one: DestinationRule, rules: IstioRules, clusters: Clusters): string | undefined {
  const cluster = serviceNamedBy(one.host, one.namespace, rules.zones)?.cluster ?? null
  if (cluster !== null && !clusters.has(cluster)) return `host: there is no cluster ${cluster}`
  if (!one.isSelective) return undefined
  return 'workloadSelector restricts it to clients by labels of their pods, which a name server does not see'
}

const precedence = (one: DestinationRule, chosen: DestinationRule | undefined): string =>
  one.namespace === chosen?.namespace
    ? one.hasPolicy
      ? 'of one namespace the oldest does'
      : 'it has a trafficPolicy'
    : "the service's own namespace comes first, then istio.rootNamespace, then istio.trustedNamespaces"

type Clusters = Pick<ReadonlySet<ClusterId>, 'has'>

type LocalitySetting = NonNullable<DestinationRule['locality']>

type Says = Partial<Pick<SaidPolicy, 'distribute' | 'failover' | 'affinity' | 'order'>>

interface Meaning {
  /** null: nothing. */
  readonly says: Says | null
  readonly became: ObjectOutcome
}

const PLACE = 'spec.trafficPolicy.loadBalancer.localityLbSetting'

function meaningOf(one: DestinationRule): Meaning {
  const { locality } = one
  if (locality === null) return unsaid(one, 'it says nothing of localities that could be read', [])
  const { distribute, failover, failoverPriority } = locality
  const written = { distribute, failover, failoverPriority: failoverPriority.length > 0 || null }
  const beside = (names: readonly (keyof typeof written)[], why: string) =>
    names.filter((name) => written[name] !== null).map((name) => `${PLACE}.${name} is left out: ${why}`)
  if (!locality.enabled) {
    const told = beside(['distribute', 'failover', 'failoverPriority'], 'enabled is false')
    return inForce(one, { affinity: 'none' }, told)
  }
  if (distribute !== null) {
    const { entries, problems } = distributeOf(distribute)
    const told = [...problems, ...beside(['failover', 'failoverPriority'], 'distribute excludes it')]
    if (entries.every(({ to }) => to.length === 0))
      return unsaid(one, 'no entry of its distribute is one', told)
    return inForce(one, { distribute: entries }, told)
  }
  const { keys, problems } = keysIn(failoverPriority)
  if (keys.length === 0 && failover === null && failoverPriority.length > 0)
    return unsaid(one, 'no key of its failoverPriority is a label of a place', problems)
  if (failover === null) return inForce(one, keys.length === 0 ? NEAREST_FIRST : { order: keys }, problems)
  if (keys.some(({ key }) => OF_LOCALITY.includes(key))) {
    const told = [...problems, ...beside(['failover'], 'failoverPriority has region, zone or subzone')]
    return inForce(one, { order: keys }, told)
  }
  return failingOver(one, keys, failover, problems)
}

/** Of a setting that says nothing else. */
const NEAREST_FIRST: Says = { affinity: 'local' }

/** Keys that say of themselves where clients go over: Istio refuses them beside `failover`. */
const OF_LOCALITY: readonly TopologyKey['key'][] = ['region', 'zone', 'subzone']

/** Among those that are alike by the keys. */
function failingOver(
  one: DestinationRule,
  order: readonly TopologyKey[],
  written: readonly Failover[],
  problems: readonly string[],
): Meaning {
  const loops = written.filter(({ from, to }) => from === to)
  const told = [
    ...problems,
    ...loops.map(({ from }) => `${PLACE}.failover is left out for ${briefly(from)}: it leads to itself`),
  ]
  const failover = written.filter((entry) => !loops.includes(entry))
  const ordered = order.length === 0 ? {} : { order }
  if (failover.length > 0) return inForce(one, { ...ordered, failover }, told)
  return order.length > 0 ? inForce(one, ordered, told) : unsaid(one, 'no entry of its failover is one', told)
}

const inForce = (one: DestinationRule, says: Says, told: readonly string[]): Meaning => ({
  says,
  became: became(one, 'inForce', null, [...told, ...one.unread]),
})

const unsaid = (one: DestinationRule, why: string, told: readonly string[]): Meaning => ({
  says: null,
  became: became(one, 'leftOut', why, [...told, ...one.unread]),
})

/**
 * Entries whose weights Istio takes: it refuses others. Clients of one that is left out are not those of a wider one
 * after it: they have the nearest first.
 */
function distributeOf(written: NonNullable<LocalitySetting['distribute']>) {
  const problems: string[] = []
  const entries: Distribute[] = []
  const lost = new Set<(typeof written)[number]>()
  for (const one of written) {
    const { at, from, to } = one
    const why = to === null ? null : flawIn(to)
    if (to !== null && why === undefined) {
      for (const other of lost) {
        if (!covers(from, other.from) || meansSame(from, other.from)) continue
        lost.delete(other)
        entries.push({ from: other.from, to: [] })
        problems.push(
          `${PLACE}.distribute[${other.at}] is left out whole: its clients have the nearest first, and not distribute[${at}]`,
        )
      }
      entries.push({ from, to: to.toSorted((a, b) => bySpecificity(a.locality, b.locality)) })
    } else {
      lost.add(one)
      if (why !== null) problems.push(`${PLACE}.distribute[${at}].to is left out: ${why}`)
    }
  }
  return { entries, problems }
}

function flawIn(to: Distribute['to']): string | undefined {
  const sum = to.reduce((before, { weight }) => before + weight, 0)
  if (sum !== 100) return `its weights add up to ${sum}, not to 100`
  for (const [i, { locality }] of to.entries()) {
    // A sum of 100 has at most 100 of them.
    const before = to.slice(0, i).map((other) => other.locality)
    const same = before.find((other) => meansSame(other, locality))
    if (same !== undefined) return `${briefly(same)} and ${briefly(locality)} mean the same`
    const lap = before.find((other) => overlap(other, locality))
    if (lap !== undefined) return `${briefly(lap)} and ${briefly(locality)} overlap`
  }
  return undefined
}

/** `*` is for the rest. */
const overlap = (a: LocalityPattern, b: LocalityPattern): boolean =>
  a !== '*' && b !== '*' && (covers(a, b) || covers(b, a))

function keysIn(priorities: readonly string[]) {
  const keys: TopologyKey[] = []
  const problems: string[] = []
  for (const [i, text] of priorities.entries()) {
    const key = topologyKey(text)
    if (key !== undefined) keys.push(key)
    else problems.push(`${PLACE}.failoverPriority[${i}] is left out: ${briefly(text)} is no label of a place`)
  }
  return { keys, problems }
}
