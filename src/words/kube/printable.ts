/** Control characters, overrides of direction and other formats that nobody sees, separators of lines, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u
const EACH_UNSEEN = new RegExp(UNSEEN, 'gu')
const EACH_BUT_LINES = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** Text from elsewhere as one line that tells a terminal, a log and a page nothing but what it says. */
export const printable = (text: string): string =>
  UNSEEN.test(text) ? text.replace(EACH_UNSEEN, escaped) : text

/** The same for text of lines, which stay lines. */
export const printableLines = (text: string): string =>
  UNSEEN.test(text) ? text.replace(EACH_BUT_LINES, escaped) : text

/** No name of Kubernetes and no sentence about an object is longer. */
const MOST_BRIEF = 512

/** The beginning of a text from elsewhere, as `printable` has it. It is a copy: what was cut off is not kept. */
export function briefly(text: string, most = MOST_BRIEF): string {
  if (text.length <= most) return printable(text)
  return printable(copyOf(`${text.slice(0, most - 1)}…`.toWellFormed()))
}

/** A part of a text keeps all of it alive; what is parsed from JSON is by itself. */
const copyOf = (text: string): string => String(JSON.parse(JSON.stringify(text)))

/** The first few of a list: `a, b, c and 4 more`. */
export function few(texts: readonly string[], most = 4, between = ', '): string {
  const more = texts.length > most ? ` and ${texts.length - most} more` : ''
  return texts.slice(0, most).join(between) + more
}

/** All texts in a value. */
export function printableIn<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_key, one: unknown) =>
    typeof one === 'string' ? printable(one) : one,
  )
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x1_0000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
}
