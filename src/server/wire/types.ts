import type { Address, Name, RR } from '../../values/dns/index.ts'

/** A question as a message has it (RFC 1035, 4.1.2). */
export interface WireQuestion {
  readonly name: Name
  readonly type: number
  readonly class: number
}

/** The EDNS(0) part of a query (RFC 6891), as far as Meridian understands it. */
export interface Edns {
  readonly version: number
  /** The client's UDP payload size as sent. */
  readonly udpSize: number
  readonly dnssecOk: boolean
  /** It asked for the server's identity (RFC 5001). */
  readonly nsid: boolean
  readonly subnet: ClientSubnet | null
}

/**
 * The client subnet of a message (RFC 7871, 6). Bits of `address` past `source` are zero; source 0 says nothing about
 * the client.
 */
export interface ClientSubnet {
  readonly address: Address
  readonly source: number
}

/** A query that can be answered: one question, QR clear, opcode QUERY, EDNS version 0 or none. */
export interface Query {
  readonly id: number
  readonly recursionDesired: boolean
  readonly question: WireQuestion
  /** Octets of the message up to the end of its question, which begins at octet 12. */
  readonly questionEnd: number
  readonly edns: Edns | null
  /** The serial that a client of IXFR has (RFC 1995, 3); null for other types. */
  readonly ixfrSerial: number | null
}

/** What decoding made of a message: silence, an error to send back at once, or a query. */
export type DecodedMessage =
  | { readonly kind: 'drop'; readonly reason: 'short' | 'response' }
  | ({ readonly kind: 'error' } & QueryError)
  | { readonly kind: 'query'; readonly query: Query }

/** An RCODE and its extended errors, and what of the query its reply repeats. */
export interface QueryError {
  readonly rcode: number
  readonly errors: readonly ExtendedError[]
  readonly id: number
  readonly opcode: number
  readonly recursionDesired: boolean
  /** As in Query; 12 when there is no question that could be repeated. */
  readonly questionEnd: number
  /** Of a broken message, what could be read of its OPT record: a reply has one if the query had (RFC 6891, 7). */
  readonly edns: Edns | null
  /** The signature by a key that is not known here, as no key is; only beside NOTAUTH. */
  readonly tsig: Tsig | null
}

/** Where the TSIG record of a query stands, in octets of the message (RFC 8945, 4.2). */
export interface Tsig {
  readonly owner: number
  /** Of its type, class, TTL and RDLENGTH. */
  readonly fixed: number
  /** Of what follows the algorithm's name: time signed, fudge, MAC. */
  readonly time: number
}

/** An extended DNS error (RFC 8914). */
export interface ExtendedError {
  readonly code: number
  readonly text: string
}

/** What a reply says; how it fits its message is encoding's business. Records in order of preference. */
export interface Reply {
  readonly rcode: number
  readonly authoritative: boolean
  readonly answers: readonly RR[]
  readonly authority: readonly RR[]
  readonly additional: readonly RR[]
  readonly errors: readonly ExtendedError[]
  /** The shortest prefix for which the answer holds, for a query with a client subnet (RFC 7871, 7.2.1). */
  readonly subnetScope: number
  /** The server's identity, sent if it was asked for. */
  readonly nsid: string | null
}

/** How long a reply may be: a message of a stream, or a datagram of the server's own payload size, which OPT advertises. */
export interface ReplyLimits {
  readonly isStream: boolean
  readonly udpSize: number
}
