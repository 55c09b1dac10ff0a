import type { Address, Name, RR } from '../../values/dns/index.ts'

/** A question as a message has it (RFC 1035, 4.1.2). */
export interface WireQuestion {
  /** The name in lower case. The reply repeats the octets that came, capitals included. */
  readonly name: Name
  /** QTYPE, any 16 bits: a type that nobody here has is a question all the same. */
  readonly type: number
  /** QCLASS: IN (1) for all but the names of the server itself, which are of CH (3). */
  readonly class: number
}

/** The EDNS(0) part of a query (RFC 6891), as far as Meridian understands it. */
export interface Edns {
  /** 0 is the only one there is; another one is BADVERS (RFC 6891, 6.1.3). */
  readonly version: number
  /** The client's UDP payload size as sent. Less than 512 counts as 512 (RFC 6891, 6.2.3). */
  readonly udpSize: number
  /** The DO bit (RFC 3225, 3), which a reply repeats. Nothing here is signed. */
  readonly dnssecOk: boolean
  /** Whether it asked for the server's identity (RFC 5001). */
  readonly nsid: boolean
  /** null: none was sent. */
  readonly subnet: ClientSubnet | null
}

/**
 * The client subnet of a message (RFC 7871, 6). Bits of `address` past `source` are zero; source 0 says nothing about
 * the client.
 */
export interface ClientSubnet {
  /** The address that was sent, of 4 or 16 octets by its family. */
  readonly address: Address
  /** SOURCE PREFIX-LENGTH: leading bits that were sent, from 0 to those of the family. */
  readonly source: number
}

/**
 * A query that can be answered: one question, QR clear, opcode QUERY, EDNS version 0 or none. What is anything
 * else is an error or dropped before it comes to this.
 */
export interface Query {
  /** 16 bits, which the reply repeats. */
  readonly id: number
  /** RD, which the reply repeats (RFC 1035, 4.1.1). There is no recursion here. */
  readonly recursionDesired: boolean
  /** The one question that a query has here (QDCOUNT 1). */
  readonly question: WireQuestion
  /** Octets of the message up to the end of its question, which begins at octet 12. */
  readonly questionEnd: number
  /** null: it has no OPT record, and its reply has none. */
  readonly edns: Edns | null
  /** The serial that a client of IXFR has (RFC 1995, 3); null for other types. */
  readonly ixfrSerial: number | null
}

/** What decoding made of a message: silence, an error to send back at once, or a query. */
export type DecodedMessage =
  /** To reply would be to reply to what is no query: without a whole header, or a response itself. */
  | { readonly kind: 'drop'; readonly reason: 'short' | 'response' }
  /** What is wrong is told with as much of the query as could be read. */
  | ({ readonly kind: 'error' } & QueryError)
  /** Whether its name, class and type are answered here is decided later. */
  | { readonly kind: 'query'; readonly query: Query }

/** An RCODE and its extended errors, and what of the query its reply repeats. */
export interface QueryError {
  /** The RCODE, of 12 bits: what is above 15 stands in the reply's OPT record. */
  readonly rcode: number
  /** Told to those alone who sent an OPT record. */
  readonly errors: readonly ExtendedError[]
  /** The query's ID, copied. */
  readonly id: number
  /** The query's opcode, of 4 bits, which the reply repeats. */
  readonly opcode: number
  /** RD of the query, copied. */
  readonly recursionDesired: boolean
  /** Where the query's question ends, as in Query; 12 where there is none that could be repeated. */
  readonly questionEnd: number
  /** What could be read of a broken message's OPT record: a reply has one if the query had (RFC 6891, 7). */
  readonly edns: Edns | null
  /** The signature by a key that is not known here, as no key is; only beside NOTAUTH. */
  readonly tsig: Tsig | null
}

/**
 * Where the TSIG record of a query stands, in octets of the message (RFC 8945, 4.2). A reply to it is not signed
 * (RFC 8945, 5.3.2): the record is repeated with an empty MAC and the error BADKEY.
 */
export interface Tsig {
  /** Where its first octet stands, which begins the name of the key. */
  readonly owner: number
  /** Where its type, class, TTL and RDLENGTH stand. */
  readonly fixed: number
  /** Where what follows the algorithm's name stands: time signed, fudge, MAC. */
  readonly time: number
}

/** An extended DNS error (RFC 8914). */
export interface ExtendedError {
  /** INFO-CODE, of 16 bits: one of EDE. */
  readonly code: number
  /** EXTRA-TEXT, for a person; "": the code says it all. */
  readonly text: string
}

/**
 * What a reply says, before anybody asks whether it fits its message: `encodeReply` sees to that. Records stand in order of
 * preference, the most useful first.
 */
export interface Reply {
  /** The RCODE, of 12 bits (RFC 6891, 6.1.3). */
  readonly rcode: number
  /** AA: the name lies in a zone of ours. */
  readonly authoritative: boolean
  /** What has no room is left out from the end, and told by TC where it must be. */
  readonly answers: readonly RR[]
  /** The SOA record of what is not there (RFC 2308, 3), or nothing. */
  readonly authority: readonly RR[]
  /** Records of use to the asker, such as the addresses of targets; left out first, in silence (RFC 2181, 9). */
  readonly additional: readonly RR[]
  /** Sent to those alone who sent an OPT record. */
  readonly errors: readonly ExtendedError[]
  /** The shortest prefix for which the answer holds, for a query with a client subnet (RFC 7871, 7.2.1). */
  readonly subnetScope: number
  /** The server's identity, sent if it was asked for. */
  readonly nsid: string | null
}

/** How long a reply may be: a message of a stream, or a datagram of the server's own payload size, which OPT advertises. */
export interface ReplyLimits {
  /** Whether it goes over a stream: it has up to 65,535 octets then, whatever the query's OPT record says. */
  readonly isStream: boolean
  /** The most octets of a reply over UDP, whatever the client offers. */
  readonly udpSize: number
}
