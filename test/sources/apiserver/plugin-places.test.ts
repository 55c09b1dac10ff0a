import { describe, expect, test } from 'vitest'
import { PLACES, PluginPlaces, type Rank, type Runner } from '../../../src/sources/apiserver/plugin-places.ts'

const MOST_MS = 25_000

/** Programs that end when the test says so. */
function ground() {
  const places = new PluginPlaces()
  const running = new Map<string, { readonly ms: number; readonly end: () => void }>()
  const order: string[] = []
  let tickets = 0
  let most = 0
  const begin = (name: string, more: Partial<Runner> = {}, signal = new AbortController().signal) => {
    const runner: Runner = { rank: 'untried', party: name, failures: 0, ticket: ++tickets, ...more }
    return places.run(runner, MOST_MS, signal, async (ms) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      running.set(name, { ms, end: resolve })
      order.push(name)
      most = Math.max(most, running.size)
      await promise
      running.delete(name)
    })
  }
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
  const end = async (name: string) => {
    running.get(name)?.end()
    await settled()
  }
  return {
    begin: (...args: Parameters<typeof begin>) => void begin(...args).catch(() => undefined),
    end,
    settled,
    running,
    order,
    most: () => most,
  }
}

const many = (count: number, rank: Rank, given: ReturnType<typeof ground>, party?: string): void => {
  for (let i = 0; i < count; i++) given.begin(`${rank} ${i}`, { rank, ...(party !== undefined && { party }) })
}

describe('programs of objects', () => {
  test.each([PLACES, PLACES + 1, 10 * PLACES])(
    'of %i never more run than there are places, however long they hang',
    async (count) => {
      const given = ground()
      for (const rank of ['failing', 'untried', 'known'] as const) many(count, rank, given)
      await given.settled()
      expect(given.running.size).toBe(PLACES)
      for (let i = 0; i < 2 * count; i++) {
        const [first = ''] = given.running.keys()
        await given.end(first)
      }
      expect(given.most()).toBe(PLACES)
    },
  )

  test('that failed have half of the places, and with those that never ran all but one', async () => {
    const given = ground()
    many(10, 'failing', given)
    await given.settled()
    expect([...given.running.keys()]).toEqual(['failing 0', 'failing 1'])
    many(10, 'untried', given)
    await given.settled()
    expect([...given.running.keys()]).toEqual(['failing 0', 'failing 1', 'untried 0'])
    given.begin('good', { rank: 'known' })
    await given.settled()
    expect(given.running.has('good')).toBe(true)
  })

  test('that went well have their turn before all others', async () => {
    const given = ground()
    many(200, 'untried', given)
    many(200, 'failing', given)
    many(2, 'known', given)
    await given.settled()
    expect(given.running.has('known 1')).toBe(false)
    const [first = ''] = given.running.keys()
    await given.end(first)
    expect(given.running.has('known 1')).toBe(true)
  })

  test('with equal arguments take turns as one', async () => {
    const given = ground()
    many(200, 'untried', given, 'a region that does not answer')
    given.begin('good')
    await given.settled()
    const [first = ''] = given.running.keys()
    await given.end(first)
    expect(given.running.has('good')).toBe(true)
  })

  test('have their turn by how long they wait over all their tries', async () => {
    const given = ground()
    many(PLACES - 1, 'untried', given)
    await given.settled()
    const controller = new AbortController()
    given.begin('early', { ticket: 10 }, controller.signal)
    given.begin('late', { ticket: 11 })
    controller.abort(new Error('no time left'))
    await given.settled()
    given.begin('early', { ticket: 10 })
    await given.end('untried 0')
    expect(given.order.at(-1)).toBe('early')
  })

  test('have little time at first, less while many wait, and the double with each try', async () => {
    const given = ground()
    given.begin('alone')
    await given.settled()
    expect(given.running.get('alone')?.ms).toBe(5_000)
    given.begin('slow', { failures: 3 })
    await given.settled()
    expect(given.running.get('slow')?.ms).toBe(MOST_MS)
    await given.end('slow')
    many(400, 'untried', given)
    given.begin('known', { rank: 'known' })
    given.begin('known too', { rank: 'known', failures: 2 })
    await given.settled()
    expect(given.running.get('known')?.ms).toBe(3_000)
    await given.end('known')
    expect(given.running.get('known too')?.ms).toBe(12_000)
  })

  test('that nobody waits for leave the line', async () => {
    const given = ground()
    many(PLACES, 'known', given)
    const controller = new AbortController()
    given.begin('gone', {}, controller.signal)
    await given.settled()
    controller.abort(new Error('enough'))
    await given.settled()
    await given.end('known 0')
    expect(given.running.has('gone')).toBe(false)
  })
})
