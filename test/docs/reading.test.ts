import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { GROUPS, ORDER } from '../support/layout.ts'
import { blocksOf, linksOf, ROOT, readPage } from './markdown.ts'

// src/README.md is where somebody new begins: what it names is there, and what is there is named.
const page = readPage('src/README.md')
const ways = blocksOf(page)

/** Paths are from src/ on, and those of tests, fixtures and the addon from the top. */
const exists = (path: string): boolean => existsSync(join(ROOT, 'src', path)) || existsSync(join(ROOT, path))

const isFolder = (path: string): boolean => statSync(join(ROOT, 'src', path)).isDirectory()

/** Every path in backquotes and in the ways: what has a slash and an ending, or is in backquotes and has a slash. */
const PATH = /(?<![\w/.])[\w-]+(?:\/[\w.-]+)+\.(?:ts|c|case|md)\b/g
const pathsIn = (text: string): readonly string[] => [...text.matchAll(PATH)].map(([path]) => path)

describe('where somebody new begins (src/README.md)', () => {
  test('whatever file it names is there', () => {
    const paths = pathsIn(page.text)
    expect(paths.length).toBeGreaterThan(60)
    expect(paths.filter((path) => !exists(path))).toEqual([])
  })

  test('every folder of src/ is named, in the order in which they may import', () => {
    const folders = linksOf(page)
      .map(({ target }) => target)
      .filter((target) => existsSync(join(ROOT, 'src', target)) && isFolder(target))
    const listed = Object.entries(GROUPS).flatMap(([group, inside]) =>
      group === 'meridian.ts' || group === 'app/cli'
        ? []
        : [group, ...inside.map((one) => `${group}/${one}`)],
    )
    expect(folders).toEqual([...listed, 'app/cli'])
    const groups = readdirSync(join(ROOT, 'src')).filter(isFolder).sort()
    expect([...new Set(folders.map((folder) => folder.split('/')[0]))].sort()).toEqual(groups)
    expect(ORDER.filter((folder) => folder !== 'meridian.ts' && !folders.includes(folder))).toEqual([])
  })
})

describe('the way of', () => {
  const [change, query] = ways.map(({ lines }) => lines)
  const hopsOf = (lines: readonly string[] = []): readonly (readonly [thread: string, file: string])[] =>
    lines.slice(1).map((line) => {
      const [, thread = '', file = ''] = /^(\w*) +\(?(\S+\.ts) {2,}\S/.exec(line) ?? []
      return [thread, file] as const
    })

  test.each([
    ['a change, from a source to a snapshot', change, 'sources/', 'server/replica/replica.ts'],
    ['a query, from a socket to a socket', query, 'server/transport/', 'server/transport/connection.ts'],
  ])('%s', (_way, lines, first, last) => {
    const hops = hopsOf(lines)
    expect(hops.length).toBeGreaterThan(10)
    expect(hops.filter(([, file]) => file === '' || !exists(file))).toEqual([])
    expect(hops[0]?.[1]).toMatch(new RegExp(`^${first}`))
    expect(hops.at(-1)?.[1]).toBe(last)
    // A hop in parentheses is on the thread that it says; the others are on one after the other.
    const threads = hops.map(([thread]) => thread).filter((thread) => thread !== '')
    const known = ['reader', 'main', 'answering']
    expect(threads.filter((thread) => !known.includes(thread))).toEqual([])
    expect([...threads].sort((a, b) => known.indexOf(a) - known.indexOf(b))).toEqual(threads)
  })
})

describe('where to change', () => {
  const rows = page.text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, what]) => what !== 'to change or add' && what !== '---')

  test.each(rows.map(([, what = '', files = '', shown = '']) => [what, files, shown] as const))(
    '%s: three files at most, and what shows it',
    (_what, files, shown) => {
      const paths = pathsIn(files)
      expect(paths.length).toBeGreaterThan(0)
      expect(new Set(paths).size).toBeLessThanOrEqual(3)
      expect(pathsIn(shown).filter((path) => /^(?:test|fixtures)\//.test(path) && exists(path))).toHaveLength(
        1,
      )
    },
  )

  test.each([
    'a routing rule',
    'a kind of object',
    'a source',
    'a registry',
    'a policy',
    'a transport',
    'a record type',
    'an EDE text',
    'a metric',
    'a command',
  ])('%s is answered', (what) => {
    expect(rows.filter(([, cell = '']) => cell.startsWith(what))).toHaveLength(1)
  })
})
