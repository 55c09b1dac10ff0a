import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore, StateDirError } from '../../../src/sources/state/index.ts'
import { readSealed, writeSealed } from '../../../src/sources/state/sealed-file.ts'
import { meridian, written } from '../../support/server.ts'
import { storeIn } from '../../support/values.ts'

let dir: string
const warnings: string[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-state-'))
  warnings.length = 0
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const open = (at = dir) => openStore(storeIn(at, { warn: (text) => warnings.push(text), interval: 1 }))

const pipe = (name: string): void => void execFileSync('mkfifo', [join(dir, name)])

describe('a state.dir that is', () => {
  test('a file, or below one, is refused in a line', async () => {
    writeFileSync(join(dir, 'file'), '')
    await expect(open(join(dir, 'file'))).rejects.toThrow(StateDirError)
    await expect(open(join(dir, 'file', 'below'))).rejects.toThrow(
      /it is a file, or lies below one: name a directory/,
    )
  })

  test('a link that leads nowhere, or below one, is refused with where it leads', async () => {
    symlinkSync(join(dir, 'not-mounted'), join(dir, 'link'))
    for (const at of [join(dir, 'link'), join(dir, 'link', 'below', 'that')])
      await expect(open(at)).rejects.toThrow(
        /link is a link to .*not-mounted, which cannot be reached: mount or make that/,
      )
  })

  test('where no directory can be made is refused, and nothing runs on', async () => {
    await expect(open('/proc/no-such-directory')).rejects.toThrow(
      /its file system makes no directory \/proc\/no-such-directory: mount what belongs there/,
    )
    await expect(open('/proc/no/such/directory')).rejects.toThrow(/makes no directory \/proc\/no:/)
  })

  test('missing is made with all above it, for this user alone', async () => {
    await (await open(join(dir, 'a', 'b', 'c'))).close()
    for (const made of ['a', 'a/b', 'a/b/c']) expect(statSync(join(dir, made)).mode & 0o777).toBe(0o700)
    symlinkSync(join(dir, 'a'), join(dir, 'good'))
    await (await open(join(dir, 'good', 'd'))).close()
    expect(statSync(join(dir, 'a', 'd')).isDirectory()).toBe(true)
  })

  test('refused ends the command with that line and no stack', async () => {
    const directory = await written({ clusters: { east: {} }, config: { state: { dir: './meridian.yaml' } } })
    const { status, err } = await meridian(['serve', '--config', directory.at('meridian.yaml')])
    await directory.close()
    expect(status).toBe(1)
    expect(err).toMatch(/state\.dir .*meridian\.yaml: it is a file/)
    expect(err).not.toMatch(/\n {4}at /)
  })
})

describe('what is no file of ours is set aside or left, and nobody waits for it', () => {
  test('a pipe where a view should be', async () => {
    pipe('cluster-east.view')
    const store = await open()
    expect(await store.restore('cluster-east')).toBeUndefined()
    expect(warnings).toEqual([
      expect.stringMatching(/cluster-east\.view is set aside .*: it is no regular file$/),
    ])
    await store.close()
  })

  test('a folder where a view should be, and pipes where what is in hand is noted', async () => {
    mkdirSync(join(dir, 'cluster-east.view'))
    pipe('in-hand')
    pipe('quarantine.json')
    const store = await open()
    expect(store.custody.hold('services', 'a/b', () => 7)).toBe(7)
    expect(await store.restore('cluster-east')).toBeUndefined()
    expect(warnings.join('\n')).toMatch(
      /what is in hand is not noted .*in-hand is no regular file: remove it/,
    )
    await store.close()
  })

  test('a pipe where a draft is to be written', async () => {
    pipe('x.view.draft')
    await writeSealed(join(dir, 'x.view'), { header: { a: 1 }, objects: [{ b: 2 }] })
    const lines: string[] = []
    await readSealed(
      join(dir, 'x.view'),
      (line) => lines.push(line),
      (line) => lines.push(line),
    )
    expect(lines).toEqual(['{"a":1}', '{"b":2}'])
  })

  test('a line that does not end, and a file larger than any of ours', async () => {
    const path = join(dir, 'endless.view')
    writeFileSync(path, '')
    truncateSync(path, 80 * 2 ** 20)
    await expect(
      readSealed(
        path,
        () => undefined,
        () => undefined,
      ),
    ).rejects.toThrow('a line of more than')
    truncateSync(path, 2 ** 30 + 1)
    expect(statSync(path).size).toBe(2 ** 30 + 1)
    await expect(
      readSealed(
        path,
        () => undefined,
        () => undefined,
      ),
    ).rejects.toThrow('it has more than')
  })
})
