import { clusterAt } from '../../answer/routing/index.ts'
import type { ClientRules } from '../../server/replies/index.ts'
import type { GeoWork } from '../../sources/geo/index.ts'
import {
  byDistance,
  type ClusterId,
  type Coordinates,
  type GeoTable,
  type Viewpoint,
} from '../../words/clusterset/index.ts'
import type { Config, DeclaredCluster } from './config.ts'

/** What of a cluster says whom a GeoIP database places there. */
type Placed = Pick<DeclaredCluster, 'id' | 'locality' | 'coordinates'>

/** Which database is read, and where its records place clients; null: none. */
export function geoWorkOf(
  { clients: { geo } }: Pick<Config, 'clients'>,
  local: Viewpoint,
  clusters: readonly Placed[],
): GeoWork | null {
  if (geo === null) return null
  const places = new PlaceNumbers(local)
  const located = clusters.flatMap(({ coordinates: at, ...one }) => (at === null ? [] : [{ ...one, at }]))
  const nearest =
    geo.map === null
      ? located.map(({ id, locality, at }) => ({
          at,
          place: places.of(id, id === local.cluster ? local.locality : locality, beyondOf(id, at, located)),
        }))
      : []
  const map =
    geo.map &&
    new Map(
      [...geo.map].map(([place, locality]) => [
        place,
        places.of(clusterAt(locality, local.cluster, clusters), locality),
      ]),
    )
  return {
    database: geo.database,
    rules: { map, nearest, viewpoints: places.all },
  }
}

/** Of more clusters nobody is ever the one that is left. */
const MOST_BEYOND = 100

/** The other clusters by their distance from one; undefined: it is alone. */
function beyondOf(
  id: ClusterId,
  from: Coordinates,
  located: readonly { readonly id: ClusterId; readonly at: Coordinates }[],
): Viewpoint['beyond'] {
  const others = located.filter((one) => one.id !== id)
  if (others.length === 0) return undefined
  return byDistance(from, others, ({ at }) => at)
    .slice(0, MOST_BEYOND)
    .map((one) => one.id)
}

/** Where a database may place clients besides where the server stands. */
export const geoClustersOf = (
  config: Pick<Config, 'clients' | 'local'>,
  clusters: readonly Placed[],
): readonly ClusterId[] => {
  const { cluster, locality } = config.local
  const work = geoWorkOf(config, { cluster: cluster ?? '', locality }, clusters)
  return work === null ? [] : work.rules.viewpoints.slice(1).map((one) => one.cluster)
}

/** Places by number, each once; 0 is where the server stands. */
class PlaceNumbers {
  readonly all: Viewpoint[]
  readonly #known: Map<string, number>

  constructor(local: Viewpoint) {
    this.all = [local]
    this.#known = new Map([[JSON.stringify(local), 0]])
  }

  /** Clients at the server's own cluster stand where it does, unless they are elsewhere by name. */
  of(cluster: ClusterId, locality: Viewpoint['locality'], beyond?: Viewpoint['beyond']): number {
    const viewpoint = beyond === undefined ? { cluster, locality } : { cluster, locality, beyond }
    const key = JSON.stringify(viewpoint)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, this.all.length)
    return this.all.push(viewpoint) - 1
  }
}

/** The same with a table; a place of it that the map has too is that value, by which memos and scopes tell places. */
export function withGeo(rules: ClientRules, table: GeoTable | null): ClientRules {
  if (table === null) return rules
  const known = new Map(
    [rules.local, ...rules.map.map((one) => one.viewpoint)].map((one) => [JSON.stringify(one), one]),
  )
  const viewpoints = table.viewpoints.map((one) => known.get(JSON.stringify(one)) ?? one)
  return { ...rules, geo: { ...table, viewpoints } }
}
