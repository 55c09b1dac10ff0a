import { printAddress } from '../../values/dns/index.ts'
import type { Peer } from '../replies/index.ts'
import { UDP } from './transports.ts'

const BITS = 12
const WORDS = 4

const peerOf = (host: string): Peer => ({ transport: UDP, host })

/**
 * Clients by the four words of their IPv6 address (IPv4 mapped into it), so that an address becomes text when a client
 * is new, not for each of its queries. An address has one place; who comes later has it.
 */
export class Peers {
  readonly #addresses = new Int32Array(WORDS << BITS)
  readonly #peers = Array.from({ length: 1 << BITS }, () => peerOf('::'))
  /** Whoever was looked up last, who often is next too, and where. */
  #peer = this.#peers[0] ?? peerOf('::')
  #place = 0

  of(words: Int32Array, at: number): Peer {
    if (!this.#isAt(this.#place, words, at)) this.#turnTo(placeOf(words, at), words, at)
    return this.#peer
  }

  #turnTo(place: number, words: Int32Array, at: number): void {
    const known = this.#isAt(place, words, at) ? this.#peers[place] : undefined
    this.#peer = known ?? this.#add(place, words, at)
    this.#place = place
  }

  #isAt(place: number, words: Int32Array, at: number): boolean {
    const addresses = this.#addresses
    const known = place * WORDS
    return (
      addresses[known + 3] === words[at + 3] &&
      addresses[known + 2] === words[at + 2] &&
      addresses[known + 1] === words[at + 1] &&
      addresses[known] === words[at]
    )
  }

  #add(place: number, words: Int32Array, at: number): Peer {
    const peer = peerOf(hostOf(new Uint8Array(words.buffer, words.byteOffset + 4 * at, 4 * WORDS)))
    this.#addresses.set(words.subarray(at, at + WORDS), place * WORDS)
    this.#peers[place] = peer
    return peer
  }
}

function placeOf(words: Int32Array, at: number): number {
  let hash = 0
  for (let i = 0; i < WORDS; i++) hash = Math.imul(hash ^ (words[at + i] ?? 0), 0x9e3779b1) ^ (hash >>> 15)
  return hash >>> (32 - BITS)
}

const MAPPED = '0,0,0,0,0,0,0,0,0,0,255,255'

function hostOf(octets: Uint8Array): string {
  const isMapped = octets.subarray(0, 12).join() === MAPPED
  return printAddress(String.fromCharCode(...(isMapped ? octets.subarray(12) : octets)))
}
