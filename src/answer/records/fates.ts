import { type Address, printAddress } from '../../values/dns/index.ts'
import { remembered } from '../../values/table/index.ts'
import type { EndpointPlaces } from '../../world/zone/index.ts'
import {
  type Draws,
  drawsOf,
  type HeadlessCandidate,
  type HeadlessRouting,
  type Placed,
  placesOf,
  type Routing,
} from '../routing/index.ts'
import type { Fate } from './explanation.ts'

/** By cluster, for a ClusterSetIP service. `numbered`: the zone whose SRV records carry node ports and the like; null: none does. */
export function clusterFates(routing: Routing, numbered: string | null): ReadonlyMap<string, Fate> {
  const fates = new Map(routing.candidates.map((one) => [one.candidate.id, idle(one, numbered)]))
  routing.levels.forEach((level, i) => {
    for (const { candidate, share } of level.members) {
      const { id } = candidate
      const draws = level.draws * share
      const shareOf = draws > 0 ? sharesApart(id, routing) : null
      const fate =
        draws > 0
          ? `answers ${typesOf(shareOf)}(${level.label})`
          : `stands by (${level.label}): nearer ones answer`
      fates.set(id, { ...(fates.get(id) ?? NOWHERE), level: i + 1, share: draws, shareOf, fate })
    }
  })
  for (const { cluster, reason } of routing.excluded)
    fates.set(cluster, { ...NOWHERE, fate: `left out: ${reason}` })
  return fates
}

/** Of the draws of each family, where those that answer have none in common. */
function sharesApart(id: string, { apart }: Routing): Fate['shareOf'] {
  if (apart === null) return null
  const of = (from: Draws): number => chancesIn(from).get(id) ?? 0
  return { A: of(apart[4]), AAAA: of(apart[6]) }
}

/** Found out once for all clusters. */
const chancesIn = remembered(
  (from: Draws): ReadonlyMap<string, number> =>
    new Map(drawsOf(from).map(({ cluster, chance }) => [cluster, chance])),
)

/** `A `, for one that answers that alone. */
const typesOf = (shares: Fate['shareOf']): string =>
  shares === null || (shares.A > 0 && shares.AAAA > 0) ? '' : shares.A > 0 ? 'A ' : 'AAAA '

/** Of a cluster that routing did not place. */
export const NOWHERE = {
  route: null,
  addresses: [],
  moreAddresses: 0,
  noRoute: [],
  distance: null,
  weight: null,
  level: null,
  share: null,
  shareOf: null,
} as const

function idle(one: Placed, numbered: string | null): Fate {
  const { route } = one.candidate
  const idling = { ...routeOf(one), level: null, share: null, shareOf: null }
  if (route.kind !== 'none') return { ...idling, fate: `left out: ${one.why}` }
  if (numbered === null || route.byPort === undefined)
    return { ...idling, fate: `left out: no route (${route.brief})` }
  const { kind, addresses } = route.byPort
  return {
    ...idling,
    route: kind,
    ...listed(addresses),
    fate: `reached by SRV in ${numbered} alone (${route.brief})`,
  }
}

const routeOf = ({
  candidate: { route },
  distance,
  weight,
}: Placed): Pick<Fate, 'route' | 'noRoute' | 'distance' | 'weight'> & Listed => ({
  route: route.kind,
  ...listed(route.kind === 'none' ? [] : route.addresses),
  noRoute: route.kind === 'none' ? route.reasons : [],
  distance: distance.label,
  weight,
})

/** Addresses of one cluster that are told one by one: a person reads no more. */
export const LISTED = 100

type Listed = Pick<Fate, 'addresses' | 'moreAddresses'>

const listed = (addresses: readonly Address[], count = addresses.length): Listed => ({
  addresses: addresses.slice(0, LISTED).map(printAddress),
  moreAddresses: Math.max(0, count - LISTED),
})

/** Of thousands of endpoints those are read that are told. */
function listedOf(endpoints: EndpointPlaces): Listed {
  const first = Array.from({ length: Math.min(endpoints.length, LISTED) }, (_, k) => endpoints.at(k))
  return listed(
    first.flatMap((one) => one?.endpoint.addresses ?? []),
    endpoints.countAddresses(),
  )
}

/**
 * By cluster, for a Headless service: all that may answer do. `counts`: how many ready endpoints clusters have, of which
 * a dual-stack one is there for each family. `omitted`: how many endpoints of clusters are not among the candidates'.
 */
export function headlessFates(
  routing: HeadlessRouting,
  counts: ReadonlyMap<string, number>,
  omitted: ReadonlyMap<string, number>,
): ReadonlyMap<string, Fate> {
  const answering = new Set(routing.members)
  const of = routing.candidates.map((one) => {
    const { id } = one.candidate
    const places = placesOf(one.candidate, routing)
    const more = omitted.get(id) ?? 0
    const answered = places.length + more
    const at = listedOf(places)
    const count = Math.min(counts.get(id) ?? answered, answered)
    return { one, count, at: { ...at, moreAddresses: at.moreAddresses + more } }
  })
  const total = of.reduce((sum, { one, count }) => sum + (answering.has(one) ? count : 0), 0)
  return new Map(
    of.map(({ one, count, at }) => [
      one.candidate.id,
      headlessFate(one, answering.has(one), count / total, at),
    ]),
  )
}

function headlessFate(one: Placed<HeadlessCandidate>, answers: boolean, share: number, at: Listed): Fate {
  const place = { distance: one.distance.label, weight: one.weight }
  const way = one.candidate.route
  if (way.kind === 'none') {
    return {
      ...NOWHERE,
      ...place,
      route: 'none',
      noRoute: way.reasons,
      fate: 'left out: no route (not on the network of the asker)',
    }
  }
  const route = { ...place, route: 'endpoints', ...at, noRoute: [] }
  if (answers)
    return {
      ...route,
      level: 1,
      share,
      shareOf: null,
      fate: 'answers with all its ready endpoints',
    }
  return { ...route, level: null, share: null, shareOf: null, fate: `left out: ${one.why}` }
}
