/** Octets ↔ messages: queries decoded, replies, errors and zone transfers encoded, EDNS(0), compression, truncation. */
export { decodeQuery } from './decode.ts'
export { encodeError, encodeReply } from './encode.ts'
export { encodeTransfer } from './transfer.ts'
export type {
  ClientSubnet,
  Decoded,
  Edns,
  ExtendedError,
  Limits,
  Query,
  QueryError,
  Question,
  Reply,
} from './types.ts'
