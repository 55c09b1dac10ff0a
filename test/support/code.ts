/** TypeScript as rules need it: its code without comments, and what it imports. */

export interface Code {
  /** Line by line as in the file; comments are gone, strings and regular expressions are empty. */
  readonly text: string
  readonly imports: readonly Import[]
}

export interface Import {
  readonly from: string
  /** What is named between the braces, `type` and aliases aside. */
  readonly names: readonly string[]
  readonly line: number
}

export function readCode(source: string): Code {
  const { text, strings } = blank(source)
  const imports = [...text.matchAll(IMPORT)].map((match) => {
    const at = (match.index ?? 0) + match[0].lastIndexOf("'")
    return {
      from: strings.get(at) ?? '',
      names: namesIn(match[1] ?? ''),
      line: lineAt(text, match.index ?? 0),
    }
  })
  return { text, imports }
}

export const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length

/** `import … from ''`, `export … from ''`, `import ''`, `import('')`, in blanked code. */
const IMPORT =
  /^(?:import|export)\s+((?:type\s+)?(?:\w+(?:,\s*)?)?(?:\{[^}]*\}|\*(?: as \w+)?)?)\s*from ''|^import ''|\bimport\(''/gm

const namesIn = (clause: string): readonly string[] =>
  (/\{([^}]*)\}/.exec(clause)?.[1] ?? '')
    .split(',')
    .map((name) =>
      name
        .trim()
        .replace(/^type /, '')
        .replace(/ as .*$/, ''),
    )
    .filter((name) => name !== '')

/** Blanked code, and each string by where its closing quote stands in it. */
function blank(source: string): { readonly text: string; readonly strings: ReadonlyMap<number, string> } {
  const strings = new Map<number, string>()
  let text = ''
  let at = 0
  /** Braces open inside each template expression that we are in. */
  const depths: number[] = []
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  while (at < source.length) {
    // What begins none of the following, as most does.
    text += take(/[^'"`/{}]+/y) ?? ''
    const comment = take(/\/\/[^\n]*|\/\*[\s\S]*?\*\//y)
    if (comment !== undefined) {
      text += comment.replace(/[^\n]/g, '')
      continue
    }
    const string = take(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/y)
    if (string !== undefined) {
      text += "''"
      strings.set(text.length - 1, string.slice(1, -1))
      continue
    }
    if (
      REGEX_MAY_FOLLOW.test(text.slice(-20)) &&
      take(/\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y)
    ) {
      text += '//'
      continue
    }
    const depth = depths.at(-1)
    const closes = depth === 0 && source[at] === '}'
    if (source[at] === '`' || closes) {
      at++
      if (closes) depths.pop()
      const chunk = take(/(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y) ?? ''
      text += `${closes ? '}' : '`'}${chunk.replace(/[^\n]/g, '')}`
      if (take(/\$\{/y) !== undefined) {
        text += '${'
        depths.push(0)
      } else {
        at++
        text += '`'
      }
      continue
    }
    if (at >= source.length) break
    if (depth !== undefined && source[at] === '{') depths[depths.length - 1] = depth + 1
    if (depth !== undefined && source[at] === '}') depths[depths.length - 1] = depth - 1
    text += source[at]
    at++
  }
  return { text, strings }
}

const REGEX_MAY_FOLLOW = /(?:^|[(,=:[!&|?{};+\n]|=>|\breturn|\bcase)\s*$/
