import { setImmediate as immediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { DirtyKeys, TURN_MS } from '../../../src/app/flow/dirty.ts'
import { ClusterTurns } from '../../../src/app/flow/turns.ts'
import { applyChanges, emptyView } from '../../../src/sources/changes/index.ts'
import { KINDS, parseObject } from '../../../src/words/kube/index.ts'
import { serviceEntry } from '../../support/manifests.ts'

/** Services that wait, each of which takes a fifth of a turn. */
function waiting() {
  let at = 0
  const dirty = new DirtyKeys()
  const add = (namespace: string, count: number): void =>
    dirty.add(
      Array.from({ length: count }, (_, i) => `${namespace}/s${i}`),
      undefined,
    )
  const turn = (): readonly string[] => {
    const taken: string[] = []
    for (const key of dirty.taken(() => at)) {
      at += TURN_MS / 5
      taken.push(key)
    }
    return taken
  }
  return { dirty, add, turn }
}

describe('services that wait to be derived', () => {
  test('have their turns by namespace: however many one has, those of another come in between', () => {
    const { add, turn, dirty } = waiting()
    add('bad', 1000)
    add('good', 6)
    const turns = [turn(), turn(), turn(), turn(), turn()]
    const namespaces = turns.map((keys) => [...new Set(keys.map((key) => key.split('/')[0]))])
    expect(namespaces).toEqual([['bad'], ['good'], ['bad'], ['good', 'bad'], ['bad']])
    expect(turns.flat().filter((key) => key.startsWith('good/'))).toHaveLength(6)
    expect(dirty.isEmpty).toBe(false)
  })

  test.each([1, 10, 1000])(
    'of one more namespace wait for no more than a turn of each of %i others',
    (count) => {
      const { add, turn } = waiting()
      for (let i = 0; i < count; i++) add(`bad-${i}`, 100)
      turn()
      add('good', 1)
      let turns = 0
      while (!turn().includes('good/s0')) turns += 1
      expect(turns).toBe(count)
    },
  )

  test('are derived once, and no later, of which more is said meanwhile', () => {
    const { add, turn, dirty } = waiting()
    for (let i = 0; i < 10; i++) add('bad', 7)
    expect([...turn(), ...turn()]).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `bad/s${i}`))
    expect(dirty.isEmpty).toBe(true)
  })

  test('stay where whoever derives one of them throws, but for that one', () => {
    const { add, turn, dirty } = waiting()
    add('bad', 3)
    const derive = (): void => {
      for (const key of dirty.taken()) throw new Error(key)
    }
    expect(derive).toThrow('bad/s0')
    expect(turn()).toEqual(['bad/s1', 'bad/s2'])
  })

  test('are of the namespace that names them, where they are hosts of ServiceEntries', () => {
    const entries = ['bad', 'good'].map((namespace) =>
      serviceEntry({ name: 'e', namespace, hosts: [`db.${namespace}.example`] }),
    )
    const changes = entries.flatMap((entry) => {
      const parsed = parseObject(entry, KINDS)
      return parsed.outcome === 'object' ? [{ op: 'put', object: parsed.object } as const] : []
    })
    const { view } = applyChanges(emptyView(KINDS), changes)
    const { dirty, add, turn } = waiting()
    add('bad', 10)
    dirty.add(['/db.bad.example', '/db.good.example'], view)
    expect(turn()).not.toContain('/db.bad.example')
    expect(turn()).toContain('/db.good.example')
  })
})

describe('a cluster', () => {
  /** What is done, in order; `say` is what the cluster says, of one piece or of several. */
  function working() {
    const done: string[] = []
    const dirty = new DirtyKeys()
    const turns = new ClusterTurns(dirty, (some) => {
      for (const key of some) {
        for (const from = performance.now(); performance.now() - from < TURN_MS; );
        done.push(key)
      }
    })
    const say = (...keys: readonly string[]): void => turns.take(() => dirty.add(keys, undefined))
    const ended = async (): Promise<void> => {
      while (!turns.idle) await immediate()
    }
    return { turns, say, done, dirty, ended }
  }

  test('that has much to derive takes in what it says next, and derives of that what is of others first', async () => {
    const { say, done, ended } = working()
    say(...Array.from({ length: 20 }, (_, i) => `bad/s${i}`))
    say('good/web')
    await ended()
    expect(done).toHaveLength(21)
    expect(done.indexOf('good/web')).toBeLessThan(3)
  })

  test('is heard once all is derived that it said before, and no later for what it says then', async () => {
    const { say, done, ended, turns } = working()
    say('bad/a', 'bad/b', 'bad/c', 'good/a')
    turns.after(() => void done.push('heard'))
    say('bad/a', 'bad/d', 'bad/e', 'good/b')
    turns.after(() => void done.push('heard again'))
    await ended()
    expect(done.slice(0, done.indexOf('heard'))).toEqual(
      expect.arrayContaining(['bad/a', 'bad/b', 'bad/c', 'good/a']),
    )
    expect(done.indexOf('heard')).toBeLessThan(done.indexOf('bad/e'))
    expect(done.at(-1)).toBe('heard again')
  })

  test('that says all anew has what it said before derived all the same, and nothing done that waited for it', async () => {
    const { say, done, ended, turns } = working()
    say('bad/a', 'bad/b', 'good/a')
    turns.after(() => void done.push('heard'))
    turns.drop()
    await ended()
    expect(done.toSorted()).toEqual(['bad/a', 'bad/b', 'good/a'])
  })

  test('whose watch ends leaves what waits to whoever watches it next', async () => {
    const { say, done, turns, dirty } = working()
    say('bad/a', 'bad/b', 'bad/c')
    turns.stop()
    for (let i = 0; i < 5; i++) await immediate()
    expect(done).toEqual(['bad/a'])
    const next: string[] = []
    const others = new ClusterTurns(dirty, (some) => void next.push(...some))
    while (!others.idle) await immediate()
    expect(next).toEqual(['bad/b', 'bad/c'])
  })
})
