/**
 * IPv6 beside IPv4, for a cluster that has a node of its own. A router answers to one link-local address on each of its
 * links, so that nobody needs an address of the router's own; nobody waits until an address is known to be unique.
 */

import { existsSync } from 'node:fs'

const ROUTER = 'fe80::1'
const NODE = 'fe80::2'

/** What the kernel would say of a machine that has none. */
export function needIpv6(): void {
  if (existsSync('/proc/sys/net/ipv6')) return
  throw new Error(
    'no IPv6 in this kernel: start it without ipv6.disable=1, or run one that was built with it',
  )
}

/** The shell command that makes a network namespace route it. */
export const FORWARD_IPV6 = 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'

/** `fd00:10:1::/64` and `10.1.128.7`: `fd00:10:1::80:7`. */
export function ipv6Of(cidr: string, address: string): string {
  const [, , high = 0, low = 0] = address.split('.').map(Number)
  return `${cidr.replace(/::\/\d+$/, '::')}${high.toString(16)}:${low.toString(16)}`
}

/** Commands of `ip` in a network namespace whose only link that is. */
export const endOfLink = (device: string, address: string): string[] => [
  `address add ${address}/128 dev ${device} nodad`,
  `route add ::/0 via ${ROUTER} dev ${device}`,
]

/** Commands of `ip` where that link comes from. */
export const routerOfLink = (link: string, address: string): string[] => [
  `address add ${ROUTER}/64 dev ${link} nodad`,
  `route add ${address}/128 dev ${link}`,
]

/** The same of a node, which has the first address of its Pods' for its own and is the way to all of them. */
export const endOfNode = (device: string, podCIDR: string): string[] => [
  `address add ${NODE}/64 dev ${device} nodad`,
  `address add ${podCIDR.replace(/::\/\d+$/, '::1')}/128 dev lo nodad`,
  `route add ::/0 via ${ROUTER} dev ${device}`,
]

export const routerOfNode = (link: string, podCIDR: string): string[] => [
  `address add ${ROUTER}/64 dev ${link} nodad`,
  `route add ${podCIDR} via ${NODE} dev ${link}`,
]
