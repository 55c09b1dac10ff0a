import { type Address, mask, type Prefix, parsePrefix } from './address.ts'

/** An IPv4 address inside an IPv6 one, and how many of that one's bits say only that it is there. */
interface Embedded {
  readonly address: Address
  readonly prefix: number
}

interface Embedding {
  readonly prefix: Prefix
  readonly read: (address: Address) => Address
}

/** Octet 8 is none of the address (RFC 6052, 2.2). */
const translated = ({ length }: Prefix): Embedding['read'] => {
  const from = length / 8
  return length === 96
    ? (address) => address.slice(12)
    : (address) => (address.slice(from, 8) + address.slice(9)).slice(0, 4)
}

const known = (text: string, read: Embedding['read']): readonly Embedding[] => {
  const prefix = parsePrefix(text)
  return prefix === undefined ? [] : [{ prefix, read }]
}

const last = (address: Address): Address => address.slice(12)

/** Where a host, a router or a translator takes packets to an IPv4 address out of the IPv6 one. */
const KNOWN: readonly Embedding[] = [
  // NAT64 (RFC 6052), 6to4 (RFC 3056), IPv4-compatible (RFC 4291, 2.5.5.1), SIIT (RFC 2765), Teredo (RFC 4380).
  ...known('64:ff9b::/96', last),
  ...known('2002::/16', (address) => address.slice(2, 6)),
  ...known('::/96', last),
  ...known('::ffff:0:0:0/96', last),
  ...known('2001::/32', (address) =>
    String.fromCharCode(...Array.from(last(address), (octet) => octet.charCodeAt(0) ^ 0xff)),
  ),
]

/** The lengths that a prefix of a translator may have (RFC 6052, 2.2). */
export const NAT64_LENGTHS: readonly number[] = [32, 40, 48, 56, 64, 96]

/** What an address is led to besides itself. `nat64`: the prefixes of translators, besides the well-known one. */
export function embeddedIn(address: Address, nat64: readonly Prefix[] = []): Embedded | undefined {
  if (address.length === 4) return undefined
  for (const prefix of nat64)
    if (isIn(prefix, address)) return { address: translated(prefix)(address), prefix: prefix.length }
  const found = KNOWN.find(({ prefix }) => isIn(prefix, address))
  if (found === undefined || isPlain(address)) return undefined
  return { address: found.read(address), prefix: found.prefix.length }
}

/** `::2` is an address by itself: an IPv4-compatible one has an IPv4 address that somebody can have. */
const isPlain = (address: Address): boolean => address.startsWith('\0'.repeat(13))

/** Most are in none: the first octets tell. */
const isIn = ({ base, length }: Prefix, address: Address): boolean =>
  address.charCodeAt(0) === base.charCodeAt(0) && mask(address, length) === base
