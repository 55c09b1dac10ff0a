import type { Name } from '../../dns/index.ts'

/** The lines that a block of Meridian's stands between. */
export const BEGIN = '# meridian: begin'
export const END = '# meridian: end'

/** A Corefile around the place of Meridian's block: where that is, or at its beginning. Put together, it is what it was. */
export interface Marked {
  readonly before: string
  /** With its marks; empty if there is none. */
  readonly own: string
  readonly after: string
}

/** Undefined if the marks are not one pair in order: somebody has been between them. */
export function parseMarked(corefile: string): Marked | undefined {
  const begins = [...corefile.matchAll(/^# meridian: begin\b.*$/gm)]
  const ends = [...corefile.matchAll(/^# meridian: end\b.*\n?/gm)]
  const [begin, end] = [begins[0], ends[0]]
  if (begin === undefined && end === undefined) return { before: '', own: '', after: corefile }
  if (begin === undefined || end === undefined || begins.length + ends.length > 2) return undefined
  if (end.index < begin.index) return undefined
  const over = end.index + end[0].length
  return {
    before: corefile.slice(0, begin.index),
    own: corefile.slice(begin.index, over),
    after: corefile.slice(over),
  }
}

/** What a server block is for. */
export interface ServerKey {
  readonly zone: Name
  readonly port: number
}

/** The keys of all server blocks; undefined for a Corefile of one block without braces, which has room for no other. */
export function serverKeys(corefile: string): readonly ServerKey[] | undefined {
  const keys: ServerKey[] = []
  let depth = 0
  let before: string[] = []
  for (const token of tokensOf(corefile)) {
    if (token === '{' && depth++ === 0) keys.push(...before.flatMap(keyOf))
    else if (token === '}') depth -= 1
    else if (token === '\n' && before[0] === 'import') before = []
    if (token === '{' || token === '}') before = []
    else if (depth === 0 && token !== '\n') before.push(...token.split(',').filter((part) => part !== ''))
  }
  return before.length === 0 || before[0] === 'import' ? keys : undefined
}

/** Words, quoted ones, and the ends of lines; no comments. */
const tokensOf = (corefile: string): readonly string[] =>
  (corefile.match(/"(?:[^"\\]|\\.)*"|#[^\n]*|\S+|\n/g) ?? []).filter((token) => !token.startsWith('#'))

/** `example.org:53`, `dns://.`; snippets and other transports share no zone with us. */
function keyOf(text: string): readonly ServerKey[] {
  const [, scheme, zone, port] = /^(?:(\w+):\/\/)?(.*?)(?::(\d+))?$/.exec(text.replaceAll('"', '')) ?? []
  if (zone === undefined || zone.startsWith('(') || (scheme !== undefined && scheme !== 'dns')) return []
  return [{ zone: zone.toLowerCase().replace(/\.$/, ''), port: Number(port ?? 53) }]
}

/** Where the block for all other names listens, which is where clients ask. */
export const portOf = (keys: readonly ServerKey[]): number => keys.find(({ zone }) => zone === '')?.port ?? 53
