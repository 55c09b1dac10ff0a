import { LRUCache } from 'lru-cache'
import type { Address } from '../dns/index.ts'
import type { ServiceKey } from '../kube/index.ts'
import type { Octets } from '../packed/index.ts'
import type { Entry, Snapshot } from '../zone/index.ts'
import { decodeEntry } from './entry.ts'
import { eachEncoded, type Parts, type Pointers, type Update } from './update.ts'

/** Decoded entries that are kept; any other is decoded again when it is asked for. */
const MAX_DECODED = 20_000

/**
 * A world as an answering thread has it: kept up by updates, its entries octets until they are asked for. Between
 * two updates it is as frozen as the world it follows, and no query spans one.
 */
export class Replica implements Snapshot {
  #parts: Parts
  readonly entries = new EncodedTable()
  readonly tally = new Map<string, number>()
  readonly pointers = new Map<Address, Pointers>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get settings(): Parts['settings'] {
    return this.#parts.settings
  }

  get clusterset(): Parts['clusterset'] {
    return this.#parts.clusterset
  }

  get zones(): Parts['zones'] {
    return this.#parts.zones
  }

  get serials(): Parts['serials'] {
    return this.#parts.serials
  }

  get settled(): boolean {
    return this.#parts.settled
  }

  apply({ entries, gone, tally, pointers, parts }: Update): void {
    for (const [key, octets] of eachEncoded(entries)) this.entries.set(key, octets)
    for (const key of gone) this.entries.delete(key)
    for (const [key, count] of tally) store(this.tally, key, count === 0 ? undefined : count)
    for (const [address, list] of pointers) store(this.pointers, address, list)
    this.#parts = { ...this.#parts, ...parts }
  }
}

function store<V>(map: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

/** Entries as octets, decoded when first asked for. */
class EncodedTable implements Iterable<readonly [ServiceKey, Entry]> {
  readonly #octets = new Map<ServiceKey, Octets>()
  readonly #decoded = new LRUCache<ServiceKey, Entry>({ max: MAX_DECODED })

  get(key: ServiceKey): Entry | undefined {
    const hit = this.#decoded.get(key)
    if (hit !== undefined) return hit
    const octets = this.#octets.get(key)
    if (octets === undefined) return undefined
    const entry = decodeEntry(key, octets)
    this.#decoded.set(key, entry)
    return entry
  }

  set(key: ServiceKey, octets: Octets): void {
    this.#octets.set(key, octets)
    this.#decoded.delete(key)
  }

  delete(key: ServiceKey): void {
    this.#octets.delete(key)
    this.#decoded.delete(key)
  }

  *[Symbol.iterator](): Generator<readonly [ServiceKey, Entry]> {
    for (const [key, octets] of this.#octets) yield [key, decodeEntry(key, octets)]
  }
}
