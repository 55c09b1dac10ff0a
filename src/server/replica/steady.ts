import { Table } from '../../values/table/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import { type Entry, PointerTable, type Snapshot } from '../../world/zone/index.ts'
import { type Beside, besideAfter, besideFrom } from './beside.ts'
import { DecodedEntries, eachDecoded, eachNaming, type Kept } from './decoded.ts'
import { eachEncoded } from './encoded.ts'
import type { Onlooker, Parts, Update } from './types.ts'

/** What a snapshot has besides its parts. */
interface Tables {
  readonly entries: Table<Kept>
  readonly tally: Table<number>
  readonly pointers: PointerTable
}

/**
 * A world as a thread has it whose answers take many turns: each snapshot stays as it is for whoever holds it, while the
 * next ones are made. A zone transfer is of one snapshot, however slowly it is read.
 */
export class SteadyReplica {
  readonly #decoded = new DecodedEntries()
  readonly #onlooker: Onlooker | null
  /** Services of which an update told that is not shown yet. */
  #told = new Set<ServiceKey>()
  #shown: Table<Kept> = Table.empty()
  #tables: Tables = { entries: Table.empty(), tally: Table.empty(), pointers: PointerTable.EMPTY }
  #beside: Beside
  #snapshot: Snapshot

  constructor(parts: Parts, onlooker: Onlooker | null = null) {
    this.#onlooker = onlooker
    this.#beside = besideFrom(parts)
    this.#snapshot = this.#made()
  }

  get snapshot(): Snapshot {
    return this.#snapshot
  }

  /** Not seen before `show`: a large update comes in pieces, and a serial stands for all of it. */
  apply(update: Update): void {
    const { tally, pointers } = this.#tables
    let { entries } = this.#tables
    for (const [key, octets] of eachEncoded(update.entries))
      entries = entries.set(key, { octets, entry: undefined })
    for (const key of update.renamed) entries = touched(entries, key)
    for (const key of update.gone) entries = entries.delete(key)
    for (const keys of [update.entries.keys, update.renamed, update.gone])
      for (const key of keys) this.#told.add(key)
    const counted = update.tally.map(([key, count]) => [key, count === 0 ? undefined : count] as const)
    this.#tables = { entries, tally: tally.after(counted), pointers: pointers.after(update.pointers) }
    this.#beside = besideAfter(this.#beside, update)
  }

  show(): void {
    this.#snapshot = this.#made()
    const [before, now] = [this.#shown, this.#tables.entries]
    this.#shown = now
    for (const key of this.#told) tell(this.#onlooker, key, before.get(key), now.get(key))
    this.#told.clear()
  }

  #made(): Snapshot {
    const { entries, tally, pointers } = this.#tables
    return {
      ...this.#beside,
      entries: new SteadyEntries(entries, this.#decoded),
      tally,
      pointers,
      faults: NONE,
    }
  }
}

function tell(onlooker: Onlooker | null, key: ServiceKey, before?: Kept, now?: Kept): void {
  if (before === now) return
  if (before === undefined) onlooker?.came(key)
  else if (now === undefined) onlooker?.went(key)
  else onlooker?.changed(key)
}

/** What follows from the entry is another. */
function touched(entries: Table<Kept>, key: ServiceKey): Table<Kept> {
  const kept = entries.get(key)
  return kept === undefined ? entries : entries.set(key, { octets: kept.octets, entry: undefined })
}

const NONE: Snapshot['faults'] = Table.empty()

/** Entries as octets, decoded when first asked for. */
class SteadyEntries implements Iterable<readonly [ServiceKey, Entry]> {
  readonly #all: Table<Kept>
  readonly #decoded: DecodedEntries

  constructor(all: Table<Kept>, decoded: DecodedEntries) {
    this.#all = all
    this.#decoded = decoded
  }

  get(key: ServiceKey): Entry | undefined {
    const kept = this.#all.get(key)
    return kept && (kept.entry ?? this.#decoded.of(key, kept))
  }

  naming(cluster: ClusterId): Iterable<readonly [ServiceKey, Entry] | undefined> {
    return eachNaming(cluster, this.#all)
  }

  [Symbol.iterator](): Iterator<readonly [ServiceKey, Entry]> {
    return eachDecoded(this.#all)
  }
}
