/** The words of the DNS as values: names, addresses, records, codes, serials. No octets of messages, no I/O. */

// Addresses are the octets that the wire has, as a string of 4 or 16 characters: to compare two of them is to compare
// strings, and one is a key of a Map as it is. `parse…` gives undefined for what is none; an IPv4-mapped IPv6 address is
// told by `isMapped`, not turned into the other. A prefix has no bits set beyond its length. `dashAddress` is what a
// label has of one that goes by no name. `mask` clears the bits behind a length, and `commonBits` of two families are
// none.
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
// like (RFC 3597, 5). `refusalOf`: types that are no question, such as OPT, and what asking for them comes to.
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
// The IPv4 address that an IPv6 one leads to: NAT64 (RFC 6052), 6to4 and mapped ones. Where that one may not be
// answered, neither may this.
export { embeddedIn, NAT64_LENGTHS } from './embedded.ts'
// Names are text in lower case without the last dot, from the most specific label on; octets beyond letters are escaped
// as in master files (RFC 1035, 5.1), so that equal names are equal texts. A label has 63 octets at most and a name 255
// with its lengths (`wireLength`). `isLabel`: what a query may ask for; `isDnsLabel`: what Kubernetes calls one,
// letters, digits and hyphens. `fold` makes lower case of ASCII alone (RFC 4343). `fits` holds a name that was made here
// to those bounds, `isName` one that users typed; `isWithin` and `above` go by whole labels.
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
// Which of many blocks an address lies in: one look-up for each length that there is, however many blocks. For tables that
// queries ask, such as `clients.map`; for two blocks `overlaps` and `contains` above do.
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
// What there is to say of each type of record, and nowhere else: its code, its data, how that is written and printed. A
// new type is a code and a row there.
export {
  type DataWriter,
  printData,
  RECORD_TYPES,
  type RecordData,
  type RecordType,
  type Soa,
  writeData,
} from './record-types.ts'
// Serials of zones, which are compared as on a circle of 32 bits (RFC 1982): more than half of it apart, neither is
// newer. A secondary transfers a zone when its serial is newer than its own.
export { isNewer, nextSerial, type Serial } from './serial.ts'
// Why nobody can be sent to an address: loopback, link-local, multicast and the like, also inside of another one.
export { unusable } from './unusable.ts'
