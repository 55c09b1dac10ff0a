import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** Below test/ beside the folders of src/, with all that is in them. */
const BESIDE = [
  'bench',
  'chart',
  'docs',
  'e2e',
  'fuzz',
  'hostile',
  'image',
  'monitoring',
  'native',
  'project',
  'properties',
  'support',
]
/** What the tests beside them read, and no test itself. */
const READ = [
  'app/config/problems',
  'app/registry/made-up',
  'sources/apiserver/pki',
  'world/inventory/made-up',
]
/** Of the whole program, and so of no folder. */
const OF_THE_WHOLE = [
  'cases.test.ts',
  'custody.test.ts',
  'demo.test.ts',
  'large.test.ts',
  'meridian.test.ts',
  'rules.test.ts',
  'start-fails.test.ts',
  'start.test.ts',
]

const entriesOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).sort()
const isFolder = (path: string): boolean => statSync(join(ROOT, path)).isDirectory()
const isTest = (path: string): boolean => path.endsWith('.test.ts')

const entries = entriesOf('test').filter(
  (path) => !BESIDE.some((one) => path === one || path.startsWith(`${one}/`)),
)
const folders = entries.filter((path) => isFolder(`test/${path}`))

describe('the tests mirror src/', () => {
  test('there is something to look at', () => {
    expect(folders.length).toBeGreaterThan(30)
  })

  test('every folder with tests is one of src/, or of those that are listed', () => {
    const own = new Set(entriesOf('src').filter((path) => isFolder(`src/${path}`)))
    expect(folders.filter((folder) => !own.has(folder))).toEqual(READ)
    expect(entries.filter((path) => isTest(path) && READ.some((one) => path.startsWith(`${one}/`)))).toEqual(
      [],
    )
  })

  test('of the folders that are listed every one is there', () => {
    expect(BESIDE.filter((folder) => !isFolder(`test/${folder}`))).toEqual([])
  })

  test('tests of no folder are those of the whole program', () => {
    expect(entries.filter((path) => !path.includes('/') && !folders.includes(path))).toEqual(OF_THE_WHOLE)
  })
})
