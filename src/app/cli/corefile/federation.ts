import { isDnsLabel, isHostName } from '../../../values/dns/index.ts'
import type { Config } from '../../config/index.ts'
import { parseCorefileOptions } from './options.ts'
import { type Federation, type PublishedNames, publishedNames } from './published-names.ts'
import { type Directive, parseServerBlocks, type ServerBlock } from './server-blocks.ts'
import { forwardingOf } from './zones.ts'

/** What CoreDNS's plugin `federation` said, which it has no more since 1.7: names, and where the rest was published. Each once. */
function federationsIn(blocks: readonly ServerBlock[]): readonly Federation[] {
  const found = blocks.flatMap(({ directives }) => directives.filter(isFederation).flatMap(federationsOf))
  return [...new Map(found.map((one) => [`${one.name} ${one.domain}`, one])).values()]
}

const isFederation = ({ words }: Directive): boolean => words[0] === 'federation'

/** `east us-east-1.example.com`; the plugin took a line `upstream`, too, which said nothing. */
const federationsOf = ({ body }: Directive): readonly Federation[] =>
  body.flatMap(([first = '', domain = '']) => {
    const [name, zone] = [first.toLowerCase(), domain.toLowerCase().replace(/\.$/, '')]
    return name === 'upstream' || !isDnsLabel(name) || !isHostName(zone) ? [] : [{ name, domain: zone }]
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
  if (!blocks.some(hasPlugin)) return undefined
  const federations = federationsIn(blocks)
  const names = federations.length === 0 ? '' : ` (${federations.map(({ name }) => name).join(', ')})`
  const published = publishedNames(federations, { blocks, beside: blocks.filter(hasPlugin), config, to })
  return {
    finding: `the Corefile has the plugin federation${names}, which CoreDNS has no more since 1.7.0: it does not start with it`,
    remedy: inSentence(federations, config, published),
    text: inLines(federations, config, published),
  }
}

const hasPlugin = ({ directives }: ServerBlock): boolean => directives.some(isFederation)

type Facts = readonly [federations: readonly Federation[], config: Config, published: PublishedNames]

const inLines = (...[federations, config, { blocks, within, lost }]: Facts): string =>
  [
    federations.length === 0 ? 'Take its block out.' : 'Take its block out. What replaces it:',
    ...configured(federations, config),
    ...(blocks.length === 0
      ? []
      : [
          'For names that were published, while somebody uses them, blocks beside that (CoreDNS 1.10 or later; what else is in the domain goes to the resolvers of /etc/resolv.conf):',
          ...blocks.flatMap(({ head, lines }) => [`${head} {`, ...lines.map(indented), '}']).map(indented),
        ]),
    ...within.flatMap(({ head, lines }) => [
      `For names that were published below ${head}, while somebody uses them, in the block for ${head} that is there (CoreDNS 1.10 or later):`,
      ...lines.map(indented),
    ]),
    ...lost.map(notKept),
  ].join('\n')

function inSentence(...[federations, config, { blocks, within, lost }]: Facts): string {
  const names = missingIn(federations, config).map((one) => clustersLine(one, config))
  const own = names.length === 0 ? '' : `write zones.federations: {${names.join(', ')}}`
  const shown = ({ head, lines }: PublishedNames['blocks'][number]) =>
    `${head} { ${lines.filter((line) => line !== 'errors').join('; ')} }`
  return [
    'take its block out',
    own,
    federations.length === 0 ? '' : 'apply what `meridian corefile` prints',
    blocks.length === 0 ? '' : `for published names: ${blocks.map(shown).join(', ')}`,
    ...within.map(({ head, lines }) => `in the block for ${head} that is there: ${lines.join('; ')}`),
    ...lost.map(notKept),
  ]
    .filter((part) => part !== '')
    .join('; ')
}

const notKept = ({ domain, why }: PublishedNames['lost'][number]): string =>
  `no block can keep names that were published below ${domain}: ${why}`

const missingIn = (federations: readonly Federation[], { zones }: Config): readonly Federation[] =>
  [...new Map(federations.map((one) => [one.name, one])).values()].filter(
    ({ name }) => zones.federations[name] === undefined,
  )

/** The same of a whole Corefile, for a Meridian where the configuration says that it is. */
export function replacementIn(corefile: string, config: Config): Replacement | undefined {
  const { to } = forwardingOf(config, parseCorefileOptions({}, config))
  return replacementOf(parseServerBlocks(corefile) ?? [], config, to)
}

const indented = (line: string): string => `    ${line}`

function configured(federations: readonly Federation[], config: Config): readonly string[] {
  const missing = missingIn(federations, config)
  if (federations.length === 0) return []
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
