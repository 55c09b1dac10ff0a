import { isWithin, type Name } from '../../../values/dns/index.ts'
import type { Config } from '../../config/index.ts'
import { type BlockAddress, isTaken, keysFor, listeningIn, type ServerBlock } from './server-blocks.ts'
import { zonesToForward } from './zones.ts'

/** A line of the plugin `federation`: `east us-east-1.example.com`. */
export interface Federation {
  readonly name: string
  /** Below which its names were published. */
  readonly domain: Name
}

/** What keeps names that a federation published, domain by domain: CoreDNS wants one block for each. */
export interface PublishedNames {
  /** Blocks to be added. */
  readonly blocks: readonly Lines[]
  /** What belongs into a block that the Corefile has. */
  readonly within: readonly Lines[]
  /** Those for which there can be no block, and why. */
  readonly lost: readonly Lost[]
}

interface Lines {
  /** The block's keys; within one, the domain. */
  readonly head: string
  /** Of the block, not indented. */
  readonly lines: readonly string[]
}

interface Lost {
  readonly domain: Name
  readonly why: string
}

interface Ground {
  /** All of the Corefile. */
  readonly blocks: readonly ServerBlock[]
  /** Those that had the plugin: clients ask where they listen. */
  readonly beside: readonly ServerBlock[]
  readonly config: Config
  /** Where Meridian is. */
  readonly to: readonly string[]
}

/** Each domain is in one of the three lists. */
export function publishedNames(federations: readonly Federation[], ground: Ground): PublishedNames {
  const listening = listeningIn(ground.beside)
  const found: { blocks: Lines[]; within: Lines[]; lost: Lost[] } = { blocks: [], within: [], lost: [] }
  for (const [domain, those] of Map.groupBy(federations, (one) => one.domain)) {
    const rules = those.flatMap((one) => rulesOf(one, ground))
    const why = whyLost(domain, ground.config)
    if (why !== undefined) found.lost.push({ domain, why })
    else if (isTaken(domain, listening, ground.blocks)) found.within.push({ head: domain, lines: rules })
    else found.blocks.push(...listening.map((place) => blockOf(domain, place, rules)))
  }
  return found
}

/** CoreDNS goes by the block with the longest key: one for a parent of the cluster's own domain would have its names. */
function whyLost(domain: Name, config: Config): string | undefined {
  const { clusterDomain } = config.local
  if (isWithin(clusterDomain, domain)) return `the cluster's own ${clusterDomain} lies there`
  return zonesToForward(config).zones.includes(domain) ? "that zone is Meridian's" : undefined
}

const blockOf = (domain: Name, { ports, bind }: BlockAddress, rules: readonly string[]): Lines => ({
  head: keysFor(domain, ports).join(' '),
  lines: ['errors', ...bind, ...rules, 'forward . /etc/resolv.conf'],
})

/** `<svc>.<ns>.<federation>.svc[.<zone>][.<region>].<domain>` is the federation's own name of the service. */
function rulesOf({ name, domain }: Federation, { config, to }: Ground): readonly string[] {
  const zone = `${name}.svc.${config.local.clusterDomain}`
  const old = `${name}\\.svc(\\.[^.]+)?(\\.[^.]+)?\\.${domain.replaceAll('.', '\\.')}\\.`
  return [`rewrite name regex ^(.+)\\.${old}$ {1}.${zone}. answer auto`, `forward ${zone} ${to.join(' ')}`]
}
