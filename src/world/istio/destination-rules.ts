import {
  bySpecificity,
  type Distribute,
  type Failover,
  meansSame,
  type SaidPolicy,
  type TopologyKey,
} from '../../words/clusterset/index.ts'
import { briefly, type DestinationRule, type ServiceKey } from '../../words/kube/index.ts'
import { namesOfService } from './hosts.ts'
import {
  became,
  byCreation,
  nameOfObject,
  type ObjectOutcome,
  type ObjectSummary,
  objectSummary,
  SILENT,
  silentAmong,
} from './outcomes.ts'
import type { IstioRules } from './rules.ts'
import { topologyKey } from './topology.ts'
import { silenced } from './trust.ts'

/** What objects say of one service, and what became of each of them. */
export interface ServicePolicies {
  readonly policies: readonly SaidPolicy[]
  readonly objects: ObjectSummary
}

/**
 * The one rule that holds for clients of a service. Istio looks in the service's namespace, then in the root one, and
 * the first of them that has a rule for the host is all; in it the oldest with a `trafficPolicy` decides.
 */
export function saidByRules(
  objects: readonly DestinationRule[],
  key: ServiceKey,
  rules: IstioRules,
): ServicePolicies {
  const isNamed = namesOfService(key, rules.zones)
  const those = objects.filter(({ host, namespace }) => isNamed(host, namespace))
  const silent = silentAmong(those, (one) => whyNot(one, key, rules))
  const speaking = those.filter((one) => !silent.has(one))
  const order = [key.split('/')[0] ?? '', rules.rootNamespace, ...rules.trustedNamespaces]
  const first = order.find((namespace) => speaking.some((one) => one.namespace === namespace))
  const there = speaking.filter(({ namespace }) => namespace === first).sort(byCreation)
  const chosen = there.find(({ hasPolicy }) => hasPolicy) ?? there[0]
  const said = chosen && meaningOf(chosen)
  return {
    policies:
      chosen && said?.says ? [{ ...SILENT, by: nameOfObject(chosen), viewpoints: null, ...said.says }] : [],
    objects: objectSummary(
      those,
      (one) =>
        one === chosen ? (said?.became.outcome ?? 'leftOut') : silent.has(one) ? 'leftOut' : 'overridden',
      (one, outcome) => {
        if (one === chosen && said !== undefined) return said.became
        const decides = `${chosen && nameOfObject(chosen)} decides: ${precedence(one, chosen)}`
        return became(one, outcome, silent.get(one) ?? decides)
      },
    ),
  }
}

function whyNot(one: DestinationRule, key: ServiceKey, rules: IstioRules): string | undefined {
  const why = silenced(one, key, rules)
  if (why !== undefined || !one.isSelective) return why
  return 'workloadSelector restricts it to clients by labels of their pods, which a name server does not see'
}

const precedence = (one: DestinationRule, chosen: DestinationRule | undefined): string =>
  one.namespace === chosen?.namespace
    ? one.hasPolicy
      ? 'of one namespace the oldest does'
      : 'it has a trafficPolicy'
    : "the service's own namespace comes first, then istio.rootNamespace, then istio.trustedNamespaces"

type LocalitySetting = NonNullable<DestinationRule['locality']>

type Says = Pick<SaidPolicy, 'distribute' | 'failover' | 'affinity' | 'order'>

interface Meaning {
  /** null: nothing. */
  readonly says: Says | null
  readonly became: ObjectOutcome
}

/** A setting of a rule takes the place of what holds for all, whole. */
const NOTHING_SPREAD: Says = { distribute: [], failover: [] }
const ORDERED: Says = { distribute: null, failover: [] }

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
    return inForce(one, { ...ORDERED, affinity: 'none' }, told)
  }
  if (distribute !== null) {
    const { entries, problems } = distributeOf(distribute)
    const told = [...problems, ...beside(['failover', 'failoverPriority'], 'distribute excludes it')]
    if (entries.length === 0) return unsaid(one, 'no entry of its distribute is one', told)
    return inForce(one, { ...NOTHING_SPREAD, distribute: entries }, told)
  }
  if (failoverPriority.length > 0) {
    const { keys, problems } = keysIn(failoverPriority)
    const told = [...problems, ...beside(['failover'], 'failoverPriority excludes it')]
    if (keys.length === 0) return unsaid(one, 'no key of its failoverPriority is a label of a place', told)
    return inForce(one, { ...ORDERED, order: keys }, told)
  }
  return failingOver(one, failover)
}

function failingOver(one: DestinationRule, written: readonly Failover[] | null): Meaning {
  const loops = written?.filter(({ from, to }) => from === to) ?? []
  const told = loops.map(
    ({ from }) => `${PLACE}.failover is left out for ${briefly(from)}: it leads to itself`,
  )
  const failover = written?.filter((entry) => !loops.includes(entry)) ?? []
  if (written !== null && failover.length === 0) return unsaid(one, 'no entry of its failover is one', told)
  return inForce(one, { ...NOTHING_SPREAD, failover }, told)
}

const inForce = (one: DestinationRule, says: Says, told: readonly string[]): Meaning => ({
  says,
  became: became(one, 'inForce', null, [...told, ...one.unread]),
})

const unsaid = (one: DestinationRule, why: string, told: readonly string[]): Meaning => ({
  says: null,
  became: became(one, 'leftOut', why, [...told, ...one.unread]),
})

/** Entries whose weights Istio takes: it refuses others. */
function distributeOf(written: NonNullable<LocalitySetting['distribute']>) {
  const problems: string[] = []
  const entries = written.flatMap(({ at, from, to }): readonly Distribute[] => {
    const why = flawIn(to)
    if (why === undefined) return [{ from, to: to.toSorted((a, b) => bySpecificity(a.locality, b.locality)) }]
    problems.push(`${PLACE}.distribute[${at}].to is left out: ${why}`)
    return []
  })
  return { entries, problems }
}

function flawIn(to: Distribute['to']): string | undefined {
  const sum = to.reduce((before, { weight }) => before + weight, 0)
  if (sum !== 100) return `its weights add up to ${sum}, not to 100`
  for (const [i, { locality }] of to.entries()) {
    // A sum of 100 has at most 100 of them.
    const same = to.slice(0, i).find((other) => meansSame(other.locality, locality))
    if (same !== undefined) return `${briefly(same.locality)} and ${briefly(locality)} mean the same`
  }
  return undefined
}

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
