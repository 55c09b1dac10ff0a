import type { Address, Name, RR } from '../dns/index.ts'

export interface Question {
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

/** RFC 7871 section 6. Bits of `address` past `source` are zero. */
export interface ClientSubnet {
  readonly address: Address
  readonly source: number
}

/** A query that can be answered: one question, QR clear, opcode QUERY, EDNS version 0 or none. */
export interface Query {
  readonly id: number
  readonly recursionDesired: boolean
  readonly question: Question
  /** Where the octets of the question begin and end in the buffer that was decoded. */
  readonly questionAt: number
  readonly questionEnd: number
  readonly edns: Edns | null
}

/** What decoding made of a datagram: silence, an error to send back at once, or a query. */
export type Decoded =
  | { readonly kind: 'drop'; readonly reason: 'short' | 'response' }
  | ({ readonly kind: 'error'; readonly rcode: number } & Echo)
  | { readonly kind: 'query'; readonly query: Query }

/** What of the query an error reply repeats. `questionEnd` 12 when there is no question to echo. */
export interface Echo {
  readonly id: number
  readonly opcode: number
  readonly recursionDesired: boolean
  readonly questionEnd: number
  readonly edns: Edns | null
}

/** RFC 8914. */
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
  /** The shortest prefix for which the answer holds, for a query with a client subnet (RFC 7871 section 7.2.1). */
  readonly subnetScope: number
  /** The server's identity, sent if it was asked for. */
  readonly nsid: string | null
}
