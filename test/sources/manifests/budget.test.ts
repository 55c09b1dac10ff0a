import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bytesOf } from '../../../src/sources/changes/index.ts'
import { ManifestDirectory } from '../../../src/sources/manifests/directory.ts'
import { service } from '../../support/source-battery.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'

let directory: Temporary
beforeEach(async () => {
  directory = await temporary()
})
afterEach(() => directory.close())

const list = (name: string, n: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: Array.from({ length: n }, (_, i) => service(`${name}-${i}`)),
  })

const ANY = Number.POSITIVE_INFINITY

describe('the budget of a directory', () => {
  test.each([
    [10, 10],
    [11, 0],
    [100, 0],
  ])('of 10 objects, and a file of %i: %i', async (n, taken) => {
    await directory.write('a.json', list('a', n))
    const look = await new ManifestDirectory(directory.path, { kept: { bytes: ANY, objects: 10 } }).look()
    expect(look.changes).toHaveLength(taken)
    expect(look.problems.map(({ place }) => place)).toEqual(taken === n ? [] : [directory.at('a.json')])
    if (taken !== n) expect(look.problems[0]?.message).toContain('more than 10 objects, which is all')
  })

  test('of bytes holds just as much', async () => {
    await directory.write('a.json', list('a', 10))
    const whole = await new ManifestDirectory(directory.path, {}).look()
    const bytes = whole.changes.reduce((sum, one) => sum + (one.op === 'put' ? bytesOf(one.object) : 0), 0)
    const within = async (most: number) => {
      const kept = { bytes: most, objects: ANY }
      return (await new ManifestDirectory(directory.path, { kept, maxFileBytes: 2 ** 20 }).look()).changes
        .length
    }
    expect([await within(bytes), await within(bytes - 1), await within(bytes / 10)]).toEqual([10, 0, 0])
  })

  test('is one of all files: what is too much stays as it was, and is taken once there is room', async () => {
    const watched = new ManifestDirectory(directory.path, { kept: { bytes: ANY, objects: 10 } })
    await directory.write('a.json', list('a', 6))
    await directory.write('b.json', list('b', 4))
    expect((await watched.look()).changes).toHaveLength(10)
    await directory.write('b.json', list('b', 5))
    const beyond = await watched.look()
    expect(beyond.changes).toEqual([])
    expect(beyond.problems).toHaveLength(1)
    expect((await watched.look()).problems).toEqual(beyond.problems)
    await directory.write('a.json', list('a', 5))
    const mended = await watched.look()
    expect(mended.problems).toEqual([])
    expect(mended.changes.map(({ op }) => op).toSorted()).toEqual(['delete', 'put'])
  })

  test('refuses YAML that is longer than can be parsed in one go, and no List of that length', async () => {
    const kept = { bytes: 65_536 * 60, objects: ANY }
    const most = Math.floor(kept.bytes / 50)
    const look = async (text: string) => {
      await directory.write('a.yaml', text)
      return await new ManifestDirectory(directory.path, { kept }).look()
    }
    const whole = (n: number) => `{a: "${'x'.repeat(n - 8)}"}\n`
    for (const n of [most, most + 1, 10 * most]) {
      const { problems } = await look(whole(n))
      expect(
        problems.some(({ message }) => message.includes('in one go')),
        `${n}`,
      ).toBe(n > most)
    }
    const item = `- ${JSON.stringify({ ...service('a'), junk: 'x'.repeat(1000) })}\n`
    const { problems } = await look(`apiVersion: v1\nkind: List\nitems:\n${item.repeat(200)}`)
    expect(problems.some(({ message }) => message.includes('in one go'))).toBe(false)
  })

  test('refuses JSON of more values than it could keep before it is parsed', async () => {
    const kept = { bytes: 32_000, objects: ANY }
    const look = async (n: number) => {
      await directory.write('a.json', JSON.stringify(Array.from({ length: n }, () => 1)))
      return (await new ManifestDirectory(directory.path, { kept }).look()).problems[0]?.message ?? ''
    }
    expect(await look(1000)).not.toContain('values')
    for (const n of [1001, 10_000])
      expect(await look(n)).toBe('has more than the 1000 values that are read of one file: split it')
  })
})
