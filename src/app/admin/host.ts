import { isIP } from 'node:net'

/**
 * Whether a Host header names this server: by address, as localhost, or by a name that only a cluster's own DNS has. A
 * page in somebody's browser may have its own name resolved to this address (DNS rebinding), and would read what is
 * meant for whoever opened a port-forward.
 */
export function isOwnHost(header: string | undefined, clusterDomain: string): boolean {
  if (header === undefined) return true
  const host = header.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')
  if (isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0) return true
  return (
    host === 'localhost' ||
    !host.includes('.') ||
    host.endsWith('.svc') ||
    host.endsWith(`.svc.${clusterDomain}`)
  )
}
