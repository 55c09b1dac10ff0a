import { expect, test } from 'vitest'
import { type EndpointSlice, packEndpoints, type Unreadable } from '../../src/kube/index.ts'
import { applyChanges, type Change, EMPTY_VIEW } from '../../src/source/index.ts'

const KEY = 'default/db'

const nameOf = (i: number): string => `db-${String(i).padStart(6, '0')}`

const sliceOf = (i: number): EndpointSlice => ({
  kind: 'EndpointSlice',
  namespace: 'default',
  name: nameOf(i),
  createdAt: 0,
  service: 'db',
  importedService: null,
  sourceCluster: null,
  managedBy: null,
  addressType: 'IPv4',
  endpoints: packEndpoints([]),
  ports: null,
  triggeredAt: null,
})

const unreadableOf = (i: number): Unreadable => ({
  kind: 'EndpointSlice',
  key: `default/${nameOf(i)}`,
  service: KEY,
  problem: `problem ${i}`,
})

const put = (i: number): Change => ({ op: 'put', object: sliceOf(i) })
const gone = (i: number): Change => ({ op: 'delete', kind: 'EndpointSlice', key: `default/${nameOf(i)}` })
const broken = (i: number): Change => ({ op: 'unreadable', object: unreadableOf(i) })

test.each([1, 2, 100, 50_000])('%i slices of one service come, change, break and go at once', (count) => {
  const all = Array.from({ length: count }, (_, i) => i)
  const first = applyChanges(EMPTY_VIEW, all.toReversed().map(put))
  expect(first.view.slices.get(KEY)?.map(({ name }) => name)).toEqual(all.map(nameOf))
  const again = applyChanges(first.view, all.map(put))
  expect(again.view.slices.get(KEY)).toHaveLength(count)
  expect(again.view.slices.get(KEY)?.[0]).not.toBe(first.view.slices.get(KEY)?.[0])
  const bad = applyChanges(again.view, [...all, ...all.toReversed()].map(broken))
  expect(bad.view.unreadable.get(KEY)?.map(({ problem }) => problem)).toEqual(
    all.toReversed().map((i) => `problem ${i}`),
  )
  expect(bad.view.slices.get(KEY)).toEqual(again.view.slices.get(KEY))
  const none = applyChanges(bad.view, all.map(gone))
  for (const { dirty } of [first, again, bad, none]) expect([...dirty]).toEqual([KEY])
  const { slices, sliceNames, unreadable, unreadableIds } = none.view
  for (const table of [slices, sliceNames, unreadable, unreadableIds]) expect([...table]).toEqual([])
})

test('what is put and taken away at once leaves nothing; what is not touched is the same', () => {
  const { view } = applyChanges(EMPTY_VIEW, [put(1), put(2)])
  expect(applyChanges(view, [put(3), gone(3), gone(1), put(1)]).view.slices.get(KEY)).toEqual(
    view.slices.get(KEY),
  )
  expect(applyChanges(EMPTY_VIEW, [put(3), gone(3)]).view.slices.get(KEY)).toBeUndefined()
  expect(applyChanges(view, [{ op: 'delete', kind: 'Service', key: KEY }]).view.slices).toBe(view.slices)
})
