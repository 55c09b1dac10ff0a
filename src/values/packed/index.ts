/**
 * What there is much of, as strings of octets: written and read by codecs, each said once for both ways. Pure.
 *
 * A service may have thousands of endpoints, and there may be thousands of services, so what is held of them is not
 * objects but `Octets`: a string of characters 0 to 255, which V8 keeps in one octet for each. A codec for a type is put
 * together of codecs of its parts (`codec.ts`, to open first); `pack` writes a value, `unpack` reads it when somebody
 * asks for it. Endpoints, entries between threads and state files are written so. `Ordered` is a map of many such keys.
 */

// Codecs, and those of values by codecs of their parts. Equal values are equal octets, so that a packed value is compared,
// and shared, as a text is. Said once, `record({name: text, port: count})` both writes and reads; what `unpack` meets that
// no codec wrote is a CodecError.
// Plain values: `text` is any string; `count` a whole number from 0 up, `integer` one of either sign, `fraction` any
// number; `flag` is true or false, `oneOf` one of a few constants; `omitted` is not written, and read as one and the
// same value. Put together: `record` of named fields, `list`, `map`, `nullable`, `either` of two types; `atEnd` is a
// last part that mostly is as usual and then takes no octets; `repeated` a value that comes again and again in one pack,
// and is written once. `isWide`: whether a text has a character beyond 255, so that each of its characters takes two
// octets.
export {
  atEnd,
  type Codec,
  count,
  either,
  flag,
  fraction,
  integer,
  isWide,
  list,
  map,
  nullable,
  omitted,
  oneOf,
  pack,
  record,
  repeated,
  text,
  unpack,
} from './codec.ts'
// A text of its own, that keeps no other: a slice of V8's keeps the whole text it was cut from, which may be a list of
// megabytes.
export { flat } from './nodes.ts'
// `Octets` is what a codec writes; it crosses threads as it is. Who makes a codec by hand writes to an `OctetWriter`,
// and throws `foreign()` for octets that no codec wrote.
export { CodecError, foreign, type Octets, type OctetWriter } from './octets.ts'
// A persistent map in the order of its keys, for what there is a million of: one look-up or change costs the logarithm
// of that, and what follows a key is found without looking at the rest. PTR records are kept so.
export { Ordered } from './ordered.ts'
// `shared`: one identity for equal values, where many objects have the same, as with lists of ports. `trimmed`: a list
// in no more memory than it needs, and one empty list for all that are empty.
export { shared, trimmed } from './shared.ts'
