import { isIPv6 } from 'node:net'
import type { ListenEndpoint } from './types.ts'

/**
 * A listener that could not be opened: one line that names the address, the protocol and the remedy. `cause` is the
 * system's error, or as much of one as crosses between threads: its code.
 */
export class ListenError extends Error {
  readonly code: string

  /** `transport`: its label; `key`: of the configuration, which names the endpoint. */
  constructor(transport: string, endpoint: ListenEndpoint, cause: unknown, key = 'dns.listen') {
    const code = codeOf(cause)
    const remedy = REMEDY[code]?.replaceAll('dns.listen', key)
    super(`cannot listen on ${printEndpoint(endpoint)} (${transport}): ${remedy ?? textOf(cause)}`, { cause })
    this.name = 'ListenError'
    this.code = code
  }
}

const REMEDY: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'the port is taken; stop the program that has it ("ss -lntup" lists them) or choose another address or port in dns.listen',
  EACCES:
    'permission missing; a port below 1024 needs root or CAP_NET_BIND_SERVICE, or choose one from 1024 up in dns.listen',
  EPERM: 'permission missing; something on this host (seccomp, SELinux, a firewall) forbids it',
  EADDRNOTAVAIL: 'no interface of this host has that address; correct dns.listen',
  EAFNOSUPPORT: 'this host lacks that address family; take the address out of dns.listen',
  EINVAL:
    'not an address to listen on; dns.listen takes IP addresses that are neither link-local (fe80::1) nor IPv4-mapped (::ffff:192.0.2.1)',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
  ENOSPC:
    'a server answers on 1024 sockets at most; take addresses out of dns.listen, or listen on 0.0.0.0 or [::], which is one',
}

export const printEndpoint = ({ host, port }: ListenEndpoint): string =>
  isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`

/** `EADDRINUSE` and its like; empty for errors that are not the system's. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
