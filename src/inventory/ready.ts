import { type Address, printAddress } from '../dns/index.ts'
import { protocolCodec } from '../kube/index.ts'
import {
  type Codec,
  count,
  list,
  nullable,
  type Octets,
  pack,
  record,
  repeated,
  text,
  unpack,
} from '../packed/index.ts'
import type { Endpoint, EndpointPort, Endpoints } from './types.ts'

/** Endpoints as a service keeps them: most go by their address, and have the zone and ports of others. */
export const packReady = (endpoints: readonly Endpoint[]): Octets =>
  pack(
    kept,
    endpoints.map((one) => ({ ...one, hostname: one.hostname === hostnameOf(one) ? null : one.hostname })),
  )

/** The ready endpoints, by host name and address; a dual-stack one once for each family. */
export const readyIn = ({ ready }: Pick<Endpoints, 'ready'>): readonly Endpoint[] =>
  unpack(kept, ready).map((one) => ({ ...one, hostname: one.hostname ?? hostnameOf(one) }))

interface Kept extends Omit<Endpoint, 'hostname'> {
  /** null: its address's. */
  readonly hostname: string | null
}

const port = record<EndpointPort>({ name: text, protocol: protocolCodec, port: count })

const kept: Codec<readonly Kept[]> = list(
  record<Kept>({
    addresses: list(text),
    hostname: nullable(text),
    zone: nullable(repeated(text)),
    ports: repeated(list(port)),
  }),
)

const hostnameOf = ({ addresses: [first = ''] }: Pick<Endpoint, 'addresses'>): string => labelOf(first)

/** Without a host name an endpoint goes by its address, dashed; a label may not begin or end with a dash. */
export function labelOf(address: Address): string {
  const text = printAddress(address).replace(/[.:]/g, '-')
  return `${text.startsWith('-') ? '0' : ''}${text}${text.endsWith('-') ? '0' : ''}`
}

/** No endpoint at all. */
export const NONE_READY: Octets = packReady([])
