import {
  istioHost,
  istioNames,
  istioRow,
  servicesNamed,
  servicesUnread,
  type Unread,
  unread,
  wholeName,
} from './istio.ts'
import {
  at,
  type Fields,
  flag,
  integer,
  isAbsent,
  itemsOf,
  lenient,
  type Narrower,
  NarrowingError,
  objectOf,
  or,
  orNull,
  section,
  shaped,
  text,
  whole,
} from './narrow.ts'
import type { KubeObject } from './object-types.ts'

/** Istio's DestinationRule, as far as it says where the clients of a host go. */
export interface DestinationRule extends KubeObject {
  readonly kind: 'DestinationRule'
  readonly host: string
  readonly exportTo: readonly string[]
  /** It has a `workloadSelector`. */
  readonly isSelective: boolean
  /** It has a `trafficPolicy`. */
  readonly hasPolicy: boolean
  readonly locality: LocalitySetting | null
  readonly unread: Unread
}

/** `trafficPolicy.loadBalancer.localityLbSetting`. */
interface LocalitySetting {
  readonly enabled: boolean
  /** null: it has none; empty: none that can be read. */
  readonly distribute: readonly LocalityWeights[] | null
  readonly failover: readonly { readonly from: string; readonly to: string }[] | null
  readonly failoverPriority: readonly string[]
  readonly unread: Unread
}

interface LocalityWeights {
  /** Its place in the list as it was written. */
  readonly at: number
  readonly from: string
  /** null: it cannot be read. */
  readonly to: readonly { readonly locality: string; readonly weight: number }[] | null
}

/** More is no table of regions. */
const MOST_ENTRIES = 1000

/** `region[/zone[/subzone]]`, of which the last may be `*`, and `*`. */
const locality = shaped(
  /^(?=.{1,253}$)(?:\*|[^\s*/]+(?:\/[^\s*/]+){0,2}|[^\s*/]+(?:\/[^\s*/]+)?\/\*)$/,
  'a locality such as us-east-1/us-east-1a/* (* stands at its end)',
)
const region = shaped(/^[^\s*/]{1,253}$/, 'a region, such as us-east-1')
const number = integer(1, 100)
const weight: Narrower<number> = (value) => {
  try {
    return number(value)
  } catch {
    throw new NarrowingError(value, 'a number from 1 to 100 (all weights of an entry count, or none)')
  }
}

const weights: Narrower<NonNullable<LocalityWeights['to']>> = objectOf((fields, left) => {
  const names = Object.keys(fields)
  if (names.length > MOST_ENTRIES)
    throw new NarrowingError(fields, `a map of at most ${MOST_ENTRIES} localities`)
  return names.map((name) => ({ locality: locality(name), weight: at(fields, name, weight, left) }))
})

const lenientWeights = lenient(weights, null)

const entry = objectOf((fields, left) => ({
  from: at(fields, 'from', locality, left),
  to: at(fields, 'to', lenientWeights, left),
}))

/** null of a list without entries, as of one that is not there. */
function unlessEmpty<T>(read: Narrower<T>): Narrower<T | null> {
  return (value, left) =>
    isAbsent(value) || (Array.isArray(value) && value.length === 0) ? null : read(value, left)
}

/** In order, each with its place: one that cannot be read is left out, and the others keep theirs. */
const places = itemsOf(lenient(entry, null), MOST_ENTRIES)
const distribute = unlessEmpty((value, left): readonly LocalityWeights[] =>
  places(value, left).flatMap((one, i) => (one === null ? [] : [{ at: i, ...one }])),
)

const failover = unlessEmpty(
  itemsOf(
    objectOf((fields, left) => ({
      from: at(fields, 'from', region, left),
      to: at(fields, 'to', region, left),
    })),
    MOST_ENTRIES,
  ),
)

const enabled = or(flag, true)

/** One key after the other decides: without one of them the others would say something else. */
const priorities = whole(text, 100)

const BALANCER_PLACE = 'spec.trafficPolicy.loadBalancer'
const SETTING = ['enabled', 'distribute', 'failover', 'failoverPriority']

const localitySetting = objectOf((fields, left) => ({
  enabled: at(fields, 'enabled', enabled, left),
  distribute: at(fields, 'distribute', distribute, left),
  failover: at(fields, 'failover', failover, left),
  failoverPriority: at(fields, 'failoverPriority', priorities, left),
  unread: unread(fields, `${BALANCER_PLACE}.localityLbSetting`, {}, SETTING),
}))

const lenientSetting = lenient(orNull(localitySetting), null)

const CONNECTIONS = 'is about connections, and a name server makes none'
const REQUESTS = 'chooses an endpoint for each request, and a name server sees none'

const BALANCER: Readonly<Record<string, string>> = {
  simple: REQUESTS,
  consistentHash: REQUESTS,
  warmup: REQUESTS,
  warmupDurationSecs: REQUESTS,
  zoneAwareLbSetting: 'is not read, and wins over localityLbSetting, which is left out with it',
}
const POLICY: Readonly<Record<string, string>> = {
  outlierDetection:
    'needs the results of requests, which a name server does not see; nearest first and failover hold without it',
  connectionPool: CONNECTIONS,
  tls: CONNECTIONS,
  tunnel: CONNECTIONS,
  proxyProtocol: CONNECTIONS,
  retryBudget: 'bounds retries, which whoever carries requests makes',
  portLevelSettings: 'is left out: a look-up of addresses knows no port',
}
const SPEC: Readonly<Record<string, string>> = {
  subsets: 'is left out: it divides by labels of pods, which a name server does not see',
}

const balancer = section((fields, left) => ({
  locality: isAbsent(fields['zoneAwareLbSetting'])
    ? at(fields, 'localityLbSetting', lenientSetting, left)
    : null,
  unread: unread(fields, BALANCER_PLACE, BALANCER, ['localityLbSetting']),
}))

const policy = section((fields, left) => {
  const { locality: found, unread: inBalancer } = at(fields, 'loadBalancer', balancer, left)
  const unreadHere = unread(fields, 'spec.trafficPolicy', POLICY, ['loadBalancer'])
  return { locality: found, unread: [...unreadHere, ...inBalancer, ...(found?.unread ?? [])] }
})

const NO_POLICY = { locality: null, unread: [] } as const
const lenientPolicy = lenient(policy, NO_POLICY)

const spec = section((fields: Fields, left) => {
  const { locality: found, unread: inPolicy } = at(fields, 'trafficPolicy', lenientPolicy, left)
  return {
    host: at(fields, 'host', istioHost, left),
    exportTo: at(fields, 'exportTo', istioNames, left),
    isSelective: !isAbsent(fields['workloadSelector']),
    hasPolicy: !isAbsent(fields['trafficPolicy']),
    locality: found,
    unread: [...inPolicy, ...unread(fields, 'spec', SPEC, READ)],
  }
})

const READ = ['host', 'exportTo', 'workloadSelector', 'trafficPolicy']

export const DESTINATION_RULE = istioRow<DestinationRule>({
  kind: 'DestinationRule',
  plural: 'destinationrules',
  parse: (meta, fields, left) => ({ kind: 'DestinationRule', ...meta, ...at(fields, 'spec', spec, left) }),
  keysOf: ({ host, namespace }) => [...servicesNamed(host, namespace), wholeName(host)],
  servicesIn: servicesUnread,
})
