import { describe, expect, test } from 'vitest'
import { WorkQueue } from '../../src/controller/queue.ts'

const queue = (random = () => 1): WorkQueue<string> => new WorkQueue([100, 1000], random)

test('a key is looked at once, however often it is added', () => {
  const works = queue()
  for (const key of ['a', 'b', 'a', 'a']) works.add(key, 0)
  expect([works.take(0), works.take(0), works.take(0)]).toEqual(['a', 'b', undefined])
})

test('a key that is added while it is looked at is looked at again, and never twice at a time', () => {
  const works = queue()
  works.add('a', 0)
  works.take(0)
  works.add('a', 1)
  expect(works.take(1)).toBeUndefined()
  works.done('a', 2)
  expect(works.take(2)).toBe('a')
  works.done('a', 3)
  expect(works.take(3)).toBeUndefined()
})

describe('a key that fails', () => {
  const waits = (works: WorkQueue<string>, times: number): readonly number[] => {
    works.add('a', 0)
    let now = 0
    return Array.from({ length: times }, () => {
      const due = works.nextDue(now) ?? 0
      now = Math.max(now, due)
      works.take(now)
      return works.failed('a', now)
    })
  }

  test('waits twice as long each time, up to the most', () => {
    expect(waits(queue(), 6)).toEqual([100, 200, 400, 800, 1000, 1000])
  })

  test('waits at least half of that, by chance', () => {
    expect(
      waits(
        queue(() => 0),
        3,
      ),
    ).toEqual([50, 100, 200])
  })

  test('waits as long as the server asks', () => {
    const works = queue()
    works.add('a', 0)
    works.take(0)
    expect(works.failed('a', 0, 5000)).toBe(5000)
  })

  test('is due at once when it is added anew, and counts from the first failure again once it succeeded', () => {
    const works = queue()
    works.add('a', 0)
    works.take(0)
    works.failed('a', 0)
    expect(works.take(1)).toBeUndefined()
    works.add('a', 2)
    expect(works.take(2)).toBe('a')
    expect(works.failing).toBe(1)
    works.done('a', 3)
    expect(works.failing).toBe(0)
    works.add('a', 4)
    works.take(4)
    expect(works.failed('a', 4)).toBe(100)
  })
})

test('a key that is put back is as old as it was, and behind the others', () => {
  const works = queue()
  works.add('a', 0)
  works.take(0)
  works.add('b', 5)
  works.putBack('a', 10)
  expect(works.age(10)).toBe(10)
  expect([works.take(10), works.take(10)]).toEqual(['b', 'a'])
})

test('depth and age are those of keys that wait or are looked at, not of those that are due again some time', () => {
  const works = queue()
  expect([works.depth(0), works.age(0)]).toEqual([0, 0])
  works.add('a', 0)
  works.add('b', 3)
  works.take(4)
  expect([works.depth(4), works.age(4)]).toEqual([2, 4])
  works.done('a', 5, 100)
  expect([works.depth(5), works.age(5)]).toEqual([1, 2])
  works.take(6)
  works.failed('b', 6)
  expect([works.depth(6), works.age(6)]).toEqual([1, 3])
  expect(works.nextDue(6)).toBe(105)
  expect(works.take(105)).toBe('a')
})

test('after it was cleared nothing waits, and a key that was looked at can be looked at anew', () => {
  const works = queue()
  for (const key of ['a', 'b', 'c']) works.add(key, 0)
  works.take(0)
  works.failed('a', 0)
  works.take(0)
  works.clear()
  expect([works.take(1e6), works.nextDue(0), works.failing, works.depth(0)]).toEqual([undefined, null, 0, 0])
  works.add('b', 1)
  expect(works.take(1)).toBe('b')
})

describe('a key of several clusters', () => {
  const AGAIN = [100, 1000] as const
  const shared = () =>
    new WorkQueue<string>([100, 1000], () => 1, {
      first: 'home',
      partOf: (key: string) => key,
      places: 4,
      again: AGAIN,
    })
  const by = (...parties: readonly string[]) => ({ parties, anew: true })
  const came = (...parties: readonly string[]) => ({ parties, anew: false })

  /** When it is taken, of one that is changed whenever it was; the changes of `others` come first. */
  function waits(works: WorkQueue<string>, party: string, times: number): readonly number[] {
    let now = 0
    return Array.from({ length: times }, () => {
      const asked = now
      works.add('a', now, by(party))
      now = works.nextDue(now) ?? 0
      expect(works.take(now)).toBe('a')
      works.done('a', now)
      return now - asked
    })
  }

  test('waits longer each time that one of them changes it, up to the most, until that one is still', () => {
    const works = shared()
    expect(waits(works, 'bad', 8)).toEqual([0, 0, 100, 200, 400, 800, 1000, 1000])
    works.add('a', 6000, by('bad'))
    expect(works.take(6000)).toBe('a')
  })

  test('waits for no change of its own cluster, whatever another does meanwhile', () => {
    const works = shared()
    waits(works, 'bad', 8)
    works.add('a', 3500, by('bad'))
    expect(works.take(3500)).toBeUndefined()
    works.add('a', 3501, by('home'))
    expect(works.take(3501)).toBe('a')
    works.done('a', 3502)
    expect(works.take(3502)).toBeUndefined()
    expect(waits(shared(), 'home', 4)).toEqual([0, 0, 0, 0])
  })

  test('is looked at for what comes of a write in the turn of the one whose change that was', () => {
    const works = shared()
    for (const [key, party] of [
      ['theirs', 'bad'],
      ['ours', 'home'],
    ] as const) {
      works.add(key, 0, by(party))
      works.take(0)
      works.done(key, 0)
    }
    works.add('theirs', 1, came('home'))
    works.add('ours', 1, came('home'))
    works.add('bad', 1, by('bad'))
    expect([works.take(1), works.take(1), works.take(1)]).toEqual(['theirs', 'ours', 'bad'])
  })

  test('is one that its own cluster exports, where nobody changed it', () => {
    const works = shared()
    for (let i = 0; i < 1000; i++) works.add(`s${i}`, 0, came('bad'))
    works.add('ours', 0, came('home'))
    expect(works.take(0)).toBe('ours')
  })
})
