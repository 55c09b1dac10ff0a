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

/** What makes a replica of `before` one of `after`. */
export function updateBetween(before: World, after: World): Update {
  const changed: (readonly [ServiceKey, Entry])[] = []
  const gone: ServiceKey[] = []
  for (const [key, entry] of after.entries.changesSince(before.entries)) {
    if (entry === undefined) gone.push(key)
    else changed.push([key, entry])
  }
  return {
    entries: encodeEntries(changed),
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
export const wholeUpdate = (world: World): Update =>
  updateBetween({ ...world, entries: Table.empty(), tally: Table.empty(), pointers: Table.empty() }, world)

/** Whether an update says anything. */
export const isEmpty = ({ entries, gone, tally, pointers, parts }: Update): boolean =>
  entries.keys.length + gone.length + tally.length + pointers.length + Object.keys(parts).length === 0

function encodeEntries(entries: readonly (readonly [ServiceKey, Entry])[]): EncodedEntries {
  const encoded = entries.map(([, entry]) => encodeEntry(entry))
  const octets = new Uint8Array(encoded.reduce((sum, { length }) => sum + length, 0))
  const into = Buffer.from(octets.buffer)
  let end = 0
  const ends = encoded.map((each) => {
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
