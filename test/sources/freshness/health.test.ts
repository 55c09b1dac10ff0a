import { describe, expect, test } from 'vitest'
import {
  type ContactEvent,
  freshnessOf,
  type Health,
  type HealthThresholds,
  nextDeadline,
  nextHealth,
  readElsewhere,
  UNKNOWN_HEALTH,
  unprobed,
} from '../../../src/sources/freshness/index.ts'

const THRESHOLDS: HealthThresholds = {
  downAfter: 300,
  upAfter: 10,
  failAfter: null,
  slow: 50,
  slowFor: 100,
  isLocal: false,
}
const PROBED: HealthThresholds = { ...THRESHOLDS, failAfter: 3 }

const HEARD: ContactEvent = { kind: 'heard' }
const LOST: ContactEvent = { kind: 'lost', heard: null }
const TIME: ContactEvent = { kind: 'time' }
const PASSED: ContactEvent = { kind: 'probed', roundTrip: 5 }
const FAILED: ContactEvent = { kind: 'probed', roundTrip: null }

/** The health after events, each at its time. */
const healthAfter = (
  thresholds: HealthThresholds,
  ...events: readonly (readonly [number, ContactEvent])[]
): Health =>
  events.reduce((health, [now, event]) => nextHealth(health, event, thresholds, now), UNKNOWN_HEALTH)

describe('a cluster', () => {
  test('is never heard until it is, then live', () => {
    expect(UNKNOWN_HEALTH.kind).toBe('never')
    expect(healthAfter(THRESHOLDS, [5, HEARD])).toMatchObject({ kind: 'live', heard: 5 })
  })

  test('that was listed, but has never let itself be watched, is stale, and down after downAfter', () => {
    const listed: ContactEvent = { kind: 'lost', heard: 5 }
    expect(healthAfter(THRESHOLDS, [7, listed])).toMatchObject({ kind: 'stale', heard: 5 })
    expect(healthAfter(THRESHOLDS, [7, listed], [307, TIME]).kind).toBe('down')
  })

  test('whose watch is lost is stale at once, and down after downAfter', () => {
    expect(healthAfter(THRESHOLDS, [0, HEARD], [1, LOST]).kind).toBe('stale')
    expect(healthAfter(THRESHOLDS, [0, HEARD], [1, LOST], [300, TIME]).kind).toBe('stale')
    expect(healthAfter(THRESHOLDS, [0, HEARD], [1, LOST], [301, TIME]).kind).toBe('down')
  })

  test('that keeps losing its watch is down by the first loss', () => {
    expect(healthAfter(THRESHOLDS, [0, HEARD], [1, LOST], [200, LOST], [301, TIME]).kind).toBe('down')
  })

  test('that is stale is live as soon as it is heard', () => {
    expect(healthAfter(THRESHOLDS, [0, HEARD], [1, LOST], [2, HEARD]).kind).toBe('live')
  })

  test('that was down takes draws again only after upAfter of steady contact', () => {
    const back = healthAfter(THRESHOLDS, [0, HEARD], [1, LOST], [400, TIME], [500, HEARD])
    expect(back.kind).toBe('down')
    expect(nextDeadline(back, THRESHOLDS)).toBe(510)
    expect(nextHealth(back, TIME, THRESHOLDS, 509).kind).toBe('down')
    expect(nextHealth(back, TIME, THRESHOLDS, 510).kind).toBe('live')
  })

  test('that flaps while it is down starts its waiting again', () => {
    const flapping = healthAfter(
      PROBED,
      [0, HEARD],
      [1, FAILED],
      [2, FAILED],
      [3, FAILED],
      [4, PASSED],
      [9, FAILED],
      [10, FAILED],
      [11, FAILED],
    )
    expect(flapping).toMatchObject({ kind: 'unreachable', backSince: null })
    expect(nextHealth(nextHealth(flapping, PASSED, PROBED, 12), TIME, PROBED, 21).kind).toBe('unreachable')
    expect(nextHealth(nextHealth(flapping, PASSED, PROBED, 12), TIME, PROBED, 22).kind).toBe('live')
  })

  test("that is the server's own never goes past stale for a lost watch", () => {
    expect(healthAfter({ ...THRESHOLDS, isLocal: true }, [0, HEARD], [1, LOST], [10_000, TIME]).kind).toBe(
      'stale',
    )
  })

  test('that fails failAfter probes in a row is unreachable at once, watched or not', () => {
    expect(healthAfter(PROBED, [0, HEARD], [1, FAILED], [2, FAILED]).kind).toBe('live')
    expect(healthAfter(PROBED, [0, HEARD], [1, FAILED], [2, PASSED], [3, FAILED], [4, FAILED]).kind).toBe(
      'live',
    )
    expect(healthAfter(PROBED, [0, HEARD], [1, FAILED], [2, FAILED], [3, FAILED]).kind).toBe('unreachable')
  })

  test('without its API stays stale while its probe passes', () => {
    expect(healthAfter(PROBED, [0, HEARD], [1, PASSED], [2, LOST], [10_000, TIME]).kind).toBe('stale')
  })

  test('that stays stale has no deadline: time alone changes nothing', () => {
    const local = { ...THRESHOLDS, isLocal: true }
    expect(nextDeadline(healthAfter(local, [0, HEARD], [1, LOST]), local)).toBeNull()
    const passing = healthAfter(PROBED, [0, HEARD], [1, LOST], [2, PASSED])
    expect(nextDeadline(passing, PROBED)).toBeNull()
    expect(nextDeadline(nextHealth(passing, FAILED, PROBED, 3), PROBED)).toBeNull()
    const failing = healthAfter(PROBED, [0, HEARD], [1, LOST], [2, FAILED])
    expect(nextDeadline(failing, PROBED)).toBe(301)
  })

  test.each([1, 2, 3, 30])(
    'without its API is not passing once it fails failAfter times: %i',
    (failAfter) => {
      const thresholds = { ...PROBED, failAfter }
      let health = healthAfter(thresholds, [0, HEARD], [1, LOST], [2, PASSED])
      for (let failed = 1; failed < failAfter; failed++) {
        health = nextHealth(health, FAILED, thresholds, 10_000 + failed)
        expect(health.kind).toBe('stale')
      }
      const passed = nextHealth(health, PASSED, thresholds, 11_000)
      expect(passed.kind).toBe('stale')
      const failed = nextHealth(health, FAILED, thresholds, 11_000)
      expect(failed.kind).toBe('unreachable')
    },
  )

  test('without its API of whose two addresses one is dead stays stale for good, and comes back as one', () => {
    const inTurn = (before: Health, from: number, to: number): readonly Health[] => {
      const seen = [before]
      for (let now = from; now <= to; now += 5)
        seen.push(nextHealth(seen.at(-1) ?? before, now % 10 === 0 ? PASSED : FAILED, PROBED, now))
      return seen
    }
    const lost = healthAfter(PROBED, [0, HEARD], [1, LOST], [2, PASSED])
    expect(new Set(inTurn(lost, 5, 3000).map(({ kind }) => kind))).toEqual(new Set(['stale']))
    const down = healthAfter(PROBED, [0, HEARD], [1, LOST], [301, TIME])
    expect(down.kind).toBe('down')
    expect(inTurn(down, 310, 330).map(({ kind }) => kind)).toEqual([
      ...['down', 'down', 'down'],
      ...['stale', 'stale', 'stale'],
    ])
  })

  test('without its API whose probe never passed is down after downAfter, if it is not unreachable', () => {
    expect(healthAfter(PROBED, [0, HEARD], [1, LOST], [300, FAILED], [301, TIME]).kind).toBe('down')
  })

  test('read back from disk is stale, with the time of its last word', () => {
    const restored = healthAfter(THRESHOLDS, [1000, { kind: 'restored', heard: 7 }])
    expect(freshnessOf(restored)).toEqual({ kind: 'stale', heard: 7 })
    expect(nextDeadline(restored, THRESHOLDS)).toBe(1300)
  })

  test('whose probe is made no more is not slow, not unreachable for it, and of the next one nothing is known', () => {
    const long: ContactEvent = { kind: 'probed', roundTrip: 80 }
    const slow = healthAfter(PROBED, [0, HEARD], [1, long], [101, long])
    const failed = healthAfter(PROBED, [0, HEARD], [1, FAILED], [2, FAILED], [3, FAILED])
    expect([slow.slow, failed.kind]).toEqual([true, 'unreachable'])
    for (const health of [slow, failed]) {
      expect(unprobed(health)).toMatchObject({
        failedProbes: 0,
        roundTrip: null,
        slowSince: null,
        slow: false,
      })
      const anew = nextHealth(unprobed(health), TIME, PROBED, 200)
      expect(nextHealth(anew, TIME, PROBED, 200 + PROBED.upAfter)).toMatchObject({
        kind: 'live',
        slow: false,
      })
    }
    expect(unprobed(UNKNOWN_HEALTH)).toBe(UNKNOWN_HEALTH)
  })

  test('is slow once round trips have been long for slowFor, until one is short', () => {
    const long: ContactEvent = { kind: 'probed', roundTrip: 80 }
    expect(healthAfter(PROBED, [0, HEARD], [1, long], [100, long]).slow).toBe(false)
    const slow = healthAfter(PROBED, [0, HEARD], [1, long], [101, long])
    expect(slow.slow).toBe(true)
    expect(nextHealth(slow, PASSED, PROBED, 102).slow).toBe(false)
  })

  test('about which nothing changed keeps the same value', () => {
    const live = healthAfter(THRESHOLDS, [0, HEARD])
    expect(nextHealth(live, TIME, THRESHOLDS, 50)).toBe(live)
  })
})

describe('after a restart', () => {
  const MINUTE = 60_000
  const HOUR = 60 * MINUTE
  const LONG: HealthThresholds = { ...PROBED, downAfter: 5 * MINUTE, slowFor: MINUTE }
  const resumed = (health: Partial<Health>, at: number, now: number, thresholds = LONG): Health =>
    nextHealth(
      UNKNOWN_HEALTH,
      {
        kind: 'restored',
        heard: 1,
        seen: { at, health: { ...UNKNOWN_HEALTH, kind: 'stale', heard: 1, ...health } },
      },
      thresholds,
      now,
    )

  test('a cluster that was down is, until it is heard and steadily back', () => {
    const down = resumed({ kind: 'down', lostAt: 0 }, 10 * MINUTE, 11 * MINUTE)
    expect(down.kind).toBe('down')
    const heard = nextHealth(down, HEARD, LONG, 12 * MINUTE)
    expect(heard.kind).toBe('down')
    expect(nextHealth(heard, TIME, LONG, 12 * MINUTE + 10).kind).toBe('live')
  })

  test('one that was on its way back from down is down until it is heard', () => {
    expect(resumed({ kind: 'down', lostAt: null, backSince: 9 }, 10, 20)).toMatchObject({ kind: 'down' })
  })

  test.each([
    ['is down when downAfter is over in all', 4 * MINUTE, 1 * MINUTE],
    ['keeps that age, just short of downAfter', 5 * MINUTE - 1, 1],
  ])('a cluster that was seen being lost %s', (_, age, left) => {
    const at = HOUR
    const back = resumed({ lostAt: at - age }, at, at + 1000)
    expect(back.kind).toBe('stale')
    expect(nextDeadline(back, LONG)).toBe(at + 1000 + left)
    expect(nextHealth(back, TIME, LONG, at + 1000 + left).kind).toBe('down')
  })

  test('one that was lost after the last heartbeat, or never, has its grace from now on', () => {
    for (const lostAt of [null, 200, 5 * HOUR])
      expect(resumed({ lostAt }, 100, 1000)).toMatchObject({ kind: 'stale', lostAt: 1000 })
  })

  test('of an hour, nobody is down who was not', () => {
    expect(resumed({ lostAt: HOUR - MINUTE }, HOUR, 2 * HOUR)).toMatchObject({ kind: 'stale' })
    expect(resumed({ kind: 'live' }, HOUR, 2 * HOUR)).toMatchObject({ kind: 'stale', lostAt: 2 * HOUR })
  })

  test('no cluster was heard in the future', () => {
    expect(resumed({ heard: 9000 }, 9000, 1000)).toMatchObject({ heard: 1000, lostAt: 1000 })
    expect(healthAfter(THRESHOLDS, [1000, { kind: 'restored', heard: 9000 }]).heard).toBe(1000)
  })

  test('one that was unreachable is, until a probe passes and it is steadily back', () => {
    const back = resumed({ kind: 'unreachable', failedProbes: 3 }, 100, 200)
    expect(back.kind).toBe('unreachable')
    const passed = nextHealth(back, PASSED, LONG, 300)
    expect(passed.kind).toBe('unreachable')
    expect(nextHealth(passed, TIME, LONG, 310).kind).toBe('stale')
  })

  test('failed probes go on being counted', () => {
    expect(nextHealth(resumed({ failedProbes: 2 }, 100, 200), FAILED, LONG, 300).kind).toBe('unreachable')
  })

  test('one without its API whose probe passed is stale, however long its watch was lost', () => {
    const kept = resumed({ lostAt: 0, roundTrip: 5 }, HOUR, 2 * HOUR)
    expect(kept.kind).toBe('stale')
    const failed = nextHealth(kept, FAILED, LONG, 2 * HOUR + 1)
    expect(failed.kind).toBe('stale')
    const again = nextHealth(failed, FAILED, LONG, 2 * HOUR + 2)
    expect(again.kind).toBe('stale')
    expect(nextHealth(again, FAILED, LONG, 2 * HOUR + 3).kind).toBe('unreachable')
  })

  test('what a probe found that is made no more is forgotten', () => {
    const probed = { failedProbes: 3, roundTrip: 80, slowSince: 0, slow: true }
    const now = resumed({ kind: 'unreachable', ...probed }, MINUTE, HOUR, { ...LONG, failAfter: null })
    expect(now).toMatchObject({ failedProbes: 0, roundTrip: null, slowSince: null, slow: false })
    const heard = nextHealth(now, HEARD, THRESHOLDS, HOUR)
    expect(nextHealth(heard, TIME, THRESHOLDS, HOUR + THRESHOLDS.upAfter)).toMatchObject({ kind: 'live' })
  })

  test('one that was slow is, and one that became so goes on', () => {
    expect(resumed({ slow: true, slowSince: 0 }, MINUTE, HOUR).slow).toBe(true)
    const soon = resumed({ slowSince: 0 }, MINUTE - 1, HOUR)
    expect(soon.slow).toBe(false)
    expect(nextHealth(soon, TIME, LONG, HOUR + 1).slow).toBe(true)
  })

  test('the own cluster is stale however long it was lost', () => {
    const local = { ...LONG, isLocal: true }
    expect(resumed({ lostAt: 0 }, HOUR, 2 * HOUR, local).kind).toBe('stale')
  })
})

describe('a cluster behind a connection that others share', () => {
  const CONNECTED: ContactEvent = { kind: 'connected' }
  const DISCONNECTED: ContactEvent = { kind: 'disconnected' }
  const behind = (...events: readonly (readonly [number, ContactEvent])[]): Health =>
    healthAfter(THRESHOLDS, [0, CONNECTED], [0, HEARD], ...events)

  test('is live when both are, by its own word and the connection', () => {
    expect(behind()).toMatchObject({ kind: 'live', lostAt: null })
    expect(behind()).not.toHaveProperty('disconnectedAt')
    expect(healthAfter(THRESHOLDS, [0, CONNECTED]).kind).toBe('never')
    expect(healthAfter(THRESHOLDS, [0, DISCONNECTED], [1, HEARD]).kind).toBe('stale')
  })

  test('is stale while that is away, however long, and live as soon as it is back', () => {
    const away = behind([1, DISCONNECTED], [2, DISCONNECTED], [1_000_000, TIME])
    expect(away).toMatchObject({ kind: 'stale', lostAt: null, disconnectedAt: 1 })
    expect(nextDeadline(away, THRESHOLDS)).toBeNull()
    expect(nextHealth(away, CONNECTED, THRESHOLDS, 1_000_001)).toEqual(behind([1, CONNECTED]))
  })

  test('is down by its own silence alone, which no time counts for while the connection is away', () => {
    expect(behind([1, LOST], [301, TIME]).kind).toBe('down')
    const away = behind([1, LOST], [200, DISCONNECTED], [900, TIME])
    expect(away).toMatchObject({ kind: 'stale', lostAt: 1 })
    expect(nextDeadline(away, THRESHOLDS)).toBeNull()
    const back = nextHealth(away, CONNECTED, THRESHOLDS, 1000)
    expect(back).toMatchObject({ kind: 'stale', lostAt: 1000 })
    expect(nextDeadline(back, THRESHOLDS)).toBe(1300)
    expect(nextHealth(back, TIME, THRESHOLDS, 1300).kind).toBe('down')
  })

  test('that is down stays so while the connection is away, and when that comes back without it', () => {
    const away = behind([1, LOST], [301, TIME], [400, DISCONNECTED], [900, TIME])
    expect(away.kind).toBe('down')
    const back = nextHealth(away, CONNECTED, THRESHOLDS, 1000)
    expect(nextHealth(back, TIME, THRESHOLDS, 1100).kind).toBe('down')
    expect(nextHealth(back, HEARD, THRESHOLDS, 1100)).toMatchObject({ kind: 'down', backSince: 1100 })
  })

  test('is unreachable by its probe all the same', () => {
    const events = [FAILED, FAILED, FAILED].map((event, i) => [2 + i, event] as const)
    expect(healthAfter(PROBED, [0, HEARD], [1, DISCONNECTED], ...events).kind).toBe('unreachable')
  })

  test('and is read from elsewhere then is lost by itself', () => {
    const lost = readElsewhere(behind([1, DISCONNECTED]), 500)
    expect(lost).toMatchObject({ kind: 'stale', lostAt: 500 })
    expect(lost).not.toHaveProperty('disconnectedAt')
    expect(nextHealth(lost, TIME, THRESHOLDS, 800).kind).toBe('down')
    const live = behind()
    expect(readElsewhere(live, 500)).toBe(live)
  })
})
