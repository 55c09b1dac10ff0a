import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Sparing } from '../../words/observe/index.ts'
import type { Peer, Respond, Transfer } from '../replies/index.ts'
import { type ConnectionsShared, HIGH_WATER, StreamConnection } from './connection.ts'
import { Deadlines } from './deadlines.ts'
import { withoutScope } from './local-address.ts'
import { most, ofMost, ordinaryOf } from './most.ts'
import { ReplyBatch } from './reply-batch.ts'
import { TransferLine } from './transfer-line.ts'
import { ConnectionTurns } from './turns.ts'
import type { DropReason, StreamTransport, TcpLimits, TransportEvents } from './types.ts'

/** Zone transfers that messages are made for at a time, and how many more there may be; each pins the snapshot it prints. */
const TRANSFERS = 16
const TRANSFERS_WAITING = 64
/** Connections that hold replies nobody reads: together they cost at most some 200 MB. */
const MOST_STALLED = 1000

/** One client address. */
interface Client {
  /** The one on which nothing moved for longest first. */
  readonly connections: Set<StreamConnection>
  /** Octets of unanswered queries and unread replies. */
  held: number
}

/** Every connection of the server, whichever address it came to over whichever transport, and the limits they share. */
export class Connections implements ConnectionsShared {
  readonly respond: Respond
  readonly transfer: Transfer
  readonly events: TransportEvents
  readonly unreadBytes: number
  readonly turns = new ConnectionTurns()
  readonly transfers = new TransferLine<StreamConnection>(TRANSFERS, TRANSFERS_WAITING, {
    clientOf: ({ client }) => client,
    admitted: (one) => this.turns.add(one),
    displaced: (one) => one.breakOff(),
  })
  readonly batch = new ReplyBatch(HIGH_WATER)
  readonly partial: Deadlines<StreamConnection>
  readonly stalled: Deadlines<StreamConnection>
  /** Each open connection is in one of these two; both begin with the one on which nothing moved for longest. */
  readonly #idle: Deadlines<StreamConnection>
  readonly #lingering: Deadlines<StreamConnection>
  readonly #clients = new Map<string, Client>()
  readonly #limits: TcpLimits
  readonly #sweeping: NodeJS.Timeout
  #count = 0
  /** What all clients hold. */
  #held = 0
  #draining: (() => void) | undefined
  readonly #sparing = new Sparing()

  constructor(limits: TcpLimits, respond: Respond, transfer: Transfer, events: TransportEvents) {
    this.respond = respond
    this.transfer = transfer
    this.events = events
    this.unreadBytes = limits.unreadBytes
    this.#limits = limits
    this.partial = new Deadlines(limits.messageMs, (one) => one.reset('partial'))
    this.stalled = new Deadlines(limits.messageMs, (one) => one.reset('unread'))
    this.#lingering = new Deadlines(limits.messageMs, (one) => one.destroy())
    this.#idle = new Deadlines(limits.idleMs, (one) => one.expire())
    this.#sweeping = setInterval(() => this.#sweep(), sweepEvery(limits)).unref()
  }

  /** A client can have it happen as often as it likes. */
  readonly complain = (text: string): void =>
    this.#sparing.same('', ({ count = 1 }) =>
      this.events.warning(count === 1 ? text : `${text} (${count} times)`),
    )

  accept(socket: Socket, transport: StreamTransport): void {
    this.turns.welcomed()
    const host = withoutScope(socket.remoteAddress ?? '')
    // Gone before it was accepted, or too late.
    if (host === '' || this.#draining !== undefined) refuse(socket)
    else this.#welcome(socket, { transport, host }, transport.over(socket))
  }

  /** The system has no descriptor left for a new connection. */
  relieve(): void {
    this.#evict(this.#evictable(), 'accept')
  }

  active(connection: StreamConnection): void {
    const own = this.#clients.get(connection.client)?.connections
    if (own === undefined || !own.delete(connection)) return
    own.add(connection)
    this.#idle.restart(connection)
  }

  holds(connection: StreamConnection, octets: number): void {
    this.#held += octets
    const client = this.#clients.get(connection.client)
    if (client !== undefined) client.held += octets
    if (octets > 0 && this.#held > this.#limits.heldBytes) this.#heaviest()?.reset('held')
  }

  stalls(connection: StreamConnection): void {
    this.stalled.start(connection)
    if (this.stalled.size > MOST_STALLED)
      ofMost(this.stalled, MOST_STALLED, ({ client }) => client)[0]?.reset('unread')
  }

  lingers(connection: StreamConnection): void {
    if (this.#clients.get(connection.client)?.connections.has(connection) !== true) return
    this.#idle.stop(connection)
    this.#lingering.start(connection)
  }

  closed(connection: StreamConnection): void {
    const own = this.#clients.get(connection.client)?.connections
    if (own === undefined || !own.delete(connection)) return
    if (own.size === 0) this.#clients.delete(connection.client)
    this.#idle.stop(connection)
    this.#lingering.stop(connection)
    this.events.connections(--this.#count)
    if (this.#count === 0) this.#draining?.()
  }

  /** Accepts nothing more, lets every connection finish, and cuts off those that have not after `drainMs`. */
  async close(drainMs: number): Promise<void> {
    await new Promise<void>((done) => {
      this.#draining = done
      if (this.#count === 0) return done()
      for (const one of this.#all()) one.drain()
      setTimeout(done, drainMs).unref()
    })
    clearInterval(this.#sweeping)
    for (const one of this.#all()) one.destroy()
  }

  #welcome(socket: Socket, peer: Peer, stream: Duplex): void {
    const { host } = peer
    const connection = new StreamConnection(socket, stream, peer, this)
    const client = this.#clients.get(host) ?? { connections: new Set(), held: 0 }
    this.#clients.set(host, client)
    client.connections.add(connection)
    this.#count++
    this.active(connection)
    if (client.connections.size > this.#limits.perClient) this.#evict(firstOf(client), 'limit')
    else if (this.#count > this.#limits.connections) this.#evict(this.#evictable(), 'limit')
    this.events.connections(this.#count)
  }

  /** Who is done; else the longest idle of the client that has most, of all where nobody has more than is ordinary. */
  #evictable(): StreamConnection | undefined {
    const done = this.#lingering.oldest()
    if (done !== undefined) return done
    const largest = most(this.#clients.values(), sizeOf)
    return largest === undefined || sizeOf(largest) <= ordinaryOf(this.#limits.connections)
      ? this.#idle.oldest()
      : firstOf(largest)
  }

  /** What holds most of whoever holds most: what others hold, and those that hold nothing, is no matter. */
  #heaviest(): StreamConnection | undefined {
    const client = most(this.#clients.values(), ({ held }) => held)
    return client && most(client.connections, ({ held }) => held)
  }

  #evict(connection: StreamConnection | undefined, reason: DropReason): void {
    this.events.dropped(reason)
    connection?.destroy()
  }

  #all(): StreamConnection[] {
    return [...this.#clients.values()].flatMap(({ connections }) => [...connections])
  }

  #sweep(): void {
    for (const deadlines of [this.partial, this.stalled, this.#lingering, this.#idle]) deadlines.sweep()
  }
}

const sizeOf = ({ connections }: Client): number => connections.size

const firstOf = ({ connections }: Client): StreamConnection | undefined => connections.keys().next().value

/** Fine enough for the shortest deadline, rare enough to cost nothing. */
const sweepEvery = ({ idleMs, messageMs }: TcpLimits): number =>
  Math.max(5, Math.min(1000, idleMs / 4, messageMs / 4))

function refuse(socket: Socket): void {
  socket.on('error', () => undefined)
  socket.destroy()
}
