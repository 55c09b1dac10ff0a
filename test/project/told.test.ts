import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Lines of comment, and lines that are not blank. */
function linesOf(path: string): readonly [comment: number, all: number] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => line.trim() || [])
  let isInside = false
  const comments = lines.filter((line) => {
    const isComment = isInside || line.startsWith('//') || line.startsWith('/*')
    if (isComment && !line.startsWith('//')) isInside = !line.includes('*/')
    return isComment
  })
  return [comments.length, lines.length]
}

// What others read first: half of it is for them.
test.each([
  ['index.ts', 'src/**/index.ts', 0.5],
  ['files of types', 'src/**/*types.ts', 0.5],
])('of all %s, which say what a folder is for, comments are a part', (_, files, least) => {
  const counted = globSync(files).map(linesOf)
  const [comment, all] = [0, 1].map((at) => counted.reduce((sum, lines) => sum + (lines[at] ?? 0), 0))
  expect(counted.length).toBeGreaterThan(20)
  expect((comment ?? 0) / (all ?? 1)).toBeGreaterThanOrEqual(least)
})
