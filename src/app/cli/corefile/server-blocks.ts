import { withoutMark } from '../../../sources/texts/index.ts'
import { type Name, parsePrefix } from '../../../values/dns/index.ts'
import { prefixZones } from '../../../world/zone/index.ts'

/** A Corefile as CoreDNS reads it: server blocks, what they are for, and where they listen. */

export interface ServerBlock {
  /** Those that ask by plain DNS. */
  readonly keys: readonly ServerKey[]
  readonly directives: readonly Directive[]
}

/** What a server block is for. */
interface ServerKey {
  readonly zone: Name
  /** As written, that is a number or a variable; empty: the default. */
  readonly port: string
}

/** A line of a block, and the lines of its own block. */
export interface Directive {
  readonly words: readonly string[]
  readonly body: readonly (readonly string[])[]
}

interface Raw {
  readonly names: readonly string[]
  readonly directives: Directive[]
}

/** Undefined for a Corefile of one block without braces, which has room for no other. */
export function parseServerBlocks(corefile: string): readonly ServerBlock[] | undefined {
  const raw = rawBlocks(withoutMark(corefile))
  if (raw === undefined) return undefined
  const snippets = new Map(raw.flatMap(({ names: [name = ''], directives }) => [[name, directives] as const]))
  return raw
    .filter(({ names: [name = ''] }) => !name.startsWith('('))
    .map(({ names, directives }) => ({
      keys: names.flatMap(keysOf),
      directives: imported(directives, snippets),
    }))
}

function rawBlocks(corefile: string): readonly Raw[] | undefined {
  const blocks: Raw[] = []
  let [depth, words]: [number, string[]] = [0, []]
  const endLine = () => {
    if (depth > 0) withLine(blocks.at(-1)?.directives ?? [], words, depth)
    if (depth > 0 || words[0] === 'import') words = []
  }
  for (const token of tokensOf(corefile)) {
    if (token === '{' && depth === 0) {
      blocks.push({
        names: words.flatMap((word) => word.split(',')).filter((name) => name !== ''),
        directives: [],
      })
      words = []
    }
    if (token === '\n' || token === '{' || token === '}') endLine()
    else words.push(token)
    if (token === '{') depth += 1
    if (token === '}') depth -= 1
  }
  return words.length === 0 || words[0] === 'import' ? blocks : undefined
}

/** At the first depth a directive, below it a line of the last one. */
function withLine(directives: Directive[], words: readonly string[], depth: number): void {
  const last = directives.at(-1)
  if (words.length === 0) return
  if (depth === 1) directives.push({ words, body: [] })
  else if (last !== undefined) directives[directives.length - 1] = { ...last, body: [...last.body, words] }
}

/** Words, quoted ones, and the ends of lines; no comments, which begin anywhere but in quotes. */
const tokensOf = (corefile: string): readonly string[] =>
  (corefile.match(/"(?:[^"\\]|\\[\s\S])*"|#[^\n]*|[^\s#]+|\n/g) ?? []).filter(
    (token) => !token.startsWith('#'),
  )

/** With what snippets of the same Corefile bring; one that brings itself is CoreDNS's to refuse. */
function imported(
  directives: readonly Directive[],
  snippets: ReadonlyMap<string, readonly Directive[]>,
): readonly Directive[] {
  return directives.flatMap((directive) => {
    const name = directive.words[0] === 'import' ? `(${directive.words[1]})` : ''
    const snippet = snippets.get(name)
    if (snippet === undefined) return [directive]
    return imported(snippet, new Map([...snippets].filter(([other]) => other !== name)))
  })
}

/** `example.org:53`, `dns://.`, `10.0.0.0/8`; snippets and other transports share no zone with us. */
function keysOf(text: string): readonly ServerKey[] {
  const [, scheme, zone, port = ''] =
    /^(?:(\w+):\/\/)?(.*?)(?::(\d+|\{\$[^}]*\}|\{%[^%]*%\}))?$/.exec(text.replaceAll('"', '')) ?? []
  if (zone === undefined || (scheme !== undefined && scheme !== 'dns')) return []
  return zonesIn(zone.toLowerCase().replace(/\.$/, '')).map((name) => ({ zone: name, port }))
}

function zonesIn(zone: string): readonly Name[] {
  const prefix = zone.includes('/') ? parsePrefix(zone) : undefined
  return prefix === undefined || prefix.length === 0 ? [zone] : prefixZones(prefix)
}

/** Where a block listens. */
export interface BlockAddress {
  /** As `port` of a key. */
  readonly ports: readonly string[]
  /** Lines of a Corefile; none: every address. */
  readonly bind: readonly string[]
}

/** Where clients ask: where the blocks for all other names listen, else the one for the cluster's, else the first. */
export function listeningIn(blocks: readonly ServerBlock[]): readonly BlockAddress[] {
  const serving = blocks.filter(({ keys }) => keys.length > 0)
  const root = serving.filter(({ keys }) => keys.some(isRoot))
  const cluster = serving.filter(({ directives }) =>
    directives.some(({ words }) => words[0] === 'kubernetes'),
  )
  const [first] = [...cluster, ...serving]
  const beside = root.length > 0 ? root : first === undefined ? [] : [first]
  const all = new Map<string, BlockAddress>()
  for (const { keys, directives } of beside) {
    const bind = directives.filter(({ words }) => words[0] === 'bind').flatMap(linesOf)
    const ports = (root.length > 0 ? keys.filter(isRoot) : keys).map(({ port }) => port)
    const before = all.get(bind.join('\n'))?.ports ?? []
    all.set(bind.join('\n'), { bind, ports: [...new Set([...before, ...ports])] })
  }
  return all.size > 0 ? [...all.values()] : [{ ports: ['53'], bind: [] }]
}

const isRoot = ({ zone }: ServerKey): boolean => zone === ''

const linesOf = ({ words, body }: Directive): readonly string[] =>
  body.length === 0
    ? [words.join(' ')]
    : [`${words.join(' ')} {`, ...body.map((line) => `    ${line.join(' ')}`), '}']

/** The keys of a block for a zone that listens there. */
export const keysFor = (zone: Name, ports: readonly string[]): readonly string[] =>
  ports.map((port) => (port === '' ? zone : `${zone}:${port}`))

/** Whether there is a block for just that zone at one of the ports: CoreDNS refuses a second one. */
export function isTaken(
  zone: Name,
  listening: readonly BlockAddress[],
  blocks: readonly ServerBlock[],
): boolean {
  const ports = listening.flatMap((one) => one.ports)
  const own = blocks.flatMap(({ keys }) => keys).filter((key) => key.zone === zone)
  return own.some((key) => ports.some((port) => isSamePort(port, key.port)))
}

const isSamePort = (one: string, other: string): boolean => (one || '53') === (other || '53')
