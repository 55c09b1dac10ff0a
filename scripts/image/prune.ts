/** Of the packages, what a running server can load, and the terms that it may be passed on under. */

import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** What Node loads. Maps, type declarations, sources, readmes and other runtimes' binaries it does not. */
const LOADED = /\.(?:js|cjs|mjs|json|node|wasm)$/

const TERMS = /^(?:licen[cs]e|copying|notice)/i

/** Folders of a package that hold no module of it: commands, declarations, and what its authors work with. */
const BESIDE = new Set([
  '.bin',
  '.github',
  '@types',
  '__tests__',
  'benchmark',
  'benchmarks',
  'example',
  'examples',
  'test',
  'tests',
])

/** `path`: below node_modules. */
export function isKept(path: string): boolean {
  const folders = path.split('/')
  const file = folders.pop() ?? ''
  if (folders.some((one) => BESIDE.has(one)) || path === '.package-lock.json') return false
  return LOADED.test(file) || TERMS.test(file)
}

/** Drops the rest, and folders that have nothing left. */
export function prune(folder: string, below = ''): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const [path, name] = [join(folder, entry.name), `${below}${entry.name}`]
    if (entry.isDirectory()) prune(path, `${name}/`)
    else if (!isKept(name)) rmSync(path)
  }
  if (below !== '' && readdirSync(folder).length === 0) rmdirSync(folder)
}
