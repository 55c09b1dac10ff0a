/** Octets ↔ messages: queries decoded, replies, errors and zone transfers encoded, EDNS(0), compression, truncation. */
export { decodeQuery, typeAskedFor } from './decode.ts'
export { encodeError, encodeReply, replyLimit } from './encode.ts'
export { DNSSEC_OK, FIXED, FLAG, HEADER, MAX_NAME, OPT_LENGTH, OPTION_LENGTH } from './format.ts'
export { decodeName, skipName, skipQuestionName } from './name.ts'
export { encodeTransfer } from './transfer.ts'
export type { ClientSubnet, DecodedMessage, Edns, Query, QueryError, Reply, ReplyLimits } from './types.ts'
export { copyOctets, isSameSet } from './writer.ts'
