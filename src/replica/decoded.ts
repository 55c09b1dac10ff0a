import type { ClusterId } from '../clusterset/index.ts'
import type { ServiceKey } from '../kube/index.ts'
import { type Octets, pack, text } from '../packed/index.ts'
import type { Entry } from '../zone/index.ts'
import { decodeEntry } from './entry.ts'

/** Decoded entries that are kept; any other is decoded again when it is asked for, which is when no reply to it is kept. */
const MAX_DECODED = 20_000

/** An entry as octets. */
export interface Kept {
  octets: Octets
  /** Another number after every change, and for every entry. */
  version: number
  entry: Entry | undefined
}

/** Those that are decoded, in turn: the one whose place is needed is octets again. */
export class Decoded {
  readonly #all: Kept[] = []
  #turn = 0

  of(key: ServiceKey, kept: Kept): Entry {
    const entry = decodedNow(key, kept.octets)
    const before = this.#all[this.#turn]
    if (before !== undefined) before.entry = undefined
    kept.entry = entry
    this.#all[this.#turn] = kept
    this.#turn = (this.#turn + 1) % MAX_DECODED
    return entry
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
