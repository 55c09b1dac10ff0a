import { type Octets, pack, text } from '../../values/packed/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { ServiceKey } from '../../words/kube/index.ts'
import type { Entry } from '../../world/zone/index.ts'
import { decodeEntry } from './entry.ts'

/**
 * What those that are kept decoded weigh together; any other is decoded again when it is asked for, which is when no reply
 * to it is kept. With what follows from it one takes some twenty octets of heap for each that it weighs: all of them ten
 * megabytes, of the sixty-four that a thread may have.
 */
export const MAX_WEIGHT = 2 ** 19

/** However short its octets are, an entry is some forty objects. */
const LEAST_WEIGHT = 256

export const weightOf = ({ length }: Octets): number => LEAST_WEIGHT + length

/** An entry as octets. */
export interface Kept {
  octets: Octets
  entry: Entry | undefined
}

/** Those that are decoded, the oldest first, which make place for others: they are octets again. The last one is kept whatever it weighs. */
export class DecodedEntries {
  readonly #all = new Map<Kept, number>()
  #weight = 0

  get weight(): number {
    return this.#weight
  }

  get size(): number {
    return this.#all.size
  }

  of(key: ServiceKey, kept: Kept): Entry {
    const entry = decodedNow(key, kept.octets)
    this.drop(kept)
    const weight = weightOf(kept.octets)
    this.#all.set(kept, weight)
    this.#weight += weight
    this.#makePlace(kept)
    kept.entry = entry
    return entry
  }

  /** It changes, or is gone. */
  drop(kept: Kept): void {
    this.#weight -= this.#all.get(kept) ?? 0
    this.#all.delete(kept)
    kept.entry = undefined
  }

  #makePlace(last: Kept): void {
    for (const one of this.#all.keys()) {
      if (this.#weight <= MAX_WEIGHT || one === last) return
      this.drop(one)
    }
  }
}

/** All, decoded for whoever goes through them and kept by nobody else. */
export function* eachDecoded(
  all: Iterable<readonly [ServiceKey, Kept]>,
): Generator<readonly [ServiceKey, Entry]> {
  for (const [key, { octets }] of all) yield [key, decodeEntry(key, octets)]
}

/** The same, but for those whose octets have not the cluster's name: undefined. */
export function* eachNaming(
  cluster: ClusterId,
  all: Iterable<readonly [ServiceKey, Kept]>,
): Generator<readonly [ServiceKey, Entry] | undefined> {
  const name = pack(text, cluster)
  for (const [key, { octets }] of all)
    yield octets.includes(name) ? [key, decodeEntry(key, octets)] : undefined
}

/** A mistake of ours is told with the service that brings it out. */
function decodedNow(key: ServiceKey, octets: Octets): Entry {
  try {
    return decodeEntry(key, octets)
  } catch (error) {
    throw new Error(`service ${key}: ${String(error)}`, { cause: error })
  }
}
