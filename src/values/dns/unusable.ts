import { type Address, isMapped, type Prefix } from './address.ts'
import { embeddedIn } from './embedded.ts'

const LOOPBACK6 = `${'\0'.repeat(15)}\x01`

/**
 * Why an address can be nobody's endpoint, in a word for people; undefined for an ordinary one. An IPv6 address that
 * leads to an IPv4 one is no better than that. `nat64`: the prefixes of translators, besides the well-known one.
 */
export function unusable(address: Address, nat64: readonly Prefix[] = []): string | undefined {
  const own = address.length === 4 ? unusable4(address) : unusable6(address)
  if (own !== undefined || address.length === 4) return own
  const embedded = embeddedIn(address, nat64)
  const why = embedded && unusable4(embedded.address)
  return why && `embedded ${why}`
}

function unusable4(address: Address): string | undefined {
  const first = address.charCodeAt(0)
  if (first === 127) return 'loopback'
  if (first === 169 && address.charCodeAt(1) === 254) return 'link-local'
  if (first === 0) return 'unspecified'
  return first >= 224 ? (first < 240 ? 'multicast' : 'reserved') : undefined
}

function unusable6(address: Address): string | undefined {
  const first = address.charCodeAt(0)
  if (address === '\0'.repeat(16)) return 'unspecified'
  if (isMapped(address)) return 'IPv4-mapped'
  if (address === LOOPBACK6) return 'loopback'
  if (first === 0xfe && (address.charCodeAt(1) & 0xc0) === 0x80) return 'link-local'
  return first === 0xff ? 'multicast' : undefined
}
