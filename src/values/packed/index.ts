/** What there is much of, as strings of octets: written and read by codecs, each said once for both ways. Pure. */
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
export { CodecError, foreign, type Octets, type OctetWriter } from './octets.ts'
export { shared, trimmed } from './shared.ts'
