/** Citations in sources: sections of the contract, RFCs and KEPs, and pages of the documentation. */

/** A page of the contract: what of it can be cited. */
export interface Contract {
  /** `4` and `4.1`. */
  readonly sections: ReadonlySet<string>
  /** Rows of the tables of a section that are numbered. */
  readonly rows: ReadonlyMap<string, ReadonlySet<string>>
  /** What a section's paragraphs begin with in bold; of pages without numbers, the headings are below ''. */
  readonly titles: ReadonlyMap<string, readonly string[]>
}

/** `answers.md` and `interface.md` are told by their name alone. */
export type Pages = ReadonlyMap<string, Contract>

export function readContract(text: string): Contract {
  const sections = new Set<string>()
  const rows = new Map<string, Set<string>>()
  const titles = new Map<string, string[]>([['', []]])
  let section = ''
  for (const line of text.split('\n')) {
    const [, number, heading] = /^## (?:(\d+)\. )?(.*)$/.exec(line) ?? []
    if (heading !== undefined) {
      section = number ?? ''
      if (number !== undefined) sections.add(number)
      titles.set(section, [...(titles.get(section) ?? []), heading])
    }
    const [, item] = /^(\d+)\. \*\*/.exec(line) ?? []
    if (item !== undefined) sections.add(`${section}.${item}`)
    const [, row] = /^\| (\d+) \|/.exec(line) ?? []
    if (row !== undefined) rows.set(section, (rows.get(section) ?? new Set()).add(row))
    const [, title] = /^\*\*(.+?)\*\*/.exec(line) ?? []
    if (title !== undefined) titles.get(section)?.push(title)
  }
  return { sections, rows, titles }
}

/** Something wrong in a file's citations: the line, and what is wrong with the remedy. */
export interface Wrong {
  readonly line: number
  readonly what: string
}

/** Whatever a file cites that is not there, or not said in the one form that there is. `exists`: whether a path does. */
export function wrongCitations(
  source: string,
  pages: Pages,
  exists: (path: string) => boolean,
): readonly Wrong[] {
  const { text, lineOf } = unwrapped(source)
  const found = [
    ...contractCitations(text, pages),
    ...standardCitations(text),
    ...pathCitations(text, exists),
  ]
  return found.map(({ at, what }) => ({ line: lineOf(at), what })).sort((a, b) => a.line - b.line)
}

interface Found {
  readonly at: number
  readonly what: string
}

/** The text with line breaks as spaces, those of comments with what a line of them begins with. */
function unwrapped(source: string): { readonly text: string; readonly lineOf: (at: number) => number } {
  const starts: number[] = []
  let text = ''
  for (const line of source.split('\n')) {
    starts.push(text.length)
    text += `${line.replace(/^\s*(?:\*(?!\/)|\/\/|#)?\s*/, '')} `
  }
  return { text, lineOf: (at) => starts.findLastIndex((start) => start <= at) + 1 }
}

/** A page by its name, then what of it; what follows `.md` in an import or a path is no citation. */
const CITED = /(?<![\w/.-])(answers|interface)\.md(?=[\s,;:.)"'])/g

/** After a page's name, what looks like a place in it without being said in the form. */
const MALFORMED =
  /^,? ?(?:§|(?:sections?|rows?|names?|paragraphs?|parts?|chapters?) (?=\d)|\d|"|[A-Z]\w+[).*])/

function contractCitations(text: string, pages: Pages): readonly Found[] {
  return [...text.matchAll(CITED)].flatMap(({ index, 0: name }) => {
    const page = pages.get(name)
    if (page === undefined)
      return [{ at: index, what: `there is no docs/reference/${name}: cite a page of it` }]
    const { parts, rest } = partsOf(text.slice(index + name.length, index + 300))
    const wrong = objections(name, page, parts)
    const what = `${name}${rest.slice(0, 20)}: a place is cited as ${FORM}`
    const all = parts.length === 0 && MALFORMED.test(rest) ? [...wrong, what] : wrong
    return all.map((one) => ({ at: index, what: one }))
  })
}

const FORM = '`answers.md 4.1`, `answers.md 2, row 7` or `answers.md 2, "What exists"`'

type Part =
  | { readonly kind: 'section' | 'row' | 'title'; readonly name: string }
  | { readonly kind: 'place'; readonly name: string }

const PLACES = ['departures', 'after the table', 'end']
const PART = new RegExp(
  `^(?:(?<section>\\d+(?:\\.\\d+)?)(?![\\w-])|rows? (?<row>\\d+)|"(?<title>[^"]+)"|(?<place>${PLACES.join('|')})\\b)`,
)

/** The parts of a citation from right behind the page's name, and what is left after them. */
function partsOf(from: string): { readonly parts: readonly Part[]; readonly rest: string } {
  const parts: Part[] = []
  let rest = from
  for (;;) {
    const [joint] = /^(?:, | and |; | )/.exec(rest) ?? []
    const match = joint === undefined ? null : PART.exec(rest.slice(joint.length))
    if (joint === undefined || match === null) return { parts, rest }
    const { section, row, title, place } = match.groups ?? {}
    if (row !== undefined) parts.push({ kind: 'row', name: row })
    else if (title !== undefined) parts.push({ kind: 'title', name: title })
    else if (place !== undefined) parts.push({ kind: 'place', name: place })
    else if (section !== undefined) {
      // `rows 4, 5 and 7`; `row 2; 4.3` is a section again.
      const isRow = parts.at(-1)?.kind === 'row' && joint !== '; ' && !section.includes('.')
      parts.push({ kind: isRow ? 'row' : 'section', name: section })
    }
    rest = rest.slice(joint.length + match[0].length)
  }
}

function objections(name: string, page: Contract, parts: readonly Part[]): readonly string[] {
  let section = ''
  return parts.flatMap((part) => {
    if (part.kind === 'section') {
      section = part.name
      if (page.sections.has(section)) return []
      return [`${name} has no section ${section}: it has ${[...page.sections].join(', ')}`]
    }
    const where = section === '' ? name : `${name} ${section}`
    if (part.kind === 'row') {
      const rows = page.rows.get(section) ?? new Set()
      if (rows.has(part.name)) return []
      const has = rows.size === 0 ? 'no rows with numbers' : `rows ${[...rows].join(', ')}`
      return [`${where} has no row ${part.name}: it has ${has}`]
    }
    const titles = page.titles.get(section) ?? []
    if (part.kind === 'place' || titles.some((title) => title.startsWith(part.name))) return []
    return [`${where} has nothing titled "${part.name}": it has ${titles.join(', ') || 'no titles'}`]
  })
}

/** `RFC 8945, 5.2`, `RFC 8945`; and what is meant for one but is not said so. */
const STANDARD_FORMS: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  // `RFC3339` may be a name in the code.
  [/\bRFC-?\d{3,}\b(?! =|\.\w)/g, 'an RFC is cited as `RFC 8945`, or with its section as `RFC 8945, 5.2`'],
  [/\bRFC \d+,? ?(?:sections?\b|§|appendix)/gi, 'the section of an RFC is cited as `RFC 8945, 5.2`'],
  [/\bRFC \d+ \d/g, 'the section of an RFC is cited with a comma: `RFC 8945, 5.2`'],
  [/(?<![\w.])(?:section|§) ?\d/g, 'a section says of what it is: `RFC 8945, 5.2` or `answers.md 4.1`'],
  [/\bKEP[- ]?\d+ (?="|\d|section)/g, 'a part of a KEP is cited as `KEP-1645, "Importing Services"`'],
  [/\bKEP (?=\d)/g, 'a KEP is cited as `KEP-1645`'],
]

function standardCitations(text: string): readonly Found[] {
  return STANDARD_FORMS.flatMap(([pattern, remedy]) =>
    [...text.matchAll(pattern)].map(({ index }) => ({
      at: index,
      what: `${text.slice(index, index + 24).trim()}: ${remedy}`,
    })),
  )
}

/** Pages and files of docs by their paths from the top, in comments as in messages. */
function pathCitations(text: string, exists: (path: string) => boolean): readonly Found[] {
  return [...text.matchAll(/(?<![\w/.-])docs\/[\w/-]+\.(?:md|yaml|json|Corefile)\b/g)].flatMap(
    ({ index, 0: path }) =>
      exists(path) ? [] : [{ at: index, what: `there is no ${path}: cite the page that has it now` }],
  )
}
