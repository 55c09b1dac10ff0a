/**
 * The words of the DNS as values: names, addresses, records, codes, serials. No octets of messages, no I/O.
 *
 * Names and addresses are texts in one canonical form, so that `===` and a Map's key compare them; the types `Name` and
 * `Address` keep the compiler from taking one for the other. A text from outside is parsed once, at the edge
 * (`parseName`, `parseAddress`), and printed once, for people (`print…`); in between nothing is parsed. A resource
 * record (`RR`) is an owner, a TTL and data, and `record-types.ts`, which is the file to open first, has all that sets
 * one type of data apart from another. Octets of whole messages are the business of `server/wire`.
 */

// Addresses are the octets that the wire has, as a string of 4 or 16 characters: to compare two of them is to compare
// strings, and one is a key of a Map as it is.
// `parseAddress`, `parsePrefix`: from the usual text, `10.0.0.7`, `10.0.0.0/8`; undefined for what is none, such as one
// with leading zeros or a zone. `printAddress` gives IPv6 as RFC 5952 has it; `dashAddress` is `10-244-0-5`, which a
// label has of an address that goes by no name.
// `Family` is 4 or 6, and `familyOf` says it; `bitsOf`: 32 or 128. An IPv4-mapped IPv6 address is told by `isMapped`,
// and not turned into the other.
// A `Prefix` is a block, `{base, length}`, with no bits set beyond its length. `contains`: whether an address lies in it;
// `overlaps`: whether two blocks share an address.
// `mask` clears the bits behind a length; `commonBits` counts the leading bits that two addresses share, of two families
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
// Numbers of the registry of DNS parameters by their names: `TYPE.AAAA` is 28, `RCODE.NXDOMAIN` 3, `EDE.NOT_READY` 14 (RFC
// 8914). `TYPE` has more types than there are records of here, since a question may have any.
// `print…`: how people read them; unknown ones are TYPE65 and the like (RFC 3597, 5), which `parseType` reads again.
// `refusalOf`: types that no question may have, such as OPT and TSIG, with the RCODE and the extended error that asking for
// them comes to (answers.md 3); undefined for all others.
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
// `embeddedIn`: the IPv4 address that an IPv6 one leads to, by NAT64 (RFC 6052), 6to4, Teredo and the like; undefined: it
// leads to none. Where that one may not be answered, neither may this (answers.md 2, "Whose addresses").
// `NAT64_LENGTHS`: how long the prefix of a translator may be, for whoever configures one.
export { embeddedIn, NAT64_LENGTHS } from './embedded.ts'
// Names are text in lower case without the last dot, from the most specific label on: `cart.shop.svc.clusterset.local`; the
// root is ''. Octets beyond letters are escaped as in master files (RFC 1035, 5.1), so that equal names are equal texts. A
// label has 63 octets at most and a name 255 with its lengths (`wireLength`).
// From and to people: `parseName` takes any case and a closing dot; `printName` writes that dot. `fold` makes lower case of
// ASCII alone (RFC 4343).
// Put together and taken apart: `joinNames`, `labelsOf`; `isWithin` says whether a name is a zone or lies below it, and
// `above` is the part before the zone. Both go by whole labels.
// What may be a name: `isLabel` is a label that is made here, underscores included; `isDnsLabel` what Kubernetes calls
// one, letters, digits and hyphens (`DNS_LABEL`, and `DNS_LABEL_PATTERN` for expressions of more). `fits` holds a name
// that was made here to the bounds, `isName` one that users typed; a host's name (`isHostName`) is none that could be
// taken for an address.
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
// `longestAround` is the length of the longest block around an address; `liesInAny` whether there is one; `hasFamilyOf`
// whether any block is of its family at all. Each makes its index the first time that it sees a list, which must not
// change then. For tables of one's own: `lengthsOf` is which lengths there are, `prefixKey` the key of a block in a Map.
export {
  hasFamilyOf,
  lengthsOf,
  liesInAny,
  longestAround,
  type PrefixLengths,
  prefixKey,
} from './prefixes.ts'
// A resource record, `RR`: owner, TTL in seconds, and data by its type; of class IN unless somebody says otherwise.
// `addressRecord` is an A or AAAA record by the address alone; `printRecord` one line, as dig and master files have it.
export { addressRecord, printRecord, type RR } from './record.ts'
// What there is to say of each type of record, and nowhere else: its code, its data, how that is written and printed. A
// new type is a code and a row there.
// `RecordData` is the data of a record with its type in it; `Soa` that of a zone's SOA record. `RECORD_TYPES`: in the
// order in which ANY prefers them. `writeData` writes data into whatever is a `DataWriter`, which a message of
// `server/wire` is.
export {
  type DataWriter,
  printData,
  RECORD_TYPES,
  type RecordData,
  type RecordType,
  type Soa,
  writeData,
} from './record-types.ts'
// Serials of zones, which are compared as on a circle of 32 bits (RFC 1982): the newer of two is the one that lies less
// than half of it ahead. A secondary transfers a zone when its serial is newer than its own.
// `nextSerial`: that of a zone which changes at some Unix second: that second, or one more than before if that is not
// newer.
export { isNewer, nextSerial, type Serial } from './serial.ts'
// Why nobody can be sent to an address, in a word: `loopback`, `link-local`, `multicast` and the like, also of the IPv4
// address inside of an IPv6 one; undefined: somebody can. Addresses of endpoints, Services and load balancers of which
// this says a word are left out of answers.
export { unusable } from './unusable.ts'
