import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Pages, readContract, wrongCitations } from './citations.ts'
import { allPages, ROOT } from './markdown.ts'

const PAGES: Pages = new Map(
  ['answers.md', 'interface.md'].map((name) => [
    name,
    readContract(readFileSync(join(ROOT, 'docs/reference', name), 'utf8')),
  ]),
)

const exists = (path: string): boolean => existsSync(join(ROOT, path))

/** Where comments stand: sources, tests, the addon, cases and messages on the wire. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  src: ['.ts', '.md'],
  test: ['.ts', '.mjs', '.md'],
  bench: ['.ts', '.md'],
  scripts: ['.ts', '.mjs'],
  native: ['.c'],
  'fixtures/cases': ['.case', '.md'],
  'fixtures/wire': ['.hex', '.md'],
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => FOLDERS[folder]?.some((ending) => path.endsWith(ending)))
    .filter((path) => !/\/(?:node_modules|out)\//.test(path) && !path.startsWith('test/docs/citations.'))
    .sort()

/** Of messages in hexadecimal, what is said of them. */
function textOf(path: string): string {
  const text = readFileSync(join(ROOT, path), 'utf8')
  return path.endsWith('.hex') ? text.replace(/^[^#\n].*$/gm, '') : text
}

const wrongIn = (paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) =>
    wrongCitations(textOf(path), PAGES, exists).map(({ line, what }) => `${path}:${line}: ${what}`),
  )

describe('what is cited is there, in the one form that there is', () => {
  test.each(Object.keys(FOLDERS))('in %s', (folder) => {
    const paths = filesOf(folder)
    expect(paths.length).toBeGreaterThan(0)
    expect(wrongIn(paths)).toEqual([])
  })

  // Of pages of the documentation, what they cite of others: within a page a section is its own.
  test('in the documentation', () => {
    const isOwn = (what: string): boolean => what.startsWith('section')
    const wrong = allPages().flatMap(({ path, text }) =>
      wrongCitations(text, PAGES, exists)
        .filter(({ what }) => !isOwn(what))
        .map(({ line, what }) => `${path}:${line}: ${what}`),
    )
    expect(wrong).toEqual([])
  })
})

describe('the contract', () => {
  test('has sections, rows and titles to cite', () => {
    const { sections, rows, titles } = PAGES.get('answers.md') ?? readContract('')
    expect([...sections]).toEqual(['1', '2', '3', '4', '4.1', '4.2', '4.3', '4.4', '4.5', '4.6', '5', '6'])
    expect([...(rows.get('2') ?? [])]).toEqual(Array.from({ length: 16 }, (_, i) => String(i + 1)))
    expect(titles.get('2')).toContain('Which endpoints.')
    expect(PAGES.get('interface.md')?.titles.get('')).toContain('Commands')
  })

  test('has a case for each of its sections, and for each row that is not a section’s', () => {
    const firsts = filesOf('fixtures/cases').map((path) => textOf(path).split('\n')[0] ?? '')
    const { sections, rows } = PAGES.get('answers.md') ?? readContract('')
    const isCited = (place: string): boolean =>
      firsts.some((line) => new RegExp(`answers\\.md.*\\b${place.replace('.', '\\.')}(?![\\w.])`).test(line))
    const ofSections = /^\| (\d+) \|.*\| section \d \|$/gm
    const elsewhere = [...textOf('docs/reference/answers.md').matchAll(ofSections)].map(([, row]) => row)
    const ownRows = [...(rows.get('2') ?? [])].filter((row) => !elsewhere.includes(row))
    const places = [...sections, ...ownRows]
    expect(places.filter((place) => !isCited(place))).toEqual([])
  })
})

describe('of citations', () => {
  const page = readContract(
    '## 1. Zones\n## 2. Names\n| 1 | a |\n| 2 | b |\n\n**What exists.** x\n## 4. Routing\n1. **Route.** x\n2. **Usable.** x\n',
  )
  const pages: Pages = new Map([
    ['answers.md', page],
    ['interface.md', readContract('## Commands\n')],
  ])
  const wrong = (text: string) =>
    wrongCitations(text, pages, (path) => ['docs/a.md', 'docs/reference/answers.md'].includes(path)).map(
      ({ line, what }) => `${line}: ${what}`,
    )

  test.each([
    '/** Zones (answers.md 1). */',
    '/** (answers.md 4.1, RFC 7766, 6.2) */',
    '// answers.md 2, row 2, and more',
    '# Sentence.   answers.md 2, rows 1 and 2; 4.2',
    '/** One (answers.md 2,\n * "What exists"). */',
    '# x   answers.md 4, end',
    '/** (interface.md, "Commands") */',
    'RFC 1035 and RFC 1034, RFC 8945, 5.2.1, KEP-1645, "Importing Services"',
    'readFileSync("docs/reference/answers.md"); // docs/a.md',
  ])('%j is right', (text) => {
    expect(wrong(text)).toEqual([])
  })

  test.each([
    ['// x\n/** Zones (answers.md 3). */', '2: answers.md has no section 3: it has 1, 2, 4, 4.1, 4.2'],
    ['// answers.md 4.3', '1: answers.md has no section 4.3: it has 1, 2, 4, 4.1, 4.2'],
    ['// answers.md 2, row 3', '1: answers.md 2 has no row 3: it has rows 1, 2'],
    ['// answers.md 2, rows 1, 2 and 9', '1: answers.md 2 has no row 9: it has rows 1, 2'],
    ['// answers.md row 1', '1: answers.md has no row 1: it has no rows with numbers'],
    ['// answers.md 1, row 1', '1: answers.md 1 has no row 1: it has no rows with numbers'],
    [
      '/**\n * x (answers.md 2,\n * "What is").\n */',
      '2: answers.md 2 has nothing titled "What is": it has Names, What exists.',
    ],
    ['// interface.md "Command line"', '1: interface.md has nothing titled "Command line": it has Commands'],
    ['// docs/b.md has it', '1: there is no docs/b.md: cite the page that has it now'],
  ])('%j is not', (text, what) => {
    expect(wrong(text)).toEqual([what])
  })

  test.each([
    'answers.md section 4',
    'answers.md §4',
    'interface.md, Commands.',
    'RFC8945',
    'RFC-8945',
    'RFC 8945 section 5.2',
    'RFC 8945 5.2',
    'RFC 8945, section 5',
    'as section 4.1 has it',
    'KEP 1645',
    'KEP-1645 "Importing Services"',
  ])('%j says how it is cited', (text) => {
    expect(wrong(`// ${text}`).join()).toMatch(/cited|says of what it is/)
  })
})
