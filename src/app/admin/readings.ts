import type { WriterStatus } from '../../controller/index.ts'
import { objectsOf } from '../../sources/changes/index.ts'
import type { Cluster } from '../../words/clusterset/index.ts'
import type { Sample } from '../../words/observe/index.ts'
import { GAUGE, gaugeLabels, idleObjects, type Zone } from '../../world/zone/index.ts'
import type { Contact, WatchedServer } from './state.ts'

// What metrics read off the world.

type Reading = (watched: WatchedServer) => readonly Sample[]

/** One sample without labels. */
export const only = (value: number): readonly Sample[] => [{ labels: {}, value }]

export const eachCluster =
  (figure: (cluster: Cluster) => number): Reading =>
  ({ world }) =>
    [...world.clusterset.members.values()].map((one) => ({ labels: { cluster: one.id }, value: figure(one) }))

/** The same, if there is anything to say. */
export const known = (value: number | null | undefined): readonly Sample[] =>
  value === null || value === undefined ? [] : only(value)

/** Of each cluster that is at work. */
export const ofContacts =
  (figure: (contact: Contact) => number): Reading =>
  ({ contacts }) =>
    contacts().map((one) => ({ labels: { cluster: one.id }, value: figure(one) }))

/** The same from milliseconds; clusters that have none are left out. */
export const secondsOfContacts =
  (figure: (contact: Contact) => number | null): Reading =>
  ({ contacts }) =>
    contacts().flatMap((one) => {
      const milliseconds = figure(one)
      return milliseconds === null ? [] : [{ labels: { cluster: one.id }, value: milliseconds / 1000 }]
    })

/** Of each cluster that the controller writes to. */
export const ofWriters =
  (figure: (status: WriterStatus) => number): Reading =>
  ({ writing }) =>
    writing().map((one) => ({ labels: { cluster: one.cluster }, value: figure(one) }))

/** What the zones count of services by that name, by its labels. */
export const summed =
  (name: string, labelNames: readonly string[]): Reading =>
  ({ world }) =>
    [...world.gauges].flatMap(([key, value]) => {
      const labels = gaugeLabels(name, key)
      if (labels === undefined) return []
      return [{ labels: Object.fromEntries(labelNames.map((label, i) => [label, labels[i] ?? ''])), value }]
    })

const STATES = ['never', 'live', 'stale', 'down', 'unreachable'] as const

export const statesOfClusters: Reading = ({ world }) =>
  [...world.clusterset.members.values()].flatMap(({ id, freshness }) =>
    STATES.map((state) => ({ labels: { cluster: id, state }, value: freshness.kind === state ? 1 : 0 })),
  )

export const clustersLeftOut: Reading = ({ registry }) => {
  const status = registry()
  return status === null ? [] : only(status.leftOut)
}

/** Of kinds that are read only where somebody asks for them, where there are some. */
export const objectsHeld: Reading = ({ views }) =>
  [...views].flatMap(([cluster, view]) =>
    view.kinds.rows.flatMap(({ kind, askedBy }) => {
      const { size } = objectsOf(view, kind)
      return askedBy !== null && size === 0 ? [] : [{ labels: { cluster, kind }, value: size }]
    }),
  )

const objectsOfServices = summed(GAUGE.objects, ['kind', 'outcome'])

/** One tenant may have many, and whoever asks for metrics does so often. */
const MOST_LOOKED_AT = 1000

/** Of services, and of none that is here. */
export const objectsByOutcome: Reading = (watched) => {
  const idle = new Map<string, number>()
  for (const { kind, objects } of idleObjects(watched.world, watched.views, MOST_LOOKED_AT))
    idle.set(kind, (idle.get(kind) ?? 0) + objects.length)
  return [
    ...objectsOfServices(watched),
    ...[...idle].map(([kind, value]) => ({ labels: { kind, outcome: 'of no service' }, value })),
  ]
}

/** Each has its line, so that an alert sees it come. */
export const federationsRefused: Reading = ({ world: { settings, refused } }) =>
  Array.from(settings.federations?.keys() ?? [], (federation) => ({
    labels: { federation },
    value: refused.has(federation) ? 1 : 0,
  }))

/** Each cluster has its line, so that an alert sees it come. */
export const failedServices: Reading = ({ world }) => {
  const counts = new Map([...world.clusterset.members.keys()].map((id) => [id, 0]))
  for (const [, faults] of world.faults)
    for (const id of faults.keys()) if (counts.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1)
  return [...counts].map(([cluster, value]) => ({ labels: { cluster }, value }))
}

const recordsByZone = summed(GAUGE.records, ['kind', 'of'])

export const namesOfZones: Reading = (watched) => {
  const counts = new Map(recordsByZone(watched).map(({ labels, value }) => [keyOf(labels), value]))
  return [...watched.world.zones.values()].flatMap((zone) => {
    if (zone.kind === 'reverse') return []
    return [{ labels: { zone: zone.name }, value: counts.get(zoneKey(zone)) ?? 0 }]
  })
}

const keyOf = (labels: Sample['labels']): string => `${labels['kind']} ${labels['of']}`

/** Which it is of those of its kind. */
function ownOf(zone: Zone): string {
  switch (zone.kind) {
    case 'cluster':
      return zone.cluster
    case 'federation':
      return zone.federation
    case 'entries':
      return zone.name
    default:
      return ''
  }
}

const zoneKey = (zone: Zone): string => `${zone.kind} ${ownOf(zone)}`
