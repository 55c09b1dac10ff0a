import { isHostName, type Name } from '../../../values/dns/index.ts'
import type { Config } from '../../config/index.ts'
import { parseCorefileOptions } from './options.ts'
import { type Directive, parseServerBlocks, type ServerBlock } from './server-blocks.ts'
import { forwardingOf } from './zones.ts'

/** What CoreDNS's plugin `federation` said, which it has no more since 1.7: names, and where the rest was published. */
interface Federation {
  readonly name: string
  readonly domain: Name
}

/** Those of a Corefile, each once. */
function federationsIn(blocks: readonly ServerBlock[]): readonly Federation[] {
  const found = blocks.flatMap(({ directives }) => directives.filter(isFederation).flatMap(federationsOf))
  return [...new Map(found.map((one) => [`${one.name} ${one.domain}`, one])).values()]
}

const isFederation = ({ words }: Directive): boolean => words[0] === 'federation'

/** `east us-east-1.example.com`; the plugin took a line `upstream`, too, which said nothing. */
const federationsOf = ({ body }: Directive): readonly Federation[] =>
  body.flatMap(([name = '', domain = '']) => {
    const zone = domain.toLowerCase().replace(/\.$/, '')
    return name === 'upstream' || !isHostName(zone) ? [] : [{ name: name.toLowerCase(), domain: zone }]
  })

/** What is wrong with a Corefile, and what would be right: in a sentence, and as text of several lines. */
interface Replacement {
  readonly finding: string
  readonly remedy: string
  readonly text: string
}

/** What is to be put in the plugin's place; undefined: it is not there. `to`: where Meridian is. */
export function replacementOf(
  blocks: readonly ServerBlock[],
  config: Config,
  to: readonly string[],
): Replacement | undefined {
  const federations = federationsIn(blocks)
  if (federations.length === 0) return undefined
  const names = federations.map(({ name }) => name).join(', ')
  return {
    finding: `the Corefile has the plugin federation (${names}), which CoreDNS has no more since 1.7.0: it does not start with it`,
    remedy: inSentence(federations, config, to),
    text: inLines(federations, config, to),
  }
}

type Facts = readonly [federations: readonly Federation[], config: Config, to: readonly string[]]

const inLines = (...[federations, config, to]: Facts): string =>
  [
    'Take its block out. What replaces it:',
    ...configured(missingIn(federations, config), config),
    'For names that were published, while somebody uses them, blocks beside that (CoreDNS 1.10 or later; what else is in the domain goes to the resolvers of /etc/resolv.conf):',
    ...federations.flatMap((one) => published(one, config, to)).map(indented),
  ].join('\n')

function inSentence(...[federations, config, to]: Facts): string {
  const names = missingIn(federations, config).map((one) => clustersLine(one, config))
  const first = names.length === 0 ? '' : `write zones.federations: {${names.join(', ')}}; `
  const blocks = federations.map((one) => published(one, config, to).map((line) => line.trim()))
  return `take its block out; ${first}apply what \`meridian corefile\` prints; for published names: ${blocks.map(([head, _, ...body]) => `${head} ${body.join('; ')}`.replace(/; \}$/, ' }')).join(', ')}`
}

const missingIn = (federations: readonly Federation[], { zones }: Config): readonly Federation[] =>
  federations.filter(({ name }) => zones.federations[name] === undefined)

/** The same of a whole Corefile, for a Meridian where the configuration says that it is. */
export function replacementIn(corefile: string, config: Config): Replacement | undefined {
  const { to } = forwardingOf(config, parseCorefileOptions({}, config))
  return replacementOf(parseServerBlocks(corefile) ?? [], config, to)
}

const indented = (line: string): string => `    ${line}`

function configured(missing: readonly Federation[], config: Config): readonly string[] {
  if (missing.length === 0)
    return [
      'zones.federations of meridian.yaml, which has all of them: apply what `meridian corefile` prints.',
    ]
  const lines = ['zones:', '  federations:', ...missing.map((one) => `    ${clustersLine(one, config)}`)]
  return [
    'In meridian.yaml, after which `meridian corefile` prints a block for these names too:',
    ...lines.map(indented),
  ]
}

const clustersLine = (one: Federation, config: Config): string =>
  `${one.name}: {clusters: [${clustersOf(one, config).join(', ') || UNKNOWN}]}`

/** Where all clusters are those of registries, and those could not be read. */
const UNKNOWN = '<CLUSTER-IDS>'

/** Those of the region that the domain begins with, else the one that is called so, else all: a federation is of all. */
function clustersOf({ name, domain }: Federation, { clusters }: Config): readonly string[] {
  const [first] = domain.split('.')
  const there = clusters.filter(({ locality }) => locality?.region === first)
  const called = clusters.filter(
    ({ id }) => id === name || id.endsWith(`-${name}`) || id.startsWith(`${name}-`),
  )
  const some = [there, called, clusters].find((all) => all.length > 0) ?? []
  return some.map(({ id }) => id)
}

/** `<svc>.<ns>.<federation>.svc[.<zone>][.<region>].<domain>` is the federation's own name of the service. */
function published(
  { name, domain }: Federation,
  { local }: Config,
  to: readonly string[],
): readonly string[] {
  const zone = `${name}.svc.${local.clusterDomain}`
  const old = `${name}\\.svc(\\.[^.]+)?(\\.[^.]+)?\\.${domain.replaceAll('.', '\\.')}\\.`
  return [
    `${domain}:53 {`,
    '    errors',
    `    rewrite name regex ^(.+)\\.${old}$ {1}.${zone}. answer auto`,
    `    forward ${zone} ${to.join(' ')}`,
    '    forward . /etc/resolv.conf',
    '}',
  ]
}
