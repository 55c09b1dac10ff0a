import type { Config } from '../../config/index.ts'
import { printCoreDNS, printNodeLocal } from './coredns.ts'
import { printKubeDNS } from './kube-dns.ts'
import { type CorefileOptions, parseOptions, type Target } from './options.ts'
import { type Forwarding, forwardingOf } from './zones.ts'

export { type CorefileOptions, TARGETS } from './options.ts'

/**
 * What makes a cluster's DNS forward Meridian's zones here, as that DNS server reads it; how to apply it and how to
 * try it stand in comments. Nothing is applied. Throws a Failure that names the option that is wrong.
 */
export function corefileText(config: Config, options: CorefileOptions = {}): string {
  const forwarding = forwardingOf(config, parseOptions(options, config))
  return PRINT[forwarding.target](forwarding)
}

const PRINT: Readonly<Record<Target, (forwarding: Forwarding) => string>> = {
  coredns: printCoreDNS,
  nodelocal: printNodeLocal,
  'kube-dns': printKubeDNS,
}
