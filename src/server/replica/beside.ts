import type { Snapshot } from '../../world/zone/index.ts'
import { clustersetAfter, clustersetFrom } from './clusterset.ts'
import type { Parts, Update } from './types.ts'

/** What a snapshot has beside its tables. */
export type Beside = Pick<Snapshot, 'settings' | 'clusterset' | 'zones' | 'serials' | 'settled'>

export const besideFrom = (parts: Parts): Beside => ({ ...parts, clusterset: clustersetFrom(parts) })

export const besideAfter = (before: Beside, update: Update): Beside => ({
  settings: update.parts.settings ?? before.settings,
  zones: update.parts.zones ?? before.zones,
  settled: update.parts.settled ?? before.settled,
  clusterset: clustersetAfter(before.clusterset, update),
  serials: serialsAfter(before.serials, update.serials),
})

function serialsAfter(before: Beside['serials'], changed: Update['serials']): Beside['serials'] {
  if (changed.length === 0) return before
  const serials = new Map(before)
  for (const [zone, serial] of changed) store(serials, zone, serial)
  return serials
}

export function store<V>(map: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}
