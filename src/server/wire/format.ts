/** The header's layout (RFC 1035, 4.1.1): octets, and bits of its second 16. */
export const HEADER = {
  length: 12,
  flags: 2,
  questions: 4,
  answers: 6,
  authority: 8,
  additional: 10,
} as const

export const FLAG = { QR: 0x8000, AA: 0x0400, TC: 0x0200, RD: 0x0100 } as const

/** Octets of a record between its owner and its data: type, class, TTL, RDLENGTH (RFC 1035, 4.1.3). */
export const FIXED = { length: 10, class: 2, ttl: 4, dataLength: 8 } as const

/** Octets of an OPT record without options, and of an option without data (RFC 6891, 6.1.2). */
export const OPT_LENGTH = 11
export const OPTION_LENGTH = 4

/** The OPT record's DO bit, in the second half of its TTL (RFC 6891, 6.1.3). */
export const DNSSEC_OK = 0x8000

/** RFC 1035, 2.3.4. */
export const MAX_NAME = 255
export const MAX_LABEL = 63

/** The two high bits of a length octet say that it is half a pointer, whose other 14 bits are an offset (RFC 1035, 4.1.4). */
export const POINTER = 0xc0
export const MAX_OFFSET = 0x3fff

/** What a function that returns where something ends returns when the octets are not that thing. */
export const MALFORMED = -1
