/** The words of the DNS as values: names, addresses, records, codes, serials. No octets of messages, no I/O. */

// Addresses are the octets that the wire has, as a string: to compare two of them is to compare strings.
export {
  type Address,
  bitsOf,
  commonBits,
  contains,
  dashAddress,
  type Family,
  familyOf,
  isMapped,
  mask,
  overlaps,
  type Prefix,
  parseAddress,
  parsePrefix,
  printAddress,
  printPrefix,
} from './address.ts'
// Numbers of the registry of DNS parameters by their names, and how they are printed; unknown ones as TYPE65 and the
// like (RFC 3597, 5).
export {
  CLASS,
  EDE,
  OPCODE,
  OPTION,
  parseType,
  printClass,
  printRcode,
  printType,
  RCODE,
  refusalOf,
  TYPE,
} from './codes.ts'
// The IPv4 address that an IPv6 one leads to: NAT64 (RFC 6052), 6to4 and mapped ones.
export { embeddedIn, NAT64_LENGTHS } from './embedded.ts'
// Names are text in lower case without the last dot, from the most specific label on; octets beyond letters are
// escaped as in master files.
export {
  above,
  DNS_LABEL,
  DNS_LABEL_PATTERN,
  fits,
  fold,
  isDnsLabel,
  isHostName,
  isLabel,
  isName,
  isWithin,
  joinNames,
  labelsOf,
  type Name,
  parseName,
  printName,
  wireLength,
} from './name.ts'
// Which of many blocks an address lies in: one look-up for each length that there is, however many blocks.
export {
  hasFamilyOf,
  lengthsOf,
  liesInAny,
  longestAround,
  type PrefixLengths,
  prefixKey,
} from './prefixes.ts'
// A resource record: owner, TTL in seconds, and data by its type.
export { addressRecord, printRecord, type RR } from './record.ts'
// What there is to say of each type of record, and nowhere else: its code, its data, how that is written and printed.
export {
  type DataWriter,
  printData,
  RECORD_TYPES,
  type RecordData,
  type RecordType,
  type Soa,
  writeData,
} from './record-types.ts'
// Serials of zones, which are compared as on a circle (RFC 1982).
export { isNewer, nextSerial, type Serial } from './serial.ts'
// Why nobody can be sent to an address: loopback, link-local, multicast and the like, also inside of another one.
export { unusable } from './unusable.ts'
