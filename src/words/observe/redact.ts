import { printable, printableLines } from '../kube/index.ts'

/**
 * Secrets, kept out of what is printed, logged and served. Whatever quotes text from elsewhere (a kubeconfig, a plugin,
 * a server, a library's error) passes through here when it becomes a message, and every log line once more.
 */

/** What stands where a secret stood. */
export const HIDDEN = '[hidden]'

/** Texts that are secret, as they may stand in a message. The ones that were told longest ago are forgotten first. */
const known = new Map<string, RegExp | null>()
const MOST_KNOWN = 10_000
/** All of them together, in characters: objects may have others at each of their changes. */
const MOST_HELD = 8 * 2 ** 20
let held = 0

/** Under that, a secret is told from ordinary words by standing alone; still shorter ones cannot be told at all. */
const LONG = 8
const SHORTEST = 4

/** From now on these are hidden wherever they stand, however they are quoted or escaped. */
export function keepSecret(...secrets: readonly (string | undefined)[]): void {
  for (const secret of secrets) for (const form of formsOf(secret?.trim() ?? '')) remember(form)
}

function remember(text: string): void {
  // Longer than any message is, it stands whole in none, and would take the place of others.
  if (text.length < SHORTEST || text.length > MOST_CHARACTERS) return
  const before = known.get(text)
  if (!known.delete(text)) held += text.length
  known.set(text, before ?? (text.length >= LONG ? null : alone(text)))
  for (const oldest of known.keys()) {
    if (known.size <= MOST_KNOWN && held <= MOST_HELD) return
    known.delete(oldest)
    held -= oldest.length
  }
}

const alone = (text: string): RegExp =>
  new RegExp(`(?<!\\w)${text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}(?!\\w)`, 'g')

/** As it is, as JSON has it, as a URL has it and as its octets are meant. */
function formsOf(secret: string): ReadonlySet<string> {
  const escaped = JSON.stringify(secret).slice(1, -1)
  return new Set([secret, escaped, encodeURIComponent(secret.toWellFormed()), decoded(secret)])
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

type Rule = readonly [pattern: RegExp, replacement: string]

const RULES: readonly Rule[] = [
  [/-----BEGIN [A-Z0-9 ]+-----[^"]*?(?:-----END [A-Z0-9 ]+-----|(?="|$))/g, HIDDEN],
  // A fragment that is one word names a place in a page.
  [/(\/\/[^\s"'<>?#]+)(?!#[a-z]+(?:[-_][a-z]+)*(?![^\s"'<>.,;:)]))[?#][^\s"'<>]+/g, `$1?${HIDDEN}`],
  [/\b(bearer|basic) +(?=[^\s"',]*[0-9=._-])[^\s"',]{6,}/gi, `$1 ${HIDDEN}`],
  [/((?:token|password|passwd|secret|api[-_]?key)=)[^\s"'&,;]+/gi, `$1${HIDDEN}`],
  [/\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}/g, HIDDEN],
  [
    /(?<![A-Za-z0-9+=])(?=[A-Za-z0-9+=]*[A-Z])(?=[A-Za-z0-9+=]*[a-z])(?=[A-Za-z0-9+=]*\d)[A-Za-z0-9+=]{40,}/g,
    HIDDEN,
  ],
]

/** For text that somebody else wrote for a person, in which a token may stand as a word. */
const FOREIGN_RULES: readonly Rule[] = [
  [
    /("?[\w-]*(?:token|password|passwd|pwd|secret|key|credentials?|authorization|cookie)"?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s,;}]+)/gi,
    `$1${HIDDEN}`,
  ],
  [/(?<![\w+~=-])(?=[\w+~=-]*\d)(?=[\w+~=-]*[A-Za-z])[\w+~=-]{12,}/g, HIDDEN],
]

/** Longer texts are cut, behind a word: nobody reads on, and patterns may take time in proportion to the square. */
const MOST_CHARACTERS = 8192

/** A text without secrets: those that are known, and what looks like one. */
export const redact = (text: string): string => printableLines(withoutSecrets(text))

function withoutSecrets(text: string): string {
  const isWhole = text.length <= MOST_CHARACTERS
  const cut = isWhole ? text : `${text.slice(0, MOST_CHARACTERS).replace(/\S+$/, '')}…`
  return apply(RULES, withoutKnown(cut).replace(WORD, withoutUserInfo))
}

/** What a URL may stand in, in a text. */
const WORD = /[^\s"'<>]+/g

/**
 * Without the user info of URLs, as far as it may reach: passwords that should have been escaped have / and @ in them,
 * and some URLs have no scheme, or no slashes. A mail address alone is none.
 */
function withoutUserInfo(word: string): string {
  const end = word.lastIndexOf('@')
  if (end === -1) return word
  const start = startOfUserInfo(word.slice(0, end))
  if (start === -1) return word
  // Behind a ? or # it may be a query that has an @ in it, and nothing of that is told.
  const isQuery = /[?#]/.test(word.slice(start, end))
  return `${word.slice(0, start)}${HIDDEN}${isQuery ? '' : word.slice(end)}`
}

/** Where it begins in what stands before an @; -1: it is no user info. */
function startOfUserInfo(text: string): number {
  const slashes = text.indexOf('//')
  const before = slashes === -1 ? text : text.slice(0, slashes)
  if (slashes !== -1 && (SCHEME.test(before) || !before.slice(0, -1).includes(':'))) return slashes + 2
  return before.includes(':') ? (NAMED.exec(before)?.[0].length ?? 0) : -1
}

const SCHEME = /(?:^|[^a-z0-9+.-])(?:https?|socks[45]?[ah]?|wss?|ftp):$/i

/** What says of which variable or flag a URL is, or which stood before it in a list. */
const NAMED = /^[^:]*[(=,]/

/** A line of JSON, text by text. Not by a pattern: those have a stack, which long texts overflow. */
export function redactJson(line: string): string {
  const parts: string[] = []
  let from = 0
  for (let start = line.indexOf('"'); start !== -1; start = line.indexOf('"', from)) {
    const end = endOfText(line, start)
    parts.push(line.slice(from, start), JSON.stringify(redact(JSON.parse(line.slice(start, end)))))
    from = end
  }
  return parts.join('') + line.slice(from)
}

/** Behind the quote that ends the text which the one at `start` begins: one with no backslash of its own before it. */
function endOfText(line: string, start: number): number {
  for (let at = line.indexOf('"', start + 1); at !== -1; at = line.indexOf('"', at + 1)) {
    let escapes = at
    while (line.charAt(escapes - 1) === '\\') escapes--
    if ((at - escapes) % 2 === 0) return at + 1
  }
  return line.length
}

/** The same for text that another program or server wrote; what might be a token goes too. */
export const redactForeign = (text: string): string => apply(FOREIGN_RULES, redact(text))

/** A sentence for a person: no secrets, and one line. */
export const sentence = (text: string): string => printable(withoutSecrets(text).replace(/\s+/g, ' ').trim())

const apply = (rules: readonly Rule[], text: string): string =>
  rules.reduce((said, [pattern, replacement]) => said.replace(pattern, replacement), text)

function withoutKnown(text: string): string {
  let said = text
  for (const [secret, pattern] of known) {
    if (said.includes(secret)) said = said.replaceAll(pattern ?? secret, HIDDEN)
  }
  return said
}

/**
 * A URL; null for a text that is none, or that has an @ behind its host: user info whose / or # should have been
 * escaped reads as a host and a path, and who asked there would send a piece of a password to somebody else.
 */
export function parseUrl(text: string): URL | null {
  const url = URL.parse(text)
  return url === null || isMisread(url) ? null : url
}

const isMisread = ({ pathname, search, hash }: URL): boolean => `${pathname}${search}${hash}`.includes('@')

/**
 * Where a URL leads, and nothing of who asks or for what; null for what may hold a secret in another place, which is
 * better not quoted at all.
 */
export function printUrl(text: string): string | null {
  const url = URL.parse(text)
  if (url === null || url.host === '') return ADDRESS.test(text) ? text : null
  return isMisread(url) ? null : `${url.protocol}//${url.host}`
}

const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?\/?$/i

/** What a URL says of who asks, and for what: from now on hidden. */
export function keepSecretsOfUrl(text: string): void {
  const before = text.slice(0, Math.max(0, text.lastIndexOf('@')))
  for (const info of userInfosIn(before)) keepUserInfo(info)
  const query = /[?#](.+)$/s.exec(text)?.[1]
  if (query !== undefined) keepSecret(query, ...new URLSearchParams(query).values())
}

/** Of a URL without slashes nobody knows whether its first word is a scheme or a name. */
function userInfosIn(before: string): readonly string[] {
  const [scheme = ''] = /^(?:[a-z][a-z0-9+.-]*:?)?\/\//i.exec(before) ?? []
  if (scheme !== '') return [before.slice(scheme.length)]
  return [before, before.replace(/^[a-z][a-z0-9+.-]*:[/\\]*/i, '')]
}

function keepUserInfo(info: string): void {
  if (info === '') return
  // A name alone is a word that may stand anywhere, unless it is a token.
  const secret = info.includes(':') ? info.slice(info.indexOf(':') + 1) : info.length < 12 ? '' : info
  keepSecret(secret, info.includes(':') ? info : '', base64(info), base64(decoded(info)))
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
