import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { someOf } from '../../support/runs.ts'
import { MERIDIAN, written } from '../../support/server.ts'
import { SPEC, withFull } from './full.ts'

let directory: Awaited<ReturnType<typeof written>>
beforeAll(async () => {
  directory = await written(SPEC)
})
afterAll(() => directory.close())

type Fds = readonly ['ignore', 'pipe' | number, 'pipe' | number]

/** A command with its output somewhere; `firstOnly`: its reader goes away after the first octets. */
async function run(args: readonly string[], [stdin, stdout, stderr]: Fds, firstOnly = false) {
  const child = spawn(process.execPath, [MERIDIAN, ...args], {
    cwd: directory.path,
    stdio: [stdin, stdout, stderr],
  })
  let [out, err] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text
    if (firstOnly) child.stdout?.destroy()
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const [status] = await once(child, 'close')
  return { status, out, err }
}

const COMMANDS: readonly (readonly string[])[] = [
  ['render', '--offline'],
  ['render', '--offline', '-o', 'json'],
  ['ask', 'service-number-1.default.global', '--offline'],
  ['explain', 'default/service-number-1', '--offline'],
  ['check'],
  ['check', '--matrix', '-o', 'json'],
  ['corefile', '--address', '10.96.0.53'],
  ['--help'],
  ['help', 'render'],
  ['render', '--help'],
  ['--version'],
]

describe('a full disk', () => {
  test.each(someOf(COMMANDS, 11).map((args) => [args.join(' '), args] as const))(
    '%s: ends with status 1, and says what is missing',
    async (_text, args) => {
      const { status, err } = await withFull((full) => run(args, ['ignore', full, 'pipe']))
      expect([status, err]).toEqual([
        1,
        'meridian: standard output: no space is left (ENOSPC): not all was printed\n    make room there, or print elsewhere\n',
      ])
    },
  )

  test('for what is wrong leaves the exit status', async () => {
    await withFull(async (full) => {
      const ways = [
        [['explain', 'nope', '--offline'], 'pipe', 1],
        [['bogus'], 'pipe', 2],
        [['render', '--offline'], full, 1],
      ] as const
      for (const [args, out, status] of someOf(ways, 3))
        expect(await run(args, ['ignore', out, full])).toMatchObject({ status })
    })
  })
})

describe('a reader that has seen enough', () => {
  test('ends the command quietly, as SIGPIPE ends others', async () => {
    const { status, out, err } = await run(['render', '--offline'], ['ignore', 'pipe', 'pipe'], true)
    expect([status, err]).toEqual([141, ''])
    expect(out).toMatch(/^; zone clusterset\.local\. seen from east\n/)
  })

  test('of what is wrong leaves the exit status', async () => {
    const child = spawn(process.execPath, [MERIDIAN, 'explain', 'nope', '--offline'], {
      cwd: directory.path,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.destroy()
    expect(await once(child, 'exit')).toEqual([1, null])
  })
})
