/**
 * The `.case` format: clusters in, answers out, one screen each (fixtures/cases/README.md has the whole of it).
 * This file reads the text; caseWorld.ts makes a server's world of it, caseRun.ts asks and compares.
 */
import { parse as parseYaml } from 'yaml'
import { parseType } from '../../src/values/dns/index.ts'

/** One file. Each `line` is where it stands, for messages. */
export interface Case {
  readonly file: string
  readonly sentence: string
  readonly source: string
  /** Merged over a minimal meridian.yaml. */
  readonly config: Fields
  readonly given: Given
  readonly clusters: readonly ClusterSection[]
  readonly asks: readonly Ask[]
  readonly explains: readonly Explain[]
}

/** What `explain` must say of a service: all its lines that begin with a word that some line here begins with. */
export interface Explain {
  readonly line: number
  /** `namespace/name`. */
  readonly service: string
  readonly from: string | null
  readonly lines: readonly string[]
}

/** What is neither configuration nor a cluster's: start-up not over, host names as they resolved. */
export interface Given {
  readonly starting: boolean
  readonly resolved: Readonly<Record<string, readonly string[]>>
  /** Why some did not, or keep old addresses. */
  readonly unresolved: Readonly<Record<string, string>>
  /** The others are looked up for the first time. */
  readonly resolving: boolean
  /** Records of the GeoIP database that `clients.geo` names, by prefix: a place as `EU/DE`, a latitude and a longitude. */
  readonly geo: ReadonlyMap<string, readonly string[]>
}

export interface ClusterSection {
  readonly line: number
  readonly id: string
  readonly state: 'never' | 'live' | 'stale' | 'down' | 'unreachable'
  readonly heard: string
  readonly slow: boolean
  /** Its entry in `clusters`, without id and source. */
  readonly keys: Fields
  readonly manifests: readonly Fields[]
}

export interface Ask {
  readonly line: number
  readonly name: string
  readonly type: string
  /** A cluster, a cluster's locality, or the client's address; null: the server's own place. */
  readonly from: string | null
  readonly subnet: string | null
  readonly class: 'IN' | 'CH' | 'ANY'
  /** Without EDNS(0). */
  readonly plain: boolean
  /** Over TCP alone. */
  readonly tcp: boolean
  /** Of IXFR: what the client has; null: it does not say. */
  readonly serial: number | null
  readonly expected: Expected
}

export interface Expected {
  readonly rcode: string
  readonly aa: boolean
  readonly ede: readonly string[]
  /** null: not looked at. */
  readonly scope: number | null
  readonly unordered: boolean
  readonly draws: Draws | null
  readonly answers: readonly string[]
  /** null: only that it is what such a reply must have. */
  readonly authority: readonly string[] | null
  readonly additional: readonly string[] | null
}

/** Of `count` replies each record stands in this share, give or take `within` percent points. */
export interface Draws {
  readonly count: number
  readonly within: number
  readonly shares: ReadonlyMap<string, number>
}

export type Fields = Readonly<Record<string, unknown>>

export class CaseError extends Error {
  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: ${message}`)
  }
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

interface Section {
  readonly line: number
  readonly header: string
  readonly body: string
}

export function parseCase(file: string, text: string): Case {
  const [, sentence, source] = /^# (\S.*?) {2,}(answers\.md \d\S*.*)\n/.exec(text) ?? []
  if (sentence === undefined || source === undefined)
    throw new CaseError(file, 1, 'the first line must be "# A sentence.   answers.md SECTION"')
  const sections = sectionsOf(file, text)
  const only = (name: string): Fields => {
    const [section, ...more] = sections.filter(({ header }) => header === name)
    if (more[0] !== undefined) throw new CaseError(file, more[0].line, `a second section ${name}`)
    return section === undefined ? {} : fieldsOf(file, section)
  }
  const others = sections.filter(({ header }) => header !== 'config' && header !== 'given')
  const asks = others.filter(({ header }) => header.startsWith('ask '))
  const explains = others.filter(({ header }) => header.startsWith('explain '))
  const clusters = others
    .filter((one) => !asks.includes(one) && !explains.includes(one))
    .map((one) => parseCluster(file, one))
  if (asks.length + explains.length === 0) throw new CaseError(file, 1, 'nobody asks anything')
  return {
    file,
    sentence,
    source,
    config: only('config'),
    given: parseGiven(file, only('given')),
    clusters,
    asks: asks.map((one) => parseAsk(file, one)),
    explains: explains.map((one) => parseExplain(file, one)),
  }
}

function sectionsOf(file: string, text: string): readonly Section[] {
  const sections: { line: number; header: string; body: string }[] = []
  text.split('\n').forEach((line, i) => {
    const header = /^-- (.+) --$/.exec(line)?.[1]
    const last = sections.at(-1)
    if (header !== undefined) sections.push({ line: i + 1, header: header.trim(), body: '' })
    else if (last !== undefined) last.body += `${line}\n`
    else if (i > 0 && line !== '' && !line.startsWith('#'))
      throw new CaseError(file, i + 1, 'text before the first section')
  })
  return sections
}

function fieldsOf(file: string, { line, body }: Section): Fields {
  const value: unknown = parseYaml(body) ?? {}
  if (!isFields(value)) throw new CaseError(file, line, 'the section is not a YAML map')
  return value
}

function parseGiven(file: string, fields: Fields): Given {
  const { starting = false, resolved = {}, unresolved = {}, resolving = false, geo = {}, ...unknown } = fields
  const [stranger] = Object.keys(unknown)
  if (stranger !== undefined) throw new CaseError(file, 1, `given: ${stranger} means nothing here`)
  if (
    typeof starting !== 'boolean' ||
    typeof resolving !== 'boolean' ||
    !isFields(resolved) ||
    !isFields(unresolved) ||
    !isFields(geo)
  )
    throw new CaseError(file, 1, 'given: wrong types')
  const names = Object.entries(resolved).map(([name, list]) => [name, [list].flat().map(String)] as const)
  const reasons = Object.entries(unresolved).map(([name, reason]) => [name, String(reason)] as const)
  return {
    starting,
    resolved: Object.fromEntries(names),
    unresolved: Object.fromEntries(reasons),
    resolving,
    geo: new Map(Object.entries(geo).map(([prefix, record]) => [prefix, [record].flat().map(String)])),
  }
}

const STATES = ['never', 'live', 'stale', 'down', 'unreachable'] as const

/** `cluster-east us-east-1/a {network: a, state: down}`: an id, a locality, a flow map of whatever else. */
function parseCluster(file: string, section: Section): ClusterSection {
  const { line, header, body } = section
  const [, id = '', locality, map = '{}'] = /^([a-z0-9.-]+)(?: ([^\s{]+))?(?: (\{.*\}))?$/.exec(header) ?? []
  if (id === '') throw new CaseError(file, line, `nobody knows a section "${header}"`)
  const value: unknown = parseYaml(map)
  if (!isFields(value)) throw new CaseError(file, line, `${map} is not a map`)
  const { state = 'live', heard = '2026-11-22T14:02:11Z', slow = false, ...keys } = value
  const known = STATES.find((one) => one === state)
  if (known === undefined) throw new CaseError(file, line, `state: ${String(state)} is none`)
  if (typeof heard !== 'string' || typeof slow !== 'boolean') throw new CaseError(file, line, 'wrong types')
  const manifests = documentsOf(body).map((document) => {
    const manifest: unknown = parseYaml(document)
    if (!isFields(manifest)) throw new CaseError(file, line, `not an object: ${document}`)
    return manifest
  })
  if (known === 'never' && manifests.length > 0)
    throw new CaseError(file, line, 'a cluster that was never heard has said nothing')
  const place = locality === undefined ? {} : { locality }
  return { line, id, state: known, heard, slow, keys: { ...place, ...keys }, manifests }
}

/** Documents divided by `---`, and flow maps that each begin a line. */
const documentsOf = (body: string): readonly string[] =>
  body
    .split(/^---$/m)
    .flatMap((part) => part.split(/^(?=\{)/m))
    .map((part) => part.replace(/^#.*$/gm, ''))
    .filter((part) => part.trim() !== '')

function parseExplain(file: string, { line, header, body }: Section): Explain {
  const [, service, from = null] = /^explain ([\w-]+\/[\w-]+|\/[\w.*-]+)(?: from (\S+))?$/.exec(header) ?? []
  const lines = body.split('\n').filter((one) => one !== '' && !one.startsWith('#'))
  if (service === undefined || lines.length === 0)
    throw new CaseError(
      file,
      line,
      'an explanation is "-- explain NAMESPACE/NAME|/HOST [from …] --" and lines',
    )
  return { line, service, from, lines }
}

function parseAsk(file: string, { line, header, body }: Section): Ask {
  const [, name = '', type = '', ...words] = header.split(/\s+/)
  const options = new Map<string, string>()
  while (words.length > 0) {
    const word = words.shift() ?? ''
    if (!['from', 'subnet', 'class', 'plain', 'tcp', 'serial'].includes(word) || options.has(word))
      throw new CaseError(file, line, `ask: "${word}" is no option, or said twice`)
    options.set(word, word === 'plain' || word === 'tcp' ? '' : (words.shift() ?? ''))
  }
  if (!name.endsWith('.')) throw new CaseError(file, line, `ask: ${name} needs its closing dot`)
  if (parseType(type) === undefined) throw new CaseError(file, line, `ask: ${type} is no record type`)
  const serial = options.get('serial') ?? null
  if (serial !== null && !/^\d+$/.test(serial)) throw new CaseError(file, line, 'ask: serial is a number')
  const asked = (['IN', 'CH', 'ANY'] as const).find((one) => one === (options.get('class') ?? 'IN'))
  if (asked === undefined) throw new CaseError(file, line, 'ask: class is IN, CH or ANY')
  return {
    line,
    name,
    type,
    from: options.get('from') ?? null,
    subnet: options.get('subnet') ?? null,
    class: asked,
    plain: options.has('plain'),
    tcp: options.has('tcp'),
    serial: serial === null ? null : Number(serial),
    expected: parseExpected(file, line, body, name),
  }
}

function parseExpected(file: string, line: number, body: string, name: string): Expected {
  const lines = body
    .split('\n')
    .map((one) => one.replace(/^@ /, `${name} `).trim())
    .filter((one) => one !== '' && !one.startsWith('#'))
  const [head = '', ...rest] = lines
  if (!head.startsWith('==> ')) throw new CaseError(file, line, 'an ask needs a line "==> RCODE …"')
  const parts: Record<'answers' | 'authority' | 'additional', string[]> = {
    answers: [],
    authority: [],
    additional: [],
  }
  let into = parts.answers
  for (const one of rest) {
    if (one === 'authority:') into = parts.authority
    else if (one === 'additional:') into = parts.additional
    else into.push(one)
  }
  const said = parseHead(file, line, head.slice(4))
  const draws = said.draws === null ? null : { ...said.draws, shares: sharesOf(file, line, parts.answers) }
  return {
    ...said,
    draws,
    answers: draws === null ? parts.answers : [],
    authority: rest.includes('authority:') ? parts.authority : null,
    additional: rest.includes('additional:') ? parts.additional : null,
  }
}

/** `NOERROR aa ede 0 "no route" scope 16 unordered draws 1000 within 5%`. */
function parseHead(file: string, line: number, head: string) {
  let rest = head
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const found = new RegExp(`^(?:${pattern.source})(?: +|$)`).exec(rest)
    if (found !== null) rest = rest.slice(found[0].length)
    return found
  }
  const rcode = take(/[A-Z]+/)?.[0].trim() ?? ''
  const aa = take(/aa/) !== null
  const ede: string[] = []
  for (let found = take(/ede (\d+)(?: "([^"]*)")?/); found !== null; ) {
    ede.push(`${found[1]} "${found[2] ?? ''}"`)
    found = take(/ede (\d+)(?: "([^"]*)")?/)
  }
  const scope = take(/scope (\d+)/)?.[1]
  const unordered = take(/unordered/) !== null
  const draws = take(/draws (\d+) within (\d+)%/)
  if (rest !== '' || rcode === '') throw new CaseError(file, line, `"==> ${head}": nobody knows "${rest}"`)
  return {
    rcode,
    aa,
    ede,
    scope: scope === undefined ? null : Number(scope),
    unordered,
    draws: draws === null ? null : { count: Number(draws[1]), within: Number(draws[2]) },
  }
}

/** `~70% web.default.global. 5 IN A 10.0.0.1`. */
function sharesOf(file: string, line: number, lines: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    lines.map((one) => {
      const [, share, record] = /^~([\d.]+)% (.+)$/.exec(one) ?? []
      if (share === undefined || record === undefined)
        throw new CaseError(file, line, `"${one}" is no line "~70% RECORD"`)
      return [record, Number(share)] as const
    }),
  )
}
