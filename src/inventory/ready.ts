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
export const packReady = (endpoints: readonly Endpoint[]): Octets => pack(kept, endpoints)

/** The ready endpoints, by host name and address; a dual-stack one once for each family. */
export const readyIn = ({ ready }: Pick<Endpoints, 'ready'>): readonly Endpoint[] => unpack(kept, ready)

/** The first of them, packed, and how many more there are; those alone are unpacked. */
export function headOf(
  { ready }: Pick<Endpoints, 'ready'>,
  most: number,
): { readonly ready: Octets; readonly left: number } {
  const { first, left } = unpack(headCodec(most), ready)
  return left === 0 ? { ready, left } : { ready: packReady(first), left }
}

const headCodec = (most: number): Pick<Codec<Head>, 'read'> => ({
  read: (from) => {
    const length = count.read(from)
    if (length <= most) {
      from.octets(from.left)
      return { first: [], left: 0 }
    }
    const first = Array.from({ length: most }, () => endpointCodec.read(from))
    from.octets(from.left)
    return { first, left: length - most }
  },
})

interface Head {
  readonly first: readonly Endpoint[]
  readonly left: number
}

const addressesCodec = list(text)
/** null: its address's. */
const hostnameCodec = nullable(text)
const zoneCodec = nullable(repeated(text))
const portsCodec = repeated(list(record<EndpointPort>({ name: text, protocol: protocolCodec, port: count })))

const endpointCodec: Codec<Endpoint> = {
  write: ({ addresses, hostname, zone, ports }, to) => {
    addressesCodec.write(addresses, to)
    hostnameCodec.write(hostname === hostnameOf(addresses) ? null : hostname, to)
    zoneCodec.write(zone, to)
    portsCodec.write(ports, to)
  },
  read: (from) => {
    const addresses = addressesCodec.read(from)
    const hostname = hostnameCodec.read(from) ?? hostnameOf(addresses)
    return { hostname, addresses, zone: zoneCodec.read(from), ports: portsCodec.read(from) }
  },
}

const kept = list(endpointCodec)

const hostnameOf = ([first = '']: readonly Address[]): string => labelOf(first)

/** Without a host name an endpoint goes by its address, dashed; a label may not begin or end with a dash. */
export function labelOf(address: Address): string {
  // There may be a million of these.
  if (address.length === 4)
    return `${address.charCodeAt(0)}-${address.charCodeAt(1)}-${address.charCodeAt(2)}-${address.charCodeAt(3)}`
  const text = printAddress(address).replace(/[.:]/g, '-')
  return `${text.startsWith('-') ? '0' : ''}${text}${text.endsWith('-') ? '0' : ''}`
}

/** No endpoint at all. */
export const NONE_READY: Octets = packReady([])
