import { type Address, mask, OPTION } from '../../values/dns/index.ts'
import { DNSSEC_OK, FIXED, OPTION_LENGTH } from './format.ts'
import type { ClientSubnet, Edns } from './types.ts'

interface Options {
  nsid: boolean
  subnet: ClientSubnet | null
}

/** An OPT record, and whether the options that we understand are well-formed. */
interface DecodedEdns {
  readonly edns: Edns
  readonly wellFormed: boolean
}

/**
 * Decodes the OPT record whose fixed part is at `fixed` and whose data ends at `end`. Options of another version
 * are not ours to judge: that query gets BADVERS.
 */
export function decodeEdns(view: DataView, fixed: number, end: number): DecodedEdns {
  const version = view.getUint8(fixed + FIXED.ttl + 1)
  const options: Options = { nsid: false, subnet: null }
  const wellFormed = version > 0 || decodeOptions(view, fixed + FIXED.length, end, options)
  const edns = {
    version,
    udpSize: view.getUint16(fixed + FIXED.class),
    dnssecOk: (view.getUint16(fixed + FIXED.ttl + 2) & DNSSEC_OK) !== 0,
    nsid: options.nsid,
    subnet: options.subnet,
  }
  return { edns, wellFormed }
}

function decodeOptions(view: DataView, at: number, end: number, into: Options): boolean {
  while (at < end) {
    const data = at + OPTION_LENGTH
    if (data > end) return false
    const next = data + view.getUint16(at + 2)
    if (next > end || !decodeOption(view, view.getUint16(at), data, next, into)) return false
    at = next
  }
  return true
}

function decodeOption(view: DataView, code: number, at: number, end: number, into: Options): boolean {
  if (code === OPTION.NSID) into.nsid = true
  if (code !== OPTION.CLIENT_SUBNET) return true
  const subnet = decodeSubnet(view, at, end)
  into.subnet ??= subnet ?? null
  return subnet !== undefined
}

/** RFC 7871, 6 and 7.1.2; undefined for one that must be rejected with FORMERR. */
function decodeSubnet(view: DataView, at: number, end: number): ClientSubnet | undefined {
  if (end - at < 4) return undefined
  const size = addressLength(view.getUint16(at))
  const source = view.getUint8(at + 2)
  const scope = view.getUint8(at + 3)
  if (size === undefined || source > 8 * size || scope !== 0) return undefined
  if (end - at - 4 !== prefixOctets(source)) return undefined
  const address = decodeAddress(view, at + 4, end, size)
  return mask(address, source) === address ? { address, source } : undefined
}

function addressLength(family: number): number | undefined {
  if (family === 1) return 4
  return family === 2 ? 16 : undefined
}

/** How many octets a prefix of that many bits is sent in. */
export const prefixOctets = (bits: number): number => (bits + 7) >> 3

function decodeAddress(view: DataView, at: number, end: number, size: number): Address {
  let address = ''
  for (let i = at; i < at + size; i++) address += String.fromCharCode(i < end ? view.getUint8(i) : 0)
  return address
}
