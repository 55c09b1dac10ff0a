import type { ResolverOptions } from 'node:dns'
import { Resolver, lookup as resolveHost } from 'node:dns/promises'
import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseType, printData, TYPE } from '../../values/dns/index.ts'
import { CommandFailure } from './failure.ts'

export interface LookupOptions {
  /** `HOST[:PORT]`, an IP address or a host name; default: the host's own resolvers. */
  readonly server?: string
  /** Milliseconds to go on asking while a question has no answer. */
  readonly wait: number
  /** Default: as this host resolves the server's name. */
  readonly resolve?: (host: string) => Promise<{ readonly address: string }>
}

interface Asked {
  readonly name: string
  /** One of ASK. */
  readonly type: string
  /** Its records' data, as master files have it. */
  readonly records: readonly string[]
  /** Why there are none; empty when there are. */
  readonly problem: string
}

type Ask = (resolver: Resolver, name: string) => Promise<readonly string[]>

const dotted = (name: string): string => (name.endsWith('.') ? name : `${name}.`)

const ASK: Readonly<Record<string, Ask>> = {
  A: (resolver, name) => resolver.resolve4(name),
  AAAA: (resolver, name) => resolver.resolve6(name),
  TXT: async (resolver, name) =>
    (await resolver.resolveTxt(name)).map((strings) => printData({ type: TYPE.TXT, strings })),
  SRV: async (resolver, name) =>
    (await resolver.resolveSrv(name)).map((srv) =>
      [srv.priority, srv.weight, srv.port, dotted(srv.name)].join(' '),
    ),
  NS: async (resolver, name) => (await resolver.resolveNs(name)).map(dotted),
  PTR: async (resolver, name) => (await resolver.resolvePtr(name)).map(dotted),
}

/** Between two rounds of asking. */
const AGAIN_MS = 500
const LIMITS = { timeout: 2000, tries: 2 } as const

/**
 * Real queries, as any client sends them. `words` are names, each with its types behind it unless that is A. A line
 * for each record; once `wait` is over a Failure that names every question without one, and has the lines of the others.
 */
export async function lookup(words: readonly string[], options: LookupOptions): Promise<string> {
  let asked: readonly Asked[] = questionsOf(words)
  const until = performance.now() + options.wait
  for (;;) {
    const resolver = await resolverOf(options)
    if (resolver instanceof Resolver)
      asked = await Promise.all(asked.map((one) => (one.problem === '' ? one : ask(resolver, one))))
    const without = asked.filter(({ problem }) => problem !== '')
    const lines = asked.flatMap(linesOf).join('')
    if (without.length === 0) return lines
    if (performance.now() >= until) {
      const complaints = resolver instanceof Resolver ? without.map(complaint) : [resolver.nowhere]
      throw new CommandFailure(complaints.join('\n          '), 1, lines)
    }
    await sleep(AGAIN_MS)
  }
}

/** Why nobody was asked in a round. */
interface Nowhere {
  readonly nowhere: string
}

const linesOf = ({ name, type, records }: Asked): readonly string[] =>
  records.map((data) => `${dotted(name)} ${type} ${data}\n`)

const complaint = ({ name, type, problem }: Asked): string => `${name} ${type}: ${problem}`

/** Not asked yet. */
function questionsOf(words: readonly string[]): readonly Asked[] {
  const named: { readonly name: string; readonly types: string[] }[] = []
  for (const word of words) {
    const last = named.at(-1)
    if (!isType(word, last?.types.length === 0)) named.push({ name: word, types: [] })
    else if (last === undefined) throw new CommandFailure(`${word}: ${NAME_FIRST}`, 2)
    else last.types.push(typeNamed(word, last.name))
  }
  return named.flatMap(({ name, types }) =>
    (types.length === 0 ? ['A'] : types).map((type) => ({ name, type, records: [], problem: 'not asked' })),
  )
}

/** A word without a dot is one behind a name, and anywhere if it is one or written like one; a name's closing dot tells. */
const isType = (word: string, isBehindName: boolean): boolean =>
  !word.includes('.') && (isBehindName || parseType(word) !== undefined || /^[A-Z][A-Z\d]*$/.test(word))

const NAME_FIRST = 'a name comes first, then its type; a name of one label is written with its closing dot'

function typeNamed(word: string, name: string): string {
  const type = word.toUpperCase()
  if (ASK[type] !== undefined) return type
  const remedy = parseType(word) === undefined ? `\n    for a name of one label write ${word}.` : ''
  throw new CommandFailure(`${name} ${type}: lookup asks for ${Object.keys(ASK).join(', ')} only${remedy}`, 2)
}

/** Made anew for each round: the address behind a host name may be another by then, or there at last. */
export async function resolverOf(
  { server, resolve = resolveHost }: Pick<LookupOptions, 'server' | 'resolve'>,
  limits: ResolverOptions = LIMITS,
): Promise<Resolver | Nowhere> {
  const resolver = new Resolver(limits)
  if (server === undefined) return resolver
  const { host, port } = placeOf(server)
  const found = isIP(host) === 0 ? await addressOfHost(host, resolve) : host
  if (typeof found !== 'string') return found
  resolver.setServers([found.includes(':') ? `[${found}]:${port}` : `${found}:${port}`])
  return resolver
}

/** `10.96.0.53`, `[fd00::53]:1053`, `meridian.meridian.svc`. */
function placeOf(server: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits] = /^(?:\[(.+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(server) ?? []
  const host = isIP(server) === 6 ? server : (bracketed ?? plain)
  const port = Number(digits ?? 53)
  if (host !== undefined && port >= 1 && port <= 65535) return { host, port }
  const remedy = 'write 10.96.0.53, 10.96.0.53:1053, [fd00::53]:1053 or a host name'
  throw new CommandFailure(`--server ${server} is not a host with or without a port\n    ${remedy}`, 2)
}

async function addressOfHost(
  host: string,
  resolve: NonNullable<LookupOptions['resolve']>,
): Promise<string | Nowhere> {
  try {
    return (await resolve(host)).address
  } catch (error) {
    const isUnknown = error instanceof Error && 'code' in error && error.code === 'ENOTFOUND'
    const why = isUnknown ? 'do not know that name' : 'do not answer for that name, or not yet'
    return { nowhere: `--server ${host}: this host's resolvers ${why}` }
  }
}

async function ask(resolver: Resolver, question: Asked): Promise<Asked> {
  try {
    const records = (await ASK[question.type]?.(resolver, question.name)) ?? []
    return { ...question, records, problem: records.length === 0 ? LEADS_NOWHERE : '' }
  } catch (error) {
    return { ...question, records: [], problem: lookupProblem(error) }
  }
}

/** Why a look-up has no answer. */
export function lookupProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return PROBLEMS.get(code) ?? code
}

/** An alias alone is an answer to a resolver, and none to whoever asks for what it leads to. */
const LEADS_NOWHERE = 'there is an alias (CNAME), and no such record where it leads'

const PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['ENODATA', 'there is the name, but no such record (NODATA)'],
  ['ENOTFOUND', 'there is no such name (NXDOMAIN)'],
  ['ESERVFAIL', 'the server cannot answer, or not yet (SERVFAIL)'],
  ['EREFUSED', 'the server refuses: no zone of its own holds the name (REFUSED)'],
  ['ETIMEOUT', 'no answer in time'],
  ['ECONNREFUSED', 'nothing answers there'],
  ['EBADNAME', 'that is no DNS name'],
  ['EFORMERR', 'the server does not understand the question (FORMERR)'],
  ['ENOTIMP', 'the server does not answer such questions (NOTIMP)'],
  ['EBADRESP', 'what answers there sends no DNS message that can be read'],
])
