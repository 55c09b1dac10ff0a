/** The Corefiles that these tests run: what the command prints and what docs/examples says, and variants of them. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { meridian } from '../../support/server.ts'
import type { Cluster, CoreDnsVersion } from '../ground/index.ts'

/** The versions to be behind, and what a person says about each to `meridian corefile`. */
export const COREDNS: readonly (readonly [version: CoreDnsVersion, said: string])[] = [
  ['current', '1.15.0'],
  ['1.12', '1.12.2'],
]

/** What `meridian corefile` prints for a Meridian at these ports of 127.0.0.1. */
export async function printedBlock(
  config: string,
  ports: readonly number[],
  version: string,
): Promise<string> {
  const address = ports.map((port) => `127.0.0.1:${port}`).join(',')
  const args = ['corefile', '--config', config, '--address', address, '--coredns-version', version]
  const { status, out, err } = await meridian(args)
  if (status !== 0) throw new Error(`meridian ${args.join(' ')}: ${err}`)
  return out
}

/** kubeadm's, without a resolver for the rest of the world. */
export const blockOfCluster = ({ adminKubeconfig }: Pick<Cluster, 'adminKubeconfig'>): string => `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        kubeconfig ${adminKubeconfig}
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    forward . 127.0.0.1:9
    cache 30
    loadbalance
}`

/** A file of docs/examples, its Meridian at that port of 127.0.0.1. */
export function example(name: string, port: number): string {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/examples', name), 'utf8')
  return replaceOnce(text, /^( *forward \S+) 10\.96\.0\.53$/m, `$1 127.0.0.1:${port}`)
}

/** With `loadbalance`, as the blocks of most clusters have it. */
export const withLoadbalance = (block: string): string =>
  replaceOnce(block, /^ {4}errors$/m, '    errors\n    loadbalance round_robin')

/** With one more line among the options of `forward`. */
export const withForwardOption = (block: string, option: string): string =>
  /^ {4}forward .*\{$/m.test(block)
    ? replaceOnce(block, /^( {4}forward .*\{)$/m, `$1\n        ${option}`)
    : replaceOnce(block, /^( {4}forward .*)$/m, `$1 {\n        ${option}\n    }`)

function replaceOnce(text: string, pattern: RegExp, by: string): string {
  const changed = text.replace(pattern, by)
  if (changed === text) throw new Error(`nothing in it looks like ${pattern}:\n${text}`)
  return changed
}
