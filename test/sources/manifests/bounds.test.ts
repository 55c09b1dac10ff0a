import { mkdir, truncate } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Load } from '../../../src/sources/changes/index.ts'
import { ManifestDirectory } from '../../../src/sources/manifests/directory.ts'
import { watchDirectory } from '../../../src/sources/manifests/index.ts'
import { eventually, run } from '../../support/recorder.ts'
import { whenLong } from '../../support/runs.ts'
import { service } from '../../support/source-battery.ts'
import { type Temporary, temporary } from '../../support/temporary.ts'

let directory: Temporary
beforeEach(async () => {
  directory = await temporary()
})
afterEach(() => directory.close())

const ANY = Number.POSITIVE_INFINITY
const lines = (n: number, of: (i: number) => object): string =>
  `${Array.from({ length: n }, (_, i) => JSON.stringify(of(i))).join('\n')}\n`

describe('kinds that are not read', () => {
  test.each([
    [99, 99],
    [100, 100],
    [101, 100],
    [1000, 100],
  ])('%i of them in a file: %i are told', async (n, told) => {
    const skipped: string[] = []
    const onSkipped = (kind: string): void => void skipped.push(kind)
    await directory.write(
      'a.json',
      lines(n, (i) => ({ apiVersion: 'a/v1', kind: `K${i}` })),
    )
    const manifests = new ManifestDirectory(directory.path, { onSkipped })
    expect((await manifests.look()).problems).toEqual([])
    expect(skipped).toHaveLength(told)
    await directory.replace(
      'a.json',
      lines(n, (i) => ({ apiVersion: 'b/v1', kind: `K${i}` })),
    )
    await manifests.look()
    expect(skipped).toHaveLength(Math.min(2 * n, 100))
  })

  test('have no more of a name than anybody reads', async () => {
    const skipped: string[] = []
    const onSkipped = (kind: string): void => void skipped.push(kind)
    await directory.write(
      'a.json',
      JSON.stringify({ apiVersion: 'a'.repeat(10_000), kind: 'K'.repeat(10_000) }),
    )
    await new ManifestDirectory(directory.path, { onSkipped }).look()
    expect(skipped.map(({ length }) => length < 1200)).toEqual([true])
  })

  test.each([
    [100, 100],
    [101, 100],
    [1000, 100],
  ])('%i that look as if they were read: %i are told', async (n, told) => {
    const metadata = { name: 'web' }
    await directory.write(
      'a.json',
      lines(n, (i) => ({ apiVersion: `g${i}.example/v1`, kind: 'ServiceExport', metadata })),
    )
    expect((await new ManifestDirectory(directory.path, {}).look()).problems).toHaveLength(told)
  })
})

describe('objects of a file that cannot be read', () => {
  const wrong = (i: number): object => ({ ...service(`s${i}`), spec: { type: 'Other' } })

  test.each([
    [999, 999, undefined],
    [1000, 1000, undefined],
    [1001, 1001, '1 problems more'],
    [10_000, 1001, '9000 problems more'],
  ])('%i of them are told in %i lines', async (n, told, last) => {
    await directory.write('a.json', lines(n, wrong))
    const { problems } = await new ManifestDirectory(directory.path, {}).look()
    expect(problems).toHaveLength(told)
    if (last !== undefined) expect(problems.at(-1)?.message).toBe(last)
  })

  test.each([
    [10, true],
    [11, false],
    [100, false],
  ])('count for the budget: %i of them where ten objects are kept', async (n, isTaken) => {
    await directory.write('a.json', lines(n, wrong))
    const kept = { bytes: ANY, objects: 10 }
    const { problems, changes } = await new ManifestDirectory(directory.path, { kept }).look()
    expect(changes).toHaveLength(isTaken ? n : 0)
    expect(problems.some(({ message }) => message.includes('more than 10 objects'))).toBe(!isTaken)
  })
})

test.each<readonly [number, number]>([
  ...whenLong<readonly [number, number]>([64 * 2 ** 20, 1]),
  [64 * 2 ** 20 + 1, 0],
  [640 * 2 ** 20, 0],
])('a file of %i octets is read up to 64 MiB: %i objects', async (octets, taken) => {
  const text = `${JSON.stringify(service('web'))}\n`
  await directory.write('a.json', taken === 0 ? text : text.padEnd(octets))
  await truncate(directory.at('a.json'), octets)
  const { changes, problems } = await new ManifestDirectory(directory.path, {}).look()
  expect([changes.length, problems.length]).toEqual([taken, 1 - taken])
})

describe('directories', () => {
  const dirs = (n: number) =>
    Promise.all(Array.from({ length: n }, (_, i) => mkdir(directory.at(`d${i}`), { recursive: true })))

  test('and files count for who reads them, and have no more room than the budget, a MiB at least', async () => {
    const load = new Load()
    const look = async () =>
      await new ManifestDirectory(directory.path, { kept: { bytes: 1, objects: ANY }, load }).look()
    await dirs(10)
    expect((await look()).found).toBe(true)
    expect(load.bytes).toBeGreaterThan(11 * 2048)
    expect(load.bytes).toBeLessThan(11 * 4096)
    await dirs(600)
    const beyond = await look()
    expect(beyond.found).toBe(false)
    expect(beyond.problems[0]?.message).toContain('more directories and files than 1.0 MiB have room for')
    expect(load.bytes).toBeGreaterThan(2 ** 20)
  })

  test('that are too many to be watched are looked through now and then', async () => {
    await dirs(1001)
    const { told, source } = run(watchDirectory(directory.path, { rescanMs: 50, debounceMs: 1 }))
    await eventually(() => expect(told.kinds).toEqual(['live']))
    for (const i of [0, 1000]) await directory.write(`d${i}/a.json`, JSON.stringify(service(`s${i}`)))
    await eventually(() => expect(told.ids.toSorted()).toEqual(['Service shop/s0', 'Service shop/s1000']))
    await source.stop()
  })
})
