import { OPTION, TYPE } from '../../values/dns/index.ts'
import { prefixOctets } from './edns.ts'
import { DNSSEC_OK, FIXED, OPT_LENGTH, OPTION_LENGTH } from './format.ts'
import type { ClientSubnet, Edns, ExtendedError, Reply } from './types.ts'
import type { MessageWriter } from './writer.ts'

/** What the OPT record of a reply says besides what it repeats from the query's. */
type Opt = Pick<Reply, 'rcode' | 'subnetScope' | 'nsid' | 'errors'>

/** Octets that an OPT record needs at least: itself and the client subnet that it repeats. */
export const optReserve = (edns: Edns | null): number =>
  edns === null ? 0 : OPT_LENGTH + (edns.subnet === null ? 0 : subnetLength(edns.subnet))

const subnetLength = (subnet: ClientSubnet): number => OPTION_LENGTH + 4 + prefixOctets(subnet.source)

/** Writes the OPT record; server identity and then extended errors take the room that is left, or stay out. */
export function encodeOpt(writer: MessageWriter, edns: Edns, udpSize: number, opt: Opt): void {
  const { out, at } = writer
  out.setUint8(at, 0)
  out.setUint16(at + 1, TYPE.OPT)
  out.setUint16(at + 1 + FIXED.class, udpSize)
  out.setUint32(at + 1 + FIXED.ttl, ((opt.rcode >> 4) << 24) | (edns.dnssecOk ? DNSSEC_OK : 0))
  writer.at += OPT_LENGTH
  if (edns.subnet !== null) encodeSubnet(writer, edns.subnet, opt.subnetScope)
  if (edns.nsid && opt.nsid !== null) encodeOption(writer, OPTION.NSID, utf8(opt.nsid))
  for (const error of opt.errors) encodeOption(writer, OPTION.EDE, errorOctets(error))
  out.setUint16(at + 1 + FIXED.dataLength, writer.at - at - OPT_LENGTH)
}

/** RFC 7871, 7.2.1: family, source and address as they came; no prefix asked for, no scope. */
function encodeSubnet(writer: MessageWriter, { address, source }: ClientSubnet, scope: number): void {
  const { out, at } = writer
  const octets = prefixOctets(source)
  out.setUint16(at, OPTION.CLIENT_SUBNET)
  out.setUint16(at + 2, 4 + octets)
  out.setUint16(at + 4, address.length === 4 ? 1 : 2)
  out.setUint8(at + 6, source)
  out.setUint8(at + 7, source === 0 ? 0 : scope)
  for (let i = 0; i < octets; i++) out.setUint8(at + 8 + i, address.charCodeAt(i))
  writer.at += 8 + octets
}

/** RFC 8914, 2: the code, then text in UTF-8. */
const errorOctets = ({ code, text }: ExtendedError): string =>
  String.fromCharCode(code >> 8, code & 0xff) + utf8(text)

/** A text's octets, one per character. */
const utf8 = (text: string): string => (/^[ -~]*$/.test(text) ? text : Buffer.from(text).toString('latin1'))

function encodeOption(writer: MessageWriter, code: number, data: string): void {
  if (!writer.hasRoom(OPTION_LENGTH + data.length)) return
  writer.out.setUint16(writer.at, code)
  writer.out.setUint16(writer.at + 2, data.length)
  writer.at += OPTION_LENGTH
  writer.octets(data)
}
