/** Octets ↔ messages: queries decoded, replies, errors and zone transfers encoded, EDNS(0), compression, truncation. */
export { type Body, encodeBody, foldsCase, hasSerial, replyLength, type Sending, writeBody } from './body.ts'
export { decodeQuery, typeAskedFor } from './decode.ts'
export { encodeError, encodeReply } from './encode.ts'
export { PlainQuery } from './plain.ts'
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
