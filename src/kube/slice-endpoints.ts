import {
  type Codec,
  list,
  nullable,
  type Octets,
  oneOf,
  pack,
  record,
  repeated,
  text,
  unpack,
} from '../packed/index.ts'
import type { EndpointSlice, SliceEndpoint } from './types.ts'

const condition = oneOf(null, false, true)

const endpoints: Codec<readonly SliceEndpoint[]> = list(
  record<SliceEndpoint>({
    addresses: list(text),
    strays: list(text),
    hostname: nullable(text),
    ready: condition,
    serving: condition,
    terminating: condition,
    zone: nullable(repeated(text)),
  }),
)

/** The endpoints of a slice as it keeps them: thirteen octets for an ordinary one, and no objects. */
export const packEndpoints = (all: readonly SliceEndpoint[]): Octets => pack(endpoints, all)

/** The endpoints of a slice, in its order. */
export const endpointsIn = (slice: Pick<EndpointSlice, 'endpoints'>): readonly SliceEndpoint[] =>
  unpack(endpoints, slice.endpoints)
