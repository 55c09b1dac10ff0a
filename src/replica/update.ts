import type { Address } from '../dns/index.ts'
import type { ServiceKey } from '../kube/index.ts'
import type { Octets } from '../packed/index.ts'
import { Table } from '../table/index.ts'
import type { Entry, Snapshot, World } from '../zone/index.ts'
import { encodeEntry } from './entry.ts'

/**
 * What crosses from the thread that watches to one that answers: what changed between two worlds. Values that
 * postMessage copies; the entries, which are the bulk, are octets that it moves.
 */
export interface Update {
  readonly entries: EncodedEntries
  readonly gone: readonly ServiceKey[]
  readonly tally: readonly (readonly [key: string, count: number])[]
  readonly pointers: readonly (readonly [Address, Pointers | undefined])[]
  /** Parts that are small, each whole if it changed. */
  readonly parts: Partial<Parts>
}

export type Pointers = Snapshot['pointers'] extends Iterable<readonly [string, infer P]> ? P : never

export type Parts = Pick<Snapshot, 'settings' | 'clusterset' | 'zones' | 'serials' | 'settled'>

/** Entries one after another in `octets`; the one of `keys[i]` ends before `ends[i]`. */
export interface EncodedEntries {
  readonly keys: readonly ServiceKey[]
  readonly ends: readonly number[]
  readonly octets: Uint8Array<ArrayBuffer>
}

/** Told of a mistake of ours that one service brings out: it stays in replicas as it was, and the others go on. */
export type Failed = (error: Error) => void

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
    pointers: after.pointers.changesSince(before.pointers),
    parts: partsChanged(before, after),
  }
}

function partsChanged(before: Parts, after: Parts): Partial<Parts> {
  return {
    ...(before.settings === after.settings ? {} : { settings: after.settings }),
    ...(before.clusterset === after.clusterset ? {} : { clusterset: after.clusterset }),
    ...(before.zones === after.zones ? {} : { zones: after.zones }),
    ...(before.serials === after.serials ? {} : { serials: after.serials }),
    ...(before.settled === after.settled ? {} : { settled: after.settled }),
  }
}

/** What makes an empty replica one of `world`. */
export const wholeUpdate = (world: World, failed: Failed = raise): Update =>
  updateBetween(
    { ...world, entries: Table.empty(), tally: Table.empty(), pointers: Table.empty() },
    world,
    failed,
  )

/** Whether an update says anything. */
export const isEmpty = ({ entries, gone, tally, pointers, parts }: Update): boolean =>
  entries.keys.length + gone.length + tally.length + pointers.length + Object.keys(parts).length === 0

function joined(entries: readonly (readonly [ServiceKey, Octets])[]): EncodedEntries {
  const octets = new Uint8Array(entries.reduce((sum, [, { length }]) => sum + length, 0))
  const into = Buffer.from(octets.buffer)
  let end = 0
  const ends = entries.map(([, each]) => {
    end += into.write(each, end, 'latin1')
    return end
  })
  return { keys: entries.map(([key]) => key), ends, octets }
}

/** The octets of each entry, undecoded. */
export function* eachEncoded({
  keys,
  ends,
  octets,
}: EncodedEntries): Generator<readonly [ServiceKey, Octets]> {
  const from = Buffer.from(octets.buffer, octets.byteOffset, octets.length)
  for (const [i, key] of keys.entries())
    yield [key, from.toString('latin1', i === 0 ? 0 : ends[i - 1], ends[i])]
}
