/** `console` blocks: lines that begin with `$ ` are commands, what follows each is the output it must have. */
import { type Block, blocksOf, type Page } from './markdown.ts'

export interface Step {
  /** Without the `$ `; continued lines are joined. */
  readonly command: string
  readonly expected: readonly string[]
  /** `docs/debug/dig.md:12` */
  readonly place: string
}

/** The steps of one block. A command goes on in the next line after a backslash. */
export function stepsOf({ path }: Page, { lines, line }: Block): readonly Step[] {
  const steps: { command: string; expected: string[]; place: string }[] = []
  for (const [i, text] of lines.entries()) {
    const last = steps.at(-1)
    if (text.startsWith('$ '))
      steps.push({ command: text.slice(2), expected: [], place: `${path}:${line + i}` })
    else if (last === undefined) throw new Error(`${path}:${line + i}: output before the first "$ " command`)
    else if (last.expected.length === 0 && last.command.endsWith('\\'))
      last.command = `${last.command.slice(0, -1)}${text.trimStart()}`
    else last.expected.push(text)
  }
  return steps.map((step) => ({ ...step, expected: trimmed(step.expected) }))
}

/** Without the empty lines at the end, which only separate commands. */
const trimmed = (lines: readonly string[]): readonly string[] =>
  lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1)

export const isConsole = ({ language }: Block): boolean => language === 'console'

export const consolePages = (pages: readonly Page[]): readonly Page[] =>
  pages.filter((page) => blocksOf(page).some(isConsole))

/** The words of a command as a shell splits them; quotes are the only syntax there may be. */
export function wordsOf({ command, place }: Pick<Step, 'command' | 'place'>): readonly string[] {
  const bare = command.replace(/'[^']*'|"[^"]*"/g, '')
  if (/[|&;<>$`*?]/.test(bare))
    throw new Error(`${place}: ${command}\n  uses more of a shell than quotes: put it into a \`sh\` block`)
  return [...command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  )
}

/**
 * Whether output is as the page has it. `…` in a line stands for anything, alone on a line for any lines. Lines that are
 * addresses alone may come in any order, since equals are answered in random order.
 */
export function isAsPrinted(expected: readonly string[], actual: readonly string[]): boolean {
  const all = [...expected, ...actual]
  if (all.length > 0 && all.every((line) => /^[\d.]+$|^[\da-f:]+$/.test(line)))
    return [...expected].sort().join('\n') === [...actual].sort().join('\n')
  const pattern = expected
    .map((line) => (line.trim() === '…' ? '(?:.*\\n)*?' : `${linePattern(line)}\\n`))
    .join('')
  return new RegExp(`^${pattern}$`).test(actual.map((line) => `${line.trimEnd()}\n`).join(''))
}

const linePattern = (line: string): string =>
  line
    .trimEnd()
    .split('…')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join('.*')
