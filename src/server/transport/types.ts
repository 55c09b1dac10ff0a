import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Transport } from '../replies/index.ts'

/** A transport whose messages are datagrams: UDP. */
export interface DatagramTransport extends Transport {
  /** What has no room is cut, and TC says so (RFC 1035, 4.1.1). */
  readonly isStream: false
}

/** A transport whose messages come over connections, each with its length in front (RFC 1035, 4.2.2). */
export interface StreamTransport extends Transport {
  readonly isStream: true
  /** The key of the configuration that names its addresses, `dns.listen` for TCP. */
  readonly key: string
  /**
   * What is read and written over a connection, whatever is on the wire: messages with two octets of length in front, and
   * a longer one as if it had 65,535, so that it is refused as too long. It is returned at once, although nothing may come
   * of it before the two sides have agreed on something; until its first octet only `idleMs` bounds that. It ends when the
   * connection does, half of it may end before the other, and what is written is done when the connection has done with
   * it: else limits would not see it.
   */
  readonly over: (connection: Socket) => Duplex
}

/** An address and port as the configuration names them; port 0 lets the system choose. */
export interface ListenEndpoint {
  /** An IP address as text; `0.0.0.0` and `::` are every local address of their family. */
  readonly host: string
  /** A port from 0 to 65,535. */
  readonly port: number
}

/** What clients over streams may cost (answers.md 3, RFC 7766, 6.2). Durations in milliseconds. */
export interface TcpLimits {
  /**
   * How many connections there may be over all addresses. Beyond it the longest idle one goes of the client that has
   * most.
   */
  readonly connections: number
  /** How many one client address may have. Beyond it the longest idle of its own goes. */
  readonly perClient: number
  /** A connection on which nothing moves for so long is closed with FIN. */
  readonly idleMs: number
  /**
   * A message must be complete so long after its first octet, unread replies must begin to move, and a peer
   * that was sent FIN must close its own side.
   */
  readonly messageMs: number
  /** How many octets of replies a connection may leave unread, 256 KiB in a server; beyond it the connection is reset. */
  readonly unreadBytes: number
  /**
   * More octets of unanswered queries and unread replies than this, over all, and of the client that holds most
   * the connection is reset that does. 64 MiB in a server.
   */
  readonly heldBytes: number
}

/** Why something was not served: the label of a metric. The first five are of datagrams, the others of connections. */
export type DropReason =
  /** It claims to come from port 0, which nobody can be answered at. */
  | 'port0'
  /** It is longer than any question. */
  | 'truncated'
  /** The system refused the reply. */
  | 'send'
  /** Too many replies wait for the network. */
  | 'backlog'
  /** Its client fills a queue that others are in. */
  | 'crowded'
  /** A message was announced that is longer than any query; the connection was reset. */
  | 'oversized'
  /** All together hold too much, and this one most of whoever holds most; reset. */
  | 'held'
  /** Half a message for too long; reset. */
  | 'partial'
  /** Replies that nobody takes; reset. */
  | 'unread'
  /** Closed to make room, as the longest idle of whoever has most. */
  | 'limit'
  /** A zone transfer failed, or found the line full; closed with FIN. */
  | 'transfer'
  /** The system could not hand a new connection over, for want of file descriptors. */
  | 'accept'

/** What the listeners report. Called on the hot path: count and return, never throw. */
export interface TransportEvents {
  /** So many things were not served, one unless it is said. */
  dropped(reason: DropReason, count?: number): void
  /** One line about something that was survived. */
  warning(text: string): void
  /** How many connections are open now. */
  connections(count: number): void
}

/** An acceptor: it takes what comes to one address, on whatever thread. */
export interface Acceptor {
  /** The port it listens on; rejects with a ListenError, holding nothing. */
  open(port: number): Promise<number>
  /** Takes nothing more: resolves once the replies that wait are sent, or after `drainMs`. Connections go on. */
  close(drainMs?: number): Promise<void>
}

/**
 * Makes what answers on a host; on a wildcard host on all local addresses but those excepted. One that is excepted from
 * a wildcard is made with `among`: what answers all addresses by one socket needs none for it.
 */
export type MakeAcceptor = (host: string, except?: readonly string[], among?: boolean) => Acceptor

/** An address, how queries come to it, and who takes them. */
export interface Listener extends ListenEndpoint {
  /** By which way queries come there. */
  readonly transport: Transport
  /** Who takes them: on this thread, or on one that answers. */
  readonly make: MakeAcceptor
}

/** An endpoint that is listened on, with the port that it got. */
export interface Bound extends ListenEndpoint {
  /** By which way queries come there. */
  readonly transport: Transport
}

/** The listeners that are open, until they are closed. */
export interface Listeners {
  /** One for each listener, with the real port; none for one that names the same as another before it. */
  readonly bound: readonly Bound[]
  /**
   * Stops accepting, answers what was read, sends FIN and waits for the peers to close. Resolves when every
   * socket is closed; what is still open after `drainMs` (1 s unless given) is cut off. Never rejects.
   */
  close(options?: { readonly drainMs?: number }): Promise<void>
}
