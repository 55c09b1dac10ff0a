import { describe, expect, test } from 'vitest'
import { Rests } from '../../../src/app/flow/rests.ts'
import { NO_CARE } from '../../../src/sources/changes/index.ts'
import { until } from '../../support/sockets.ts'

/** Works for as long as that, of this thread's time. */
function work(ms: number): void {
  const spent = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  for (const from = spent(); spent() - from < ms; );
}

/** Services that take so long each; `said` is what a cluster says of some, `derived` what came of it, in turns. */
function restsOf(slowness: Record<string, number>) {
  const derived: string[] = []
  const rests: Rests = new Rests((id, key) => derive(id, new Set([key])))
  const derive = (id: string, keys: ReadonlySet<string>): void =>
    rests.during(id, NO_CARE, (care) => {
      for (const key of keys)
        care.hold(key, () => {
          work(slowness[key] ?? 0)
          derived.push(`${id} ${key}`)
        })
    })
  const said = (id: string, ...keys: readonly string[]) => derive(id, rests.awakeOf(id, new Set(keys)))
  const count = (one: string) => derived.filter((each) => each === one).length
  return { rests, said, derived, count, slowness }
}

describe('a service that is slow to derive', () => {
  test('is derived at once the first time, then rests while all others are derived at once', async () => {
    const { said, count, derived, rests } = restsOf({ slow: 200 })
    said('bad', 'slow')
    for (let i = 0; i < 50; i++) {
      said('bad', 'slow', 'quick')
      said('good', 'slow-elsewhere', 'quick')
    }
    expect(count('bad slow')).toBe(1)
    expect([count('bad quick'), count('good quick'), count('good slow-elsewhere')]).toEqual([50, 50, 50])
    await until(async () => count('bad slow') === 2, 'the end of its rest')
    expect(derived.at(-1)).toBe('bad slow')
    rests.stop()
  })

  test('is another one in another cluster', () => {
    const { said, count, rests, slowness } = restsOf({ same: 60 })
    said('bad', 'same')
    slowness['same'] = 0
    for (let i = 0; i < 10; i++) said('good', 'same')
    expect(count('good same')).toBe(10)
    rests.stop()
  })

  test('has no more time with others of its cluster that are slow: one is derived, then they rest', async () => {
    const { said, count, rests } = restsOf({ a: 100, b: 100, c: 100 })
    const all = () => ['a', 'b', 'c'].map((key) => count(`bad ${key}`))
    said('bad', 'a', 'b', 'c')
    expect(all()).toEqual([1, 1, 1])
    for (let i = 0; i < 20; i++) said('bad', 'a', 'b', 'c')
    expect(all()).toEqual([1, 1, 1])
    await until(async () => all().every((each) => each === 2), 'each of them once more')
    rests.stop()
  })

  test('is as any other once it is quick again', async () => {
    const { said, count, rests, slowness } = restsOf({ slow: 60 })
    said('bad', 'slow')
    slowness['slow'] = 0
    said('bad', 'slow')
    await until(async () => count('bad slow') === 2, 'the end of its rest')
    for (let i = 0; i < 10; i++) said('bad', 'slow')
    expect(count('bad slow')).toBe(12)
    rests.stop()
  })

  test.each([5, 60])('that throws after %i ms is noted all the same', (ms) => {
    const { rests } = restsOf({})
    const derive = () =>
      rests.during('bad', NO_CARE, (care) =>
        care.hold('broken', () => {
          work(ms)
          throw new Error('broken')
        }),
      )
    expect(derive).toThrow('broken')
    expect(rests.awakeOf('bad', new Set(['broken'])).size).toBe(ms > 50 ? 0 : 1)
    rests.stop()
  })
})
