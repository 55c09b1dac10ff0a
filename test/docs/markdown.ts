/** Pages of Markdown as the tests of the documentation read them: fenced blocks, headings and links. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export interface Page {
  /** Relative to the checkout: `docs/clients.md`. */
  readonly path: string
  readonly text: string
}

/** A fenced block. */
export interface Block {
  /** What stands after the opening fence: `console`, `yaml`, … or nothing. */
  readonly language: string
  /** Without the fences and without the fence's own indentation. */
  readonly lines: readonly string[]
  /** Of the first line inside, counted from 1. */
  readonly line: number
  readonly indent: string
}

export interface Link {
  readonly target: string
  readonly line: number
}

/** README.md and whatever else lies at the top, src/README.md, and all of docs/. */
export function allPages(): readonly Page[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'))
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name))
  return [...top, 'src/README.md', ...docs.sort()].map(readPage)
}

export const readPage = (path: string): Page => ({
  path: relative(ROOT, join(ROOT, path)),
  text: readFileSync(join(ROOT, path), 'utf8'),
})

const FENCE = /^(\s*)(```+)\s*([\w-]*)/

export function blocksOf({ path, text }: Page): readonly Block[] {
  const blocks: Block[] = []
  let open: { readonly fence: string; readonly block: Block & { readonly lines: string[] } } | undefined
  for (const [i, line] of text.split('\n').entries()) {
    const [, indent = '', fence = '', language = ''] = FENCE.exec(line) ?? []
    if (open !== undefined && line.trim() === open.fence) {
      blocks.push(open.block)
      open = undefined
    } else if (open !== undefined) open.block.lines.push(undented(line, open.block.indent))
    else if (fence !== '') open = { fence, block: { language, lines: [], line: i + 2, indent } }
  }
  if (open !== undefined) throw new Error(`${path}:${open.block.line}: a block that is never closed`)
  return blocks
}

const undented = (line: string, indent: string): string =>
  line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()

/** The text without fenced blocks, its lines where they were. */
function prose({ text }: Page): readonly string[] {
  let fence = ''
  return text.split('\n').map((line) => {
    const [, , opening = ''] = FENCE.exec(line) ?? []
    if (fence === '' && opening === '') return line
    if (fence === '') fence = opening
    else if (line.trim() === fence) fence = ''
    return ''
  })
}

/** Inline links and images; code in backquotes is none of them. */
export const linksOf = (page: Page): readonly Link[] =>
  prose(page).flatMap((line, i) =>
    [...line.replace(/`[^`]*`/g, '``').matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map(
      ([, target = '']) => ({
        target,
        line: i + 1,
      }),
    ),
  )

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const seen = new Map<string, number>()
  const anchors = prose(page).flatMap((line) => {
    const [, title] = /^#{1,6}\s+(.*?)\s*#*$/.exec(line) ?? []
    if (title === undefined) return []
    const slug = slugOf(title)
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    return [before === 0 ? slug : `${slug}-${before}`]
  })
  return new Set(anchors)
}

const slugOf = (title: string): string =>
  title
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
