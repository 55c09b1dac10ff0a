import type { Expect, Respond } from '../replies/index.ts'
import type { Addon, Batch } from './addon.ts'
import { Peers } from './peers.ts'
import type { DropReason, TransportEvents } from './types.ts'
import type { UdpSettings } from './udp.ts'

const SLOTS = 64
/** No question is as long; what is longer is dropped. Not a power of two, or all slots would share few lines of cache. */
const QUERY_ROOM = 4096 + 64
const LINE = 64

/** The layout of a batch's memory, in words, as native/batch.c has it. */
const [REFUSED, NO_ROOM, CROWDED, HEAD] = [0, 1, 2, 16]
const [LENGTH, REPLY, ADDRESS, SLOT] = [0, 1, 2, 8]

/** Lengths that are none. */
const NO_LENGTH: Readonly<Record<number, DropReason>> = { [-1]: 'port0', [-2]: 'truncated' }

interface BatchSettings extends UdpSettings {
  /** Told of all queries of a batch before the first is answered. */
  readonly expect: Expect
}

/** UDP for a thread that does nothing else: it waits for queries in `receive`, and answers them in place. */
export class UdpBatches {
  readonly #batch: Batch
  readonly #respond: Respond
  readonly #expect: Expect
  readonly #events: TransportEvents
  readonly #words: Int32Array
  readonly #view: DataView
  readonly #replyRoom: number
  readonly #peers = new Peers()
  #received = 0

  constructor(addon: Addon, { udpSize, respond, expect, events }: BatchSettings) {
    this.#replyRoom = Math.ceil(udpSize / LINE) * LINE
    this.#batch = new addon.Batch(SLOTS, QUERY_ROOM, this.#replyRoom)
    this.#words = new Int32Array(this.#batch.memory, 0, HEAD + SLOTS * SLOT)
    this.#view = new DataView(this.#batch.memory)
    this.#respond = respond
    this.#expect = expect
    this.#events = events
  }

  /** The sockets of one address, as the addon opened them. Throws the system's error, holding nothing. */
  watch(fds: readonly number[]): void {
    const { queues, by } = partsOf(fds)
    try {
      for (const fd of queues) this.#batch.watch(fd, by)
    } catch (error) {
      this.unwatch(fds)
      throw error
    }
  }

  /** What was answered is sent before. */
  unwatch(fds: readonly number[]): void {
    for (const fd of partsOf(fds).queues) this.#batch.unwatch(fd)
  }

  /** Sends what was answered, then receives; with `wait`, it may take 100 ms. */
  receive(wait: boolean): void {
    this.#received = this.#batch.next(wait)
    if (this.#words[REFUSED] !== 0) this.#lost(REFUSED, 'send')
    if (this.#words[NO_ROOM] !== 0) this.#lost(NO_ROOM, 'backlog')
    if (this.#words[CROWDED] !== 0) this.#lost(CROWDED, 'crowded')
  }

  /** How many datagrams were received, and not answered yet. */
  get received(): number {
    return this.#received
  }

  /** Answers what was received, and says how many replies that makes. */
  answer(): number {
    const words = this.#words
    const queries = words.byteLength
    const replies = queries + SLOTS * QUERY_ROOM
    let count = 0
    if (this.#received > 1) this.#expectAll(queries)
    for (let i = 0; i < this.#received; i++) {
      const slot = HEAD + i * SLOT
      const length = words[slot + LENGTH] ?? 0
      if (length < 0) this.#drop(length)
      else {
        const reply = this.#reply(slot, queries + i * QUERY_ROOM, length, replies + i * this.#replyRoom)
        words[slot + REPLY] = reply
        if (reply > 0) count++
      }
    }
    this.#received = 0
    return count
  }

  #expectAll(queries: number): void {
    const [words, view, received] = [this.#words, this.#view, this.#received]
    for (let i = 0; i < received; i++) {
      const length = words[HEAD + i * SLOT + LENGTH] ?? 0
      const at = queries + i * QUERY_ROOM
      if (length >= 0) this.#expect(view, at, at + length)
    }
  }

  #reply(slot: number, at: number, length: number, to: number): number {
    const peer = this.#peers.of(this.#words, slot + ADDRESS)
    return this.#respond(this.#view, at, at + length, peer, this.#view, to)
  }

  #drop(length: number): void {
    this.#events.dropped(NO_LENGTH[length] ?? 'truncated')
  }

  #lost(word: number, reason: DropReason): void {
    const count = this.#words[word] ?? 0
    this.#words[word] = 0
    this.#events.dropped(reason, count)
  }
}

/** One socket is for all; of several the last is for replies. */
const partsOf = (fds: readonly number[]): { readonly queues: readonly number[]; readonly by: number } => ({
  queues: fds.length === 1 ? fds : fds.slice(0, -1),
  by: fds.at(-1) ?? -1,
})
