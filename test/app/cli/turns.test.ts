import { afterEach, expect, test, vi } from 'vitest'
import { check } from '../../../src/app/cli/check/check.ts'
import { whyLate } from '../../../src/app/cli/end.ts'
import { goOnWith, inTurns, whatIsDone } from '../../../src/app/cli/turns.ts'
import { offlineOf, service } from './clusterset.ts'

afterEach(() => vi.restoreAllMocks())

let now = performance.now()

/** As if everything took long. */
function slowly(): void {
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 1000
    return now
  })
}

test('what takes long gives way between its pieces, and says what it is at', async () => {
  slowly()
  const seen: (string | null)[] = []
  const look = () => {
    setImmediate(() => seen.push(whatIsDone()))
    return []
  }
  await inTurns(['a', 'b', 'c'], (one) => `looking at ${one}`, look)
  await goOnWith(null)
  expect(seen).toEqual(['looking at b', 'looking at c', null])
})

test('a check gives way at each cluster and service, so that its deadline comes, and says where it is', async () => {
  const names = ['a', 'b', 'c'].map((name) => service({ n: 1, key: `default/${name}` }))
  const offline = await offlineOf({ east: { files: { 'all.yaml': names.join('\n---\n') } } })
  slowly()
  const seen = new Set<string | null>()
  let over = false
  const watch = () => {
    seen.add(whatIsDone())
    if (!over) setImmediate(watch)
  }
  watch()
  await check(offline, { matrix: true })
  over = true
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'looking at the objects of east',
      'looking at service default/a',
      'looking at service default/c',
      'looking at the ways from east to east',
    ]),
  )
})

test('a deadline blames what the command was at, and files and resolvers where it waited', () => {
  expect(whyLate('check', 'looking at service shop/cart')).toMatch(
    /^it was still looking at service shop\/cart; /,
  )
  expect(whyLate('check', null)).toContain('files and resolvers')
  expect(whyLate('join', null)).toContain('piped in')
})
