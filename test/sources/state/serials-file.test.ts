import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readSerials, writeSerials } from '../../../src/sources/state/serials-file.ts'
import { nextSerial, type Serial } from '../../../src/values/dns/index.ts'

// Serials over restarts: past whatever was served, and no further ahead of the clock than they must be.

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'meridian-serials-'))
})
afterEach(() => rm(dir, { recursive: true }))

const AT = Date.parse('2026-11-22T14:05:00.250Z')
const SECOND = Math.floor(AT / 1000)
const HOUR = 3_600_000

async function readBack(serial: Serial, later: number, goesOn: boolean): Promise<number> {
  const path = join(dir, 'serials')
  await writeSerials(path, { at: AT, serials: new Map([['global', serial]]), goesOn })
  return ((await readSerials(path, AT + later)).get('global') ?? 0) - SECOND
}

describe('a serial that is read back', () => {
  test.each([0, 1000, HOUR, 10 * HOUR, -HOUR])(
    'after an orderly end %i ms ago is the one noted',
    async (later) => {
      for (const ahead of [-86_400, 0, 1, 5000])
        expect(await readBack(SECOND + ahead, later, false)).toBe(ahead)
    },
  )

  test.each([
    [0, 1],
    [999, 1],
    [1000, 2],
    [60_000, 61],
    [2_998_999, 2999],
    [2_999_000, 3000],
    [3_000_000, 3000],
    [30_000_000, 3000],
    [-1, 3000],
  ])(
    'after an end without warning, noted %i ms ago, is past the %i it may have moved',
    async (later, unseen) => {
      expect(await readBack(SECOND - 86_400, later, true)).toBe(unseen)
      expect(await readBack(SECOND + 5000, later, true)).toBe(5000 + unseen)
    },
  )

  test('goes round where it ends (RFC 1982)', async () => {
    const path = join(dir, 'serials')
    await writeSerials(path, { at: AT, serials: new Map([['global', 2 ** 32 - 1]]), goesOn: false })
    expect((await readSerials(path, AT)).get('global')).toBe(2 ** 32 - 1)
    const at = (2 ** 32 - 1) * 1000
    await writeSerials(path, { at, serials: new Map([['global', 2 ** 32 - 1]]), goesOn: true })
    expect((await readSerials(path, at + 1000)).get('global')).toBe(1)
  })
})

/** How a process lives and ends: seconds that it runs, moving its serial once in each or not, and until the next begins. */
interface Life {
  readonly runs: number
  readonly moves: boolean
  readonly orderly: boolean
  readonly pause: number
}

/** Notes as a server does: as it begins, every ten seconds, and where its end is orderly. */
async function live(lives: readonly Life[], ahead = 0): Promise<number> {
  const path = join(dir, 'serials')
  let now = AT
  let served = SECOND + ahead
  const note = (goesOn: boolean) =>
    writeSerials(path, { at: now, serials: new Map([['global', served]]), goesOn })
  await note(false)
  for (const { runs, moves, orderly, pause } of lives) {
    const began = nextSerial((await readSerials(path, now)).get('global'), Math.floor(now / 1000))
    expect(began).toBeGreaterThan(served)
    served = began
    await note(true)
    for (let i = 1; i <= runs; i++) {
      now += 1000
      if (moves) served = nextSerial(served, Math.floor(now / 1000))
      if (i % 10 === 0) await note(true)
    }
    if (orderly) await note(false)
    now += pause * 1000
  }
  return served - Math.floor(now / 1000)
}

describe('over ends one after the other a serial only grows', () => {
  const each = (count: number, life: Life): readonly Life[] => Array.from({ length: count }, () => life)
  const STILL: Life = { runs: 30, moves: false, orderly: true, pause: 2 }

  test('and what is ahead of the clock is passed by it, however many ends are orderly', async () => {
    expect(await live(each(1, STILL), 5000)).toBe(5001 - 32)
    expect(await live(each(10, STILL), 5000)).toBe(5000 + 10 - 10 * 32)
    expect(await live(each(10, { ...STILL, moves: true }))).toBeLessThanOrEqual(0)
  })

  test('and one end without warning leaves no more than two seconds', async () => {
    const killed = { ...STILL, moves: true, orderly: false }
    expect(await live([killed, { ...STILL, runs: 0, pause: 0 }], -1000)).toBeLessThanOrEqual(2)
    expect(await live([killed, ...each(6, STILL)])).toBeLessThanOrEqual(0)
  })

  test.each([1, 10, 96])(
    'and %i ends without warning, five minutes apart, two for each at most',
    async (count) => {
      const killed = { runs: 1, moves: true, orderly: false, pause: 300 }
      const ahead = await live([...each(count, killed), { ...STILL, runs: 0, pause: 0 }])
      expect(ahead).toBeLessThanOrEqual(2 * (count + 1))
    },
  )

  test('and ends without warning after longer lives, in which it is passed, add nothing up', async () => {
    const killed = { runs: 25, moves: false, orderly: false, pause: 300 }
    expect(await live([...each(12, killed), { ...STILL, runs: 0, pause: 0 }])).toBeLessThanOrEqual(2)
  })

  test('and ends of any kind, one after the other', async () => {
    const lives = Array.from({ length: 60 }, (_, i) => ({
      runs: (i * 7) % 23,
      moves: i % 3 !== 0,
      orderly: i % 4 === 0,
      pause: 1 + ((i * 5) % 11),
    }))
    expect(await live(lives)).toBeLessThanOrEqual(2 * 60)
  })
})
