import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Lines } from '../../../src/words/observe/lines.ts'
import { until } from '../../support/sockets.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lines-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** A pipe that holds what is written into it until it is read; 64 KiB, as Linux has it. */
function pipe(): { readonly fd: number; readonly close: () => void; readonly read: () => string } {
  const path = join(directory, 'pipe')
  execFileSync('mkfifo', [path])
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const read = () => {
    const part = Buffer.alloc(1 << 20)
    try {
      return part.toString('utf8', 0, readSync(fd, part))
    } catch {
      return ''
    }
  }
  return { fd, close: () => closeSync(fd), read }
}

const numbered = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, i) => `${from + i} ${'x'.repeat(1000)}\n`)

describe('a pipe that nobody reads', () => {
  test('holds nobody up, and gets all lines in order once it is read', async () => {
    const { fd, close, read } = pipe()
    const lines = new Lines(fd)
    const all = numbered(0, 500)
    for (const line of all) lines.write(line)
    let got = ''
    await until(() => {
      got += read()
      return got.length >= all.join('').length
    }, 'all lines')
    expect(got).toBe(all.join(''))
    close()
  })

  test.each([
    ['at the bound', 1024, 1024],
    ['one beyond', 1025, 1024],
    ['ten times it', 10_240, 1024],
  ])('%s: of %d KiB, %d are kept, and the newest go', async (_what, count, kept) => {
    const { fd, close, read } = pipe()
    const lines = new Lines(fd)
    const all = Array.from({ length: count }, (_, i) => `${String(i).padEnd(1023, 'x')}\n`)
    for (const line of all) lines.write(line)
    let got = ''
    await until(() => {
      got += read()
      return got.length >= kept * 1024
    }, 'what was kept')
    expect(got).toBe(all.slice(0, kept).join(''))
    lines.write('the next\n')
    await until(() => {
      got += read()
      return got.endsWith('the next\n')
    }, 'the next line')
    close()
  })
})

test('what cannot be written waits for the next line, on which it is tried again', async () => {
  const path = join(directory, 'file')
  const lines = new Lines(openSync('/dev/full', 'w'))
  lines.write('one\n')
  lines.write('two\n')
  await until(() => !lines.isWriting, 'a full disk to be noticed')
  expect(lines.waiting).toBe(8)
  const good = new Lines(openSync(path, 'w'))
  good.write('å\n')
  await until(() => !good.isWriting, 'a line that is written')
  expect(good.waiting).toBe(0)
})
