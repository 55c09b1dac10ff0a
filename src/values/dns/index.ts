/** The words of the DNS as values: names, addresses, records, codes, serials. No octets of messages, no I/O. */
export {
  type Address,
  bitsOf,
  commonBits,
  contains,
  dashAddress,
  type Family,
  familyOf,
  mask,
  overlaps,
  type Prefix,
  parseAddress,
  parsePrefix,
  printAddress,
  printPrefix,
} from './address.ts'
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
export { embeddedIn, NAT64_LENGTHS } from './embedded.ts'
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
export {
  hasFamilyOf,
  lengthsOf,
  liesInAny,
  longestAround,
  type PrefixLengths,
  prefixKey,
} from './prefixes.ts'
export { addressRecord, printRecord, type RR } from './record.ts'
export {
  type DataWriter,
  printData,
  RECORD_TYPES,
  type RecordData,
  type RecordType,
  type Soa,
  writeData,
} from './record-types.ts'
export { isNewer, nextSerial, type Serial } from './serial.ts'
export { unusable } from './unusable.ts'
