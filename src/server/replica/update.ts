import type { Octets } from '../../values/packed/index.ts'
import { Table } from '../../values/table/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import { type Entry, PointerTable, type World } from '../../world/zone/index.ts'
import { declaredIn, encodedAddresses, membersChanged } from './clusterset.ts'
import { type Encoded, joined } from './encoded.ts'
import { encodeEntry } from './entry.ts'
import type { Parts, Update } from './types.ts'

/** Told of a mistake of ours that one service brings out: it stays in replicas as it was, and the others go on. */
type Failed = (error: Error) => void

const raise: Failed = (error) => {
  throw error
}

function encoded(key: ServiceKey, entry: Entry, failed: Failed): Octets | undefined {
  try {
    return encodeEntry(entry)
  } catch (error) {
    failed(new Error(`service ${key}: ${String(error)}`, { cause: error }))
    return undefined
  }
}

/** What makes a replica of `before` one of `after`. */
export function updateBetween(before: World, after: World, failed: Failed = raise): Update {
  const changed: (readonly [ServiceKey, Octets])[] = []
  const gone: ServiceKey[] = []
  for (const [key, entry] of after.entries.changesSince(before.entries)) {
    if (entry === undefined) gone.push(key)
    else {
      const octets = encoded(key, entry, failed)
      if (octets !== undefined) changed.push([key, octets])
    }
  }
  return {
    entries: joined(changed),
    gone,
    tally: after.tally.changesSince(before.tally).map(([key, count]) => [key, count ?? 0]),
    pointers: [...after.pointers.changesSince(before.pointers)],
    ...besideServices(before, after),
  }
}

function besideServices(
  before: World,
  after: World,
): Omit<Update, 'entries' | 'gone' | 'tally' | 'pointers'> {
  const [old, now] = [before.clusterset, after.clusterset]
  const members = membersChanged(old, now)
  return {
    resolved: joined(now.resolved.changesSince(old.resolved).map(encodedAddresses)),
    unresolved: now.unresolved.changesSince(old.unresolved),
    renamed: after.renamed.changesSince(before.renamed).map(([key]) => key),
    members: members ?? [],
    serials: serialsChanged(before.serials, after.serials),
    parts: {
      ...(before.settings === after.settings ? {} : { settings: after.settings }),
      ...(members === undefined ? { clusterset: declaredIn(now) } : {}),
      ...(before.zones === after.zones ? {} : { zones: after.zones }),
      ...(before.settled === after.settled ? {} : { settled: after.settled }),
    },
  }
}

/** There is one for each cluster, and most changes move a few. */
function serialsChanged(before: World['serials'], after: World['serials']): Update['serials'] {
  if (before === after) return []
  const moved = [...after].filter(([zone, serial]) => before.get(zone) !== serial)
  const gone = [...before.keys()].filter((zone) => !after.has(zone))
  return [...moved, ...gone.map((zone) => [zone, undefined] as const)]
}

/** What makes an empty replica, which has its parts, one of `world`. */
export function wholeUpdate(world: World, failed: Failed = raise): Update {
  const clusterset = { ...world.clusterset, resolved: NO_NAMES, unresolved: NO_REASONS }
  const tables = { entries: Table.empty<Entry>(), tally: Table.empty<number>(), renamed: world.renamed }
  return updateBetween({ ...world, ...tables, clusterset, pointers: PointerTable.EMPTY }, world, failed)
}

const NO_NAMES: World['clusterset']['resolved'] = Table.empty()
const NO_REASONS: World['clusterset']['unresolved'] = Table.empty()

/** What a replica of the world begins with. */
export const partsOf = ({ settings, clusterset, zones, serials, settled }: World): Parts => ({
  settings,
  clusterset: declaredIn(clusterset),
  zones,
  serials,
  settled,
})

const NO_OCTETS: Encoded = { keys: [], ends: [], octets: new Uint8Array() }

/** An update that says nothing. */
export const EMPTY_UPDATE: Update = {
  entries: NO_OCTETS,
  gone: [],
  tally: [],
  pointers: [],
  resolved: NO_OCTETS,
  unresolved: [],
  renamed: [],
  members: [],
  serials: [],
  parts: {},
}

/** Whether an update says anything. */
export const isEmpty = ({ entries, resolved, parts, ...lists }: Update): boolean =>
  entries.keys.length + resolved.keys.length + Object.keys(parts).length === 0 &&
  Object.values(lists).every(({ length }) => length === 0)
