/**
 * Octets ↔ messages: queries decoded, replies, errors and zone transfers encoded, EDNS(0), compression, truncation.
 * `types.ts` has the messages as values, `decode.ts` and `encode.ts` the two ways; `format.ts` says where things stand
 * in octets.
 */

// A query, an error to send back, or nothing to reply to: any octets are one of these, in linear time.
export { decodeQuery, typeAskedFor } from './decode.ts'
// A reply within its limit: what is left out first, and when TC says so (RFC 2181, 9; RFC 6891, 6.2.3).
export { encodeError, encodeReply, replyLimit } from './encode.ts'
// Where things stand in a message (RFC 1035, 4.1), for those who read or write octets by themselves.
export { DNSSEC_OK, FIXED, FLAG, HEADER, MAX_NAME, OPT_LENGTH, OPTION_LENGTH } from './format.ts'
// Names skipped and decoded. No pointer is ever followed, so none can lead in a circle.
export { decodeName, skipName, skipQuestionName } from './name.ts'
// Octets copied and compared, between views.
export { copyOctets, isSameOctets } from './octets.ts'
// The messages of a zone transfer (RFC 5936, 2.2), each made when it is pulled.
export { encodeTransfer } from './transfer.ts'
export type { ClientSubnet, DecodedMessage, Edns, Query, QueryError, Reply, ReplyLimits } from './types.ts'
// RRsets go as a whole (RFC 2181, 5).
export { isSameSet } from './writer.ts'
