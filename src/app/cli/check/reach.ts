import {
  headlessServiceOf,
  isReachedByPort,
  routableOf,
  route,
  routeHeadless,
} from '../../../answer/routing/index.ts'
import type { Viewpoint } from '../../../words/clusterset/index.ts'
import { type Entry, publishedIn, type Snapshot } from '../../../world/zone/index.ts'

/** Every service that any cluster holds, by name. */
export const entriesOf = ({ entries }: Snapshot): readonly Entry[] =>
  Array.from(entries, ([, entry]) => entry).sort((a, b) => (a.key < b.key ? -1 : 1))

/** Where the clients of each cluster stand. */
export const viewpointsOf = ({ clusterset: { local, members } }: Snapshot): readonly Viewpoint[] =>
  [...members.values()].map(({ id, locality }) => (id === local.cluster ? local : { cluster: id, locality }))

/** Clients in the cluster are answered its ServiceImport's clusterset IP: how that leads anywhere is not ours to say. */
export const hasClustersetIP = ({ imports }: Entry, { cluster }: Viewpoint): boolean => {
  const found = imports.get(cluster)
  return found !== undefined && found.type === 'ClusterSetIP' && found.ips.length > 0
}

/** Why a viewpoint's clients reach nobody; `byPort`: but for those that look up SRV in the global zone. */
export interface Obstacle {
  readonly why: string
  readonly byPort: boolean
}

/** What keeps a viewpoint's clients from whoever exports the service; undefined when they reach someone. */
export function obstacleTo(entry: Entry, from: Viewpoint, snapshot: Snapshot): Obstacle | undefined {
  const zone = { kind: 'clusterset', name: snapshot.settings.clusterset } as const
  const published = publishedIn(zone, entry, from.cluster)
  if (published === undefined || entry.import === null) return undefined
  if (published.type === 'Headless') {
    const service = headlessServiceOf(entry, published, false, from, snapshot.clusterset)
    return obstacleOf(routeHeadless(service, from).obstacle, false)
  }
  if (hasClustersetIP(entry, from)) return undefined
  const service = routableOf(entry, from, snapshot.clusterset, 'clusterset')
  if (service === undefined) return undefined
  const routing = route(service, from)
  return obstacleOf(routing.obstacle, snapshot.settings.global !== null && isReachedByPort(routing))
}

const obstacleOf = (why: string | null, byPort: boolean): Obstacle | undefined =>
  why === null ? undefined : { why, byPort }
