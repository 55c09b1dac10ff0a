import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { allPages, anchorsOf, linksOf, type Page, ROOT } from './markdown.ts'

const pages = allPages()
const byPath = new Map(pages.map((page) => [page.path, page]))

const isInside = ({ target }: { target: string }): boolean => !/^[a-z]+:/.test(target)

/** A link's file, relative to the checkout, and its anchor. */
function resolve({ path }: Page, target: string): { readonly file: string; readonly anchor: string } {
  const [file = '', anchor = ''] = target.split('#')
  return { file: file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file)), anchor }
}

function brokenIn(page: Page): readonly string[] {
  return linksOf(page)
    .filter(isInside)
    .flatMap(({ target, line }) => {
      const { file, anchor } = resolve(page, target)
      const place = `${page.path}:${line}: ${target}`
      if (!existsSync(join(ROOT, file))) return [`${place}: there is no ${file}`]
      const there = byPath.get(file)
      const found = anchor === '' || there === undefined || anchorsOf(there).has(anchor)
      return found ? [] : [`${place}: ${file} has no heading with that anchor`]
    })
}

describe('links', () => {
  test.each(pages)('of $path lead somewhere', (page) => {
    expect(brokenIn(page)).toEqual([])
  })

  test('lead from docs/README.md to every page of docs', () => {
    const seen = new Set<string>()
    const visit = (path: string): void => {
      const page = byPath.get(path)
      if (page === undefined || seen.has(path)) return
      seen.add(path)
      for (const { target } of linksOf(page).filter(isInside))
        shownBy(resolve(page, target).file).forEach(visit)
    }
    visit('docs/README.md')
    expect(
      pages.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !seen.has(path)),
    ).toEqual([])
  })
})

/** What a link shows: the file; of a folder its README.md, or else the list of its files. */
function shownBy(path: string): readonly string[] {
  const isFolder = existsSync(join(ROOT, path)) && statSync(join(ROOT, path)).isDirectory()
  if (!isFolder) return [path]
  const readme = posix.join(path, 'README.md')
  return byPath.has(readme) ? [readme] : [...byPath.keys()].filter((one) => posix.dirname(one) === path)
}
