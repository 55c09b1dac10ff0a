import { isMap, isNode, type Pair, parseDocument } from 'yaml'
import type { Name } from '../../../values/dns/index.ts'

/** JSON as kube-dns reads it: zones, and the servers of each. Edits leave the layout of what is not ours alone. */

type Upstreams = readonly string[]

/** Undefined for what is no JSON object. */
export function parseStubDomains(text: string): ReadonlyMap<Name, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? new Map(Object.entries(value)) : undefined
  } catch {
    return undefined
  }
}

/** How it is written where there was none, and by that known again. */
export const printStubDomains = (domains: Iterable<readonly [Name, unknown]>): string =>
  `{\n${[...domains].map((one) => `  ${printEntry(one)}`).join(',\n')}\n}\n`

const printEntry = ([zone, to]: readonly [Name, unknown]): string =>
  `${JSON.stringify(zone)}: ${JSON.stringify(to)}`

/** After the last, laid out like it. */
export function withStubDomains(text: string, zones: readonly Name[], to: Upstreams): string {
  const { opened, spans } = layoutOf(text)
  const last = spans.at(-1)
  const between = last === undefined ? '' : text.slice(last.before, last.start)
  const entries = zones.map((zone) => printEntry([zone, to])).join(`,${between}`)
  const at = last?.end ?? opened
  return `${text.slice(0, at)}${last === undefined ? '' : `,${between}`}${entries}${text.slice(at)}`
}

/** As it was before `withStubDomains`; nothing else is moved. */
export const withoutStubDomains = (text: string, zones: readonly Name[]): string =>
  zones.reduce(without, text)

function without(text: string, zone: Name): string {
  const { opened, spans } = layoutOf(text)
  const i = spans.findIndex((span) => span.zone === zone)
  const [previous, span, next] = [spans[i - 1], spans[i], spans[i + 1]]
  if (span === undefined) return text
  if (previous !== undefined) return text.slice(0, previous.end) + text.slice(span.end)
  if (next !== undefined) return text.slice(0, span.start) + text.slice(next.start)
  return text.slice(0, opened) + text.slice(span.end)
}

/** Where an entry stands: the end of what comes before it, that is `{` or a comma; its key; its end. */
interface Span {
  readonly zone: string
  readonly before: number
  readonly start: number
  readonly end: number
}

/** JSON is YAML, whose parser says where things stand. */
function layoutOf(text: string): { readonly opened: number; readonly spans: readonly Span[] } {
  const { contents } = parseDocument(text, { uniqueKeys: false })
  const opened = text.indexOf('{') + 1
  const pairs: readonly Pair[] = isMap(contents) ? contents.items : []
  const spans = pairs.map(({ key, value }) => ({
    zone: String(key),
    start: rangeOf(key)[0],
    end: rangeOf(value)[1],
  }))
  return {
    opened,
    spans: spans.map((span, i) => ({ ...span, before: beginOf(text, spans[i - 1]?.end, opened) })),
  }
}

const beginOf = (text: string, previousEnd: number | undefined, opened: number): number =>
  previousEnd === undefined ? opened : text.indexOf(',', previousEnd) + 1

const rangeOf = (node: unknown): readonly [number, number] => {
  const range = isNode(node) ? node.range : undefined
  return [range?.[0] ?? 0, range?.[1] ?? 0]
}
