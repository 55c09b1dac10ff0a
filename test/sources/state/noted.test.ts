import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Health,
  type HealthThresholds,
  nextHealth,
  UNKNOWN_HEALTH,
} from '../../../src/sources/freshness/index.ts'
import { readHostNames, writeHostNames } from '../../../src/sources/state/host-names-file.ts'
import { openStore, type StateStore } from '../../../src/sources/state/index.ts'
import { storeIn } from '../../support/values.ts'

// What a process notes beside the views for the one after it.

let dir: string
let warnings: string[]

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'meridian-noted-'))
  warnings = []
})
afterEach(() => rm(dir, { recursive: true }))

const open = (): Promise<StateStore> =>
  openStore(storeIn(dir, { warn: (text) => warnings.push(text), interval: 1 }))

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const AT = Date.parse('2026-11-22T14:05:00Z')
const HEALTH: Health = { ...UNKNOWN_HEALTH, kind: 'stale', heard: AT - MINUTE, lostAt: AT - MINUTE }
const NAME = { hostname: 'lb.example.com', addresses: ['\xc0\0\x02\x01'], age: 0 }

const NOTES = [
  {
    file: 'heartbeat',
    save: (store: StateStore) => store.saveHeartbeat(new Map([['west', { at: AT, health: HEALTH }]])),
    restore: (store: StateStore) => store.restoreHeartbeat(),
    change: ['"west"', '"wost"'],
  },
  {
    file: 'serials',
    save: (store: StateStore) => store.saveSerials({ at: AT, serials: new Map([['global', 7]]) }),
    restore: (store: StateStore) => store.restoreSerials(),
    change: ['"global"', '"glocal"'],
  },
  {
    file: 'host-names',
    save: (store: StateStore) => store.saveHostNames([NAME]),
    restore: (store: StateStore) => store.restoreHostNames(),
    change: ['192.0.2.1', '192.0.2.2'],
  },
] as const

const DAMAGES: readonly (readonly [
  string,
  (text: string, change: readonly [string, string], file: string) => string,
])[] = [
  ['cut short', (text) => text.slice(0, text.length - 40)],
  ['with something changed', (text, [from, to]) => text.replace(from, to)],
  ['of another version', (text) => text.replace('"version":1', '"version":9')],
  ['that is a view', (text, _, file) => text.replace(`meridian-${file}`, 'meridian-view')],
  ['of somebody else', () => 'hello\nworld\n'],
  ['that is empty', () => ''],
]

describe.each(NOTES)('$file', ({ file, save, restore, change }) => {
  const saved = async (): Promise<void> => {
    const store = await open()
    save(store)
    await store.close()
  }
  const restored = async () => {
    const store = await open()
    const read = await restore(store)
    await store.close()
    return read
  }
  const files = async () => (await readdir(dir)).filter((name) => name !== 'in-hand')

  test('comes back; of none nothing is said', async () => {
    expect(await restored()).toBeUndefined()
    await saved()
    expect(await restored()).toBeDefined()
    expect(await files()).toEqual([file])
    expect(warnings).toEqual([])
  })

  test.each(DAMAGES)('%s is set aside with one line, and the next one is written', async (_, damage) => {
    await saved()
    const path = join(dir, file)
    await writeFile(path, damage(await readFile(path, 'utf8'), change, file))
    expect(await restored()).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining(`${file} is set aside`)])
    expect(await files()).toEqual([`${file}.set-aside`])
    await saved()
    expect(await restored()).toBeDefined()
    expect(warnings).toHaveLength(1)
  })

  test('that is a directory is set aside as any other', async () => {
    await mkdir(join(dir, file, 'inside'), { recursive: true })
    expect(await restored()).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining(`${file} is set aside`)])
    await saved()
    expect(await restored()).toBeDefined()
  })

  test('that cannot be set aside is left, and that is what is said', async () => {
    for (const name of [file, `${file}.set-aside`])
      await mkdir(join(dir, name, 'inside'), { recursive: true })
    expect(await restored()).toBeUndefined()
    expect(warnings).toEqual([expect.stringMatching(`${file} cannot be read .*, nor set aside`)])
  })
})

describe('a heartbeat', () => {
  const THRESHOLDS: HealthThresholds = {
    downAfter: 5 * MINUTE,
    upAfter: 10_000,
    failAfter: 3,
    slow: 1000,
    slowFor: MINUTE,
    isLocal: false,
  }

  test('of a clock that was ahead puts nothing into the future, and takes no patience', async () => {
    const before = await open()
    const ahead = AT + 24 * HOUR
    const lost = { ...HEALTH, heard: ahead, lostAt: ahead - 4 * MINUTE, slowSince: ahead + HOUR }
    before.saveHeartbeat(new Map([['west', { at: ahead, health: lost }]]))
    await before.close()
    const store = await open()
    const seen = (await store.restoreHeartbeat())?.get('west')
    await store.close()
    expect(
      nextHealth(UNKNOWN_HEALTH, { kind: 'restored', heard: ahead, seen }, THRESHOLDS, AT),
    ).toMatchObject({
      kind: 'stale',
      heard: AT,
      lostAt: AT - 4 * MINUTE,
      slowSince: AT,
    })
  })
})

describe('the addresses of host names', () => {
  const path = () => join(dir, 'host-names')
  const agesAt = async (now: number) => (await readHostNames(path(), now)).map(({ age }) => age)

  test('grow old while no process runs, and were never confirmed in the future', async () => {
    await writeHostNames(path(), [NAME, { ...NAME, age: MINUTE }], AT)
    expect(await agesAt(AT)).toEqual([0, MINUTE])
    expect(await agesAt(AT + HOUR)).toEqual([HOUR, HOUR + MINUTE])
    expect(await agesAt(AT - 24 * HOUR)).toEqual([0, 0])
  })
})
