import {
  carries,
  type Locality,
  matchesLocality,
  networksOf,
  type Policy,
  type RankingKey,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import type { Candidate, Distance } from './types.ts'

/** How near somebody is who stands there. */
export type Nearness = (there: Place) => Distance

type Place = Pick<Candidate, 'id' | 'locality' | 'labels' | 'network'>

/** What nearness depends on besides the place. */
interface Vantage {
  readonly from: Viewpoint
  readonly policy: Policy
  /** Those that come after the viewpoint's own region, in order. */
  readonly failover: readonly string[]
}

/** One rule of nearness: steps, the nearest first, on one of which every place is. */
interface Rule {
  readonly steps: (vantage: Vantage) => number
  readonly stepOf: (there: Place, vantage: Vantage) => number
  /** Empty: it goes without saying. */
  readonly nameOf: (step: number, vantage: Vantage) => string
}

/** Those that carry the labels that the service prefers, the rest. */
const byPreference: Rule = {
  steps: ({ policy }) => (policy.prefer === null ? 1 : 2),
  stepOf: ({ labels }, { policy }) => (policy.prefer === null || carries(labels, policy.prefer) ? 0 : 1),
  nameOf: (step, { policy }) => (policy.prefer !== null && step === 0 ? 'preferred' : ''),
}

/** Where the viewpoint's own cluster comes last: the others, itself. */
const byAffinity: Rule = {
  steps: ({ policy }) => (policy.affinity === 'remote' ? 2 : 1),
  stepOf: ({ id }, { policy, from }) => (policy.affinity === 'remote' && id === from.cluster ? 1 : 0),
  nameOf: () => '',
}

/** Same cluster, zone, region, the failover regions in order, the rest: by distance, where that is known. */
const byLocality: Rule = {
  steps: ({ from, policy, failover }) =>
    isAlike(policy) ? 1 : CLOSE.length + failover.length + (from.beyond?.length ?? 0) + 1,
  stepOf({ id, locality }, { from, policy, failover }) {
    if (isAlike(policy)) return 0
    const here = from.locality
    if (id === from.cluster) return 0
    if (isSameRegion(locality, here)) return locality.zone !== null && locality.zone === here?.zone ? 1 : 2
    const place = failover.findIndex((region) => matchesLocality(region, locality))
    return CLOSE.length + (place === -1 ? failover.length + placeBeyond(id, from) : place)
  },
  nameOf(step, { from, policy, failover }) {
    if (isAlike(policy)) return 'affinity none'
    const close = CLOSE[step]
    if (close !== undefined) return close
    const region = failover[step - CLOSE.length]
    if (region !== undefined) return `failover to ${region}`
    const beyond = step - CLOSE.length - failover.length
    return from.beyond !== undefined && beyond < from.beyond.length
      ? `another region, ${beyond + 1} by distance`
      : 'another region'
  },
}

/** Of clusters in other regions, the nearest first; those of which it is not known come behind them. */
function placeBeyond(id: string, { beyond = [] }: Viewpoint): number {
  const place = beyond.indexOf(id)
  return place === -1 ? beyond.length : place
}

const isAlike = ({ affinity }: Policy): boolean => affinity === 'none'

const CLOSE: readonly string[] = ['same cluster', 'same zone', 'same region']

const isSameRegion = (there: Locality | null, here: Locality | null): there is Locality =>
  there !== null && here !== null && there.region === here.region

/** By how many of the keys, from the first on, they are alike. */
const byTopology = (keys: readonly RankingKey[]): Rule => ({
  steps: () => keys.length + 1,
  stepOf(there, { from }) {
    const other = keys.findIndex((one) => !isShared(one, there, from))
    return other === -1 ? 0 : keys.length - other
  },
  nameOf: (step) =>
    step === keys.length
      ? 'the rest'
      : keys
          .slice(0, keys.length - step)
          .map((one, i) => labelOfKey(one, keys[i - 1]))
          .join(', '),
})

/** `same network, zone`; of values that are not the asker's own, these. */
function labelOfKey(one: RankingKey, before: RankingKey | undefined): string {
  if (isOwn(one)) return before !== undefined && isOwn(before) ? one.key : `same ${one.key}`
  return `${one.key} ${one.values?.join(' or ')}`
}

const isOwn = ({ values, isOwn = false }: RankingKey): boolean => values === null || isOwn

/** Of networks the key says whose. */
function isShared({ key, values }: RankingKey, there: Place, from: Viewpoint): boolean {
  const wanted = values ?? [
    key === 'cluster' ? from.cluster : key === 'network' ? null : from.locality?.[key],
  ]
  const own =
    key === 'network' ? networksOf(there.network) : [key === 'cluster' ? there.id : there.locality?.[key]]
  return own.some((one) => one !== null && one !== undefined && wanted.includes(one))
}

/** The first decides; where two are alike by it, the next. */
const RULES: readonly Rule[] = [byPreference, byAffinity, byLocality]

/** A failover that stands beside an order holds among those that are alike by it. */
function rulesOf({ order, failover }: Policy): readonly Rule[] {
  if (order === undefined) return RULES
  const ordered = [byPreference, byTopology(order)]
  return failover.length === 0 ? ordered : [...ordered, byLocality]
}

/** How near everybody is to a viewpoint, by all the rules. */
export function nearnessTo(from: Viewpoint, policy: Policy): Nearness {
  const regions = policy.failover.filter((one) => matchesLocality(one.from, from.locality))
  const vantage = { from, policy, failover: regions.map(({ to }) => to) }
  const rules = rulesOf(policy)
  const known: Distance[] = []
  return (there) => {
    let rank = 0
    for (const { steps, stepOf } of rules) rank = rank * steps(vantage) + stepOf(there, vantage)
    const distance = known[rank] ?? { rank, label: labelOf(there, vantage, rules) }
    known[rank] = distance
    return distance
  }
}

function labelOf(there: Place, vantage: Vantage, rules: readonly Rule[]): string {
  let label = ''
  for (const { stepOf, nameOf } of rules) {
    const name = nameOf(stepOf(there, vantage), vantage)
    label += label === '' || name === '' ? name : `, ${name}`
  }
  return label
}
