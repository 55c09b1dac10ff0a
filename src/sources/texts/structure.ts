/**
 * How many values a JSON text holds, counted no further than `most`: each opening bracket and each comma outside of a
 * text begins one. Before it is parsed, because parsed each takes fifty bytes and more, however few it has here.
 */
export function valuesIn(text: string, most: number): number {
  let values = 0
  for (let at = 0; at < text.length && values <= most; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfText(text, at)
    else if (code === COMMA || code === BRACKET || code === BRACE) values++
  }
  return values
}

/** Whether a JSON text holds more values than `most`. Each takes a character at least: a short text is not looked through. */
export const hasMoreValues = (text: string, most: number): boolean =>
  text.length > most && valuesIn(text, most) > most

/**
 * Where the value of JSON ends that begins at `from`: an object or a list with its last bracket, a text with its quote,
 * any other before what can be none of it. Nothing says that it is one.
 */
export function endOfJson(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfText(text, at)
    else if (code === BRACKET || code === BRACE) depth++
    else if (code === BRACKET + 2 || code === BRACE + 2) depth--
    else if (depth > 0 || !isGap(text, at + 1)) continue
    if (depth <= 0) return Math.min(at + 1, text.length)
  }
  return text.length
}

/** The end of the text, or what cannot go on a number or a word. */
const isGap = (text: string, at: number): boolean => at >= text.length || /[\s{["]/.test(text.charAt(at))

/** Where the text that begins at `at` has its closing quote. */
function endOfText(text: string, at: number): number {
  let end = text.indexOf('"', at + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let from = at
  while (text.charCodeAt(from - 1) === BACKSLASH) from--
  return (at - from) % 2 === 1
}

const QUOTE = 0x22
const COMMA = 0x2c
const BRACKET = 0x5b
const BACKSLASH = 0x5c
const BRACE = 0x7b
