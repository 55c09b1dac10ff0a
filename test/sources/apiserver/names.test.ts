import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  leavingThreads,
  lookupOnce,
  MOST_AGAIN,
  MOST_HUNG,
  MOST_NEW,
} from '../../../src/sources/apiserver/names.ts'

const found = (hostname: string, options: object): Promise<unknown> =>
  new Promise((resolve) => {
    lookupOnce(hostname, options, (error, address, family) => resolve(error?.code ?? [address, family]))
  })

test('all who want a name at a time are told what one look-up found, each with its own options', async () => {
  const [one, same, all] = await Promise.all([
    found('127.0.0.1', {}),
    found('127.0.0.1', {}),
    found('127.0.0.1', { all: true }),
  ])
  expect(one).toEqual(['127.0.0.1', 4])
  expect(same).toEqual(one)
  expect(all).toEqual([[{ address: '127.0.0.1', family: 4 }], undefined])
  expect(await found('127.0.0.1', {})).toEqual(one)
})

test('a name that is none is told so, and may be asked for again', async () => {
  expect(await found('no such name', {})).toMatch(/^E/)
  expect(await found('no such name', {})).toMatch(/^E/)
})

describe('names that no resolver answers for', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** Look-ups that end when the test says so; `held`: the names that hold a thread, in order. */
  function testServer() {
    const open = new Map<string, () => void>()
    const answers: string[] = []
    const lookUp = leavingThreads((hostname, _options, found) => {
      const end = () => {
        open.delete(hostname)
        if (hostname.startsWith('dead')) found(Object.assign(new Error('no'), { code: 'EAI_AGAIN' }), '')
        else found(null, '192.0.2.1', 4)
      }
      open.set(hostname, end)
    })
    return {
      ask: (hostname: string) =>
        lookUp(hostname, {}, (error) => answers.push(`${hostname} ${error?.code ?? 'ok'}`)),
      end: (hostname: string) => open.get(hostname)?.(),
      held: () => [...open.keys()],
      answers,
    }
  }

  const MOST = MOST_HUNG - 1 + MOST_NEW

  test.each([1, MOST_NEW, MOST_NEW + 1, MOST, MOST + 1, 10 * MOST])(
    'hold a bounded number of threads: %i of them',
    (count) => {
      const { ask, held, end, answers } = testServer()
      ask('well')
      end('well')
      for (let i = 0; i < count; i++) ask(`dead${i}`)
      expect(held()).toHaveLength(Math.min(count, MOST_NEW))
      for (let i = 0; i < 100; i++) vi.advanceTimersByTime(1000)
      expect(held().length).toBeLessThanOrEqual(MOST)
      expect(held().length).toBe(Math.min(count, held().length))
      ask('well')
      end('well')
      expect(answers).toEqual(['well ok', 'well ok'])
      for (let i = 0; i < count; i++) {
        const [first] = held()
        if (first !== undefined) end(first)
        expect(held().length).toBeLessThanOrEqual(MOST)
      }
      expect(answers).toHaveLength(count + 2)
    },
  )

  test('are not in the way of a name that is new, and have one thread when they are asked for again', () => {
    const { ask, held, end, answers } = testServer()
    const dead = Array.from({ length: 2 * MOST }, (_, i) => `dead${i}`)
    for (const name of dead) ask(name)
    while (held().length > 0) {
      vi.advanceTimersByTime(1000)
      const [first] = held()
      if (first !== undefined) end(first)
    }
    for (const name of dead) ask(name)
    vi.advanceTimersByTime(1000)
    const again = held().length
    ask('well')
    expect(held()).toContain('well')
    end('well')
    expect(answers.at(-1)).toBe('well ok')
    expect(again).toBeLessThanOrEqual(MOST_AGAIN + MOST_NEW)
  })

  test('take part again once they are answered', () => {
    const { ask, held, end } = testServer()
    ask('slow')
    vi.advanceTimersByTime(1000)
    end('slow')
    for (let i = 0; i < 10 * MOST; i++) ask(`dead${i}`)
    ask('slow')
    expect(held()).toContain('slow')
  })
})
