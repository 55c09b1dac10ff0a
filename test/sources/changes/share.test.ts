import { describe, expect, test } from 'vitest'
import { type Clock, ThreadTime, TimeShare } from '../../../src/sources/changes/share.ts'

/** A thread of which each turn and each millisecond is told here. */
function thread() {
  let now = 0
  const ends: (() => void)[] = []
  const sleeps: { readonly until: number; readonly then: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    later: (then) => void ends.push(then),
    after: (ms, then) => void sleeps.push({ until: now + ms, then }),
  }
  const pass = (ms: number): void => {
    now += ms
    const all = sleeps.splice(0)
    sleeps.push(...all.filter(({ until }) => until > now))
    for (const { then } of all.filter(({ until }) => until <= now)) then()
  }
  /** Sockets, files and other threads are looked at; then what waits goes on. */
  const turn = (): void => {
    for (const end of ends.splice(0)) end()
  }
  const time = new ThreadTime(clock)
  const work = (share: TimeShare, ms: number): void =>
    share.spend(() => {
      now += ms
    })
  return { share: () => new TimeShare(time), work, pass, turn, rest: () => sleeps.length }
}

describe('the time of a thread', () => {
  test('whoever has worked little goes on at once, and has a whole turn again in the next one', () => {
    const { share, work, turn } = thread()
    const one = share()
    for (let i = 0; i < 100; i++) {
      for (let ms = 0; ms < 4; ms++) {
        expect(one.isFree).toBe(true)
        work(one, 1)
      }
      expect(one.isFree).toBe(false)
      turn()
    }
  })

  test.each([2, 20])(
    'of %i that have more to do than they may, one a turn goes on, and they go round',
    (count) => {
      const { share, work, turn } = thread()
      const done: number[] = []
      const all = Array.from({ length: count }, share)
      for (const [i, one] of all.entries()) {
        const again = (): void => {
          done.push(i)
          work(one, 4)
          one.next(again)
        }
        again()
      }
      done.length = 0
      const light = share()
      for (let turns = 1; turns <= 3 * count; turns++) {
        turn()
        expect(done.length).toBe(turns)
        expect(light.isFree).toBe(true)
        work(light, 1)
      }
      expect(done).toEqual([0, 1, 2].flatMap(() => all.map((_, i) => i)))
    },
  )

  test('what one party does in several places is one share, in which they go round', () => {
    const { share, work, turn } = thread()
    const one = share()
    const done: string[] = []
    const begin = (name: string): void => {
      const again = (): void => {
        done.push(name)
        work(one, 4)
        one.next(again)
      }
      one.next(again)
    }
    begin('services')
    begin('slices')
    for (let i = 0; i < 4; i++) turn()
    expect(done).toEqual(['services', 'slices', 'services', 'slices'])
  })

  test('while one waits, what else it has to do waits too', () => {
    const { share, work, turn } = thread()
    const [one, other] = [share(), share()]
    work(other, 4)
    work(one, 4)
    other.next(() => work(other, 4))
    one.next(() => work(one, 1))
    turn()
    expect([one.isFree, other.isFree]).toEqual([false, false])
    turn()
    expect([one.isFree, other.isFree]).toEqual([true, true])
  })

  test.each([50, 51, 500, 5000])('after a piece of %i ms it rests as long, at most a second', (ms) => {
    const { share, work, turn, pass, rest } = thread()
    const [one, other] = [share(), share()]
    const done: string[] = []
    work(one, ms)
    one.next(() => done.push('one'))
    const restMs = ms > 50 ? Math.min(1000, ms) : 0
    turn()
    expect(done).toEqual(restMs === 0 ? ['one'] : [])
    expect([other.isFree, rest()]).toEqual([true, restMs === 0 ? 0 : 1])
    if (restMs === 0) return
    pass(restMs - 10)
    turn()
    expect(done).toEqual([])
    work(other, 4)
    expect(other.isFree).toBe(false)
    turn()
    // Others' turns end meanwhile.
    expect(other.isFree).toBe(true)
    expect(done).toEqual([])
  })

  test.each([
    [50, 0],
    [51, 51],
    [100, 100],
    [101, 100],
    [1000, 100],
  ])(
    'of several that work in pieces of %i ms none goes on for %i ms after one of another, whoever needs little does',
    (ms, gapMs) => {
      const { share, work, turn, pass } = thread()
      const [one, other, light] = [share(), share(), share()]
      work(one, ms)
      work(other, ms)
      // Its own rest is over, and the other has just worked again.
      pass(2000)
      turn()
      work(other, ms)
      const done: string[] = []
      one.next(() => done.push('one'))
      turn()
      expect(done).toEqual(gapMs === 0 ? ['one'] : [])
      expect(light.isFree).toBe(true)
      if (gapMs === 0) return
      pass(gapMs - 1)
      turn()
      expect(done).toEqual([])
      pass(1)
      turn()
      expect(done).toEqual(['one'])
    },
  )

  test('one that worked in a long piece ten seconds ago is as any other', () => {
    const { share, work, turn, pass } = thread()
    const [one, other] = [share(), share()]
    work(one, 1000)
    pass(9000)
    turn()
    work(other, 1000)
    const done: string[] = []
    one.next(() => done.push('one'))
    turn()
    expect(done).toEqual(['one'])
  })

  test('of those that wait, the one that worked least of late goes on first', () => {
    const { share, work, turn, pass } = thread()
    const [busy, little] = [share(), share()]
    const done: string[] = []
    for (let i = 0; i < 10; i++) {
      work(busy, 4)
      turn()
    }
    work(little, 4)
    work(busy, 4)
    busy.next(() => done.push('busy'))
    little.next(() => done.push('little'))
    turn()
    expect(done).toEqual(['little'])
    turn()
    expect(done).toEqual(['little', 'busy'])
    // What was long ago counts no more.
    for (let i = 0; i < 10; i++) {
      work(busy, 4)
      turn()
    }
    pass(60_000)
    work(busy, 4)
    work(little, 5)
    little.next(() => done.push('little'))
    busy.next(() => done.push('busy'))
    turn()
    expect(done.slice(2)).toEqual(['busy'])
  })

  test('a rest ends by itself', () => {
    const { share, work, turn, pass } = thread()
    const one = share()
    const done: string[] = []
    work(one, 100)
    one.next(() => done.push('one'))
    turn()
    pass(100)
    turn()
    expect(done).toEqual(['one'])
  })

  test('work that throws costs its time, and keeps nobody waiting', () => {
    const { share, work, turn } = thread()
    const [one, other] = [share(), share()]
    const done: string[] = []
    const fail = (): never => {
      throw new Error('a bug')
    }
    one.next(fail)
    other.next(() => done.push('other'))
    expect(turn).toThrow('a bug')
    turn()
    expect(done).toEqual(['other'])
    expect(() => one.spend(() => [work(other, 4), fail()])).toThrow('a bug')
    expect(one.isFree).toBe(false)
  })
})

test('on a real thread a turn comes without a wait for anything', async () => {
  const share = new TimeShare()
  for (let i = 0; i < 3; i++) {
    share.spend(() => {
      for (const until = performance.now() + 5; performance.now() < until; );
    })
    expect(share.isFree).toBe(false)
    await share.turn()
  }
})
