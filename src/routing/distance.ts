import {
  type Cluster,
  type Failover,
  type Locality,
  matchesLocality,
  type Viewpoint,
} from '../clusterset/index.ts'
import type { Distance } from './types.ts'

/** How far a cluster is from a viewpoint: same cluster, zone, region, the failover regions in order, the rest. */
export function distanceTo(cluster: Cluster, from: Viewpoint, failover: readonly Failover[]): Distance {
  if (cluster.id === from.cluster) return { rank: 0, label: 'same cluster' }
  return localityDistance(cluster.locality, from.locality, failover)
}

/** The same between two places, clusters aside. */
export function localityDistance(
  there: Locality | null,
  here: Locality | null,
  failover: readonly Failover[],
): Distance {
  if (there !== null && here !== null && there.region === here.region) {
    const sameZone = there.zone !== null && there.zone === here.zone
    return sameZone ? { rank: 1, label: 'same zone' } : { rank: 2, label: 'same region' }
  }
  const regions = failover.filter(({ from }) => matchesLocality(from, here)).map(({ to }) => to)
  const place = regions.findIndex((region) => matchesLocality(region, there))
  if (place !== -1) return { rank: 3 + place, label: `failover to ${regions[place]}` }
  return { rank: 3 + regions.length, label: 'another region' }
}
