/** What a text of YAML may have that somebody else wrote and is parsed in one go. */
interface YamlBound {
  readonly characters: number
  /** Beginnings of values, lines, texts, comments, anchors, aliases and tags: each costs microseconds to parse. */
  readonly marks: number
}

/** Of fields of an object of a registry, all of one cluster's together: a list of hundreds fits. */
export const FIELDS_BOUND: YamlBound = { characters: 32_768, marks: 2_000 }

/** Of a kubeconfig that is no file of the operator's: dozens of clusters fit. */
export const KUBECONFIG_BOUND: YamlBound = { characters: 262_144, marks: 5_000 }

/** Why a text is not parsed; undefined: it may be. */
export function excessIn(text: string, { characters, marks }: YamlBound): string | undefined {
  if (text.length > characters) return `it has more than ${characters} characters`
  return marksIn(text, marks) > marks ? `it has more than ${marks} values and lines` : undefined
}

/**
 * How many marks of YAML a text has, counted no further than one beyond `most`: a third at least of
 * the tokens that a parser makes of it. In a quoted text they count too.
 */
export function marksIn(text: string, most: number): number {
  let marks = 0
  for (let at = 0; at < text.length && marks <= most; at++) {
    const mark = MARKS[text.charCodeAt(at)]
    if (mark === ALWAYS || (mark === BEFORE_SPACE && isSpace(text.charCodeAt(at + 1)))) marks++
  }
  return marks
}

const ALWAYS = 1
const BEFORE_SPACE = 2

const MARKS = new Uint8Array(128)
for (const mark of '[]{},"\'&*!#%|>@`\n\r') MARKS[mark.charCodeAt(0)] = ALWAYS
for (const mark of '-?:') MARKS[mark.charCodeAt(0)] = BEFORE_SPACE

/** The end of the text too. */
const isSpace = (code: number): boolean => code === 0x20 || code === 0x09 || Number.isNaN(code)
