import type { Octets } from '../../values/packed/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import { type Entry, type Faults, PointerTable, type Snapshot } from '../../world/zone/index.ts'
import { type Beside, besideAfter, besideFrom, store } from './beside.ts'
import { DecodedEntries, eachDecoded, eachNaming, type Kept } from './decoded.ts'
import { eachEncoded } from './encoded.ts'
import type { Onlooker, Parts, Update } from './types.ts'

/**
 * A world as an answering thread has it: kept up by updates, its entries octets until they are asked for. Between
 * two updates it is as frozen as the world it follows, and no query spans one.
 */
export class Replica {
  readonly #entries: EncodedTable
  readonly #tally = new Map<string, number>()
  #pointers = PointerTable.EMPTY
  #snapshot: Snapshot

  constructor(parts: Parts, onlooker: Onlooker | null = null) {
    this.#entries = new EncodedTable(onlooker)
    this.#snapshot = this.#with(besideFrom(parts))
  }

  /** Another one after every update. The one before is not to be used any more: it has the same tables. */
  get snapshot(): Snapshot {
    return this.#snapshot
  }

  apply(update: Update): void {
    const { entries, gone, tally, pointers, renamed } = update
    for (const [key, octets] of eachEncoded(entries)) this.#entries.set(key, octets)
    for (const key of gone) this.#entries.delete(key)
    for (const [key, count] of tally) store(this.#tally, key, count === 0 ? undefined : count)
    this.#pointers = this.#pointers.after(pointers)
    for (const key of renamed) this.#entries.touch(key)
    this.#snapshot = this.#with(besideAfter(this.#snapshot, update))
  }

  /** It is in force already. */
  show(): void {}

  #with(beside: Beside): Snapshot {
    const tables = { entries: this.#entries, tally: this.#tally, pointers: this.#pointers, faults: NONE }
    return { ...beside, ...tables }
  }
}

/** Entries as octets, decoded when first asked for. */
class EncodedTable implements Iterable<readonly [ServiceKey, Entry]> {
  readonly #all = new Map<ServiceKey, Kept>()
  readonly #decoded = new DecodedEntries()
  readonly #onlooker: Onlooker | null

  constructor(onlooker: Onlooker | null) {
    this.#onlooker = onlooker
  }

  get(key: ServiceKey): Entry | undefined {
    const kept = this.#all.get(key)
    return kept === undefined ? undefined : (kept.entry ?? this.#decoded.of(key, kept))
  }

  set(key: ServiceKey, octets: Octets): void {
    const kept = this.#all.get(key)
    if (kept !== undefined) this.#change(key, kept, octets)
    else {
      this.#all.set(key, { octets, entry: undefined })
      this.#onlooker?.came(key)
    }
  }

  /** What follows from it is another. */
  touch(key: ServiceKey): void {
    const kept = this.#all.get(key)
    if (kept !== undefined) this.#change(key, kept, kept.octets)
  }

  delete(key: ServiceKey): void {
    const kept = this.#all.get(key)
    if (kept === undefined) return
    this.#all.delete(key)
    this.#decoded.drop(kept)
    this.#onlooker?.went(key)
  }

  #change(key: ServiceKey, kept: Kept, octets: Octets): void {
    this.#decoded.drop(kept)
    kept.octets = octets
    this.#onlooker?.changed(key)
  }

  naming(cluster: ClusterId): Iterable<readonly [ServiceKey, Entry] | undefined> {
    return eachNaming(cluster, this.#all)
  }

  [Symbol.iterator](): Iterator<readonly [ServiceKey, Entry]> {
    return eachDecoded(this.#all)
  }
}

const NONE: Snapshot['faults'] = new Map<string, Faults>()
