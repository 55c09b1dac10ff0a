import type { ClusterId, External } from '../../words/clusterset/index.ts'
import { few, namespaceOf, type ServiceEntry, type ServiceKey } from '../../words/kube/index.ts'
import type { EntryGround } from './entry-endpoints.ts'
import { hostsLeftOut, isOf, namesInHosts, whyUnsaid } from './entry-hosts.ts'
import { type EntryShare, type Meaning, meaningFor } from './entry-meaning.ts'
import { heard } from './heard.ts'
import { machinesIn } from './machines.ts'
import {
  became,
  byCreation,
  nameOfObject,
  type ObjectOutcome,
  type ObjectSummary,
  objectSummary,
} from './outcomes.ts'
import type { IstioRules } from './rules.ts'
import { portsUnited, routeAt } from './share-route.ts'
import { clientPorts, type LeftOut, type Settled, sitesOf } from './sites.ts'
import { speaksFor } from './trust.ts'

/** What entries say of one service, and what became of each of them. */
export interface ServiceEntries {
  /** null: nothing. */
  readonly external: External | null
  /** Where those stand that decide what is behind the name; null: none does. */
  readonly namespace: string | null
  /** Some of them may speak for it, whether they say anything or not. */
  readonly isMeant: boolean
  readonly objects: ObjectSummary
  /** Of the machines that they select. */
  readonly machines: ObjectSummary
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
  const { all, isSilent, whySilent, speaking, unheard } = heard(objects, key, rules, {
    hostsOf: ({ hosts }) => hosts,
    whyNot: (one) => whyUnsaid(one, key, rules.zones, ground.clusters),
  })
  const chosen = chosenOf(speaking, key, null, rules)
  const routing = new Map(
    clustersIn(speaking, key, rules, ground).map((id) => [id, chosenOf(speaking, key, id, rules)]),
  )
  const counting = new Set([...chosen, ...[...routing.values()].flat()])
  const meanings = new Map([...counting].map((one) => [one, meaningFor(key, one, rules, ground)]))
  const { external, isThere, told } = externalIn({ chosen, routing, meanings }, rules.cluster, ground)
  const outcomeOf = (one: ServiceEntry): ObjectOutcome['outcome'] => {
    if (!meanings.has(one)) return isSilent(one) ? 'leftOut' : 'overridden'
    return isThere(one) ? 'inForce' : 'leftOut'
  }
  return {
    external,
    namespace: chosen[0]?.namespace ?? null,
    isMeant: all.some(({ namespace }) => speaksFor(namespace, key, rules)),
    machines: machinesIn([...meanings.values()].flatMap((one) => one.machines)),
    objects: objectSummary(
      all,
      outcomeOf,
      (one, outcome) =>
        tell(one, outcome, {
          meaning: meanings.get(one),
          why: whySilent(one),
          deciding: [...chosen.slice(0, 1), ...[...routing.values()].flatMap(([first]) => first ?? [])],
          told: [...hostsLeftOut(one, key, rules.zones, ground.clusters), ...told(one)],
        }),
      unheard,
    ),
  }
}

/** Of those that have a name of the service, or of a cluster's share of it: of one namespace, the oldest first. */
function chosenOf(
  speaking: readonly ServiceEntry[],
  key: ServiceKey,
  cluster: ClusterId | null,
  { zones }: IstioRules,
): readonly ServiceEntry[] {
  const ranked = speaking.filter((one) => isOf(one, key, cluster, zones)).toSorted(byCreation)
  const own = ranked.find(({ namespace }) => namespace === namespaceOf(key)) ?? ranked[0]
  return ranked.filter(({ namespace }) => namespace === own?.namespace)
}

const clustersIn = (
  speaking: readonly ServiceEntry[],
  key: ServiceKey,
  { zones }: IstioRules,
  { clusters }: EntryGround,
): readonly ClusterId[] => [
  ...new Set(
    speaking
      .flatMap((one) => namesInHosts(one, key, zones).flatMap(({ cluster }) => cluster ?? []))
      .filter((id) => clusters.has(id)),
  ),
]

/** Which entries say what. */
interface Saying {
  readonly chosen: readonly ServiceEntry[]
  readonly routing: ReadonlyMap<ClusterId, readonly ServiceEntry[]>
  readonly meanings: ReadonlyMap<ServiceEntry, Meaning>
}

/** What all of them say together. */
interface Together {
  readonly external: External | null
  /** Whether anything of an entry is in that. */
  readonly isThere: (one: ServiceEntry) => boolean
  /** What of an entry is left out beside the others. */
  readonly told: (one: ServiceEntry) => readonly string[]
}

function externalIn(
  { chosen, routing, meanings }: Saying,
  cluster: ClusterId,
  { clusters, hostAt }: EntryGround,
): Together {
  const endpointsOf = (some: readonly ServiceEntry[]): readonly Settled[] => {
    const [only, ...more] = some
    // Many hosts may have the same: the list by which their places are known.
    const all = more.length === 0 ? only && meanings.get(only)?.endpoints : undefined
    return all ?? some.flatMap((one) => meanings.get(one)?.endpoints ?? [])
  }
  const endpoints = endpointsOf(chosen)
  const { sites, told } = sitesOf(
    upTo(endpoints, MOST_ENDPOINTS),
    hostAt === undefined ? clusters : { has: (id) => clusters.has(id), hostAt },
  )
  const shares = sharesIn(chosen.flatMap((one) => namedBy(one, meanings.get(one))))
  const ways = [...routing].map(([id, some]) => {
    const found = routeAt(id, upTo(endpointsOf(some), MOST_ENDPOINTS))
    return { id, ...found, createdAt: some[0]?.createdAt ?? 0 }
  })
  const routes = new Map(
    ways.flatMap(({ id, route, createdAt }) =>
      route === undefined ? [] : [[id, { ...route, createdAt }] as const],
    ),
  )
  const there = new Set([...sites, ...routes.values()].flatMap(({ by }) => by))
  const isThere = (one: ServiceEntry): boolean =>
    there.has(nameOfObject(one)) || (meanings.get(one)?.shares.length ?? 0) > 0
  const ports = portsUnited(chosen.filter(isThere).flatMap((one) => clientPorts(one.ports)))
  const isSaid = sites.length > 0 || shares !== null || routes.size > 0
  return {
    external: isSaid ? { cluster, ports, sites, shares, routes } : null,
    isThere,
    told: (one) => [
      ...leftOutOf(one, [...told, ...ways.flatMap((way) => way.told)]),
      ...(one === chosen[0] ? beyond(endpoints.length - MOST_ENDPOINTS) : []),
    ],
  }
}

const leftOutOf = (one: ServiceEntry, all: readonly LeftOut[]): readonly string[] =>
  all.flatMap(({ by, sentence }) => (by.includes(nameOfObject(one)) ? [sentence] : []))

const beyond = (count: number): readonly string[] =>
  count > 0 ? [`${count} endpoints are beyond the first ${MOST_ENDPOINTS}`] : []

const upTo = <T>(all: readonly T[], most: number): readonly T[] =>
  all.length > most ? all.slice(0, most) : all

interface Telling {
  readonly meaning: Meaning | undefined
  readonly why: string | undefined
  /** The first for the service, and for each cluster's share. */
  readonly deciding: readonly ServiceEntry[]
  /** Of all of them together. */
  readonly told: readonly string[]
}

function tell(
  one: ServiceEntry,
  outcome: ObjectOutcome['outcome'],
  { meaning, why, deciding, told: ofAll }: Telling,
): ObjectOutcome {
  if (meaning !== undefined) {
    const told = [...meaning.told, ...ofAll, ...one.unread]
    return became(one, outcome, outcome === 'inForce' ? null : 'no endpoint of it counts', told)
  }
  const decides = `${few(deciding.map(nameOfObject))} ${deciding.length === 1 ? 'decides' : 'decide'}: the service's own namespace comes first, then that of the oldest`
  return became(one, outcome, why ?? decides)
}

/** A share as one entry has it. */
type Named = EntryShare & { readonly by: string }

const namedBy = (one: ServiceEntry, meaning: Meaning | undefined): readonly Named[] =>
  (meaning?.shares ?? []).map((share) => ({ ...share, by: nameOfObject(one) }))

/** By cluster; weights of one are added. Where none has any nothing is said of them. */
function sharesIn(shares: readonly Named[]): External['shares'] {
  if (shares.length === 0) return null
  const isWeighed = shares.some(({ weight }) => weight !== null)
  const byCluster = Map.groupBy(shares, ({ cluster }) => cluster)
  return new Map(
    Array.from(byCluster, ([cluster, those]) => [
      cluster,
      {
        weight: isWeighed ? those.reduce((sum, { weight }) => sum + (weight ?? 1), 0) : null,
        by: [...new Set(those.map(({ by }) => by))],
      },
    ]),
  )
}
