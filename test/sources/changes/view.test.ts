import { expect, test } from 'vitest'
import {
  applyChanges,
  bearingOn,
  type Change,
  type ClusterView,
  EMPTY_VIEW,
  listIn,
} from '../../../src/sources/changes/index.ts'
import { Table } from '../../../src/values/table/index.ts'
import { type EndpointSlice, SLICE, type UnreadableObject } from '../../../src/words/kube/index.ts'
import { sliceOfDb } from '../../support/values.ts'

const KEY = 'default/db'

const nameOf = (i: number): string => `db-${String(i).padStart(6, '0')}`

const sliceOf = (i: number): EndpointSlice => sliceOfDb(nameOf(i))

const unreadableOf = (i: number): UnreadableObject => ({
  kind: 'EndpointSlice',
  key: `default/${nameOf(i)}`,
  service: KEY,
  problem: `problem ${i}`,
})

const put = (i: number): Change => ({ op: 'put', object: sliceOf(i) })
const gone = (i: number): Change => ({ op: 'delete', kind: 'EndpointSlice', key: `default/${nameOf(i)}` })
const broken = (i: number): Change => ({ op: 'unreadable', object: unreadableOf(i) })

const tableOf = ({ lists }: ClusterView) => lists.get(SLICE.kind)
const slicesOf = (view: ClusterView) => listIn(view, SLICE, KEY)

test.each([1, 2, 100, 50_000])('%i slices of one service come, change, break and go at once', (count) => {
  const all = Array.from({ length: count }, (_, i) => i)
  const first = applyChanges(EMPTY_VIEW, all.toReversed().map(put))
  expect(slicesOf(first.view).map(({ name }) => name)).toEqual(all.map(nameOf))
  const again = applyChanges(first.view, all.map(put))
  expect(slicesOf(again.view)).toHaveLength(count)
  expect(slicesOf(again.view)[0]).not.toBe(slicesOf(first.view)[0])
  const bad = applyChanges(again.view, [...all, ...all.toReversed()].map(broken))
  expect(bad.view.unreadable.get(KEY)?.map(({ problem }) => problem)).toEqual(
    all.toReversed().map((i) => `problem ${i}`),
  )
  expect(slicesOf(bad.view)).toEqual(slicesOf(again.view))
  const none = applyChanges(bad.view, all.map(gone))
  for (const { dirty } of [first, again, bad, none]) expect([...dirty]).toEqual([KEY])
  const { objects, lists, unreadable, unreadableIds } = none.view
  const tables = [objects.get(SLICE.kind), lists.get(SLICE.kind), unreadable, unreadableIds]
  for (const table of tables) expect([...(table ?? ['nothing'])]).toEqual([])
})

test.each([0, 1, 999_998])('%i slices bear on one service, beside what has its name', (count) => {
  const slice = sliceOf(1)
  const many = Array.from({ length: count }, () => slice)
  const object = { kind: 'Service', namespace: 'default', name: 'db', createdAt: 0 }
  const { view } = applyChanges(EMPTY_VIEW, [{ op: 'put', object }])
  const lists = new Map([[SLICE.kind, Table.from<readonly EndpointSlice[]>([[KEY, many]])]])
  const found = bearingOn({ ...view, lists }, KEY)
  expect(found).toHaveLength(1 + count)
  expect(found.slice(0, 2).map(({ kind }) => kind)).toEqual(['Service', 'EndpointSlice'].slice(0, 1 + count))
})

test('what is put and taken away at once leaves nothing; what is not touched is the same', () => {
  const { view } = applyChanges(EMPTY_VIEW, [put(1), put(2)])
  expect(slicesOf(applyChanges(view, [put(3), gone(3), gone(1), put(1)]).view)).toEqual(slicesOf(view))
  expect(tableOf(applyChanges(EMPTY_VIEW, [put(3), gone(3)]).view)?.get(KEY)).toBeUndefined()
  expect(tableOf(applyChanges(view, [{ op: 'delete', kind: 'Service', key: KEY }]).view)).toBe(tableOf(view))
})
