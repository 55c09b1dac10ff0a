import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Code, lineAt, readCode } from './support/code.ts'
import { deadExports, type Source } from './support/exports.ts'
import { functionsIn } from './support/functions.ts'
import { ORDER } from './support/layout.ts'

/** `world/zone` of `world/zone/find.ts`; a group without folders is one itself. */
const folderOf = (path: string): string =>
  ORDER.find((folder) => path === folder || path.startsWith(`${folder}/`)) ?? path

/** Functions of their arguments alone: no clock, chance, environment, I/O, logging or waiting. */
const PURE = [
  'values/branded',
  'values/table',
  'values/packed',
  'values/dns',
  'words/kube',
  'words/clusterset',
  'world/istio',
  'world/inventory',
  'world/synthesis',
  'world/zone',
  'answer/routing',
  'answer/records',
  'server/wire',
]
/** Of the controller, the part that decides; and the twins of decoding and encoding. */
const PURE_PARTS = ['controller/desired/', 'server/speed/plain.ts', 'server/speed/body.ts']

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'values/dns node:net': ['isIP', 'isIPv4', 'isIPv6'],
  // A hash is a function of its argument alone.
  'values/table node:crypto': ['hash'],
  'controller node:crypto': ['hash'],
}

const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['the clock (Date.now)', /\bDate\.now\b/],
  ['the clock (new Date())', /\bnew Date(?:\(\s*\)|\b(?!\())/],
  ['the clock (performance)', /(?<![.\w])performance\b(?!\??:)/],
  ['chance (Math.random)', /\bMath\.random\b/],
  ['chance (crypto)', /(?<![.\w])crypto\b(?!\??:)/],
  ['the environment (process)', /(?<![.\w])process\b(?!\??:)/],
  ['the environment (globalThis)', /\bglobalThis\b/],
  ['time passing', /(?<![.\w])(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/],
  ['logging (console)', /(?<![.\w])console\b(?!\??:)/],
  ['waiting (await, async, Promise)', /\bawait\b|\basync\b|\bPromise\b/],
  ['I/O (fetch)', /(?<![.\w])fetch\s*\(/],
]

/** What a module keeps from one call to the next: a variable of its own, a list, or a memo that is none of `remembered`. */
const STATE =
  /^(?:export )?(?:let\b|const \w+(?:: (?!readonly\b)[\w.<>]+\[\])? = \[\]|const \w+ = new (?:Map|Set)\b.*\(\)|const \w+\b.*= new (?:WeakMap|WeakSet|Recent)\b)/gm

const MOST_LINES = 300
const MOST_LINES_OF_A_FUNCTION = 40

const EXPORTED_TYPE = /^export (?:declare )?(?:abstract )?(?:interface|type|class) (\w+)/gm
const EXPORTED_VALUE = /^export (?:async )?(?:const|let|function\*?) (\w+)/gm
/** Each says with the same words (`text`, `list`, `oneOf`) how it reads: a field of an object, octets, a setting. */
const VOCABULARIES = [
  'values/packed/codec.ts',
  'words/kube/narrow.ts',
  'words/kube/meta.ts',
  'app/config/values.ts',
]

interface File {
  /** From src/ on, with `/`. */
  readonly path: string
  readonly folder: string
  readonly source: string
  readonly code: Code
}

const root = fileURLToPath(new URL('../src/', import.meta.url))
const files: readonly File[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map((name) => {
    const path = name.replaceAll('\\', '/')
    const source = readFileSync(join(root, name), 'utf8')
    return { path, folder: folderOf(path), source, code: readCode(source) }
  })

/** Every file of code in a folder of the repository. */
const sourcesIn = (folder: string): readonly Source[] =>
  readdirSync(join(root, '..', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|mjs)$/.test(name))
    .sort()
    .map((name) => ({
      path: `${folder}/${name.replaceAll('\\', '/')}`,
      source: readFileSync(join(root, '..', folder, name), 'utf8'),
    }))

const isPure = ({ folder, path }: File): boolean =>
  PURE.includes(folder) || PURE_PARTS.some((part) => path.startsWith(part))

const place = (file: File, line: number): string => `src/${file.path}:${line}`

/** `name: paths` of each that more than one file exports, those of `except` aside. */
function namesTwice(exported: RegExp, except: readonly string[] = []): readonly string[] {
  const places = files
    .filter(({ path }) => !except.includes(path))
    .flatMap(({ path, code }) => [...code.text.matchAll(exported)].map(([, name = '']) => ({ name, path })))
  const byName = Object.groupBy(places, ({ name }) => name)
  const shared = Object.entries(byName).filter(([, all = []]) => all.length > 1)
  return shared.map(([name, all = []]) => `${name}: ${all.map(({ path }) => path).join(', ')}`)
}

const breaches = (check: (file: File) => readonly string[]): readonly string[] => files.flatMap(check)

describe('the rules of the code, over all of src/', () => {
  test('there is something to look at', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(files.flatMap(({ code }) => code.imports).length).toBeGreaterThan(300)
  })

  test('rule 1: a folder imports only from folders above it, through their index.ts', () => {
    expect(breaches(importsThatRise)).toEqual([])
  })

  test('rule 1: every folder is in the listing, and those that others import say in index.ts what they are', () => {
    const folders = [...new Set(files.map(({ folder }) => folder))]
    expect(folders.filter((folder) => !ORDER.includes(folder))).toEqual([])
    const faceless = folders.filter((folder) => {
      const index = files.find(({ path }) => path === `${folder}/index.ts`)
      return folder !== ORDER.at(-1) && !folder.endsWith('.ts') && index?.source.startsWith('/**') !== true
    })
    expect(faceless.map((folder) => `src/${folder}/index.ts: no doc comment`)).toEqual([])
  })

  test('the top of src/ is seen at a glance', () => {
    expect(readdirSync(root).length).toBeLessThanOrEqual(10)
  })

  test('no two exported types have one name', () => expect(namesTwice(EXPORTED_TYPE)).toEqual([]))

  test('no two exported functions or values have one name', () =>
    expect(namesTwice(EXPORTED_VALUE, VOCABULARIES)).toEqual([]))

  test('rule 1: no files import one another in a circle', () => {
    expect(circles(new Map(files.map((file) => [file.path, importsWithin(file)])))).toEqual([])
  })

  test('what a file exports is imported somewhere, and what an index.ts passes on from there', () => {
    const rest = ['test', 'bench', 'scripts', 'bin'].flatMap(sourcesIn)
    expect(deadExports(sourcesIn('src'), rest)).toEqual([])
  })

  test('rule 2: pure folders import no module of Node and no package', () => {
    expect(breaches(importsOfTheWorld)).toEqual([])
  })

  test('rule 2: pure folders know no clock, chance, environment, I/O, logging or await', () => {
    expect(breaches(mentionsOfTheWorld)).toEqual([])
  })

  test('rule 2: modules of pure folders hold no state', () => {
    expect(breaches((file) => (isPure(file) ? statesOf(file) : []))).toEqual([])
  })

  test(`no file has more than ${MOST_LINES} lines`, () => {
    const long = files.flatMap((file) => {
      const lines = file.source.trimEnd().split('\n').length
      return lines > MOST_LINES ? [`${place(file, lines)}: ${lines} lines, ${MOST_LINES} are the most`] : []
    })
    expect(long).toEqual([])
  })

  test(`no function has more than ${MOST_LINES_OF_A_FUNCTION} lines`, () => {
    expect(breaches(longFunctions)).toEqual([])
  })
})

describe('what the rules see', () => {
  test('comments, strings and regular expressions are no code; template expressions are', () => {
    // `$` apart, so that no placeholder stands in an ordinary string.
    const read = (code: string) => readCode(code.replaceAll('§', '$')).text
    const text = read(
      "// await\nconst a = 'await' /* await */ + `await §{`x§{b}`} {await}` // it's\nreturn /[/'`]await/g",
    )
    expect(text).not.toContain('await')
    expect(text.split('\n').length).toBe(3)
    expect(read('`§{await x}`')).toContain('await')
    expect(read('`§{{ a: {} }.a} await` + await').match(/await/g)).toHaveLength(1)
  })

  test('imports of every form', () => {
    const { imports } = readCode(
      "import a from './a.ts'\nimport {\n  type B,\n  c as d,\n} from '../b/index.ts'\nexport * from './e.ts'\nimport './f.ts'\nconst g = await import('./g.ts')\n// import './h.ts'\n",
    )
    expect(imports.map(({ from, line }) => `${from} ${line}`)).toEqual([
      './a.ts 1',
      '../b/index.ts 2',
      './e.ts 6',
      './f.ts 7',
      './g.ts 8',
    ])
    expect(imports[1]?.names).toEqual(['B', 'c'])
  })

  test('functions of every form, with their lines', () => {
    const source = [
      'const a = (x: number): number =>',
      '  x',
      'function b() {',
      '  return [1].map((one) => {',
      '    return one',
      '  })',
      '}',
      'class C {',
      '  readonly d = async () => {',
      '  }',
      '  #e(): void {}',
      '  static async f() {',
      '    await 1',
      '  }',
      '}',
      'export const g = { h() {}, i: function* () {',
      '} }',
    ].join('\n')
    expect(
      functionsIn(source).map(({ name = '', at, lines }) => `${name} ${lineAt(source, at)} ${lines}`),
    ).toEqual([...['a 1 2', 'b 3 5', ' 4 3', 'd 9 2', 'e 11 1', 'f 12 3', 'h 16 1', 'i 16 2']])
  })

  test.each([
    [40, 0],
    [41, 1],
    [400, 1],
  ])('of functions of %i lines %i are too long', (lines, count) => {
    const source = `const f = () => {${'\n'.repeat(lines - 1)}}\n`
    const found = longFunctions({ path: 'f.ts', folder: 'f.ts', source, code: readCode(source) })
    expect(found).toHaveLength(count)
  })

  test('exports that nobody imports, of every form', () => {
    const src: readonly Source[] = [
      {
        path: 'src/a.ts',
        source:
          'export const b = 1, c = 2\nexport function d() {}\nexport class E {}\nexport interface F {}\nexport type G = F\nconst h = 1\nexport { h as i }',
      },
      {
        path: 'src/index.ts',
        source: "export { b, c as j, type F } from './a.ts'\nconst { d } = await import('./a.ts')",
      },
    ]
    const dead = ['a.ts: c', 'a.ts: E', 'a.ts: G', 'a.ts: i', 'index.ts: j'].map((one) => `src/${one}`)
    const test = { path: 'test/a.ts', source: "import { b, type F as G } from '../src/index.ts'" }
    expect(deadExports(src, [test])).toEqual(dead)
    const all = { path: 'test/b.ts', source: "import * as all from '../src/index.ts'" }
    expect(deadExports(src, [all])).toEqual(dead.filter((one) => !/[cj]$/.test(one)))
    expect(deadExports(src, [{ path: 'test/c.ts', source: "export * from '../src/a.ts'" }])).toEqual(
      ['b', 'j', 'F'].map((name) => `src/index.ts: ${name}`),
    )
  })

  test('circles, each once, and nothing beside them', () => {
    const files = { a: ['b'], b: ['c', 'e'], c: ['a'], d: ['a', 'f'], e: [], f: ['f'], g: ['h'], h: ['g'] }
    expect(circles(new Map(Object.entries(files)))).toEqual(['a, b, c', 'f', 'g, h'])
  })

  test.each([
    'Date.now()',
    'new Date()',
    'process.env',
    'const r = Math.random',
    'performance.now()',
    'await x',
    'console.log(1)',
    'fetch(x)',
    'setTimeout(f, 1)',
  ])('%s breaks rule 2', (code) => {
    expect(FORBIDDEN.some(([, pattern]) => pattern.test(code))).toBe(true)
  })

  test.each([
    ['let known = 0', 1],
    ['export let known: number', 1],
    ['const known = new Map<string, number>()', 1],
    ['export const known = new Set()', 1],
    ['const KNOWN = new WeakMap<object, number>()', 1],
    ['const KNOWN: Memo = new Recent()', 1],
    ['const left: Fault[] = []', 1],
    ['const left = []', 1],
    ['const NOBODY: readonly string[] = []', 0],
    ['const NO_PORTS: Ports = []', 0],
    ['const NONE: ReadonlyMap<string, number> = new Map()', 0],
    ['const ALL = new Set([1, 2])', 0],
    ['  let found = 0', 0],
    ['const read = remembered((of: object) => of)', 0],
  ])('%s keeps %i things', (source, count) => {
    expect(statesOf({ path: 'f.ts', folder: 'f.ts', source, code: readCode(source) })).toHaveLength(count)
  })

  test.each(['new Date(at)', 'x.process', '{ process: 1 }', 'prefetch(x)', 'consoles'])(
    '%s does not',
    (code) => {
      expect(FORBIDDEN.filter(([, pattern]) => pattern.test(code))).toEqual([])
    },
  )
})

const statesOf = (file: File): readonly string[] =>
  [...file.code.text.matchAll(STATE)].map(
    ({ index }) =>
      `${place(file, lineAt(file.code.text, index))}: rule 2: a module of a pure folder keeps something`,
  )

const longFunctions = (file: File): readonly string[] =>
  functionsIn(file.source).flatMap(({ name = 'a function', at, lines }) =>
    lines > MOST_LINES_OF_A_FUNCTION
      ? [
          `${place(file, lineAt(file.source, at))}: ${name} has ${lines} lines, ${MOST_LINES_OF_A_FUNCTION} are the most`,
        ]
      : [],
  )

function importsThatRise(file: File): readonly string[] {
  const own = ORDER.indexOf(file.folder)
  return file.code.imports.flatMap(({ from, line }) => {
    if (!from.startsWith('.')) return []
    const target = posix.join(posix.dirname(file.path), from)
    const folder = folderOf(target)
    if (folder === file.folder) return []
    const rest = target.slice(folder.length + 1)
    const at = ORDER.indexOf(folder)
    const where = place(file, line)
    if (at === -1) return [`${where}: ${from}: rule 1: ${folder} is no folder of the listing`]
    if (at > own) return [`${where}: ${from}: rule 1: ${folder} is below ${file.folder} in the listing`]
    return rest === '' || rest === 'index.ts'
      ? []
      : [`${where}: ${from}: rule 1: import ${folder} through its index.ts`]
  })
}

function importsOfTheWorld(file: File): readonly string[] {
  if (!isPure(file)) return []
  return file.code.imports.flatMap(({ from, names, line }) => {
    const allowed = MAY_IMPORT[`${file.folder} ${from}`]
    if (from.startsWith('.') || (allowed && names.every((name) => allowed.includes(name)))) return []
    return [`${place(file, line)}: ${from}: rule 2: src/${file.folder} is pure`]
  })
}

function mentionsOfTheWorld(file: File): readonly string[] {
  if (!isPure(file)) return []
  return FORBIDDEN.flatMap(([what, pattern]) =>
    [...file.code.text.matchAll(new RegExp(pattern, 'g'))].map(
      ({ index }) => `${place(file, lineAt(file.code.text, index))}: rule 2: ${what} in a pure folder`,
    ),
  )
}

const importsWithin = ({ path, code }: File): readonly string[] =>
  code.imports
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from }) => posix.join(posix.dirname(path), from))

/** Files that are reached from themselves, those of one circle together. */
function circles(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const reached = new Map([...imports.keys()].map((file) => [file, reachedFrom(file, imports)]))
  const isBack = (file: string, other: string): boolean => reached.get(other)?.has(file) ?? false
  const found = [...reached].flatMap(([file, others]) =>
    others.has(file)
      ? [
          [...others]
            .filter((other) => isBack(file, other))
            .sort()
            .join(', '),
        ]
      : [],
  )
  return [...new Set(found)]
}

function reachedFrom(file: string, imports: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>()
  const next = [...(imports.get(file) ?? [])]
  for (let one = next.pop(); one !== undefined; one = next.pop()) {
    if (reached.has(one)) continue
    reached.add(one)
    next.push(...(imports.get(one) ?? []))
  }
  return reached
}
