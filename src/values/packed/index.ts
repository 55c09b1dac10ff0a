/** What there is much of, as strings of octets: written and read by codecs, each said once for both ways. Pure. */

// Codecs, and those of values by codecs of their parts. Equal values are equal octets, so that a packed value is compared,
// and shared, as a text is. Said once, `record({name: text, port: count})` both writes and reads; what `unpack` meets that
// no codec wrote is a CodecError.
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
// A string of characters 0 to 255, which is what a codec writes. It crosses threads as it is.
export { CodecError, foreign, type Octets, type OctetWriter } from './octets.ts'
// A map in the order of its keys, for what there is a million of: one look-up or change costs the logarithm of that.
export { Ordered } from './ordered.ts'
// One identity for equal values, where many have the same.
export { shared, trimmed } from './shared.ts'
