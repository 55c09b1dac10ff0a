import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Peer, Respond, Transfer } from '../replies/index.ts'
import type { Deadlines } from './deadlines.ts'
import { Framing } from './framing.ts'
import { frame, type ReplyBatch } from './reply-batch.ts'
import type { TransferLine } from './transfer-line.ts'
import type { ConnectionTurns, TurnTaker, TurnTime } from './turns.ts'
import type { DropReason, TransportEvents } from './types.ts'

/** What all connections have in common. */
export interface ConnectionsShared {
  readonly respond: Respond
  readonly transfer: Transfer
  readonly events: TransportEvents
  /** What went wrong, told sparingly. */
  readonly complain: (text: string) => void
  readonly unreadBytes: number
  readonly turns: ConnectionTurns
  readonly transfers: TransferLine<StreamConnection>
  readonly batch: ReplyBatch
  /** Half a message has come. */
  readonly partial: Deadlines<StreamConnection>
  /** Replies wait for a client that does not read. */
  readonly stalled: Deadlines<StreamConnection>
  /** Something moved on it. */
  active(connection: StreamConnection): void
  /** It holds so many octets more, or less, than before; whoever holds most may be reset for it, itself too. */
  holds(connection: StreamConnection, octets: number): void
  /** It holds replies and can only wait for its client to read. */
  stalls(connection: StreamConnection): void
  /** FIN is sent, the peer's is awaited. */
  lingers(connection: StreamConnection): void
  closed(connection: StreamConnection): void
}

/** Octets of queries or of replies at which a connection is no longer read until they are worked off. */
export const HIGH_WATER = 16_384

/** So much Node reads of a socket even after it was paused, once. */
const READ_AHEAD = 65_536

/** The clock is asked after so many queries, and after each whose reply has more octets than that. */
const FEW = 8
const LONG = 1232

/**
 * One client over a stream. What comes is kept in `input` and answered in turns; after every turn `#rest` decides
 * what the connection waits for: its next turn, the client reading, the client sending, or the end.
 */
export class StreamConnection implements TurnTaker {
  readonly peer: Peer
  readonly #socket: Socket
  /** What is read and written over it: over TCP itself. */
  readonly #stream: Duplex
  readonly #shared: ConnectionsShared
  readonly #input = new Framing()
  #transfer: Iterator<Uint8Array | undefined> | undefined
  /** What of it stands in the sum of all. */
  #counted = 0
  /** No query follows those that are here: the client sent FIN, or the server closes. */
  #lastQuery = false
  #finished = false

  constructor(socket: Socket, stream: Duplex, peer: Peer, shared: ConnectionsShared) {
    this.#socket = socket
    this.#stream = stream
    this.peer = peer
    this.#shared = shared
    stream.on('data', (chunk: Uint8Array) => this.#arrived(chunk))
    stream.on('drain', () => this.#drained())
    stream.on('end', () => this.drain())
    stream.on('finish', () => shared.lingers(this))
    for (const one of new Set([socket, stream])) {
      // A connection that breaks is an everyday thing; 'close' follows.
      one.on('error', () => undefined)
      one.on('close', () => this.destroy())
    }
  }

  get client(): string {
    return this.peer.host
  }

  turn(time: TurnTime): void {
    if (this.#finished) return
    this.#rest(this.#transfer === undefined ? this.#answer(time) : this.#sendNext())
  }

  /** Answers what is here, then closes with FIN. */
  drain(): void {
    this.#lastQuery = true
    this.#shared.turns.add(this)
  }

  /** Its transfer ends here. */
  breakOff(): void {
    this.#shared.events.dropped('transfer')
    this.#finish()
  }

  /** Nothing has moved for too long. */
  expire(): void {
    if (this.#stream.writableLength > 0) this.reset('unread')
    else this.#finish()
  }

  /** RST, for a peer that broke a deadline. */
  reset(reason: DropReason): void {
    this.#shared.events.dropped(reason)
    // Once FIN is on its way libuv refuses to reset, and Node then leaks the descriptor.
    const finSent = this.#socket.writableEnded && this.#socket.writableLength === 0
    if (!finSent && !this.#socket.destroyed) this.#socket.resetAndDestroy()
    this.destroy()
  }

  /** Gives the descriptor back at once; the system still sends what it has, and FIN. */
  destroy(): void {
    this.#stop()
    this.#stream.destroy()
    this.#socket.destroy()
    this.#shared.closed(this)
  }

  #arrived(chunk: Uint8Array): void {
    if (this.#finished) return
    this.#input.push(chunk)
    this.#count()
    if (this.#finished) return
    if (this.#input.held > HIGH_WATER) this.#stream.pause()
    this.#shared.active(this)
    this.#shared.turns.add(this)
  }

  #drained(): void {
    if (this.#finished) return
    this.#count()
    if (this.#finished) return
    this.#shared.stalled.stop(this)
    this.#shared.active(this)
    this.#shared.transfers.stepBack(this)
    this.#shared.turns.add(this)
  }

  /** Returns how many queries it took. */
  #answer(time: TurnTime): number {
    const { batch } = this.#shared
    let taken = 0
    let last = 0
    while (this.#mayAnswer() && !this.#input.tooLong && this.#input.next()) {
      taken++
      this.#take()
      const isLong = batch.length > last + LONG
      if (batch.length >= HIGH_WATER) this.#flush()
      last = batch.length
      if ((isLong || taken % FEW === 0) && time.isOver()) break
    }
    this.#flush()
    return taken
  }

  #mayAnswer(): boolean {
    return !this.#finished && this.#transfer === undefined && !this.#stream.writableNeedDrain
  }

  #take(): void {
    const { view, at, end } = this.#input
    const { batch, respond, transfer, transfers } = this.#shared
    this.#transfer = transfer(view, at, end, this.peer)
    if (this.#transfer === undefined) batch.add(respond, view, at, end, this.peer)
    else if (!transfers.join(this)) this.breakOff()
  }

  #flush(): void {
    const { batch } = this.#shared
    if (batch.length === 0) return
    if (!this.#write(batch.take())) batch.give()
  }

  /** Whether nobody reads the octets any more: over TCP itself the system has copied them. */
  #write(octets: Buffer): boolean {
    if (this.#finished) return true
    this.#stream.write(octets)
    const unread = this.#stream.writableLength
    if (unread > this.#shared.unreadBytes) this.reset('unread')
    return unread === 0 && this.#stream === this.#socket
  }

  /** A step towards the next message, or the whole of it, may take as long as a turn. */
  #sendNext(): number {
    if (this.#stream.writableNeedDrain || !this.#shared.transfers.runs(this)) return 0
    try {
      const step = this.#transfer?.next()
      if (step === undefined || step.done === true) this.#endTransfer()
      else if (step.value !== undefined) this.#sendMessage(step.value)
      this.#shared.active(this)
    } catch (error) {
      this.#shared.complain(`zone transfer to ${this.peer.host} broken off: ${String(error)}`)
      this.breakOff()
    }
    return 1
  }

  #sendMessage(message: Uint8Array): void {
    const octets = frame(message)
    if (octets === undefined) throw new RangeError(`a message of ${message.length} octets`)
    this.#write(octets)
  }

  #endTransfer(): void {
    this.#transfer = undefined
    this.#shared.transfers.leave(this)
  }

  #rest(taken: number): void {
    if (this.#finished) return
    this.#count()
    if (this.#finished) return
    if (this.#input.tooLong && this.#transfer === undefined) this.reset('oversized')
    else if (this.#stream.writableNeedDrain) this.#awaitReader()
    else if (this.#transfer !== undefined || this.#input.ready) this.#awaitTurn()
    else if (this.#lastQuery) this.#finish()
    else this.#awaitQuery(taken)
  }

  /** Octets that it makes the server hold: of queries that are not answered yet, of replies that are not read. */
  get held(): number {
    if (this.#finished) return 0
    const { writableLength, readableLength } = this.#stream
    const ahead = this.#input.held > HIGH_WATER ? READ_AHEAD : readableLength
    const unread = writableLength > 0 ? Math.max(writableLength, this.#shared.batch.room) : 0
    return this.#input.held + ahead + unread
  }

  #count(): void {
    const held = this.held
    const more = held - this.#counted
    this.#counted = held
    if (more !== 0) this.#shared.holds(this, more)
  }

  /** Replies must move within the deadline; a transfer's reader may take as long as an idle one. */
  #awaitReader(): void {
    this.#shared.partial.stop(this)
    this.#stream.pause()
    if (this.#transfer === undefined) this.#shared.stalls(this)
    else this.#shared.transfers.stepAside(this)
  }

  #awaitTurn(): void {
    const { partial, transfers, turns } = this.#shared
    partial.stop(this)
    if (this.#transfer !== undefined) transfers.passOn(this)
    if (this.#transfer === undefined || transfers.runs(this)) turns.add(this)
  }

  #awaitQuery(taken: number): void {
    if (this.#stream.isPaused()) this.#stream.resume()
    if (this.#input.held === 0) this.#shared.partial.stop(this)
    else if (taken > 0) this.#shared.partial.restart(this)
    else this.#shared.partial.start(this)
  }

  /** FIN after what was written; what the peer still sends is read and dropped. */
  #finish(): void {
    if (this.#finished) return
    this.#flush()
    if (this.#finished) return
    this.#stop()
    this.#shared.active(this)
    this.#stream.end()
    this.#stream.resume()
  }

  #stop(): void {
    if (this.#finished) return
    this.#finished = true
    const { partial, stalled, turns, transfers } = this.#shared
    partial.stop(this)
    stalled.stop(this)
    turns.remove(this)
    transfers.leave(this)
    this.#input.clear()
    this.#count()
    this.#transfer?.return?.()
    this.#transfer = undefined
  }
}
