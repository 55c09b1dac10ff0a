/** What the image weighs, part by part, for whoever has to pull it. */

import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const PARTS = ['usr/local/bin/node', 'app/node_modules', 'app/dist']

/** Packages that are named besides: the heaviest. */
const NAMED = 3

/** Of regular files, in octets. */
export function weightOf(path: string): number {
  const status = lstatSync(path)
  if (!status.isDirectory()) return status.isFile() ? status.size : 0
  return readdirSync(path).reduce((sum, name) => sum + weightOf(join(path, name)), 0)
}

export function sizesOf(tree: string): string {
  const parts = PARTS.map((part) => [`/${part}`, weightOf(join(tree, part))] as const)
  const packages = heaviest(join(tree, 'app/node_modules')).map(
    ([name, size]) => [`  ${name}`, size] as const,
  )
  const rows = [...parts.slice(0, 2), ...packages, ...parts.slice(2), ['all', weightOf(tree)] as const]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows
    .map(([name, size]) => `${name.padEnd(width)}  ${(size / 2 ** 20).toFixed(1).padStart(6)} MiB`)
    .join('\n')
}

function heaviest(folder: string): readonly (readonly [name: string, size: number])[] {
  const names = readdirSync(folder).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(folder, name)).map((one) => `${name}/${one}`) : [name],
  )
  const weighed = names.map((name) => [name, weightOf(join(folder, name))] as const)
  return weighed.sort(([, a], [, b]) => b - a).slice(0, NAMED)
}
