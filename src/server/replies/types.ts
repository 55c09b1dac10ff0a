/** A transport: by which way queries come and replies go. `server/transport/transports.ts` has a row for each. */
export interface Transport {
  /** What it is called in metrics and messages: `udp`, `tcp`. */
  readonly label: string
  /** Messages come one after another over a connection (RFC 7766), and are as long as they need to be; else each is a datagram. */
  readonly isStream: boolean
  /** Nobody on the way can read along: it is encrypted. */
  readonly isSecure: boolean
}

/** Who sent a query, as a socket knows it; `asker.ts` makes of it where they stand. */
export interface Peer {
  /** How the query came: a reply over a stream may be longer, and a transfer needs one. */
  readonly transport: Transport
  /** The client's address as text, `10.0.0.7` or `fd00::7`: its port does not matter to an answer. */
  readonly host: string
}

/**
 * One query in, one reply out: reads `query` from `at` to `end`, writes the reply into `reply` from `to`,
 * and returns how many octets it wrote; 0 means send nothing. Synchronous, keeps no buffer, never throws.
 * `reply` must have room for 65,535 octets (of a stream) or `udpSize` octets (of a datagram) after `to`.
 */
export type Respond = (
  query: DataView,
  at: number,
  end: number,
  peer: Peer,
  reply: DataView,
  to: number,
) => number

/**
 * Tells that `Respond` will have that query, and in which order: what it needs can be loaded from memory for several at
 * once. Until then the query stays as it is. A query may come unexpected, and one that was expected need not come.
 */
export type Expect = (query: DataView, at: number, end: number) => void

/**
 * A zone transfer, asked for over a stream: the messages of the reply one after another, each to be sent whole with
 * its length in front; undefined when the query is no transfer and `Respond` should have it. Messages are made
 * as they are pulled, so a slow reader costs no memory. Undefined is no message, but the end of a step: one takes about
 * a millisecond, however much there is between two messages.
 */
export type Transfer = (
  query: DataView,
  at: number,
  end: number,
  peer: Peer,
) => Iterator<Uint8Array | undefined> | undefined

/**
 * Makes of a function that finds out one that keeps what it found out by key; what it returns is the same by `===` meanwhile.
 * With speed off (tests do that) it is found out each time.
 */
export type Remember = <K, V extends object>(
  findOut: (about: K) => V,
  keyOf: (about: K) => string,
) => (about: K) => V
