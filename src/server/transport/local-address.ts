import { isIP, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

export const isWildcard = (host: string): boolean => isIP(host) !== 0 && /^[0:.]+$/.test(host)

export const familyOfHost = (host: string): 4 | 6 => (isIPv6(host) ? 6 : 4)

/** An address without the interface that a link-local one carries (`fe80::1%eth0`). */
export function withoutScope(host: string): string {
  const at = host.indexOf('%')
  return at < 0 ? host : host.slice(0, at)
}

/** The addresses of this host's running interfaces, loopback included, link-local ones with their interface. */
export function localAddresses(family: 4 | 6): string[] {
  const found = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter((one) => one.family === `IPv${family}`)
      .map(({ address }) => (/^fe[89ab]/i.test(address) ? `${address}%${name}` : address)),
  )
  return [...new Set(found)]
}
